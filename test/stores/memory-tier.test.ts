import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { memoryTier } from '../../src/stores/memory-tier.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { select } from '../../src/stores/matches.ts';
import type { Abilities, Change, Query, Store } from '../../src/stores/store.ts';
import type { Entry } from '../../src/model/entry.ts';
import { entryOf } from './entry.ts';

/** A slow store that others use too: every operation waits before and after it is done, until the test lets it go on. */
function sharedStore(wait: (what: string) => Promise<unknown>) {
  const entries = new Map<string, Entry>();
  const inner = memoryStore();
  let tell: ((change: Change) => void) | undefined;
  const slowly = async <T>(what: string, work: () => T): Promise<T> => {
    await wait(`${what} begins`);
    const result = work();
    await wait(`${what} ends`);
    return result;
  };
  const remove = (query: Query) => {
    const named = select(entries.values(), query);
    for (const { id } of named) entries.delete(id);
    return named.length;
  };
  const store: Store = {
    ...inner,
    name: 'slow',
    open: async () => ({
      changes: {
        subscribe(listener) {
          tell = listener;
          return () => (tell = undefined);
        },
      },
    }),
    get: (id) => slowly('get', () => entries.get(id)),
    set: (entry) => slowly('set', () => void entries.set(entry.id, entry)),
    touch: (id, expiresAt) =>
      slowly('touch', () => {
        const entry = entries.get(id);
        if (entry) entries.set(id, { ...entry, expiresAt });
      }),
    delete: (query) => slowly('delete', () => remove(query)),
  };
  const elsewhere = (change: Change, work: () => void) =>
    slowly('elsewhere', work).then(() => tell?.(change));
  return { store, entries, remove, elsewhere };
}

type Command =
  | { readonly do: 'get' | 'set' | 'touch' | 'delete' | 'set elsewhere' | 'delete elsewhere'; readonly id: string; readonly stamp: number }
  | { readonly do: 'delete tagged' | 'clear elsewhere' };

const id = fc.constantFrom('a', 'b');
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('get' as const, 'set' as const, 'touch' as const, 'delete' as const), id, stamp: fc.nat(1e6) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('set elsewhere' as const, 'delete elsewhere' as const), id, stamp: fc.nat(1e6) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('delete tagged' as const, 'clear elsewhere' as const) }) },
);

describe('a memory tier', () => {
  it('holds what the store holds whenever nothing is under way, in whatever order things happened', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.array(command, { minLength: 1, maxLength: 5 }), { maxLength: 8 }), async (scheduler, rounds) => {
        const { store, entries, remove, elsewhere } = sharedStore((what) => scheduler.schedule(Promise.resolve(), what));
        const tier = memoryTier(store);
        await tier.open();
        const made = (one: { id: string; stamp: number }) => entryOf(one.id, { expiresAt: one.stamp, tags: one.stamp % 2 ? ['odd'] : [] });
        const start = (one: Command): unknown => {
          switch (one.do) {
            case 'get': return tier.get(one.id);
            case 'set': return tier.set(made(one));
            case 'touch': return tier.touch(one.id, one.stamp);
            case 'delete': return tier.delete({ ids: [one.id] });
            case 'delete tagged': return tier.delete({ tag: 'odd' });
            case 'set elsewhere': return elsewhere({ kind: 'set', ids: [one.id] }, () => entries.set(one.id, made(one)));
            case 'delete elsewhere': return elsewhere({ kind: 'delete', ids: [one.id] }, () => entries.delete(one.id));
            case 'clear elsewhere': return elsewhere({ kind: 'clear' }, () => remove({}));
            default: return undefined;
          }
        };

        for (const round of rounds) {
          const all = Promise.all(round.map(start));
          await scheduler.waitFor(all);

          for (const one of ['a', 'b']) expect(await scheduler.waitFor(Promise.resolve(tier.get(one)))).toEqual(entries.get(one));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('answers from memory at once, without asking the store again', async () => {
    const store = memoryStore();
    const get = vi.spyOn(store, 'get');
    const tier = memoryTier({ ...store, get: async (name) => store.get(name) });
    await store.set(entryOf('a'));

    const first = tier.get('a');
    await first;
    const second = tier.get('a');

    expect(first).toBeInstanceOf(Promise);
    expect(second).toEqual(entryOf('a'));
    expect(get).toHaveBeenCalledOnce();
  });

  it('stays synchronous before a store that is', () => {
    const tier = memoryTier(memoryStore());

    expect(tier.set(entryOf('a'))).toBeUndefined();
    expect(tier.get('a')).toEqual(entryOf('a'));
    expect(tier.get('b')).toBeUndefined();
  });

  it('keeps within its bound, and has the rest from the store', async () => {
    const store = memoryStore();
    const get = vi.spyOn(store, 'get');
    const tier = memoryTier(store, { maxEntries: 2 });
    for (const name of ['a', 'b', 'c']) await tier.set(entryOf(name));

    expect(await tier.get('c')).toBeDefined();
    expect(get).not.toHaveBeenCalled();
    expect(await tier.get('a')).toBeDefined();
    expect(get).toHaveBeenCalledOnce();
  });

  it('does not remember what could not be stored', async () => {
    const store = memoryStore();
    const tier = memoryTier({ ...store, set: () => Promise.reject(new Error('disk full')) });

    await expect(tier.set(entryOf('a'))).rejects.toThrow('disk full');

    expect(await tier.get('a')).toBeUndefined();
  });

  it('forgets everything when changes were lost', async () => {
    const { store, entries } = sharedStore(async () => {});
    let listener: ((change: Change) => void) | undefined;
    const tier = memoryTier({ ...store, open: async () => ({ changes: { subscribe: (given) => ((listener = given), () => {}) } }) });
    await tier.open();
    await tier.set(entryOf('a'));
    entries.delete('a');

    listener!({ kind: 'lost' });

    expect(await tier.get('a')).toBeUndefined();
  });

  it('forgets what others deleted by a query, although the store held it no longer, and nothing else', async () => {
    const { store, entries } = sharedStore(async () => {});
    let listener: ((change: Change) => void) | undefined;
    const tier = memoryTier({ ...store, open: async () => ({ changes: { subscribe: (given) => ((listener = given), () => {}) } }) });
    await tier.open();
    await tier.set(entryOf('a', { tags: ['x'] }));
    await tier.set(entryOf('b'));
    entries.clear();

    listener!({ kind: 'delete', ids: [], query: { tag: 'x' } });

    expect(await tier.get('a')).toBeUndefined();
    expect((await tier.get('b'))?.id).toBe('b');
  });

  it('has the very abilities of the store it stands before', async () => {
    const abilities: Abilities = { search: { nearest: async () => [] } };

    expect(await memoryTier({ ...memoryStore(), open: async () => abilities }).open()).toBe(abilities);
    expect(await memoryTier(memoryStore()).open()).toEqual({});
  });
});
