import type { Lease, Leases } from '../store.ts';
import type { Database } from './database.ts';
import { keyOf } from './text.ts';

/**
 * Leases by the server's clock. The fence comes from one counter of the database and is taken while the row is held, so that it grows with
 * every holder. The row of one that was released stays for a while, as it says who wrote the log last. `channel`: who reads logs listens there.
 */
export function leasesIn({ s, run }: Database, channel: string): Leases {
  const fence = `nextval('${`${s}fences`.replaceAll("'", "''")}')`;
  const until = "clock_timestamp() + $2::float8 * interval '1 millisecond'";
  return {
    async acquire(name, duration) {
      const [row] = await run(
        `INSERT INTO ${s}leases AS l (key, fence, until) VALUES ($1, ${fence}, ${until})
        ON CONFLICT (key) DO UPDATE SET fence = greatest(${fence}, l.fence + 1), until = ${until}, released = false
        WHERE l.released OR l.until <= clock_timestamp()
        RETURNING fence`,
        [keyOf(name), duration],
      );
      return row && { name, fence: Number(row[0]) };
    },
    async renew({ name, fence: own }, duration) {
      // One that ran out and that nobody took since is still its holder's, unless it was released.
      const rows = await run(`UPDATE ${s}leases SET until = ${until} WHERE key = $1 AND fence = $3 AND NOT released RETURNING 1`, [keyOf(name), duration, own]);
      return rows.length > 0;
    },
    async release({ name, fence: own }: Lease) {
      // Wakes whoever reads its log, as that has ended.
      await run(
        `WITH freed AS (UPDATE ${s}leases SET until = clock_timestamp(), released = true WHERE key = $1 AND fence = $2 RETURNING key)
        SELECT pg_notify('${channel}', key::text) FROM freed`,
        [keyOf(name), own],
      );
    },
  };
}
