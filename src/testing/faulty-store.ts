import { systemClock, type Clock } from '../base/clock.ts';
import { isPromise, type MaybePromise } from '../base/maybe.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Store } from '../stores/store.ts';

/** What can go wrong with a store. */
export type FaultyOperation =
  | 'open' | 'get' | 'set' | 'touch' | 'find' | 'delete' | 'size' | 'close'
  | 'records.get' | 'records.put' | 'records.delete' | 'records.list';

export interface FaultPlan {
  /** Operations that fail from the start. */
  readonly fail?: readonly FaultyOperation[];
  /** Operations that never end from the start, until `heal`. */
  readonly hang?: readonly FaultyOperation[];
  /** Operations that take so much longer, from the start. */
  readonly delay?: Readonly<Partial<Record<FaultyOperation, Milliseconds>>>;
  /** For delays. @default the machine's */
  readonly clock?: Clock;
  /** Failures are thrown at once, as a store in the process would, in place of a rejected promise. @default false */
  readonly throws?: boolean;
}

/** A store with faults on demand. */
export interface FaultyStore extends Store {
  /** Makes an operation fail, for good or so many `times`. */
  fail(operation: FaultyOperation, error?: Error, times?: number): void;
  /** Makes an operation never end. Those that hang go on when it is healed. */
  hang(operation: FaultyOperation): void;
  /** Makes an operation take longer. */
  delay(operation: FaultyOperation, delay: Milliseconds): void;
  /** Takes the faults of one operation away, or all. */
  heal(operation?: FaultyOperation): void;
  /** How often each operation was asked for, failures included. */
  readonly calls: Readonly<Record<FaultyOperation, number>>;
}

interface Fault {
  error?: Error;
  left: number;
  delay: Milliseconds;
  healed?: Promise<void>;
  heal?: () => void;
}

/** Wraps a store so that a test can make it fail, hang or be slow. Abilities go through as they are. */
export function faultyStore(store: Store, plan: FaultPlan = {}): FaultyStore {
  const { clock = systemClock, throws = false } = plan;
  const faults = new Map<FaultyOperation, Fault>();
  const calls: Record<FaultyOperation, number> = {
    open: 0, get: 0, set: 0, touch: 0, find: 0, delete: 0, size: 0, close: 0,
    'records.get': 0, 'records.put': 0, 'records.delete': 0, 'records.list': 0,
  };

  const faultOf = (operation: FaultyOperation): Fault => {
    const fault = faults.get(operation) ?? { left: Infinity, delay: 0 };
    faults.set(operation, fault);
    return fault;
  };

  /** What stands before the operation: nothing, a failure, or a wait. */
  function meet(operation: FaultyOperation): MaybePromise<void> {
    calls[operation]++;
    const fault = faults.get(operation);
    if (fault === undefined) return undefined;
    if (fault.error !== undefined && fault.left > 0) {
      fault.left--;
      if (throws) throw fault.error;
      return Promise.reject(fault.error);
    }
    if (fault.healed) return fault.healed;
    return fault.delay > 0 ? clock.sleep(fault.delay) : undefined;
  }

  function run<T>(operation: FaultyOperation, work: () => MaybePromise<T>): MaybePromise<T> {
    const wait = meet(operation);
    return isPromise(wait) ? wait.then(work) : work();
  }

  const faulty: FaultyStore = {
    name: store.name,
    open: async () => run('open', () => store.open()),
    get: (id) => run('get', () => store.get(id)),
    set: (entry) => run('set', () => store.set(entry)),
    touch: (id, expiresAt) => run('touch', () => store.touch(id, expiresAt)),
    async *find(query) {
      await meet('find');
      yield* store.find(query);
    },
    delete: async (query) => run('delete', () => store.delete(query)),
    size: async () => run('size', () => store.size()),
    records: {
      get: (name) => run('records.get', () => store.records.get(name)),
      put: (name, value, version) => run('records.put', () => store.records.put(name, value, version)),
      delete: (name) => run('records.delete', () => store.records.delete(name)),
      list: (prefix) => run('records.list', () => store.records.list(prefix)),
    },
    close: async () => run('close', () => store.close()),

    fail(operation, error = new Error(`The store was told to fail at ${operation}.`), times = Infinity) {
      Object.assign(faultOf(operation), { error, left: times });
    },
    hang(operation) {
      const fault = faultOf(operation);
      fault.healed ??= new Promise((resolve) => (fault.heal = resolve));
    },
    delay(operation, delay) {
      faultOf(operation).delay = delay;
    },
    heal(operation) {
      for (const [name, fault] of faults) {
        if (operation !== undefined && operation !== name) continue;
        faults.delete(name);
        fault.heal?.();
      }
    },
    calls,
  };

  for (const operation of plan.fail ?? []) faulty.fail(operation);
  for (const operation of plan.hang ?? []) faulty.hang(operation);
  for (const [operation, delay] of Object.entries(plan.delay ?? {})) faulty.delay(operation as FaultyOperation, delay);
  return faulty;
}
