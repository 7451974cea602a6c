import { type Entry, headOf } from '../model/entry.ts';
import { type Address, sizesIn } from './address.ts';
import { type LruBounds, lruOfEntries } from './lru.ts';
import { moved, select } from './matches.ts';
import { memoryRecords } from './memory-records.ts';
import type { Query, Store } from './store.ts';

export interface MemoryStoreOptions extends LruBounds {}

/**
 * Keeps entries in the process's memory; `memory:`, `memory:?maxBytes=256MiB&maxEntries=10000`. A write is done at once and lasts as long
 * as the process. An entry above `maxBytes` is not kept. `find` and `delete` look at every entry, unless the query has a `lookup`.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  /** Ids by what their entries are looked up by. */
  const ids = new Map<string, Set<string>>();
  const entries = lruOfEntries(options, ({ id, lookups }) => {
    for (const lookup of lookups) {
      const named = ids.get(lookup);
      if (named?.delete(id) && named.size === 0) ids.delete(lookup);
    }
  });
  const keep = (entry: Entry) => {
    entries.set(entry.id, entry);
    // One that is too large was not kept.
    if (entries.peek(entry.id) !== entry) return;
    for (const lookup of entry.lookups) {
      const named = ids.get(lookup);
      if (named) named.add(entry.id);
      else ids.set(lookup, new Set([entry.id]));
    }
  };
  const named = (query: Query): Entry[] => {
    if (query.lookup === undefined) return select(entries.values(), query);
    const some = [...(ids.get(query.lookup) ?? [])].map((id) => entries.peek(id));
    return select(some.filter((entry) => entry !== undefined), query);
  };

  return {
    name: 'memory',
    open: async () => ({}),
    get: (id) => entries.get(id),
    set: keep,
    touch(id, expiresAt) {
      const entry = entries.get(id);
      if (entry) keep(moved(entry, expiresAt));
    },
    async *find(query) {
      for (const entry of named(query)) yield headOf(entry);
    },
    async delete(query) {
      const fitting = named(query);
      for (const { id } of fitting) entries.delete(id);
      return fitting.length;
    },
    size: async () => ({ entries: entries.size, bytes: entries.calculatedSize }),
    records: memoryRecords(),
    async close() {},
  };
}

/** The memory store that a URL names. */
export const memoryStoreAt = (address: Address): Store => memoryStore(sizesIn(address, ['maxBytes', 'maxEntries']));
