import type { MaybePromise } from '../../base/maybe.ts';
import { byName } from '../memory-records.ts';
import { textOf, toValue, type Value } from './driver.ts';
import type { Tables } from './tables.ts';
import type { Records, StoredRecord } from '../store.ts';

const COLUMNS = 'CAST(name AS BLOB), CAST(value AS BLOB), version';

/** Does something with the tables, at once where they are open. */
type Use = <T>(work: (tables: Tables) => MaybePromise<T>) => MaybePromise<T>;

/** Records in the database. Their versions come from one counter, so that a record that is made anew never has a version of before. */
export function sqliteRecords(use: Use): Records {
  return {
    get: (name) =>
      use(({ prepare }) => {
        const row = prepare(`SELECT ${COLUMNS} FROM records WHERE name = ?`).get(toValue(name)) as unknown as readonly Value[] | undefined;
        return row && recordOf(row);
      }),
    put: (name, value, version) => use(({ prepare, write }) => write(() => putRecord(prepare, name, value, version))),
    delete: (name) => use(({ prepare, write }) => write(() => void prepare('DELETE FROM records WHERE name = ?').run(toValue(name)))),
    list: (prefix) => use(({ prepare }) => listRecords(prepare, prefix)),
  };
}

type Prepare = Tables['prepare'];

function putRecord(prepare: Prepare, name: string, value: string, version: number | undefined): boolean {
  const [next] = prepare("UPDATE counters SET value = value + 1 WHERE name = 'record version' RETURNING value").get() as unknown as [number];
  const { changes } =
    version === undefined
      ? prepare('INSERT OR IGNORE INTO records (name, value, version) VALUES (?, ?, ?)').run(toValue(name), toValue(value), next)
      : prepare('UPDATE records SET value = ?, version = ? WHERE name = ? AND version = ?').run(toValue(value), next, toValue(name), version);
  return Number(changes) === 1;
}

function listRecords(prepare: Prepare, prefix: string): StoredRecord[] {
  // By bytes, as SQLite's functions on texts end at a NUL. Escaped names begin otherwise than they did.
  const begin = Buffer.from(toValue(prefix));
  const rows = prefix.isWellFormed()
    ? prepare(`SELECT ${COLUMNS} FROM records
        WHERE name >= ? AND (? = 0 OR substr(CAST(name AS BLOB), 1, ?) = ?) OR name >= char(0xFFFE)`)
        .all(toValue(prefix), begin.byteLength, begin.byteLength, begin)
    : prepare(`SELECT ${COLUMNS} FROM records`).all();
  return (rows as unknown as readonly Value[][])
    .map(recordOf)
    .filter((record) => record.name.startsWith(prefix))
    .sort(byName);
}

const recordOf = ([name, value, version]: readonly Value[]): StoredRecord => ({ name: textOf(name), value: textOf(value), version: Number(version) });
