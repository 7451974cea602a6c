import type { Clock } from '../base/clock.ts';
import type { Milliseconds } from '../base/units.ts';

/** What `work` comes to, or a rejection with what `late` makes when that takes longer than `limit`. The work itself goes on. */
export function inTime<T>(work: Promise<T>, limit: Milliseconds, clock: Clock, late: () => Error): Promise<T> {
  const over = new AbortController();
  const bell = clock.sleep(limit, over.signal).then(() => {
    throw late();
  });
  bell.catch(() => {});
  return Promise.race([work, bell]).finally(() => over.abort());
}
