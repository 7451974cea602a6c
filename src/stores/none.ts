import { type Address, sizesIn } from './address.ts';
import { memoryRecords } from './memory-records.ts';
import type { Store } from './store.ts';

/** Keeps no entry; `none:`. Records are kept in the process's memory, as secrets and statistics are needed without a cache too. */
export function noStore(): Store {
  return {
    name: 'none',
    open: async () => ({}),
    get: () => undefined,
    set() {},
    touch() {},
    async *find() {},
    delete: async () => 0,
    size: async () => ({ entries: 0, bytes: 0 }),
    records: memoryRecords(),
    async close() {},
  };
}

/** The store that a `none:` URL names. */
export function noStoreAt(address: Address): Store {
  sizesIn(address, []);
  return noStore();
}
