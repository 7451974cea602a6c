import type { Clock } from '../base/clock.ts';
import type { Milliseconds } from '../base/units.ts';

/** Why a wait ends that is not needed any more. Given each time, as an abort without a reason makes an error with its stack, which takes longer than all else here. */
export const OVER = 'over';

/** What `work` comes to, or a rejection with what `late` makes when that takes longer than `limit`. The work itself goes on. */
export function inTime<T>(work: Promise<T>, limit: Milliseconds, clock: Clock, late: () => Error): Promise<T> {
  const over = new AbortController();
  const bell = clock.sleep(limit, over.signal).then(() => {
    throw late();
  });
  bell.catch(() => {});
  return Promise.race([work, bell]).finally(() => over.abort(OVER));
}
