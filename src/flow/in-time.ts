import { bell, type Clock } from '../base/clock.ts';
import type { Milliseconds } from '../base/units.ts';

/** What `work` comes to, or a rejection with what `late` makes when that takes longer than `limit`. The work itself goes on. */
export function inTime<T>(work: Promise<T>, limit: Milliseconds, clock: Clock, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = bell(clock, limit, () => reject(late()));
    work.then(
      (value) => {
        stop();
        resolve(value);
      },
      (error: unknown) => {
        stop();
        reject(error as Error);
      },
    );
  });
}
