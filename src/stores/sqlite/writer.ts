import type { MaybePromise } from '../../base/maybe.ts';
import type { Milliseconds } from '../../base/units.ts';
import { isBusy } from './driver.ts';

/** How long a write waits for other processes that write, before it fails. */
const WRITE_WAIT: Milliseconds = 5000;
/** The longest pause between two attempts. */
const PAUSE: Milliseconds = 20;
/** The most writes in one transaction, so that committing them takes a few milliseconds. */
const GROUP = 32;

interface Waiting {
  readonly work: () => unknown;
  /** Told at once when it has been committed, or has failed. */
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
  readonly until: Milliseconds;
}

/** Does writes one after the other, several in one transaction, and never blocks the event loop to wait for others who write. */
export interface Writer {
  /** Writes at once, together with all that waits, or, while somebody else writes, as soon as it can be. */
  now<T>(work: () => T): MaybePromise<T>;
  /** Writes together with what else comes until the event loop has gone round once. `after` is called before anybody learns of the end. */
  soon(work: () => void, after: () => void): Promise<void>;
  /** Resolves when all that waits now has been written or has failed. */
  flush(): Promise<void>;
}

/** Writes by `transact`, which runs something as one transaction. All keep their order. One that fails takes no other with it. */
export function writer(transact: <T>(work: () => T) => T): Writer {
  const queue: Waiting[] = [];
  let retry: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  let pause = 1;
  /** So many are written one by one, as one of them has failed. */
  let apart = 0;

  const drain = () => {
    retry = undefined;
    clearImmediate(soon);
    soon = undefined;
    while (queue.length > 0) {
      const group = queue.slice(0, apart > 0 ? 1 : GROUP);
      try {
        const results = transact(() => group.map(({ work }) => work()));
        queue.splice(0, group.length);
        for (const [at, { resolve }] of group.entries()) resolve(results[at] as never);
      } catch (error) {
        if (isBusy(error) && performance.now() < group[0]!.until) {
          retry = setTimeout(drain, pause);
          pause = Math.min(PAUSE, pause * 2);
          return;
        }
        if (group.length > 1) {
          apart = group.length;
          continue;
        }
        queue.shift()!.reject(error);
      }
      pause = 1;
      if (apart > 0) apart--;
    }
  };

  const add = (work: () => unknown, resolve: Waiting['resolve'], reject: Waiting['reject']): Waiting => {
    const waiting = { work, resolve, reject, until: performance.now() + WRITE_WAIT };
    queue.push(waiting);
    return waiting;
  };

  return {
    now<T>(work: () => T): MaybePromise<T> {
      let done: { value: T } | { error: unknown } | undefined;
      const waiting = add(work, (value) => (done = { value }), (error) => (done = { error }));
      if (!retry) drain();
      if (done && 'error' in done) throw done.error;
      return done ? done.value : new Promise<T>((resolve, reject) => Object.assign(waiting, { resolve, reject }));
    },
    soon(work, after) {
      return new Promise<void>((resolve, reject) => {
        add(work, () => (after(), resolve()), (error) => (after(), reject(error)));
        if (retry) return;
        if (queue.length >= GROUP) drain();
        else soon ??= setImmediate(drain);
      });
    },
    flush: async () => {
      if (queue.length === 0) return;
      await new Promise<void>((resolve) => {
        add(() => {}, resolve, () => resolve());
        if (!retry) drain();
      });
    },
  };
}
