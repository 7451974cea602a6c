import { isPromise, type MaybePromise } from '../../base/maybe.ts';
import type { Bytes, Milliseconds } from '../../base/units.ts';
import type { Entry } from '../../model/entry.ts';
import type { EncodedEntry } from '../codec.ts';
import { type ChangeLog, changeLog } from './changes.ts';
import { breathe, hashOf, isBusy, type StatementSync, statements, textOf, toValue, transaction, type Value } from './driver.ts';
import type { Condition } from './query.ts';
import { putRow, removeRow } from './rows.ts';
import { LOG_BYTES, openDatabase } from './schema.ts';
import { snapshot } from './snapshot.ts';
import { writer } from './writer.ts';
import type { StoreSize } from '../store.ts';

/** How often the marks of use are written, and how many are gathered at most in between. */
const USED_EVERY: Milliseconds = 10_000;
const USED_MOST = 10_000;
/** A mark of use that is newer than this is not written again. */
const USED_GRAIN: Milliseconds = 60_000;
/** Rows marked, or evicted, in one transaction. */
const STEP = 200;

/** A row of `entries` as a read gives it. */
export type StoredRow = readonly [key: number, head: Uint8Array, body: Uint8Array, expiresAt: Milliseconds | null, dropAt: Milliseconds | null];

/** The tables of one open database, and all that writes to them. */
export interface Tables {
  readonly prepare: (sql: string) => StatementSync;
  readonly changes: ChangeLog;
  /** False for a file that may only be read. */
  readonly writable: boolean;
  /** Lets go of the view that is kept for reads, so that the next read sees what others have written until now. */
  refresh(): void;
  /** The entry that is about to be written. */
  waiting(id: string): Entry | undefined;
  /** What is stored under an id, and notes that it was used. */
  read(id: string): StoredRow | undefined;
  /** Writes at once. */
  write<T>(work: () => T): MaybePromise<T>;
  /** Writes within some milliseconds, together with others. */
  writeSoon(work: () => void): Promise<void>;
  /** Resolves when all that waited to be written has been, or has failed. */
  flush(): Promise<void>;
  /** Writes an entry soon, together with others. */
  put(entry: Entry, encoded: EncodedEntry): Promise<void>;
  touch(id: string, expiresAt: Milliseconds): MaybePromise<void>;
  /** Deletes those of the rows that fit the condition, as they may have changed since they were looked up; says how many. */
  remove(keys: readonly number[], condition: Condition, quietly: boolean): Promise<number>;
  /** Tells other processes that everything goes. */
  noteClear(): Promise<void>;
  /** Gives space that is free back to the disk, when it is much. */
  shrink(): Promise<void>;
  size(): StoreSize;
  close(): Promise<void>;
}

/** Opens the database. */
export function sqliteTables(path: string, maxBytes: Bytes, now: () => Milliseconds): Tables {
  const { database, writable } = openDatabase(path);
  const prepare = statements(database);
  const select = prepare('SELECT key, head, body, expires_at, drop_at FROM entries WHERE id_hash = ? AND id = ?');
  const view = snapshot(prepare, `${path}-wal`, LOG_BYTES);
  const changes = changeLog(prepare, view.end);
  const { now: write, soon, flush } = writer((work) => {
    view.end();
    try {
      return transaction(database, () => {
        const result = work();
        changes.write();
        return result;
      });
    } catch (error) {
      changes.drop();
      throw error;
    }
  });
  const number = (sql: string) => Number((prepare(sql).get() as unknown as readonly Value[])[0]);
  const pageSize = number('PRAGMA page_size');
  const bytesInUse = () => pageSize * (number('PRAGMA page_count') - number('PRAGMA freelist_count'));

  /** Entries that are about to be written, by id. */
  const waiting = new Map<string, Entry>();
  /** Bytes written since the size was looked at, and how many may be before it is again. */
  let written = 0;
  let unwatched = 0;
  const usedKeys = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  let evicting: Promise<void> | undefined;

  /** Writes the marks of use, step by step. A mark that cannot be written now is forgotten: it only helps to choose what goes. */
  const markUsed = async () => {
    clearTimeout(timer);
    timer = undefined;
    const keys = [...usedKeys];
    usedKeys.clear();
    for (let at = 0; at < keys.length; at += STEP) {
      if (at > 0) await breathe();
      const moment = now();
      await write(() => {
        const mark = prepare('UPDATE entries SET used_at = ? WHERE key = ? AND used_at < ?');
        for (const key of keys.slice(at, at + STEP)) mark.run(moment, key, moment - USED_GRAIN);
      });
    }
  };

  /** Lets go of what was used longest ago until a twentieth is free. Another process that does the same at once does no harm. */
  const evict = async () => {
    await markUsed();
    while (bytesInUse() > maxBytes * 0.95) {
      const done = await write(() => {
        const rows = prepare('SELECT key FROM entries ORDER BY used_at, key LIMIT ?').all(STEP) as unknown as readonly number[][];
        for (const [key] of rows) {
          if (bytesInUse() <= maxBytes * 0.95) break;
          removeRow(prepare, key!);
        }
        return rows.length === 0;
      });
      if (done) return;
      await breathe();
    }
  };

  const keepWithinLimit = (): MaybePromise<void> => {
    if (written < unwatched) return;
    written = 0;
    const room = maxBytes - bytesInUse();
    unwatched = Math.min(room / 4, maxBytes / 64);
    if (room >= 0) return;
    // The entry is stored, so that a failure here is none of the write; the next write tries again.
    evicting ??= evict()
      .catch(() => {})
      .finally(() => (evicting = undefined));
    return evicting;
  };

  const used = (key: number) => {
    if (!writable || usedKeys.size >= USED_MOST) return;
    usedKeys.add(key);
    timer ??= setTimeout(() => void markUsed().catch(() => {}), USED_EVERY).unref();
  };

  return {
    prepare,
    changes,
    writable,
    refresh: view.end,
    waiting: (id) => waiting.get(id),
    write,
    writeSoon: (work) => soon(work, () => {}),
    flush,

    read(id) {
      view.begin();
      let row: StoredRow | undefined;
      try {
        row = select.get(hashOf(id), toValue(id)) as unknown as StoredRow | undefined;
      } catch (error) {
        view.end();
        throw error;
      }
      if (row) used(row[0]);
      return row;
    },

    async put(entry, encoded) {
      waiting.set(entry.id, entry);
      const forget = () => {
        if (waiting.get(entry.id) === entry) waiting.delete(entry.id);
      };
      await soon(() => putRow(prepare, changes, entry, encoded, now(), maxBytes), forget);
      written += encoded.head.byteLength + encoded.body.byteLength;
      await keepWithinLimit();
    },

    touch(id, expiresAt) {
      const done = write(() => {
        const { changes: rows } = prepare(`
          UPDATE entries SET expires_at = ?, drop_at = CASE WHEN expires_at IS NULL THEN max(drop_at, ?) ELSE drop_at + (? - expires_at) END
          WHERE id_hash = ? AND id = ?`).run(expiresAt, expiresAt, expiresAt, hashOf(id), toValue(id));
        if (Number(rows) > 0) changes.note('set', id);
      });
      return isPromise(done) ? done : undefined;
    },

    async remove(keys, condition, quietly) {
      return write(() => {
        const select = prepare(`SELECT CAST(e.id AS BLOB) FROM entries e WHERE e.key = ? AND ${condition.sql}`);
        let count = 0;
        for (const key of keys) {
          const row = select.get(key, ...condition.values) as unknown as readonly Value[] | undefined;
          if (!row) continue;
          removeRow(prepare, key);
          if (!quietly) changes.note('delete', textOf(row[0]));
          count++;
        }
        return count;
      });
    },

    async noteClear() {
      await write(() => changes.note('clear'));
    },

    async shrink() {
      try {
        view.end();
        while (number('PRAGMA freelist_count') > number('PRAGMA page_count') / 4) {
          const before = number('PRAGMA page_count');
          database.exec('PRAGMA incremental_vacuum(256)');
          if (number('PRAGMA page_count') === before) return;
          await breathe();
        }
      } catch (error) {
        // Free space is used again by later writes, so that nothing is lost when others write right now.
        if (!isBusy(error)) throw error;
      }
    },

    size: () => ({ entries: number('SELECT count(*) FROM entries'), bytes: bytesInUse() }),

    async close() {
      changes.close();
      await flush();
      await evicting;
      await markUsed().catch(() => {});
      view.end();
      database.close();
    },
  };
}
