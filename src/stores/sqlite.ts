import { ClosedError } from '../base/errors.ts';
import type { MaybePromise } from '../base/maybe.ts';
import type { Milliseconds } from '../base/units.ts';
import type { EntryHead } from '../model/entry.ts';
import { type Address, pathIn, sizesIn } from './address.ts';
import { decodeEntry, decodeHead, encodeEntry } from './codec.ts';
import { matcher } from './matches.ts';
import { breathe, isBusy } from './sqlite/driver.ts';
import { type SqliteLeases, sqliteLeases } from './sqlite/leases.ts';
import { type SqliteLogs, sqliteLogs } from './sqlite/logs.ts';
import { limitOf, type SqliteStoreOptions } from './sqlite/options.ts';
import { conditionOf, keysOf } from './sqlite/query.ts';
import { sqliteRecords } from './sqlite/records.ts';
import { sqliteTables, type Tables } from './sqlite/tables.ts';
import type { Abilities, Query, Store, StoreContext } from './store.ts';

/** Rows deleted in one transaction, so that others can write in between. */
const BATCH = 100;
/** How long `open` waits for other processes, and how often it tries. */
const OPEN_WAIT: Milliseconds = 5000;
const OPEN_PAUSE: Milliseconds = 20;

/** The store as `sqlite-later.ts` describes it, at once. */
export function sqliteStore(options: SqliteStoreOptions): Store {
  const { path, now = Date.now, onDamage = () => {} } = options;
  const limit = limitOf(options);

  let tables: Tables | undefined;
  let abilities: Abilities | undefined;
  let leases: SqliteLeases | undefined;
  let logs: SqliteLogs | undefined;
  let closed = false;
  const openNow = (): Tables => {
    if (closed) throw new ClosedError();
    return (tables ??= sqliteTables(path, limit, now));
  };
  /** Opens the file, also while others make or migrate it just now. */
  const open = async (): Promise<Tables> => {
    for (const until = performance.now() + OPEN_WAIT; ; ) {
      try {
        return openNow();
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, OPEN_PAUSE));
    }
  };
  const use = <T>(work: (tables: Tables) => MaybePromise<T>): MaybePromise<T> => (tables ? work(tables) : open().then(work));

  /** Heads of what the query names, with their keys. */
  async function* heads(query: Query, inOrder: boolean): AsyncGenerator<{ key: number; head: EntryHead }> {
    const { prepare, flush } = await open();
    await flush();
    const select = prepare('SELECT head, length(head) + length(body), expires_at, drop_at FROM entries WHERE key = ?');
    const fits = query.text === undefined ? () => true : matcher({ text: query.text });
    let left = query.limit ?? Infinity;
    let sinceBreath = 0;
    for await (const keys of keysOf(prepare, query, inOrder)) {
      for (const key of keys) {
        if (left <= 0) return;
        if (++sinceBreath % BATCH === 0) await breathe();
        const row = select.get(key) as unknown as readonly [Uint8Array, number, number | null, number | null] | undefined;
        const head = row && decodeHead(undefined, row[0], row[1], onDamage, { expiresAt: row[2] ?? undefined, dropAt: row[3] ?? undefined });
        if (!head || !fits(head)) continue;
        left--;
        yield { key, head };
      }
    }
  }

  /** Keys of what the query names. Heads are read only where SQL alone cannot tell. */
  async function* named(query: Query): AsyncGenerator<readonly number[]> {
    if (query.text === undefined && query.limit === undefined) return yield* keysOf((await open()).prepare, query, false);
    for await (const { key } of heads(query, query.limit !== undefined)) yield [key];
  }

  /** What processes that share the file can do together. */
  const abilitiesOf = (opened: Tables): Abilities => {
    if (path === ':memory:') return {};
    if (!opened.writable) return { changes: opened.changes };
    leases = sqliteLeases(opened, now);
    logs = sqliteLogs(opened, leases, now);
    return { changes: opened.changes, leases, logs };
  };

  return {
    name: 'sqlite',
    async open() {
      const opened = await open();
      return (abilities ??= abilitiesOf(opened));
    },

    get(id) {
      // Never waits: a file that cannot be opened right now is an error, and so a miss.
      const { waiting, read } = tables ?? openNow();
      const entry = waiting(id);
      if (entry) return entry;
      const row = read(id);
      return row && decodeEntry(id, row[1], row[2], onDamage, { expiresAt: row[3] ?? undefined, dropAt: row[4] ?? undefined });
    },

    set(entry): MaybePromise<void> {
      return use(({ put }) => put(entry, encodeEntry(entry)));
    },

    touch(id, expiresAt): MaybePromise<void> {
      return use(({ touch }) => touch(id, expiresAt));
    },

    async *find(query) {
      for await (const { head } of heads(query, true)) yield head;
    },

    async delete(query) {
      const { remove, noteClear, shrink, flush } = await open();
      await flush();
      const everything = Object.values(query).every((member) => member === undefined);
      const condition = conditionOf(query);
      let count = 0;
      let waiting: number[] = [];
      const removeBatch = async () => {
        const batch = waiting;
        waiting = [];
        count += await remove(batch, condition, everything);
        await breathe();
      };
      if (everything) await noteClear();
      for await (const keys of named(query)) {
        for (const key of keys) if (waiting.push(key) >= BATCH) await removeBatch();
      }
      if (waiting.length > 0) await removeBatch();
      if (everything) await noteClear();
      await shrink();
      return count;
    },

    async size() {
      const { size, flush } = await open();
      await flush();
      return size();
    },
    records: sqliteRecords(use),

    async close() {
      closed = true;
      const last = tables;
      tables = undefined;
      logs?.close();
      leases?.close();
      await last?.close();
    },
  };
}

/** The SQLite store that a URL names. */
export function sqliteStoreAt(address: Address, context: StoreContext): Store {
  return sqliteStore({ path: pathIn(address), ...sizesIn(address, ['maxBytes']), ...context });
}
