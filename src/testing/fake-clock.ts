import { setImmediate } from 'node:timers';
import type { Clock } from '../base/clock.ts';
import type { Milliseconds } from '../base/units.ts';

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /**
   * Lets time go on by `delay` milliseconds, and wakes who sleeps until then in the order of their times, each at its own time; who
   * goes to sleep again on waking is served too. Where nobody wakes the time has changed when this returns; else await it.
   */
  advance(delay: Milliseconds): Promise<void>;
  /** How many sleep now. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly due: Milliseconds;
  readonly wake: () => void;
}

/** Makes a clock that shows `start`, in milliseconds since 1970. */
export function fakeClock(start: Milliseconds = 1_700_000_000_000): FakeClock {
  let time = start;
  let goal = start;
  const sleepers = new Set<Sleeper>();

  const earliest = () => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) if (first === undefined || sleeper.due < first.due) first = sleeper;
    return first;
  };

  return {
    now: () => time,
    elapsed: () => time - start,
    get sleepers() {
      return sleepers.size;
    },
    sleep(delay, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          due: time + Math.max(0, delay),
          wake() {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    async advance(delay) {
      goal = Math.max(goal, time) + delay;
      const end = goal;
      for (let next = earliest(); next !== undefined && next.due <= end; next = earliest()) {
        sleepers.delete(next);
        time = Math.max(time, next.due);
        next.wake();
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      time = Math.max(time, end);
    },
  };
}
