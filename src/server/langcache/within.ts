import type { Milliseconds } from '../../base/units.ts';

/** What `work` comes to, or a rejection with what `late` makes when that takes longer than `limit`. The work itself goes on. */
export function within<T>(work: Promise<T>, limit: Milliseconds, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), limit);
    timer.unref();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
