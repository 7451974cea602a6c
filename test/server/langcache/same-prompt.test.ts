import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/model/entry.ts';
import { cacheOf } from '../../../src/server/langcache/caches.ts';
import { lookupOf, newEntry } from '../../../src/server/langcache/entries.ts';
import { type SamePrompt, samePrompt } from '../../../src/server/langcache/same-prompt.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import type { Change, Query } from '../../../src/stores/store.ts';

const PROMPT = 'How do I log in?';
const LOOKUP = lookupOf('docs', PROMPT);
const cache = cacheOf({ id: 'docs' }, 0);

async function allOf<T>(some: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of some) all.push(one);
  return all;
}

/** A store that tells of changes and counts how often it was searched; searches may be held up. */
function watched() {
  const below = memoryStore();
  let listener: ((change: Change) => void) | undefined;
  let finds = 0;
  let gate: Promise<void> = Promise.resolve();
  const store = {
    ...below,
    async *find(query: Query) {
      finds++;
      const heads = await allOf(below.find(query));
      await gate;
      yield* heads;
    },
  };
  const troubles: unknown[] = [];
  const same = samePrompt(store, (error) => troubles.push(error));
  const changes = { subscribe: (told: (change: Change) => void) => ((listener = told), () => void (listener = undefined)) };
  return {
    store, same, changes, troubles,
    finds: () => finds,
    tell: (change: Change) => listener?.(change),
    holdUp() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => ((gate = Promise.resolve()), resolve());
    },
    /** Writes an entry of the prompt, as another process would: nobody here hears of it. */
    write(response: string, createdAt: number): Entry {
      const entry = newEntry(cache, { prompt: PROMPT, response }, createdAt);
      void store.set(entry);
      return entry;
    },
  };
}

const idsIn = (same: SamePrompt) => allOf(same.ids('docs', LOOKUP, {}));
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('what a prompt is found by', () => {
  it('is asked of the store once, also where nothing is there', async () => {
    const { same, changes, finds, write } = watched();
    same.opened({ changes });
    expect(await idsIn(same)).toEqual([]);
    expect(await idsIn(same)).toEqual([]);
    expect(finds()).toBe(1);

    const [one, two] = [write('one', 1), write('two', 2)];
    same.written(two);

    expect(await idsIn(same)).toEqual([two.id, one.id]);
    expect(await idsIn(same)).toEqual([two.id, one.id]);
    expect(finds()).toBe(2);
  });

  it('is asked each time of a store that does not tell what others write', async () => {
    const { same, finds, write } = watched();
    same.opened({});
    expect(await idsIn(same)).toEqual([]);

    const { id } = write('one', 1);

    expect(await idsIn(same)).toEqual([id]);
    expect(finds()).toBe(2);
  });

  it('is not remembered when it was written while it was looked up', async () => {
    const { same, changes, holdUp, write } = watched();
    same.opened({ changes });
    const goOn = holdUp();
    const [first, second] = [idsIn(same), idsIn(same)];
    await settled();
    const entry = write('one', 1);
    same.written(entry);
    goOn();

    expect([await first, await second]).toEqual([[], []]);
    expect(await idsIn(same)).toEqual([entry.id]);
  });

  it('is forgotten when another process writes it, and when it is not known what others wrote', async () => {
    const { same, changes, tell, finds, write, troubles } = watched();
    same.opened({ changes });
    expect(await idsIn(same)).toEqual([]);
    const one = write('one', 1);

    tell({ kind: 'set', ids: ['of something else', one.id] });
    await settled();
    expect(await idsIn(same)).toEqual([one.id]);
    const two = write('two', 2);
    tell({ kind: 'lost' });

    expect(await idsIn(same)).toEqual([two.id, one.id]);
    expect(finds()).toBe(3);
    expect(troubles).toEqual([]);
  });

  it('is read from the store, with its attributes, where there are many', async () => {
    const { same, store, changes } = watched();
    same.opened({ changes });
    for (let at = 0; at < 20; at++) void store.set(newEntry(cache, { prompt: PROMPT, response: 'x', attributes: { n: String(at) } }, at));

    expect(await idsIn(same)).toHaveLength(20);
    expect(await allOf(same.ids('docs', LOOKUP, { n: '7' }))).toHaveLength(1);
  });
});
