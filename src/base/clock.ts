import type { Milliseconds } from './units.ts';

/** Time, handed in so that tests can turn it. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970. */
  now(): Milliseconds;
  /** Monotonic time in milliseconds, for durations. */
  elapsed(): Milliseconds;
  /** Resolves after `delay` milliseconds (24 days at most), or rejects with the signal's reason. Never keeps the process alive. */
  sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void>;
}

/** The longest that a timer takes; with more it would ring at once. */
const LONGEST_TIMER: Milliseconds = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep(delay, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, Math.min(delay, LONGEST_TIMER));
      timer.unref();
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  },
};
