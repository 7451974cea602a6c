import { hash } from 'node:crypto';
import type { Milliseconds } from '../../base/units.ts';
import type { Entry, Fingerprint } from '../../model/entry.ts';
import type { Candidate, NearestQuery, Search } from '../store.ts';
import { codeOf, type Database } from './database.ts';
import { namesOf, type Parameters, parameters } from './query.ts';
import { lockSchema } from './schema.ts';
import { fromValue, keyOf, quoted, toValue } from './text.ts';

/** Dimensions that pgvector indexes: as numbers of 4 bytes, of 2 bytes, and those that a column may have at all. */
const INDEXED = 2000;
const INDEXED_HALF = 4000;
const MOST = 16_000;
/** Tables that are made at most, so that a faulty import does not fill the schema. */
const TABLES = 64;
/** How old the list of tables may be when one is missing. */
const FRESH: Milliseconds = 1000;
/** So many are compared in some milliseconds. */
const EXACT = 5000;
/** For how long a scope is known to have more than that. */
const LARGE: Milliseconds = 5 * 60_000;

interface VectorTable {
  /** In SQL, with the schema. */
  readonly name: string;
  readonly fingerprint: Fingerprint;
  readonly dimensions: number;
}

/** Tables of vectors beside the entries, which go with them. */
export interface VectorTables extends Search {
  /** What to write with an entry, as parts of a WITH. Makes a table where there is none yet. */
  writes(entry: Entry, columns: Readonly<Record<'key' | 'tenant' | 'namespace' | 'scope' | 'names', string>>, given: Parameters): Promise<string[]>;
}

/**
 * Nearest vectors by pgvector, or `undefined` where it is not there and may not be made (before 0.8 it cannot look on when a filter leaves too
 * few, and will not do). The extension may be in any schema: all that is its own is named with it. `exact`: up to so many vectors of a scope are
 * compared one by one, and so none is missed; beyond them the index is asked.
 */
export async function vectorTables(database: Database, exact = EXACT): Promise<VectorTables | undefined> {
  const { s, schema, run, transaction, settings } = database;
  const v = await extension(database);
  if (v === undefined) return undefined;

  let tables = new Map<string, VectorTable>();
  let listed = -Infinity;
  const idOf = (fingerprint: Fingerprint, dimensions: number) => `vectors_${hash('sha256', toValue(fingerprint)).slice(0, 16)}_${dimensions}`;
  const list = async () => {
    const rows = await run(`SELECT name, fingerprint, dimensions FROM ${s}vector_tables`);
    tables = new Map(rows.map(([name, fingerprint, dimensions]) => [
      name as string,
      { name: s + quoted(name as string), fingerprint: fromValue(fingerprint as string), dimensions: dimensions as number },
    ]));
    listed = performance.now();
  };
  await list();
  const known = async (id: string): Promise<VectorTable | undefined> => {
    if (!tables.has(id) && performance.now() - listed > FRESH) await list();
    return tables.get(id);
  };

  const typeOf = (dimensions: number) => (dimensions > INDEXED && dimensions <= INDEXED_HALF ? 'halfvec' : 'vector');
  const make = async (id: string, fingerprint: Fingerprint, dimensions: number): Promise<VectorTable | undefined> => {
    if (tables.size >= TABLES) return undefined;
    const type = typeOf(dimensions);
    await transaction(async (inside) => {
      await lockSchema(inside, schema);
      const [there] = await inside(`SELECT 1 FROM ${s}vector_tables WHERE name = $1`, [id]);
      if (there) return;
      const name = s + quoted(id);
      await inside(`
        CREATE TABLE ${name} (
          key uuid PRIMARY KEY REFERENCES ${s}entries ON DELETE CASCADE, tenant uuid NOT NULL, namespace uuid NOT NULL, scope uuid NOT NULL, turns uuid,
          names uuid[] NOT NULL, embedding ${v}.${type}(${dimensions}) NOT NULL
        );
        CREATE INDEX ON ${name} (scope);
        ${dimensions <= INDEXED_HALF ? `CREATE INDEX ON ${name} USING hnsw (embedding ${v}.${type}_ip_ops);` : ''}`);
      await inside(`INSERT INTO ${s}vector_tables VALUES ($1, $2, $3)`, [id, toValue(fingerprint), dimensions]);
    });
    await list();
    return tables.get(id);
  };

  /** Scopes with more than `exact`, and until when that is believed. */
  const large = new Map<string, Milliseconds>();

  return {
    async writes(entry, columns, { add }) {
      const parts: string[] = [];
      const written = new Set<string>();
      for (const [fingerprint, bytes] of Object.entries(entry.vectors)) {
        const vector = unitOf(bytes);
        if (!vector) continue;
        const id = idOf(fingerprint, vector.length);
        const table = (await known(id)) ?? (await make(id, fingerprint, vector.length).catch(unlessForbidden));
        if (!table) continue;
        written.add(id);
        const turns = `${add(keyOf(entry.turns ?? ''))}::uuid`;
        const embedding = `${add(textOf(vector))}::${v}.${typeOf(vector.length)}`;
        parts.push(`put_${written.size} AS (
          INSERT INTO ${table.name} (key, tenant, namespace, scope, turns, names, embedding)
          VALUES (${columns.key}, ${columns.tenant}, ${columns.namespace}, ${columns.scope}, ${turns}, ${columns.names}, ${embedding})
          ON CONFLICT (key) DO UPDATE SET tenant = EXCLUDED.tenant, namespace = EXCLUDED.namespace, scope = EXCLUDED.scope, turns = EXCLUDED.turns,
            names = EXCLUDED.names, embedding = EXCLUDED.embedding
        )`);
      }
      // An entry in the place of another one has that one's vectors no longer.
      let at = 0;
      for (const [id, { name }] of tables) if (!written.has(id)) parts.push(`drop_${++at} AS (DELETE FROM ${name} WHERE key = ${columns.key})`);
      return parts;
    },

    async unsearched(ids, fingerprint) {
      await list();
      const known = [...tables.values()].filter((table) => table.fingerprint === fingerprint);
      const rows = await run(
        `SELECT e.id FROM ${s}entries e WHERE e.key = ANY ($1::uuid[])${known.map(({ name }) => ` AND NOT EXISTS (SELECT 1 FROM ${name} v WHERE v.key = e.key)`).join('')}`,
        [ids.map(keyOf)],
      );
      return rows.map(([id]) => fromValue(id as string));
    },

    async nearest(query): Promise<readonly Candidate[]> {
      const unit = unitIn(query.vector);
      const id = unit && idOf(query.fingerprint, unit.length);
      const table = id && (await known(id));
      if (!table || query.limit < 1) return [];

      const given = parameters();
      const sought = `${given.add(textOf(unit))}::${v}.${typeOf(unit.length)}`;
      const distance = `v.embedding OPERATOR(${v}.<#>) ${sought}`;
      const within = conditionOf(query, given);
      const limit = Math.ceil(query.limit);
      const scope = `${id} ${keyOf(query.scope)}`;

      if ((large.get(scope) ?? -Infinity) < performance.now()) {
        // `+ 0` keeps the index of vectors out of it, which might miss some.
        const rows = await run(
          `WITH many AS MATERIALIZED (SELECT count(*) > ${exact} AS yes FROM (SELECT 1 FROM ${table.name} v WHERE ${within} LIMIT ${exact + 1}) counted)
          SELECT many.yes, c.id, c.distance FROM many LEFT JOIN LATERAL (
            SELECT e.id, n.distance FROM (
              SELECT v.key, ${distance} AS distance FROM ${table.name} v WHERE NOT many.yes AND ${within} ORDER BY (${distance}) + 0, v.key LIMIT ${limit}
            ) n JOIN ${s}entries e USING (key)
          ) c ON true ORDER BY c.distance`,
          given.values,
        );
        if (rows[0]?.[0] !== true) return candidatesOf(rows.map(([, ...row]) => row));
        large.delete(scope);
        large.set(scope, performance.now() + LARGE);
        if (large.size > 1000) large.delete(large.keys().next().value!);
      }
      // The index goes on until so many are found that fit the filter, in the order of nearness.
      const rows = await transaction(
        (inside) => inside(
          `SELECT e.id, n.distance FROM (
            SELECT v.key, ${distance} AS distance FROM ${table.name} v WHERE ${within} ORDER BY ${distance} LIMIT ${limit}
          ) n JOIN ${s}entries e USING (key) ORDER BY n.distance`,
          given.values,
        ),
        `SET LOCAL hnsw.iterative_scan = 'strict_order'; SET LOCAL hnsw.ef_search = ${Math.min(1000, Math.max(100, limit))};
        SET LOCAL hnsw.max_scan_tuples = 100000; SET LOCAL statement_timeout = ${Math.ceil(settings.writeTimeout)}`,
      );
      return candidatesOf(rows);
    },
  };
}

/** A user who may not make tables still stores entries, which are then not found by meaning. */
function unlessForbidden(error: unknown): undefined {
  if (codeOf(error) !== '42501') throw error;
}

const candidatesOf = (rows: readonly (readonly unknown[])[]): Candidate[] =>
  rows
    .filter(([id]) => id !== null)
    // The operator gives the inner product negated; of unit vectors it is the cosine.
    .map(([id, distance]) => ({ id: fromValue(id as string), similarity: Math.max(-1, Math.min(1, -(distance as number))) }));

function conditionOf(query: NearestQuery, { add }: Parameters): string {
  const parts = (['tenant', 'namespace', 'scope', 'turns'] as const).flatMap((column) => {
    const wanted = query[column];
    return wanted === undefined ? [] : [`v.${column} = ${add(keyOf(wanted))}::uuid`];
  });
  const names = namesOf({ attributes: query.attributes });
  if (names.length > 0) parts.push(`v.names @> ${add(names)}::uuid[]`);
  return parts.join(' AND ');
}

/** The schema that pgvector is in, quoted. Makes it where it is not there yet and may be. */
async function extension({ run, transaction, schema }: Database): Promise<string | undefined> {
  const find = async () => {
    const [row] = await run("SELECT n.nspname, x.extversion FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace WHERE x.extname = 'vector'");
    const [major = 0, minor = 0] = String(row?.[1]).split('.').map((part) => Number.parseInt(part, 10));
    return row && { name: quoted(row[0] as string), will: major > 0 || minor >= 8 };
  };
  let found = await find();
  if (!found) {
    const [available] = await run("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'");
    if (!available) return undefined;
    try {
      await transaction(async (inside) => {
        await lockSchema(inside, schema);
        await inside('CREATE EXTENSION IF NOT EXISTS vector');
      });
    } catch {
      // It takes a right that this user does not have; or another schema's process was quicker.
    }
    found = await find();
  }
  return found?.will ? found.name : undefined;
}

/** The numbers of a vector as an entry keeps it, made of length 1; `undefined` for what is none. */
function unitOf(bytes: Uint8Array): Float32Array | undefined {
  if (bytes.byteLength === 0 || bytes.byteLength % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return unitIn(Float32Array.from({ length: bytes.byteLength / 4 }, (_, at) => view.getFloat32(at * 4, true)));
}

function unitIn(vector: Float32Array): Float32Array | undefined {
  if (vector.length === 0 || vector.length > MOST) return undefined;
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return Number.isFinite(norm) && norm > 0 ? vector.map((value) => value / norm) : undefined;
}

/** A vector as pgvector reads it. */
const textOf = (vector: Float32Array): string => `[${vector.join(',')}]`;
