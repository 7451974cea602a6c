import type { Bytes, Milliseconds } from '../../base/units.ts';
import type { Lease, StreamLogs } from '../store.ts';
import { textOf, toValue, type Value } from './driver.ts';
import type { SqliteLeases } from './leases.ts';
import type { Tables } from './tables.ts';

/** How often a holder looks whether somebody reads, and the shortest and longest pause between two looks of a reader. */
const LOOK: Milliseconds = 20;
const FIRST: Milliseconds = 2;
const LONGEST: Milliseconds = 20;
/** Pieces read at one time. */
const STEP = 200;
/** For how long a log may be read after its last piece, and for how long a reader is believed that it reads. */
const KEPT: Milliseconds = 30_000;
/** What is held back of one log at most; more is written, whether somebody reads it or not. */
const HELD_BACK: Bytes = 2 ** 23;

/** What is not written yet of a log. */
interface Log {
  readonly lease: Lease;
  pieces: { readonly seq: number; readonly bytes: Uint8Array }[];
  bytes: Bytes;
  /** Somebody reads it, or it has grown too large to be held back. */
  written: boolean;
}

/** The logs of a file. */
export interface SqliteLogs extends StreamLogs {
  close(): void;
}

/**
 * Logs that processes on one machine read from the file. As most calls are followed by nobody elsewhere, pieces stay in memory until somebody
 * says, by a row, that it reads them: the holder sees that within 20 ms. A reader looks every 2 to 20 ms.
 */
export function sqliteLogs({ prepare, refresh, write, writeSoon }: Tables, leases: SqliteLeases, now: () => Milliseconds): SqliteLogs {
  const logs = new Map<string, Log>();
  let looking: NodeJS.Timeout | undefined;
  let seen: Value | undefined;
  let purged = -Infinity;

  const numbers = (sql: string, ...values: Value[]) => prepare(sql).get(...values) as unknown as readonly number[] | undefined;
  const isRead = (name: string) => numbers('SELECT 1 FROM log_readers WHERE name = ? AND until > ?', toValue(name), now()) !== undefined;

  const purge = () => {
    const moment = now();
    if (moment < purged + KEPT) return;
    purged = moment;
    prepare('DELETE FROM log_pieces WHERE at < ?').run(moment - KEPT);
    prepare('DELETE FROM log_readers WHERE until < ?').run(moment);
  };

  /** Inside a transaction, which may be tried again: what is there already stays as it is. */
  const putPieces = ({ lease: { name, fence }, pieces }: Log) => {
    purge();
    const put = prepare('INSERT OR IGNORE INTO log_pieces (name, fence, seq, at, bytes) VALUES (?, ?, ?, ?, ?)');
    for (const { seq, bytes } of pieces) put.run(toValue(name), fence, seq, now(), bytes);
  };

  const writeOut = async (log: Log): Promise<void> => {
    log.written = true;
    let last = -1;
    await writeSoon(() => {
      if (!leases.holds(log.lease)) throw lost(log.lease);
      putPieces(log);
      last = log.pieces.at(-1)?.seq ?? last;
    });
    log.pieces = log.pieces.filter(({ seq }) => seq > last);
  };

  /** Looks whether somebody elsewhere reads what is held back. A file that is locked right now is looked at the next time. */
  const look = () => {
    try {
      refresh();
      const version = numbers('PRAGMA data_version')?.[0];
      if (version === seen) return;
      const readers = prepare('SELECT CAST(name AS BLOB) FROM log_readers WHERE until > ?').all(now()) as unknown as readonly Value[][];
      seen = version;
      for (const [name] of readers) {
        const log = logs.get(textOf(name));
        // What cannot be written now goes with the next piece, or with the lease.
        if (log && !log.written) void writeOut(log).catch(() => {});
      }
    } catch {}
  };
  const stopLooking = () => {
    clearInterval(looking);
    looking = undefined;
  };

  leases.onRelease({
    releasing({ name, fence }) {
      const log = logs.get(name);
      if (log?.lease.fence !== fence || log.pieces.length === 0 || !leases.holds(log.lease)) return;
      if (log.written || isRead(name)) putPieces(log);
    },
    released({ name, fence }) {
      if (logs.get(name)?.lease.fence === fence) logs.delete(name);
      if (logs.size === 0) stopLooking();
    },
  });

  return {
    async append(lease, seq, bytes) {
      const unknown = leases.isUnwritten(lease);
      if (!unknown) refresh();
      if (!leases.holds(lease)) throw lost(lease);
      let log = logs.get(lease.name);
      if (log?.lease.fence !== lease.fence) logs.set(lease.name, (log = { lease, pieces: [], bytes: 0, written: !unknown && isRead(lease.name) }));
      log.pieces.push({ seq, bytes });
      log.bytes += bytes.byteLength;
      if ((log.written && !unknown) || log.bytes > HELD_BACK) return writeOut(log);
      looking ??= setInterval(look, LOOK).unref();
    },

    async *read(name, from) {
      let fence: number | undefined;
      let next = from;
      let announced = -Infinity;
      for (let pause = FIRST; ; pause = Math.min(LONGEST, pause * 1.5)) {
        if (now() >= announced + KEPT / 2) {
          announced = now();
          await write(() => void prepare('INSERT OR REPLACE INTO log_readers (name, until) VALUES (?, ?)').run(toValue(name), announced + KEPT));
          await leases.write();
          const own = logs.get(name);
          if (own && !own.written) await writeOut(own).catch(() => {});
        }
        refresh();
        // The lease before the pieces, so that what is said to have ended has nothing behind it.
        const holder = numbers('SELECT fence, until FROM leases WHERE name = ?', toValue(name));
        if (!holder) return;
        fence ??= holder[0]!;
        const pieces = prepare('SELECT seq, bytes FROM log_pieces WHERE name = ? AND fence = ? AND seq >= ? ORDER BY seq LIMIT ?')
          .all(toValue(name), fence, next, STEP) as unknown as readonly (readonly [number, Uint8Array])[];
        for (const [seq, bytes] of pieces) {
          if (seq !== next) break;
          next++;
          pause = FIRST;
          yield bytes;
        }
        if (pieces.length === STEP) continue;
        if (holder[0] !== fence || holder[1]! <= now()) return;
        // Holds the process, as somebody waits.
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    },

    close() {
      stopLooking();
      logs.clear();
    },
  };
}

const lost = ({ name }: Lease): Error => new Error(`the lease ${JSON.stringify(name)} is held no longer`);
