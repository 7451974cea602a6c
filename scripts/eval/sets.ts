import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Side } from '../../src/semantic/pair-lines.ts';
import { developmentGroups, jsonLines, type LabelledPair, pairsOf } from './groups.ts';
import { longPrompts } from './long-prompts.ts';

/** Pairs that are measured together. */
export interface EvalSet {
  readonly name: string;
  readonly title: string;
  /** What one must know to read its figures. */
  readonly about?: string;
  /** Earlier turns; as the option `turns`. @default 'equal' */
  readonly turns?: 'equal' | 'judged';
  pairs(): readonly LabelledPair[];
}

/** What is part of the repository. */
const OWN: readonly EvalSet[] = [
  { name: 'authored', title: 'Authored prompts', about: 'development split of models/data', pairs: () => developmentGroups('authored').flatMap(pairsOf) },
  {
    name: 'long', title: 'Long prompts', about: 'made of the authored prompts: one of them, with a fact changed or lightly reworded, in the middle of others; 100 to 500 tokens',
    pairs: () => longPrompts(developmentGroups('authored')),
  },
  { name: 'conversations', title: 'Conversations', about: "earlier turns must be equal, the default", pairs: () => developmentGroups('conversations').flatMap(pairsOf) },
  { name: 'conversations-judged', title: 'Conversations, judged', about: "turns: 'judged'", turns: 'judged', pairs: () => developmentGroups('conversations').flatMap(pairsOf) },
];

const SEEN = 'the judge was trained on a part of it';

/** Corpora of others, in a folder that is not part of the project, by their file names; `about` says where training has drawn on them. */
const OTHERS: readonly { readonly name: string; readonly title: string; readonly about?: string }[] = [
  { name: 'qqp-dev', title: 'Quora question pairs' },
  { name: 'langcache-prompts-dev', title: 'LangCache prompts', about: SEEN },
  { name: 'cai-prompts-dev', title: 'CAI prompts', about: SEEN },
  { name: 'checklist-dev', title: 'CheckList questions', about: SEEN },
  { name: 'mqp-dev', title: 'Medical questions', about: SEEN },
  { name: 'paws-dev', title: 'PAWS statements', about: SEEN },
  { name: 'semantoneg-dev', title: 'SemAntoNeg statements', about: SEEN },
  { name: 'gptcache-mock', title: 'GPTCache statements', about: SEEN },
];

/** Name of the stream's file in that folder. */
export const STREAM = 'qqp-stream.jsonl.gz';

/** Every set there is; those of `development` only where the folder is given. A file that is missing there is an error. */
export function setsOf(development: string | undefined): EvalSet[] {
  if (development === undefined) return [...OWN];
  return [...OWN, ...OTHERS.map((other): EvalSet => {
    const file = join(development, `${other.name}.jsonl`);
    if (!existsSync(file)) throw new Error(`There is no ${file}.`);
    return { ...other, pairs: () => fromFile(readFileSync(file, 'utf8')) };
  })];
}

interface Row {
  readonly id: string;
  readonly a: Side;
  readonly b: Side;
  readonly label: 0 | 1;
  readonly test?: string;
}

const fromFile = (text: string): LabelledPair[] =>
  jsonLines<Row>(text).map(({ id, a, b, label, test }) => ({ id, a, b, label, kind: test ?? (label === 1 ? 'same' : 'different'), theme: 'other' }));

/** So many of them, evenly spaced, in their order. */
export function sampled<T>(all: readonly T[], most = Infinity): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, at) => all[Math.floor((at * all.length) / most)]!);
}
