import { ClosedError } from '../base/errors.ts';
import type { MaybePromise } from '../base/maybe.ts';
import type { Store } from './store.ts';

/** A store that is made on first use. A read before `open` is a promise, later ones are as the store answers them. */
export function lazyStore(name: string, load: () => Promise<Store>): Store {
  let made: Store | undefined;
  let making: Promise<Store> | undefined;
  let closed = false;

  const make = () => {
    if (closed) return Promise.reject(new ClosedError());
    making ??= (async () => {
      try {
        const store = await load();
        await store.open();
        return (made = store);
      } catch (error) {
        making = undefined;
        throw error;
      }
    })();
    return making;
  };
  const use = <T>(work: (store: Store) => MaybePromise<T>): MaybePromise<T> => (made ? work(made) : make().then(work));

  return {
    name,
    open: async () => (await make()).open(),
    get: (id) => use((store) => store.get(id)),
    set: (entry) => use((store) => store.set(entry)),
    touch: (id, expiresAt) => use((store) => store.touch(id, expiresAt)),
    async *find(query) {
      yield* (await make()).find(query);
    },
    delete: async (query) => (await make()).delete(query),
    size: async () => (await make()).size(),
    records: {
      get: (name) => use((store) => store.records.get(name)),
      put: (name, value, version) => use((store) => store.records.put(name, value, version)),
      delete: (name) => use((store) => store.records.delete(name)),
      list: (prefix) => use((store) => store.records.list(prefix)),
    },
    async close() {
      closed = true;
      const store = await making?.catch(() => undefined);
      await store?.close();
    },
  };
}
