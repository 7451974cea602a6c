import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pair, Side } from '../../src/semantic/pair-lines.ts';

/** One authored group: a question, the same in other words, and such as look alike and need another answer. `models/data/README.md` tells the form. */
export interface Group {
  readonly id: string;
  readonly domain: string;
  readonly split?: 'train' | 'dev';
  readonly q: Side;
  readonly same: readonly Side[];
  readonly different: readonly { readonly text: Side; readonly kind: string }[];
}

/** A pair with its right answer and where it comes from. */
export interface LabelledPair extends Pair {
  readonly id: string;
  readonly label: 0 | 1;
  /** By what the two sides differ; `same` where they do not. */
  readonly kind: string;
  /** What the texts are about. */
  readonly theme: string;
}

/** Where the authored groups are. */
export const AUTHORED = fileURLToPath(new URL('../../models/data/', import.meta.url));

/**
 * Whether a group is kept from training, for thresholds and for measuring: as the group itself says, else one in five by a hash of its id.
 * `models/recipe/corpora.py` has the same rule.
 */
export function inDevelopment({ id, split }: Pick<Group, 'id' | 'split'>): boolean {
  return split === undefined ? createHash('sha256').update(id).digest()[0]! % 5 === 0 : split === 'dev';
}

/** The groups of the development split: of prompts, or of conversations. */
export function developmentGroups(what: 'authored' | 'conversations', folder = AUTHORED): Group[] {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${what}-`) && name.endsWith('.jsonl')).sort();
  return files.flatMap((name) => jsonLines<Group>(readFileSync(join(folder, name), 'utf8'))).filter(inDevelopment);
}

/** Every pair of a group: `q` and its `same` with one another, and each of its `different` with each of those. */
export function pairsOf({ id, q, same, different }: Group): LabelledPair[] {
  const alike = [q, ...same];
  const pairs: Omit<LabelledPair, 'id' | 'theme'>[] = [
    ...alike.flatMap((a, at) => alike.slice(at + 1).map((b) => ({ a, b, label: 1, kind: 'same' }) as const)),
    ...different.flatMap(({ text, kind }) => alike.map((a) => ({ a, b: text, label: 0, kind }) as const)),
  ];
  const theme = themeOf(id);
  return pairs.map((pair, at) => ({ id: `${id}-${String(at).padStart(2, '0')}`, ...pair, theme }));
}

/** Authored files and parts of them by what they are about: the ids begin with these. */
const THEMES: Readonly<Record<string, readonly string[]>> = {
  'software and data': ['coding', 'engineering', 'a', 'e'],
  'support of products and services': ['support', 'services', 'company', 'd'],
  'knowledge and school': ['knowledge', 'facts', 'b', 'f'],
  'everyday life': ['everyday', 'life'],
  'texts to write or work on': ['prompts', 'tasks', 'g'],
  'all of these, freely reworded': ['h'],
};

/** What a group is about, by its id; `other` for files that are not named here. */
export function themeOf(id: string): string {
  const prefix = id.slice(0, id.lastIndexOf('-'));
  return Object.keys(THEMES).find((theme) => THEMES[theme]!.includes(prefix)) ?? 'other';
}

/** The values of a JSONL text; blank lines are passed over. */
export const jsonLines = <T>(text: string): T[] => text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as T);
