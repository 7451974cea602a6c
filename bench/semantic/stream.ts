import { memoryStore } from '../../src/stores/memory.ts';
import { percentile, median } from '../rounds.ts';
import type { SuiteContext } from '../suite.ts';
import { atMost, millis, type Table } from '../table.ts';
import { asking, byMeaning, timed } from './by-meaning.ts';
import { authoredTexts, shuffled } from './texts.ts';

/** Candidates that the judge reads in a stream of questions, in which everything that misses is stored. */
export async function stream({ quick, model, note }: SuiteContext): Promise<Table> {
  const texts = shuffled([...new Set(authoredTexts())], 5).slice(0, quick ? 600 : 4000);
  note(`a stream of ${texts.length} questions`);
  const cache = await byMeaning(memoryStore({ maxBytes: '1GiB' }), model);
  const kinds = new Map<string, number>();
  const missed = { none: 0, some: 0 };
  const took: number[] = [];
  const judgedOf: number[] = [];
  for (const text of texts) {
    const before = cache.judged.pairs;
    const { outcome, took: time } = await timed(cache, asking(text));
    const judged = cache.judged.pairs - before;
    judgedOf.push(judged);
    took.push(time);
    kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1);
    if (outcome.kind === 'miss') missed[judged === 0 ? 'none' : 'some']++;
  }
  await cache.cache.close();
  const each = judgedOf.reduce((sum, count) => sum + count, 0) / judgedOf.length;
  const share = (count: number): string => `${((count / texts.length) * 100).toFixed(1)} %`;
  return {
    title: `A stream of ${texts.length.toLocaleString('en')} authored questions, shuffled`,
    columns: ['', 'found', 'what it is'],
    rows: [
      ['pairs judged a lookup', each.toFixed(2), 'of 8 candidates; the judge is asked after the guards, and twice at most'],
      ...[0, 1, 2].map((count) => [`lookups with ${count} judged`, share(judgedOf.filter((judged) => judged === count).length), '']),
      ['misses with none judged', `${((missed.none / (missed.none + missed.some)) * 100).toFixed(1)} %`, 'of all misses'],
      ...[...kinds].map(([kind, count]) => [`outcome: ${kind}`, share(count), '']),
      ['a request', millis(median(took)), `99th percentile ${millis(percentile(took, 0.99))}`],
    ],
    checks: [
      atMost('pairs judged a lookup', 1, each, (count) => count.toFixed(2)),
      { what: 'misses with none judged', target: '>= 50.0 %', found: `${((missed.none / (missed.none + missed.some)) * 100).toFixed(1)} %`, met: missed.none >= missed.some },
    ],
    about: ['The texts of the development split: every question comes with three rewordings and four that look alike and mean something else, so that far more is near than among the questions of a service.'],
  };
}
