import { isPromise, type MaybePromise } from '../base/maybe.ts';
import type { Entry } from '../model/entry.ts';
import { type LruBounds, lruOfEntries } from './lru.ts';
import { matcher, moved } from './matches.ts';
import type { Change, Query, Store } from './store.ts';

export interface MemoryTierOptions extends LruBounds {}

/** One read or write of one id that is under way. `alone` turns false as soon as anything else happens to that id. */
interface Passage {
  alone: boolean;
}

/**
 * A store with memory before it. It never serves what has been deleted here, nor, where the store has `changes`, what was deleted or
 * replaced by others, once they are told (SQLite: 100 ms).
 *
 * The order of everything:
 * - get: memory, at once; else the store, and what it gives is remembered unless its id was written, deleted or changed meanwhile;
 * - set, touch: forgotten here, written to the store, and remembered once that is done, unless there was another write of that id meanwhile;
 * - delete: forgotten here, deleted in the store, forgotten here again, with every read that is under way;
 * - a change made elsewhere: forgotten here, with every read of it that is under way; `clear` and `lost` forget everything;
 * - find, size, records: the store alone.
 *
 * What memory lets go of stays in the store. The abilities are those of the store, as they are. The store does not learn of reads that
 * memory answered, so that it may let go of what memory still holds.
 */
export function memoryTier(store: Store, options: MemoryTierOptions = {}): Store {
  const memory = lruOfEntries(options);
  const underWay = new Map<string, Set<Passage>>();
  let unsubscribe: (() => void) | undefined;

  const begin = (id: string): Passage => {
    const passage = { alone: true };
    const others = underWay.get(id);
    if (others) others.add(passage);
    else underWay.set(id, new Set([passage]));
    return passage;
  };
  const end = (id: string, passage: Passage) => {
    const all = underWay.get(id);
    all?.delete(passage);
    if (all?.size === 0) underWay.delete(id);
  };
  const disturb = (id: string) => {
    for (const passage of underWay.get(id) ?? []) passage.alone = false;
  };

  const forget = (id: string) => {
    memory.delete(id);
    disturb(id);
  };
  const forgetAll = () => {
    memory.clear();
    for (const id of underWay.keys()) disturb(id);
  };
  /** Forgets what the query may name. `limit` counts in the store, so that here all that fits goes. */
  const forgetNamed = (query: Query) => {
    for (const id of underWay.keys()) disturb(id);
    const fits = matcher(query);
    const named = [...memory.values()].filter(fits);
    for (const entry of named) memory.delete(entry.id);
  };

  /** Runs a read or write of one id. `settle` hears whether nothing else happened to that id, and says what to remember. */
  const pass = <T>(id: string, work: () => MaybePromise<T>, settle: (alone: boolean, result?: T) => Entry | undefined): MaybePromise<T> => {
    const passage = begin(id);
    const done = (result: T): T => {
      end(id, passage);
      const entry = settle(passage.alone, result);
      if (entry) memory.set(id, entry);
      return result;
    };
    const failed = (error: unknown): never => {
      end(id, passage);
      settle(false);
      throw error;
    };
    let result: MaybePromise<T>;
    try {
      result = work();
    } catch (error) {
      return failed(error);
    }
    return isPromise(result) ? result.then(done, failed) : done(result);
  };

  /** A write. What is under way with that id is disturbed at its begin and at its end, as nobody knows on which side of it a read fell. */
  const write = (id: string, work: () => MaybePromise<void>, remember: () => Entry | undefined): MaybePromise<void> => {
    const overlaps = underWay.has(id);
    forget(id);
    return pass(id, work, (alone) => {
      forget(id);
      return alone && !overlaps ? remember() : undefined;
    });
  };

  const onChange = (change: Change) => {
    if (change.kind === 'clear' || change.kind === 'lost') return forgetAll();
    for (const id of change.ids) forget(id);
    if (change.query) forgetNamed(change.query);
  };

  return {
    name: store.name,
    async open() {
      const abilities = await store.open();
      unsubscribe ??= abilities.changes?.subscribe(onChange);
      return abilities;
    },
    get(id) {
      return memory.get(id) ?? pass(id, () => store.get(id), (alone, entry) => (alone ? entry : undefined));
    },
    set(entry) {
      return write(entry.id, () => store.set(entry), () => entry);
    },
    touch(id, expiresAt) {
      const known = memory.get(id);
      return write(id, () => store.touch(id, expiresAt), () => known && moved(known, expiresAt));
    },
    find: (query) => store.find(query),
    async delete(query) {
      forgetNamed(query);
      try {
        return await store.delete(query);
      } finally {
        forgetNamed(query);
      }
    },
    size: () => store.size(),
    records: store.records,
    async close() {
      unsubscribe?.();
      unsubscribe = undefined;
      forgetAll();
      await store.close();
    },
  };
}
