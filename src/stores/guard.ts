import { CacheError, StoreError, type StoreOperation } from '../base/errors.ts';
import { isPromise, type MaybePromise } from '../base/maybe.ts';
import type { Store } from './store.ts';

export interface GuardOptions {
  /** Told of every failure, before it is thrown to the caller. */
  readonly onError?: (error: CacheError) => void;
}

/**
 * A store whose drivers' errors come as `StoreError`, with the operation and the original as cause. Errors of Reprise's own family pass
 * as they are. Nothing is swallowed, and what the store answers at once comes at once.
 */
export function guardStore(store: Store, { onError = () => {} }: GuardOptions = {}): Store {
  const failure = (operation: StoreOperation, error: unknown): CacheError => {
    const told = error instanceof CacheError ? error : new StoreError(store.name, operation, error);
    onError(told);
    return told;
  };
  const guarded = <T>(operation: StoreOperation, work: () => MaybePromise<T>): MaybePromise<T> => {
    let result: MaybePromise<T>;
    try {
      result = work();
    } catch (error) {
      throw failure(operation, error);
    }
    if (!isPromise(result)) return result;
    return result.catch((error: unknown) => {
      throw failure(operation, error);
    });
  };
  const { records } = store;

  return {
    name: store.name,
    open: async () => guarded('open', () => store.open()),
    get: (id) => guarded('read', () => store.get(id)),
    set: (entry) => guarded('write', () => store.set(entry)),
    touch: (id, expiresAt) => guarded('write', () => store.touch(id, expiresAt)),
    async *find(query) {
      try {
        yield* store.find(query);
      } catch (error) {
        throw failure('list', error);
      }
    },
    delete: async (query) => guarded('delete', () => store.delete(query)),
    size: async () => guarded('list', () => store.size()),
    records: {
      get: (name) => guarded('read', () => records.get(name)),
      put: (name, value, version) => guarded('write', () => records.put(name, value, version)),
      delete: (name) => guarded('delete', () => records.delete(name)),
      list: (prefix) => guarded('list', () => records.list(prefix)),
    },
    close: async () => guarded('close', () => store.close()),
  };
}
