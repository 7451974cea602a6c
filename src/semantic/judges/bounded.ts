import { JudgeError } from '../../base/errors.ts';

/** Runs work, so much of it at a time. */
export interface Bounded {
  /**
   * Runs `work` when there is room. Fails with a `JudgeError` (`busy`) when too much waits already, and with the signal's reason when
   * that is aborted while waiting.
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Lets `atOnce` run at a time and `mostWaiting` more wait, first come first served. */
export function bounded(atOnce: number, mostWaiting: number): Bounded {
  const waiting = new Set<() => void>();
  let running = 0;

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        waiting.delete(go);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        waiting.delete(go);
        reject(signal.reason as Error);
      };
      waiting.add(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  return {
    async run(work, signal) {
      signal.throwIfAborted();
      if (running < atOnce) running++;
      else if (waiting.size < mostWaiting) await turn(signal);   // whoever is done hands its place on
      else throw new JudgeError('busy', `${waiting.size} calls wait for the judge already, and ${mostWaiting} is the most.`);
      try {
        return await work();
      } finally {
        const [next] = waiting;
        if (next) next();
        else running--;
      }
    },
  };
}

/** Waits for `work`, but no longer than until `signal` is aborted: then fails with its reason, whether or not `work` heeds it. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
