import type { Milliseconds } from '../../base/units.ts';
import type { Lease, Leases } from '../store.ts';
import { toValue } from './driver.ts';
import type { SqliteLogs } from './logs.ts';
import type { Tables } from './tables.ts';

/** For how long the row of a lease is kept after its end, and how often old ones are looked for. */
const KEPT: Milliseconds = 60 * 60_000;
const PURGE_EVERY: Milliseconds = 60_000;

/** A lease that is wanted, and how its caller is told. */
interface Wanted {
  readonly name: string;
  readonly duration: Milliseconds;
  readonly settle: PromiseWithResolvers<Lease | undefined>;
}

/**
 * Leases for processes that share the file, by the machine's clock. What is wanted in one turn of the event loop is taken in one transaction.
 * A fence is the time at least, so that it grows also after old rows have gone.
 */
export function sqliteLeases({ prepare, refresh, write, writeSoon }: Tables, logs: SqliteLogs, now: () => Milliseconds): Leases {
  let wanted: Wanted[] = [];
  let purged = -Infinity;

  const take = (name: string, duration: Milliseconds): Lease | undefined => {
    const moment = now();
    // A lease that would last longer than anybody asked for was taken before the clock was put back.
    const row = prepare(`INSERT INTO leases (name, fence, until) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET fence = max(fence + 1, excluded.fence), until = excluded.until WHERE until <= ? OR until > ?
      RETURNING fence`).get(toValue(name), Math.floor(moment), moment + duration, moment, moment + KEPT) as unknown as readonly number[] | undefined;
    return row && { name, fence: row[0]! };
  };

  const purge = () => {
    const moment = now();
    if (moment < purged + PURGE_EVERY) return;
    purged = moment;
    prepare('DELETE FROM leases WHERE until < ?').run(moment - KEPT);
  };

  const takeAll = async () => {
    const group = wanted;
    wanted = [];
    try {
      const leases = await write(() => {
        purge();
        return group.map(({ name, duration }) => take(name, duration));
      });
      for (const [at, { settle }] of group.entries()) settle.resolve(leases[at]);
    } catch (error) {
      for (const { settle } of group) settle.reject(error);
    }
  };

  return {
    async acquire(name, duration) {
      // Whoever asks in vain is told without a transaction, which others may be waiting to begin.
      refresh();
      const held = prepare('SELECT until FROM leases WHERE name = ?').get(toValue(name)) as unknown as readonly number[] | undefined;
      const moment = now();
      if (held && held[0]! > moment && held[0]! <= moment + KEPT) return undefined;
      const settle = Promise.withResolvers<Lease | undefined>();
      if (wanted.push({ name, duration, settle }) === 1) setImmediate(() => void takeAll());
      return settle.promise;
    },

    async renew({ name, fence }, duration) {
      return write(() => {
        // One that ran out and that nobody took since is still its holder's, unless it was released.
        const { changes } = prepare('UPDATE leases SET until = ? WHERE name = ? AND fence = ? AND until > 0').run(now() + duration, toValue(name), fence);
        return Number(changes) === 1;
      });
    },

    async release(lease) {
      try {
        await writeSoon(() => {
          logs.releasing(lease);
          prepare('UPDATE leases SET until = 0 WHERE name = ? AND fence = ?').run(toValue(lease.name), lease.fence);
        });
      } finally {
        logs.released(lease);
      }
    },
  };
}
