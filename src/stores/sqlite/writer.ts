import type { MaybePromise } from '../../base/maybe.ts';
import type { Milliseconds } from '../../base/units.ts';
import { type DatabaseSync, isBusy, transaction } from './driver.ts';

/** How long a write waits for other processes that write, before it fails. */
const WRITE_WAIT: Milliseconds = 5000;
/** The longest pause between two attempts. */
const PAUSE: Milliseconds = 20;

interface Waiting {
  readonly work: () => void;
  readonly reject: (error: unknown) => void;
  readonly until: Milliseconds;
}

/** Does writes one after the other. */
export interface Writer {
  /** Runs `work` as one transaction: at once, or, while somebody else writes, as soon as it can be. Never blocks the event loop to wait. */
  run<T>(work: () => T): MaybePromise<T>;
  /** Resolves when no write waits. */
  idle(): Promise<void>;
}

/** Writes to one database. Those that wait keep their order. */
export function writer(database: DatabaseSync): Writer {
  const queue: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let pause = 1;
  let whenIdle: (() => void)[] = [];

  const drain = () => {
    timer = undefined;
    for (let next = queue[0]; next; next = queue[0]) {
      try {
        next.work();
        pause = 1;
      } catch (error) {
        if (isBusy(error) && performance.now() < next.until) {
          timer = setTimeout(drain, pause);
          pause = Math.min(PAUSE, pause * 2);
          return;
        }
        next.reject(error);
      }
      queue.shift();
    }
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  };

  return {
    run<T>(work: () => T): MaybePromise<T> {
      if (queue.length === 0) {
        try {
          return transaction(database, work);
        } catch (error) {
          if (!isBusy(error)) throw error;
        }
      }
      return new Promise<T>((resolve, reject) => {
        queue.push({ work: () => resolve(transaction(database, work)), reject, until: performance.now() + WRITE_WAIT });
        timer ??= setTimeout(drain, pause);
      });
    },
    idle: () => (queue.length === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
  };
}
