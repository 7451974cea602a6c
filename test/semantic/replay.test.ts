import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import type { Query } from '../../src/semantic/pair-lines.ts';
import { replay } from '../../src/semantic/replay.ts';
import { resolveSemantic, type SemanticOptions } from '../../src/semantic/semantic-options.ts';

const model = fileURLToPath(new URL('model/tiny/', import.meta.url));

async function replayed(queries: readonly Query[], more: SemanticOptions) {
  async function* stream() {
    yield* queries;
  }
  return replay(stream(), resolveSemantic({ model, timeout: '60s', perSecond: 1, ...more }), { clock: systemClock, timeBound: () => false });
}

const queries: readonly Query[] = [
  { q: 'how do i turn on the dark mode', group: 1 },        // first
  { q: 'how do i turn on the dark mode', group: 1 },        // again
  { q: 'How do I turn on the dark mode?', group: 1 },       // the same but for how it is written
  { q: 'how do i turn on dark mode', group: 1 },            // in other words
  { q: 'how do i turn off the dark mode', group: 2 },       // a guard knows better
  { q: 'how do i turn on the light screen mode', group: 3 }, // near, and new
];

it('counts what a cache would have served, right and wrong, by kind of query', async () => {
  const all = await replayed(queries, { threshold: 0, minSimilarity: 0 });

  expect(all).toMatchObject({
    queries: 6,
    hits: { exact: { right: 1, wrong: 0 }, normalised: { right: 1, wrong: 0 }, semantic: { right: 1 } },
    repeated: { queries: 1, right: 1, wrong: 0 },
    reworded: { queries: 2, right: 2, wrong: 0 },
    first: { queries: 3, right: 0 },
    rewordedHits: 1,
    lookups: { count: 5 },
  });
  const { hits, stored, first, falseHits, lookups } = all;
  expect(stored).toBe(6 - 3 - hits.semantic.wrong);
  expect(first.wrong).toBe(hits.semantic.wrong);
  expect(falseHits.share).toBeCloseTo(first.wrong / 3);
  expect(falseHits.to).toBeGreaterThan(falseHits.share);
  expect(lookups.judged).toBeGreaterThan(0);
  expect(lookups.p99).toBeGreaterThanOrEqual(lookups.p50);
});

it('stores what the judge is not sure enough of, so that it is a hit by its own key the next time', async () => {
  const again = [...queries.slice(3, 4), ...queries];

  const { hits, stored } = await replayed(again, { threshold: 1, normalised: false });

  expect(hits.semantic).toEqual({ right: 0, wrong: 0 });
  expect(hits.exact).toEqual({ right: 2, wrong: 0 });
  expect(stored).toBe(5);
});
