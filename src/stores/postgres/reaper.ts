import type { Milliseconds } from '../../base/units.ts';
import { KEPT } from './changes.ts';
import type { Database } from './database.ts';
import type { Entries } from './entries.ts';

/** Rows of the helping tables swept in one step. */
const STEP = 1000;
/** For how long a log may be read after its lease has ended. */
const LOG_KEPT: Milliseconds = 60_000;

export interface Reaper {
  /** Deletes what is past `dropAt`, and what the helping tables no longer need; says how many entries. */
  reap(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Deletes in small steps, by index, passing by rows that somebody holds, so that nobody waits for it. Several processes share the work without
 * knowing of each other. `every`: 0 for only when asked.
 */
export function reaper({ s, run }: Database, entries: Entries, now: () => Milliseconds, every: Milliseconds): Reaper {
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<number> | undefined;
  let stopped = false;

  const sweep = async (table: string, key: string, condition: string) => {
    for (let count = STEP; count === STEP && !stopped; ) {
      const rows = await run(`DELETE FROM ${s}${table} WHERE (${key}) IN
        (SELECT ${key} FROM ${s}${table} WHERE ${condition} LIMIT ${STEP} FOR UPDATE SKIP LOCKED) RETURNING 1`);
      count = rows.length;
    }
  };
  const past = (column: string, kept: Milliseconds) => `${column} < now() - interval '${kept / 1000} seconds'`;

  const work = async () => {
    let count = 0;
    for (let more = true; more && !stopped; ) {
      const step = await entries.reap(now());
      count += step.count;
      more = step.more && step.count > 0;
    }
    await sweep('changes', 'seq', past('at', KEPT));
    const alive = `EXISTS (SELECT 1 FROM ${s}leases l WHERE l.key = logs.key AND l.fence = logs.fence AND NOT ${past('l.until', LOG_KEPT)})`;
    await sweep('logs', 'key, fence, seq', `${past('at', LOG_KEPT)} AND NOT ${alive}`);
    await sweep('leases', 'key', `${past('until', LOG_KEPT)} AND NOT EXISTS (SELECT 1 FROM ${s}logs g WHERE g.key = leases.key)`);
    return count;
  };
  const reap = () => (underWay ??= work().finally(() => (underWay = undefined)));

  const soon = () => {
    if (every === 0 || stopped) return;
    // Not all at the same moment.
    const pause = Math.min(2 ** 31 - 1, every * (0.75 + Math.random() / 2));
    timer = setTimeout(() => void reap().catch(() => {}).finally(soon), pause).unref();
  };
  soon();

  return {
    reap,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await underWay?.catch(() => {});
    },
  };
}
