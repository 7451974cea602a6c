import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { jsonLines } from '../../scripts/eval/groups.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { fill } from '../ours.ts';
import { median, percentile } from '../rounds.ts';
import type { SuiteContext } from '../suite.ts';
import { atMost, millis, type Table } from '../table.ts';
import { asking, byMeaning, timed, untilReady, withoutMeaning } from './by-meaning.ts';
import { authoredTexts, shuffled } from './texts.ts';

/** A file of lines `{"q": ...}`, packed or not: questions in the order in which people asked them. */
const FILE = process.env['REPRISE_BENCH_STREAM'];

/** Questions that are asked, and such as were answered before. */
interface Questions {
  readonly title: string;
  readonly about: string;
  readonly stored: readonly string[];
  readonly asked: readonly string[];
}

/** Candidates that the judge reads in a stream of questions, in which everything that misses is stored. */
export async function stream({ quick, model, note }: SuiteContext): Promise<readonly Table[]> {
  const tables: Table[] = [];
  for (const questions of [...people(quick), authored(quick)]) tables.push(await streamed(questions, model, note));
  return tables;
}

/** What people ask: mostly something new, now and then what was asked before, seldom a trap. */
function people(quick: boolean): Questions[] {
  if (FILE === undefined) return [];
  if (!existsSync(FILE)) throw new Error(`There is no ${FILE}, which REPRISE_BENCH_STREAM names.`);
  const bytes = readFileSync(FILE);
  const texts = jsonLines<{ q: string }>((FILE.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')).map(({ q }) => q);
  const [before, count] = quick ? [500, 100] : [10_000, 1500];
  return [{
    title: `people's questions, after ${before.toLocaleString('en')} others`,
    about: 'The development stream of questions that people asked, in its order: about a fifth was asked before, in the same words or in others. What was asked before is stored.',
    stored: texts.slice(0, before),
    asked: texts.slice(before, before + count),
  }];
}

/** Texts of which half are written to look like another one: the hardest there is. */
function authored(quick: boolean): Questions {
  return {
    title: 'authored questions, shuffled',
    about: 'The texts of the development split: every question comes with three rewordings and four that look alike and mean something else, so that far more is near than among the questions of a service.',
    stored: [],
    asked: shuffled([...new Set(authoredTexts())], 5).slice(0, quick ? 100 : 1500),
  };
}

async function streamed({ title, about, stored, asked }: Questions, model: string | undefined, note: (text: string) => void): Promise<Table> {
  note(`a stream of ${asked.length} ${title}`);
  const store = memoryStore({ maxBytes: '4GiB', maxEntries: 1_000_000 });
  if (stored.length > 0) {
    const off = withoutMeaning(store);
    await fill(off, stored.map((text) => asking(text)));
    await off.cache.close();
  }
  const cache = await byMeaning(store, model);
  if (stored.length > 0) await untilReady(cache, stored);
  const kinds = new Map<string, number>();
  const missed = { none: 0, some: 0 };
  const took: number[] = [];
  const judgedOf: number[] = [];
  for (const text of asked) {
    const before = cache.judged.pairs;
    const { outcome, took: time } = await timed(cache, asking(text));
    kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1);
    if (outcome.kind === 'exact') continue;
    const judged = cache.judged.pairs - before;
    judgedOf.push(judged);
    took.push(time);
    if (outcome.kind === 'miss') missed[judged === 0 ? 'none' : 'some']++;
  }
  await cache.cache.close();
  const each = judgedOf.reduce((sum, count) => sum + count, 0) / judgedOf.length;
  const share = (count: number, of: number): string => `${((count / of) * 100).toFixed(1)} %`;
  const none = share(missed.none, missed.none + missed.some);
  return {
    title: `A stream of ${asked.length.toLocaleString('en')} ${title}`,
    columns: ['', 'found', 'what it is'],
    rows: [
      ...[...kinds].map(([kind, count]) => [`outcome: ${kind}`, share(count, asked.length), '']),
      ['pairs judged a lookup', each.toFixed(2), 'of all that are no exact hit; of 8 candidates, the judge is asked after the guards, and twice at most'],
      ...[0, 1, 2].map((count) => [`lookups with ${count} judged`, share(judgedOf.filter((judged) => judged === count).length, judgedOf.length), '']),
      ['misses with none judged', none, 'of all misses'],
      ['a lookup', millis(median(took)), `99th percentile ${millis(percentile(took, 0.99))}`],
    ],
    checks: [
      atMost('pairs judged a lookup', 1, each, (count) => count.toFixed(2)),
      { what: 'misses with none judged', target: '>= 50.0 %', found: none, met: missed.none >= missed.some },
    ],
    about: [about],
  };
}
