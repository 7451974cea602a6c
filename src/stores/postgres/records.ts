import { byName } from '../memory-records.ts';
import type { Records, StoredRecord } from '../store.ts';
import type { Database, Row } from './database.ts';
import { ESCAPE, fromValue, keyOf, toValue } from './text.ts';

const COLUMNS = 'name, value, version';
/** So many characters of a name are in the index. */
const INDEXED = 100;

/** Records in the database. Their versions come from one counter, so that a record that is made anew never has a version of before. */
export function recordsIn(use: () => Promise<Database>): Records {
  return {
    async get(name) {
      const { s, run, settings } = await use();
      const [row] = await run(`SELECT ${COLUMNS} FROM ${s}records WHERE key = $1`, [keyOf(name)], settings.readTimeout);
      return row && recordOf(row);
    },
    async put(name, value, version) {
      const { s, run } = await use();
      const next = `nextval('${`${s}record_versions`.replaceAll("'", "''")}')`;
      const rows = version === undefined
        ? await run(`INSERT INTO ${s}records VALUES ($1, $2, $3, ${next}) ON CONFLICT DO NOTHING RETURNING 1`, [keyOf(name), toValue(name), toValue(value)])
        : await run(`UPDATE ${s}records SET value = $2, version = ${next} WHERE key = $1 AND version = $3 RETURNING 1`, [keyOf(name), toValue(value), version]);
      return rows.length > 0;
    },
    async delete(name) {
      const { s, run } = await use();
      await run(`DELETE FROM ${s}records WHERE key = $1`, [keyOf(name)]);
    },
    async list(prefix) {
      const { s, run } = await use();
      // Escaped names begin otherwise than they did.
      const begins = toValue(prefix).startsWith(ESCAPE) ? [ESCAPE] : [toValue(prefix), ESCAPE];
      const begun = begins.map((_, at) => `left(name, ${INDEXED}) ^@ left($${at + 1}, ${INDEXED})`);
      const rows = await run(`SELECT ${COLUMNS} FROM ${s}records WHERE ${begun.join(' OR ')}`, begins);
      return rows.map(recordOf).filter((record) => record.name.startsWith(prefix)).sort(byName);
    },
  };
}

const recordOf = ([name, value, version]: Row): StoredRecord => ({
  name: fromValue(name as string),
  value: fromValue(value as string),
  version: Number(version),
});
