import { LRUCache } from 'lru-cache';
import { isPromise } from '../../base/maybe.ts';
import type { Clock } from '../../base/clock.ts';
import type { Milliseconds } from '../../base/units.ts';
import { COUNTS as FEEDBACK_COUNTS } from '../../semantic/feedback.ts';
import type { Records, Store, StoredRecord } from '../../stores/store.ts';
import { BELIEVED } from './shelf.ts';

/** Caches of which it is remembered whether anybody ever gave feedback. */
const REMEMBERED = 10_000;

/** The store as the service uses it: whether a cache has feedback at all, which each hit asks, is read once a second. What is said here holds at once. */
export const ownStore = (store: Store, clock: Clock): Store => ({
  name: store.name,
  open: () => store.open(),
  get: (id) => store.get(id),
  set: (entry) => store.set(entry),
  touch: (id, expiresAt) => store.touch(id, expiresAt),
  find: (query) => store.find(query),
  delete: (query) => store.delete(query),
  size: () => store.size(),
  records: believing(store.records, clock),
  close: () => store.close(),
});

function believing(records: Records, clock: Clock): Records {
  const known = new LRUCache<string, { readonly found: StoredRecord | undefined; readonly at: Milliseconds }>({ max: REMEMBERED });
  /** Counts the writes, so that a read that one overtook is not remembered. */
  let writes = 0;
  const written = (name: string): void => {
    writes++;
    known.delete(name);
  };
  return {
    get(name) {
      if (!name.startsWith(FEEDBACK_COUNTS)) return records.get(name);
      const at = clock.elapsed();
      const remembered = known.get(name);
      if (remembered && at - remembered.at < BELIEVED) return remembered.found;
      const before = writes;
      const keep = (found: StoredRecord | undefined): StoredRecord | undefined => {
        if (before === writes) known.set(name, { found, at });
        return found;
      };
      const found = records.get(name);
      return isPromise(found) ? found.then(keep) : keep(found);
    },
    async put(name, value, version) {
      try {
        return await records.put(name, value, version);
      } finally {
        written(name);
      }
    },
    async delete(name) {
      try {
        await records.delete(name);
      } finally {
        written(name);
      }
    },
    list: (prefix) => records.list(prefix),
  };
}
