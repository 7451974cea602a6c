import { headOf } from '../model/entry.ts';
import { type Address, sizesIn } from './address.ts';
import { type LruBounds, lruOfEntries } from './lru.ts';
import { moved, select } from './matches.ts';
import { memoryRecords } from './memory-records.ts';
import type { Store } from './store.ts';

export interface MemoryStoreOptions extends LruBounds {}

/**
 * Keeps entries in the process's memory; `memory:`, `memory:?maxBytes=256MiB&maxEntries=10000`. A write is done at once and lasts as long
 * as the process. An entry above `maxBytes` is not kept. `find` and `delete` look at every entry.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  const entries = lruOfEntries(options);

  return {
    name: 'memory',
    open: async () => ({}),
    get: (id) => entries.get(id),
    set(entry) {
      entries.set(entry.id, entry);
    },
    touch(id, expiresAt) {
      const entry = entries.get(id);
      if (entry) entries.set(id, moved(entry, expiresAt));
    },
    async *find(query) {
      for (const entry of select(entries.values(), query)) yield headOf(entry);
    },
    async delete(query) {
      const named = select(entries.values(), query);
      for (const entry of named) entries.delete(entry.id);
      return named.length;
    },
    size: async () => ({ entries: entries.size, bytes: entries.calculatedSize }),
    records: memoryRecords(),
    async close() {},
  };
}

/** The memory store that a URL names. */
export const memoryStoreAt = (address: Address): Store => memoryStore(sizesIn(address, ['maxBytes', 'maxEntries']));
