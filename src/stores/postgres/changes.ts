import { randomUUID } from 'node:crypto';
import type { Milliseconds } from '../../base/units.ts';
import type { Change, Changes } from '../store.ts';
import type { Database } from './database.ts';
import type { Listener } from './listener.ts';
import { fromValue, toValue } from './text.ts';

/** How often a subscriber looks for what others did: while notifications come, and while none do. */
const POLL_LISTENING: Milliseconds = 1000;
const POLL: Milliseconds = 100;
/** How long a write waits for others, to be told of together with them. */
const GATHER: Milliseconds = 5;
/** Ids in one row. */
const ROW = 500;
/** Ids that wait to be told. Were they more, as the server is gone, others are told to forget everything. */
const MOST_WAITING = 10_000;
/** Pause before telling is tried again. */
const AGAIN: Milliseconds = 500;
/** How long a look may take before it counts as failed. */
const LOOK: Milliseconds = 1000;
/** Rows read at one time; when there are more, it is cheaper to forget everything. */
const READ = 2000;
/** After so long without a look, changes may have been swept away. */
const STALE: Milliseconds = 30_000;
/** For how long rows are kept. */
export const KEPT: Milliseconds = 60_000;

/** The table of changes, by which processes that share the database hear of each other. */
export interface ChangeLog extends Changes {
  /** This store among the others. */
  readonly origin: string;
  /** Tells others, in a moment, that an entry was written. */
  tell(id: string): void;
  /** Tells others that everything goes. */
  tellClear(): Promise<void>;
  /** Notes where the table ends, so that a subscriber hears of all that comes later. */
  anchor(): Promise<void>;
  /** Whoever remembers anything must forget it. */
  lost(): void;
  /** Tells what is left, and stops looking. */
  close(): Promise<void>;
}

/**
 * The table is the truth, and notifications only wake: what was written while a connection was away is still found. New is what the last
 * look could not see. The numbers of the rows would not tell, as they are given before rows can be seen.
 */
export function changeLog(database: Database, listener: Listener | undefined, channel: string): ChangeLog {
  const { s, run } = database;
  const origin = randomUUID();
  const listeners = new Set<(change: Change) => void>();
  let waiting = new Set<string>();
  let overflown = false;
  let telling: NodeJS.Timeout | undefined;
  let toldLast: Promise<void> = Promise.resolve();

  /** What could be seen by the last look. */
  let snapshot: string | undefined;
  let looked = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let unlisten: (() => void) | undefined;
  let closed = false;

  const say = (change: Change) => {
    for (const each of listeners) {
      try {
        each(change);
      } catch {
        // What one makes of a change must not keep it from the others, nor end the process.
      }
    }
  };
  const lost = () => say({ kind: 'lost' });

  const sendWaiting = async () => {
    const ids = [...waiting];
    const clear = overflown;
    waiting = new Set();
    overflown = false;
    try {
      for (let at = 0; at < ids.length && !clear; at += ROW) {
        const row = ids.slice(at, at + ROW);
        await run(`INSERT INTO ${s}changes (origin, kind, ids) VALUES ($1, 'set', $2::text[])`, [origin, row.map(toValue)]);
      }
      if (clear) await run(`INSERT INTO ${s}changes (origin, kind, ids) VALUES ($1, 'clear', '{}')`, [origin]);
    } catch (error) {
      overflown ||= clear;
      for (const id of ids) add(id);
      throw error;
    }
  };
  const add = (id: string) => {
    if (waiting.size < MOST_WAITING) waiting.add(id);
    else overflown = true;
  };
  const sendSoon = (pause: Milliseconds) => {
    telling ??= setTimeout(() => {
      telling = undefined;
      // What is told next waits until this is, so that the order holds.
      toldLast = toldLast.then(sendWaiting).catch(() => {
        if (!closed) sendSoon(AGAIN);
      });
    }, pause);
    if (pause === AGAIN) telling.unref();
  };

  const anchor = async () => {
    const [row] = await run('SELECT pg_current_snapshot()::text');
    snapshot = row![0] as string;
    looked = performance.now();
  };

  /** Reads what others noted since the last look. */
  const look = async () => {
    if (snapshot === undefined || performance.now() - looked > STALE) {
      await anchor();
      return lost();
    }
    const rows = await run(
      `SELECT pg_current_snapshot()::text, c.kind, c.ids FROM (SELECT 1) one
      LEFT JOIN (
        SELECT * FROM ${s}changes WHERE xact >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(xact, $1::pg_snapshot)
          AND origin <> $2 ORDER BY seq LIMIT ${READ}
      ) c ON true ORDER BY c.seq`,
      [snapshot, origin],
      LOOK,
    );
    looked = performance.now();
    snapshot = rows[0]![0] as string;
    if (rows.length >= READ) return lost();
    for (const [, kind, ids] of rows) {
      if (kind !== null) say(kind === 'clear' ? { kind } : { kind: kind as 'set' | 'delete', ids: (ids as string[]).map(fromValue) });
    }
  };

  const lookNow = () => {
    if (closed || listeners.size === 0) return;
    if (looking) return void (lookAgain = true);
    clearTimeout(timer);
    let pause = listener?.live ? POLL_LISTENING : POLL;
    looking = look()
      // While the table cannot be read, nothing may be trusted that was remembered.
      .catch(() => {
        pause = POLL_LISTENING;
        lost();
      })
      .finally(() => {
        looking = undefined;
        if (closed || listeners.size === 0) return;
        if (lookAgain) {
          lookAgain = false;
          return lookNow();
        }
        timer = setTimeout(lookNow, pause).unref();
      });
  };

  return {
    origin,
    tell(id) {
      add(id);
      sendSoon(GATHER);
    },
    async tellClear() {
      await run(`INSERT INTO ${s}changes (origin, kind, ids) VALUES ($1, 'clear', '{}')`, [origin]);
    },
    anchor,
    lost,
    subscribe(onChange) {
      // An own function for each subscriber, so that one may subscribe twice.
      const own = (change: Change) => onChange(change);
      listeners.add(own);
      if (listeners.size === 1) {
        unlisten ??= listener?.listen(channel, lookNow);
        lookNow();
      }
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) clearTimeout(timer);
      };
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(telling);
      unlisten?.();
      listeners.clear();
      await looking?.catch(() => {});
      await toldLast;
      if (waiting.size > 0 || overflown) await sendWaiting().catch(() => {});
    },
  };
}
