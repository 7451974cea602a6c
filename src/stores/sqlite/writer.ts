import type { MaybePromise } from '../../base/maybe.ts';
import type { Milliseconds } from '../../base/units.ts';
import { isBusy } from './driver.ts';

/** How long a write waits for other processes that write, before it fails. */
const WRITE_WAIT: Milliseconds = 5000;
/** The longest pause between two attempts. */
const PAUSE: Milliseconds = 20;
/** How long a write waits for others to come. */
const GATHER: Milliseconds = 4;
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
  /** Writes together with what else comes within 4 ms, or at once when much waits. `after` is called before anybody learns of the end. */
  soon(work: () => void, after: () => void): Promise<void>;
  /** Resolves when all that waits now has been written or has failed. */
  flush(): Promise<void>;
}

/** Writes by `transact`, which runs something as one transaction. All keep their order. One that fails takes no other with it. */
export function writer(transact: <T>(work: () => T) => T): Writer {
  const queue: Waiting[] = [];
  let retry: NodeJS.Timeout | undefined;
  let gathering: NodeJS.Timeout | undefined;
  let atOnce: NodeJS.Immediate | undefined;
  /** True in the turn of the event loop in which something was written. */
  let justWritten = false;
  let pause = 1;
  /** So many are written one by one, as one of them has failed. */
  let apart = 0;

  const drain = () => {
    clearTimeout(gathering);
    clearImmediate(atOnce);
    retry = gathering = atOnce = undefined;
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
    if (!justWritten) setImmediate(() => (justWritten = false)).unref();
    justWritten = true;
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
        // Who writes in the turn in which others were written has waited for them, and would wait each time.
        else if (justWritten) atOnce ??= setImmediate(drain);
        else gathering ??= setTimeout(drain, GATHER);
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
