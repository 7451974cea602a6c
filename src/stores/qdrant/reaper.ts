import type { Milliseconds } from '../../base/units.ts';
import { type Reaper, startReaper } from '../reaper.ts';
import type { ChangeLog } from './changes.ts';
import type { Entries } from './entries.ts';

/** Deletes what may be forgotten, as Qdrant has no expiry of its own. */
export function reaper(entries: Entries, changes: ChangeLog, now: () => Milliseconds, every: Milliseconds): Reaper {
  return startReaper(every, async (isStopped) => {
    let count = 0;
    for (let more = true; more && !isStopped(); ) {
      const step = await entries.reap(now());
      count += step.count;
      more = step.more;
    }
    await changes.reap();
    return count;
  });
}
