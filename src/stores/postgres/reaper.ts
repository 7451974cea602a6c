import type { Milliseconds } from '../../base/units.ts';
import { type Reaper, startReaper } from '../reaper.ts';
import { KEPT } from './changes.ts';
import type { Database } from './database.ts';
import type { Entries } from './entries.ts';

/** Rows of the helping tables swept in one step. */
const STEP = 1000;
/** For how long a log may be read after its lease has ended. */
const LOG_KEPT: Milliseconds = 60_000;

/** Deletes in small steps, by index, passing by rows that somebody holds, so that nobody waits for it. */
export function reaper({ s, run }: Database, entries: Entries, now: () => Milliseconds, every: Milliseconds): Reaper {
  const sweep = async (table: string, key: string, condition: string, isStopped: () => boolean) => {
    for (let count = STEP; count === STEP && !isStopped(); ) {
      const rows = await run(`DELETE FROM ${s}${table} WHERE (${key}) IN
        (SELECT ${key} FROM ${s}${table} WHERE ${condition} LIMIT ${STEP} FOR UPDATE SKIP LOCKED) RETURNING 1`);
      count = rows.length;
    }
  };
  const past = (column: string, kept: Milliseconds) => `${column} < now() - interval '${kept / 1000} seconds'`;

  return startReaper(every, async (isStopped) => {
    let count = 0;
    for (let more = true; more && !isStopped(); ) {
      const step = await entries.reap(now());
      count += step.count;
      more = step.more && step.count > 0;
    }
    await sweep('changes', 'seq', past('at', KEPT), isStopped);
    const alive = `EXISTS (SELECT 1 FROM ${s}leases l WHERE l.key = logs.key AND l.fence = logs.fence AND NOT ${past('l.until', LOG_KEPT)})`;
    await sweep('logs', 'key, fence, seq', `${past('at', LOG_KEPT)} AND NOT ${alive}`, isStopped);
    await sweep('leases', 'key', `${past('until', LOG_KEPT)} AND NOT EXISTS (SELECT 1 FROM ${s}logs g WHERE g.key = leases.key)`, isStopped);
    return count;
  });
}
