import type { Milliseconds } from '../../base/units.ts';
import type { Entry, EntryHead } from '../../model/entry.ts';
import { decodeEntry, decodeHead, encodeEntry, type Moved, type OnDamage } from '../codec.ts';
import { matcher } from '../matches.ts';
import type { Query, StoreSize } from '../store.ts';
import type { ChangeLog } from './changes.ts';
import type { Database } from './database.ts';
import { beyond, conditionOf, type Cursor, parameters, walkOf } from './query.ts';
import { keyOf, nameOf, toValue } from './text.ts';
import type { VectorTables } from './vectors.ts';

/** Heads read in one step. */
const PAGE = 200;
/** Rows deleted in one transaction, so that others can write in between. */
const BATCH = 500;
/** Up to so many rows are counted; beyond them the server's estimate will do. */
const COUNTED = 100_000;

/** Entries in the tables. */
export interface Entries {
  get(id: string): Promise<Entry | undefined>;
  put(entry: Entry): Promise<void>;
  touch(id: string, expiresAt: Milliseconds): Promise<void>;
  find(query: Query): AsyncGenerator<EntryHead>;
  delete(query: Query): Promise<number>;
  /** Deletes up to a batch of what is past `dropAt`, but for rows that somebody holds; says how many, and whether there may be more. */
  reap(moment: Milliseconds): Promise<{ count: number; more: boolean }>;
  size(): Promise<StoreSize>;
}

export function entriesIn(database: Database, changes: ChangeLog, vectors: VectorTables | undefined, onDamage: OnDamage): Entries {
  const { s, run, read } = database;
  const select = `SELECT head, body, expires_at, drop_at FROM ${s}entries WHERE key = $1`;
  // One name for one text, as connections may be shared with a store of another schema.
  const named = `reprise_get_${keyOf(select)}`;

  /** Heads of what the query names, in its order, with their keys. */
  async function* heads(query: Query): AsyncGenerator<{ readonly key: string; readonly head: EntryHead }> {
    const fits = query.text === undefined ? () => true : matcher({ text: query.text });
    const newestFirst = query.newestFirst ?? false;
    let left = Math.floor(query.limit ?? Infinity);
    let cursor: Cursor | undefined;
    while (left > 0) {
      const given = parameters();
      const walk = walkOf(query, true, s, given);
      const { where, order } = beyond(walk, cursor, newestFirst, given);
      const page = query.text === undefined ? Math.min(PAGE, left) : PAGE;
      const rows = await run(
        `SELECT ${walk.key}, ${walk.order}, e.expires_at, e.drop_at, octet_length(e.head) + octet_length(e.body), e.head FROM ${walk.from}
        WHERE ${walk.where} AND ${conditionOf(query, given)} AND ${where} ORDER BY ${order} LIMIT ${page}`,
        given.values,
      );
      for (const [key, , expiresAt, dropAt, bytes, encoded] of rows) {
        if (left <= 0) return;
        const head = decodeHead(undefined, encoded as Buffer, Number(bytes), onDamage, movedTo(expiresAt, dropAt));
        if (!head || !fits(head)) continue;
        left--;
        yield { key: key as string, head };
      }
      const last = rows.at(-1);
      if (!last || rows.length < page) return;
      cursor = { key: last[0] as string, order: last[1] as number };
    }
  }

  /** Deletes a step of what the query names, tells of it, and says how far it came. `quietly`: tells nobody. */
  async function step(query: Query, cursor: Cursor | undefined, quietly: boolean, skip = false): Promise<{ count: number; end: Cursor | undefined }> {
    const given = parameters();
    const walk = walkOf(query, false, s, given);
    const { where, order } = beyond(walk, cursor, false, given);
    const condition = conditionOf(query, given);
    // Locked before they are deleted, so that one that was just changed is looked at as it now is.
    const rows = await database.transaction((inside) =>
      inside(
        `WITH picked AS (
          SELECT ${walk.key} AS key, ${walk.order} AS place FROM ${walk.from} WHERE ${walk.where} AND ${condition} AND ${where}
          ORDER BY ${order} LIMIT ${BATCH} FOR UPDATE OF e ${skip ? 'SKIP LOCKED' : ''}
        ), gone AS (
          DELETE FROM ${s}entries WHERE key IN (SELECT key FROM picked) RETURNING key, id
        )${quietly ? '' : `, told AS (
          INSERT INTO ${s}changes (origin, kind, ids) SELECT ${given.add(changes.origin)}::uuid, 'delete', array_agg(id) FROM gone HAVING count(*) > 0
        )`}
        SELECT p.key, p.place, g.key IS NOT NULL FROM picked p LEFT JOIN gone g USING (key) ORDER BY p.place, p.key`,
        given.values,
      ),
    );
    const last = rows.length < BATCH ? undefined : rows.at(-1);
    return { count: rows.filter((row) => row[2]).length, end: last && { key: last[0] as string, order: last[1] as number } };
  }

  return {
    async get(id) {
      const [row] = await read(named, select, [keyOf(id)]);
      return row && decodeEntry(id, row[0] as Buffer, row[1] as Buffer, onDamage, movedTo(row[2], row[3]));
    },

    async put(entry) {
      const { head, body } = encodeEntry(entry);
      const given = parameters();
      const { add } = given;
      const uuid = (name: string | undefined) => `${add(name === undefined ? null : keyOf(name))}::uuid`;
      const names = [
        ...entry.tags.map(nameOf.tag),
        ...entry.lookups.map(nameOf.lookup),
        ...Object.entries(entry.attributes).map(([name, value]) => nameOf.attribute(name, value)),
      ];
      const columns = {
        key: uuid(entry.id), tenant: uuid(entry.tenant), namespace: uuid(entry.namespace), scope: uuid(entry.scope),
        model: uuid(entry.model), kind: add(entry.kind), created_at: add(entry.createdAt),
        expires_at: add(entry.expiresAt ?? null), drop_at: add(entry.dropAt ?? null), names: `${add([...new Set(names)])}::uuid[]`,
        id: add(toValue(entry.id)), head: add(head), body: add(body),
      };
      const set = Object.keys(columns).filter((name) => name !== 'key').map((name) => `${name} = EXCLUDED.${name}`);
      const insert = `INSERT INTO ${s}entries (${Object.keys(columns).join(', ')}) VALUES (${Object.values(columns).join(', ')})
        ON CONFLICT (key) DO UPDATE SET ${set.join(', ')}`;
      const beside = (await vectors?.writes(entry, columns, given)) ?? [];
      await run(beside.length === 0 ? insert : `WITH ${beside.join(', ')} ${insert}`, given.values);
      changes.tell(entry.id);
    },

    async touch(id, expiresAt) {
      const rows = await run(
        `UPDATE ${s}entries SET expires_at = $2::float8,
          drop_at = CASE WHEN expires_at IS NULL THEN greatest(drop_at, CASE WHEN drop_at IS NOT NULL THEN $2::float8 END)
            ELSE drop_at + ($2::float8 - expires_at) END
        WHERE key = $1 RETURNING 1`,
        [keyOf(id), expiresAt],
      );
      if (rows.length > 0) changes.tell(id);
    },

    async *find(query) {
      for await (const { head } of heads(query)) yield head;
    },

    async delete(query) {
      if (query.limit !== undefined && query.limit <= 0) return 0;
      let count = 0;
      if (query.text !== undefined || query.limit !== undefined) {
        // Which ones they are shows only in their heads.
        const { text: _, limit: __, newestFirst: ___, ...rest } = query;
        let ids: string[] = [];
        const removeThese = async () => {
          count += (await step({ ...rest, ids }, undefined, false)).count;
          ids = [];
        };
        for await (const { head } of heads(query)) if (ids.push(head.id) >= BATCH - 1) await removeThese();
        if (ids.length > 0) await removeThese();
        return count;
      }
      const everything = Object.values(query).every((member) => member === undefined);
      if (everything) await changes.tellClear();
      for (let cursor: Cursor | undefined; ; ) {
        const { count: removed, end } = await step(query, cursor, everything);
        count += removed;
        if (!end) break;
        cursor = end;
      }
      if (everything) await changes.tellClear();
      return count;
    },

    async reap(moment) {
      const { count, end } = await step({ droppableAt: moment }, undefined, false, true);
      return { count, more: end !== undefined };
    },

    async size() {
      const tables = ['entries', 'names'].map((name) => `pg_total_relation_size('${(s + name).replaceAll("'", "''")}')`);
      const [row = []] = await run(`
        SELECT (SELECT reltuples FROM pg_class WHERE oid = '${`${s}entries`.replaceAll("'", "''")}'::regclass),
          (SELECT count(*) FROM (SELECT 1 FROM ${s}entries LIMIT ${COUNTED + 1}) counted), ${tables.join(' + ')}`);
      const [estimate, counted, bytes] = row.map(Number);
      return { entries: counted! > COUNTED ? Math.max(estimate!, counted!) : counted!, bytes: bytes! };
    },
  };
}

const movedTo = (expiresAt: unknown, dropAt: unknown): Moved => ({
  expiresAt: (expiresAt as number | null) ?? undefined,
  dropAt: (dropAt as number | null) ?? undefined,
});
