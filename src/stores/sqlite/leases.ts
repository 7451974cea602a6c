import type { Milliseconds } from '../../base/units.ts';
import type { Lease, Leases } from '../store.ts';
import { company } from './company.ts';
import { toValue } from './driver.ts';
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

/** A lease that this process holds. */
interface Own {
  readonly lease: Lease;
  until: Milliseconds;
  /** In memory alone, as nobody else has the file open. */
  unwritten: boolean;
}

/** Leases, and what the logs need to know of them. */
export interface SqliteLeases extends Leases {
  /** True while nobody has taken the lease from its holder. */
  holds(lease: Lease): boolean;
  /** True for a lease that no other process can know of. */
  isUnwritten(lease: Lease): boolean;
  /** Writes leases that are in memory alone. */
  write(): Promise<void>;
  /** Has the log of a lease written, inside the transaction in which it is given up, and forgotten after that. */
  onRelease(log: { releasing(lease: Lease): void; released(lease: Lease): void }): void;
  close(): void;
}

/**
 * Leases for processes that share the file, by the machine's clock. As long as a process has the file for itself they are in memory alone, and cost
 * nothing; when another comes, those that are held are written before it asks for any. What is wanted in one turn of the event loop is taken in one
 * transaction. A fence is the time at least, so that it grows also after old rows have gone.
 */
export function sqliteLeases(tables: Tables, now: () => Milliseconds): SqliteLeases {
  const { prepare, refresh, write, writeSoon } = tables;
  const own = new Map<string, Own>();
  let wanted: Wanted[] = [];
  let purged = -Infinity;
  let lastFence = 0;
  let log: Parameters<SqliteLeases['onRelease']>[0] = { releasing() {}, released() {} };

  const ownOf = ({ name, fence }: Lease): Own | undefined => {
    const held = own.get(name);
    return held?.lease.fence === fence ? held : undefined;
  };
  const keep = ({ name, fence }: Lease, until: Milliseconds, unwritten: boolean): Lease => {
    const held: Own = {
      lease: {
        name,
        fence,
        get alone() {
          return held.unwritten;
        },
      },
      until,
      unwritten,
    };
    own.set(name, held);
    return held.lease;
  };

  const writeNow = async () => {
    const held = [...own.values()].filter(({ unwritten }) => unwritten);
    if (held.length === 0) return;
    const lost = await write(() => held.filter(({ lease, until }) => {
      // One that was given up meanwhile need not be known, and one that somebody has taken is lost.
      if (ownOf(lease) === undefined) return false;
      const { changes } = prepare(`INSERT INTO leases (name, fence, until) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET fence = excluded.fence, until = excluded.until WHERE until <= ? AND fence < excluded.fence`)
        .run(toValue(lease.name), lease.fence, until, now());
      return Number(changes) === 0;
    }));
    for (const one of held) one.unwritten = false;
    for (const { lease } of lost) if (ownOf(lease)) own.delete(lease.name);
  };
  let writing: Promise<void> | undefined;
  const writeUnwritten = async () => {
    await writing;
    await (writing = writeNow().finally(() => (writing = undefined)));
  };
  const others = company(tables, now, writeUnwritten);

  const take = (name: string, duration: Milliseconds): Lease | undefined => {
    const moment = now();
    // A lease that would last longer than anybody asked for was taken before the clock was put back.
    const row = prepare(`INSERT INTO leases (name, fence, until) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET fence = max(fence + 1, excluded.fence), until = excluded.until WHERE until <= ? OR until > ?
      RETURNING fence`).get(toValue(name), nextFence(), moment + duration, moment, moment + KEPT) as unknown as readonly number[] | undefined;
    if (!row) return undefined;
    lastFence = Math.max(lastFence, row[0]!);
    return { name, fence: row[0]! };
  };
  const nextFence = () => (lastFence = Math.max(lastFence + 1, Math.floor(now())));

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
      await writeUnwritten();
      const leases = await write(() => {
        purge();
        return group.map(({ name, duration }) => take(name, duration));
      });
      for (const [at, { duration, settle }] of group.entries()) {
        const lease = leases[at];
        settle.resolve(lease && keep(lease, now() + duration, false));
      }
    } catch (error) {
      for (const { settle } of group) settle.reject(error);
    }
  };

  void others.seen().catch(() => {});

  return {
    async acquire(name, duration) {
      await others.seen();
      const mine = own.get(name);
      if (mine?.unwritten && mine.until > now()) return undefined;
      if ((!mine || mine.unwritten) && others.isAlone()) return keep({ name, fence: nextFence() }, now() + duration, true);
      // Whoever asks in vain is told without a transaction, which others may be waiting to begin.
      refresh();
      const held = prepare('SELECT until FROM leases WHERE name = ?').get(toValue(name)) as unknown as readonly number[] | undefined;
      const moment = now();
      if (held && held[0]! > moment && held[0]! <= moment + KEPT) return undefined;
      const settle = Promise.withResolvers<Lease | undefined>();
      if (wanted.push({ name, duration, settle }) === 1) setImmediate(() => void takeAll());
      return settle.promise;
    },

    async renew(lease, duration) {
      const held = ownOf(lease);
      if (held?.unwritten) {
        held.until = now() + duration;
        return true;
      }
      return write(() => {
        // One that ran out and that nobody took since is still its holder's, unless it was released.
        const { changes } = prepare('UPDATE leases SET until = ? WHERE name = ? AND fence = ? AND until > 0')
          .run(now() + duration, toValue(lease.name), lease.fence);
        return Number(changes) === 1;
      });
    },

    async release(lease) {
      // Whether it is in the file is known when nothing is just being written there.
      if (ownOf(lease)?.unwritten) await writing?.catch(() => {});
      const held = ownOf(lease);
      if (held) own.delete(lease.name);
      try {
        if (held?.unwritten) return;
        await writeSoon(() => {
          log.releasing(lease);
          prepare('UPDATE leases SET until = 0 WHERE name = ? AND fence = ?').run(toValue(lease.name), lease.fence);
        });
      } finally {
        log.released(lease);
      }
    },

    holds(lease) {
      const held = ownOf(lease);
      if (held?.unwritten) return held.until > now();
      return prepare('SELECT 1 FROM leases WHERE name = ? AND fence = ? AND until > ?').get(toValue(lease.name), lease.fence, now()) !== undefined;
    },
    isUnwritten: (lease) => ownOf(lease)?.unwritten ?? false,
    write: writeUnwritten,
    onRelease(told) {
      log = told;
    },
    close: () => others.close(),
  };
}
