import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VectorIndex } from '../../../src/semantic/index/contract.ts';
import { createVectorIndex } from '../../../src/semantic/index/vector-index.ts';
import { asStored, bruteForce, clusteredVectors, type Stored } from './vectors.ts';

interface Kept {
  readonly scope: string;
  readonly turns: string | undefined;
  readonly stored: Stored;
}

const name = fc.integer({ min: 0, max: 60 }).map((number) => `id-${number}`);
const scope = fc.constantFrom('a', 'b', 'c');
const turns = fc.constantFrom(undefined, 't', 'u', 'v', ...Array.from({ length: 12 }, (_, at) => `turns-${at}`));
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), id: name, scope, turns, seed: fc.integer({ min: 0, max: 400 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), id: name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('nearest' as const), scope, turns, seed: fc.integer({ min: 0, max: 400 }), limit: fc.integer({ min: 1, max: 12 }) }) },
);

const vectorOf = (seed: number): Float32Array => clusteredVectors(24, seed, 1)();

function check(index: VectorIndex, model: ReadonlyMap<string, Kept>, asked: { scope: string; turns: string | undefined; seed: number; limit: number }): void {
  const vector = vectorOf(asked.seed);
  const inReach = new Map([...model].filter(([, kept]) => kept.scope === asked.scope && (asked.turns === undefined || kept.turns === asked.turns)).map(([id, kept]) => [id, kept.stored]));
  const found = index.nearest({ ...asked, vector });

  expect(found.map(({ similarity }) => similarity)).toEqual(bruteForce(inReach, vector, asked.limit).map(({ similarity }) => similarity));
  for (const { id } of found) expect(inReach.has(id)).toBe(true);
}

describe.each(['auto', 'plain'] as const)('the index with the %s kernel', (kernel) => {
  it('finds, after any adding, replacing and deleting, what comparing everything in the scope finds, and nothing of another', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 250 }), (steps) => {
        const index = createVectorIndex({ dimensions: 24, kernel });
        const model = new Map<string, Kept>();

        for (const it of steps) {
          if (it.kind === 'add') {
            index.add({ ...it, vector: vectorOf(it.seed) });
            model.set(it.id, { ...it, stored: asStored(vectorOf(it.seed)) });
          } else if (it.kind === 'delete') {
            expect(index.delete(it.id)).toBe(model.delete(it.id));
          } else check(index, model, it);
        }

        expect(index.size).toBe(model.size);
        for (const each of ['a', 'b', 'c']) check(index, model, { scope: each, turns: undefined, seed: 7, limit: 100 });
      }),
      { numRuns: 60 },
    );
  });
});

describe('a search in slices', () => {
  it('misses nothing that stays, and gives nothing that goes, while others add and delete', async () => {
    const next = clusteredVectors(64, 11, 40);
    const index = createVectorIndex({ dimensions: 64, kernel: 'plain' });
    const stay = new Map<string, Stored>();
    for (let at = 0; at < 12_000; at++) {
      const vector = next();
      index.add({ id: `${at}`, scope: 's', turns: `${at % 7}`, vector });
      if (at % 3 > 0) stay.set(`${at}`, asStored(vector));
    }
    const query = next();
    let turn = 0;

    const searching = index.nearestInSteps({ scope: 's', vector: query, limit: 10 });
    let over = false;
    void searching.then(() => (over = true));
    while (!over && turn < 4000) {
      for (let at = 0; at < 20 && turn < 4000; at++, turn++) index.delete(`${turn * 3}`);
      index.nearest({ scope: 's', turns: '3', vector: next(), limit: 2 });
      await new Promise((resolve) => setImmediate(resolve));
    }
    const found = await searching;

    const kept = found.filter(({ id }) => stay.has(id));
    const best = bruteForce(stay, query, 10);
    expect(turn).toBeGreaterThan(20);
    expect(kept.map(({ id }) => id)).toEqual(best.map(({ id }) => id).slice(0, kept.length));
    for (const { id } of found) expect(Number(id) % 3 > 0 || index.has(id) || Number(id) < turn * 3).toBe(true);
  });
});
