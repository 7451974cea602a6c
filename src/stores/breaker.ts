import { atMost } from '../base/at-most.ts';
import { CacheError, StoreError, type StoreOperation } from '../base/errors.ts';
import { bell, type Clock } from '../base/clock.ts';
import type { MaybePromise } from '../base/maybe.ts';
import type { Milliseconds } from '../base/units.ts';
import { matcher } from './matches.ts';
import type { Abilities, Records, Store } from './store.ts';
import { WriteQueue, type WriteQueueBounds } from './write-queue.ts';

/** How many failures in a row open a circuit, and for how long it stays open before one operation may try. */
const FAILURES = 5;
const REST: Milliseconds = 5_000;
/** How long anything but a read on the path of a request may take. */
const LONGEST: Milliseconds = 2_000;
/** The same for what goes through the whole store. */
const LONGEST_STEP: Milliseconds = 10_000;
/** How long closing waits for what is still to be written. */
const LONGEST_DRAIN: Milliseconds = 4_000;

export interface BreakerOptions {
  readonly clock: Clock;
  /** How long a read may take. */
  readonly readTimeout: Milliseconds;
  /** What may wait to be written. */
  readonly queue?: WriteQueueBounds;
  /** Told on close how many entries were dropped in all, where any were. */
  readonly onDropped: (error: StoreError) => void;
}

/** Runs an operation, unless it has failed too often of late, and no longer than `limit`. */
type Circuit = <T>(operation: StoreOperation, limit: Milliseconds, work: () => MaybePromise<T>) => Promise<T>;

/**
 * Stands before a store that is asked over a network (`remote`), and does nothing before any other. Every operation has a time limit. After
 * five failures in a row a circuit opens: reads, or writes, fail at once for five seconds; then one operation tries, and if it goes well, all do
 * again. Reads and writes have a circuit each, so that a server that is full or may only be read goes on serving. Entries are written from a
 * bounded queue: one that has no room, or comes while the circuit is open, is dropped, which rejects its `set`, and is counted.
 */
export function breakerBefore(store: Store, { clock, readTimeout, queue: bounds, onDropped }: BreakerOptions): Store {
  let circuits: { readonly reads: Circuit; readonly writes: Circuit } | undefined;
  let abilities: Abilities | undefined;
  let dropped = 0;

  const failure = (operation: StoreOperation, why: string) => new StoreError(store.name, operation, new Error(why));
  const inTime = <T>(operation: StoreOperation, limit: Milliseconds, work: () => MaybePromise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const stop = bell(clock, limit, () => reject(failure(operation, `no answer within ${limit} ms`)));
      const failed = (error: unknown) => {
        stop();
        reject(error as Error);
      };
      try {
        Promise.resolve(work()).then((value) => {
          stop();
          resolve(value);
        }, failed);
      } catch (error) {
        failed(error);
      }
    });
  const read = <T>(operation: StoreOperation, limit: Milliseconds, work: () => MaybePromise<T>): MaybePromise<T> =>
    circuits ? circuits.reads(operation, limit, work) : work();
  const write = <T>(operation: StoreOperation, limit: Milliseconds, work: () => MaybePromise<T>): MaybePromise<T> =>
    circuits ? circuits.writes(operation, limit, work) : work();

  const queue = new WriteQueue(async (entry) => {
    try {
      await write('write', LONGEST, () => store.set(entry));
    } catch (error) {
      dropped++;
      throw error;
    }
  }, bounds);

  const makeCircuits = async () => {
    const { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } = await import('cockatiel');
    const make = (): Circuit => {
      // What a caller did wrong says nothing of the store.
      const failed = handleWhen((error) => !(error instanceof CacheError) || error instanceof StoreError);
      const breaker = circuitBreaker(failed, { halfOpenAfter: REST, breaker: new ConsecutiveBreaker(FAILURES) });
      return async (operation, limit, work) => {
        const resting = () => failure(operation, 'it failed several times in a row, and is left alone for some seconds');
        // One operation tries; the others do not wait for it.
        if (breaker.state === CircuitState.HalfOpen) throw resting();
        try {
          return await breaker.execute(() => inTime(operation, limit, work));
        } catch (error) {
          throw error instanceof BrokenCircuitError ? resting() : error;
        }
      };
    };
    return { reads: make(), writes: make() };
  };

  /** The same abilities, behind the same circuits. */
  const guarded = ({ search, leases, logs, ...others }: Abilities): Abilities => ({
    ...others,
    ...(search && {
      search: {
        nearest: (query) => asPromise(read('read', LONGEST, () => search.nearest(query))),
        ...(search.unsearched && { unsearched: (ids, fingerprint) => asPromise(read('list', LONGEST_STEP, () => search.unsearched!(ids, fingerprint))) }),
      },
    }),
    ...(leases && {
      leases: {
        acquire: (name, duration) => asPromise(write('write', LONGEST, () => leases.acquire(name, duration))),
        renew: (lease, duration) => asPromise(write('write', LONGEST, () => leases.renew(lease, duration))),
        release: (lease) => asPromise(write('write', LONGEST, () => leases.release(lease))),
      },
    }),
    ...(logs && {
      logs: {
        append: (lease, seq, bytes) => asPromise(write('write', LONGEST, () => logs.append(lease, seq, bytes))),
        // Waits for what others do, so that it has no limit here.
        read: (name, from) => logs.read(name, from),
      },
    }),
  });

  const { records } = store;
  const guardedRecords: Records = {
    get: (name) => read('read', LONGEST, () => records.get(name)),
    put: (name, value, version) => write('write', LONGEST, () => records.put(name, value, version)),
    delete: (name) => write('delete', LONGEST, () => records.delete(name)),
    list: (prefix) => read('list', LONGEST_STEP, () => records.list(prefix)),
  };

  return {
    name: store.name,
    async open() {
      const opened = await store.open();
      if (!opened.remote) return opened;
      circuits ??= await makeCircuits();
      return (abilities ??= guarded(opened));
    },
    get: (id) => read('read', readTimeout, () => store.get(id)),
    set(entry) {
      if (!circuits) return store.set(entry);
      if (queue.hasRoomFor(entry)) return queue.add(entry);
      dropped++;
      return Promise.reject(failure('write', 'too much waits to be written'));
    },
    touch: (id, expiresAt) => write('write', LONGEST, () => store.touch(id, expiresAt)),
    async *find(query) {
      if (!circuits) return yield* store.find(query);
      const heads = store.find(query)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const step = await read('list', LONGEST_STEP, () => heads.next());
          if (step.done) return;
          yield step.value;
        }
      } finally {
        void Promise.resolve(heads.return?.()).catch(() => {});
      }
    },
    async delete(query) {
      if (!circuits) return store.delete(query);
      await queue.clear(matcher(query));
      // Many steps on the server's side: no limit of time, as it is none of a request's.
      return write('delete', Infinity, () => store.delete(query));
    },
    size: async () => read('list', LONGEST_STEP, () => store.size()),
    records: guardedRecords,
    async close() {
      await atMost(LONGEST_DRAIN, queue.drain());
      dropped += queue.abandon(failure('write', 'the cache was closed before it could be'));
      if (dropped > 0) onDropped(failure('write', `${dropped} ${dropped === 1 ? 'answer was' : 'answers were'} dropped in all, as they could not be written`));
      await store.close();
    },
  };
}

const asPromise = async <T>(value: MaybePromise<T>): Promise<T> => value;
