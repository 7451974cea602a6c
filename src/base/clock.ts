import type { Milliseconds } from './units.ts';

/** Time, handed in so that tests can turn it. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970. */
  now(): Milliseconds;
  /** Monotonic time in milliseconds, for durations. */
  elapsed(): Milliseconds;
  /** Resolves after `delay` milliseconds (24 days at most), or rejects with the signal's reason. Never keeps the process alive. */
  sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void>;
  /** Calls `ring` after `delay` unless the function it gives is called before. Absent: `sleep` serves, which costs more. */
  bell?(delay: Milliseconds, ring: () => void): () => void;
}

/** Why a sleep ends that is not needed any more. Given each time, as an abort without a reason makes an error with its stack, which takes longer than all else here. */
export const OVER = 'over';

/** Calls `ring` after `delay` unless the function it gives is called before. */
export function bell(clock: Clock, delay: Milliseconds, ring: () => void): () => void {
  if (clock.bell) return clock.bell(delay, ring);
  const over = new AbortController();
  clock.sleep(delay, over.signal).then(ring, () => {});
  return () => over.abort(OVER);
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
  bell(delay, ring) {
    const timer = setTimeout(ring, Math.min(delay, LONGEST_TIMER));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
