import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { vectorIn } from '../../src/semantic/vector-bytes.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { Candidate, Store } from '../../src/stores/store.ts';
import { meaningForTest } from './meaning-for-test.ts';
import { stepsOf } from './path-for-test.ts';

/** The cosine of two vectors of length 1. */
const cosineOf = (one: Float32Array, other: Float32Array): number => one.reduce((sum, value, at) => sum + value * other[at]!, 0);

/** A store far away: what is asked of it at one moment comes back together, a round trip later. It searches by itself. */
function farStore() {
  const near = memoryStore();
  const waiting: (() => void)[] = [];
  const told = { trips: 0, blindOnce: false };
  const trip = async <T>(work: () => T | PromiseLike<T>): Promise<T> => {
    await new Promise<void>((resolve) => {
      if (waiting.push(resolve) > 1) return;
      void (async () => {
        // All that goes out before anything comes back.
        for (let turns = 0; turns < 5; turns++) await nextTurn();
        told.trips++;
        for (const arrive of waiting.splice(0)) arrive();
      })();
    });
    return work();
  };
  const store: Store = {
    ...near,
    async open() {
      return {
        remote: true,
        search: {
          nearest: ({ tenant, namespace, scope, turns, fingerprint, vector, limit }) =>
            trip(async () => {
              const found: Candidate[] = [];
              for await (const { id } of near.find({ tenant, namespace, scope })) {
                const entry = (await near.get(id))!;
                const bytes = entry.vectors[fingerprint];
                if (bytes && (turns === undefined || (entry.turns ?? '') === turns)) found.push({ id, similarity: cosineOf(vectorIn(bytes)!, vector) });
              }
              return found.toSorted((a, b) => b.similarity - a.similarity).slice(0, limit);
            }),
        },
      };
    },
    get: (id) =>
      trip(() => {
        if (!told.blindOnce) return near.get(id);
        told.blindOnce = false;
        return undefined;
      }),
    async *find(query) {
      yield* await trip(() => near.find(query));
    },
    records: { ...near.records, get: (name) => trip(() => near.records.get(name)) },
  };
  return { store, told };
}

describe('a question in other words, asked of a store far away', () => {
  it('is answered in four round trips: the key, all that is looked up, the search, the entry', async () => {
    const { store, told } = farStore();
    const { askAndSettle } = await meaningForTest({}, { store, memory: false });
    await askAndSettle('How do I turn on dark mode?');
    await askAndSettle('How do I get a red bicycle?');
    told.trips = 0;

    const outcome = await askAndSettle('How can I enable dark mode?');

    expect(outcome.kind).toBe('semantic');
    expect(told.trips).toBe(4);
  });

  it('has its own answer, where that came while it was looked up', async () => {
    const { store, told } = farStore();
    const { askAndSettle, provider } = await meaningForTest({}, { store, memory: false });
    await askAndSettle('How do I turn on dark mode?');
    await askAndSettle('How can I enable dark mode?', { headers: { 'x-reprise-semantic': 'off' } });
    told.blindOnce = true;

    const outcome = await askAndSettle('How can I enable dark mode?');

    expect(provider.calls).toBe(2);
    expect(stepsOf(outcome)).toEqual(['policy: cacheable', 'key: remembered', 'exact: none', 'flight: led', 'exact: hit']);
    expect(outcome.kind).toBe('exact');
  });
});
