import type { Query } from '../store.ts';
import { breathe, hashOf, type StatementSync, toValue, type Value } from './driver.ts';

/** Rows looked at in one step, so that a step takes a fraction of a millisecond. */
const STEP = 250;

/** A condition in SQL on `e`, a row of `entries`, with the values for its question marks. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** All of a query as one condition, but for `ids` (which lead to the rows), `text` (which SQL cannot test exactly), order and `limit`. */
export function conditionOf(query: Query): Condition {
  const parts: string[] = [];
  const values: Value[] = [];
  const add = (sql: string, ...given: Value[]) => {
    parts.push(sql);
    values.push(...given);
  };
  for (const column of ['tenant', 'namespace', 'kind', 'scope', 'model'] as const) {
    const wanted = query[column];
    if (wanted !== undefined) add(`e.${column} = ?`, toValue(wanted));
  }
  if (query.lookup !== undefined) add('EXISTS (SELECT 1 FROM lookups WHERE key = e.key AND lookup = ?)', toValue(query.lookup));
  if (query.tag !== undefined) add('EXISTS (SELECT 1 FROM tags WHERE key = e.key AND tag = ?)', toValue(query.tag));
  for (const [name, value] of Object.entries(query.attributes ?? {})) {
    add('EXISTS (SELECT 1 FROM attributes WHERE key = e.key AND name = ? AND value = ?)', toValue(name), toValue(value));
  }
  if (query.createdBefore !== undefined) add('e.created_at < ?', query.createdBefore);
  if (query.expiredAt !== undefined) add('e.expires_at <= ?', query.expiredAt);
  if (query.droppableAt !== undefined) add('e.drop_at <= ?', query.droppableAt);
  return { sql: parts.join(' AND ') || '1', values };
}

/** The index by which rows are walked: the one that leads to the fewest. */
interface Walk {
  readonly from: string;
  readonly where: string;
  readonly values: readonly Value[];
  /** Column whose order the index has, beside the key. */
  readonly order: string;
  /** True when that order is the order of age. */
  readonly byAge: boolean;
}

function walkOf(query: Query): Walk {
  const joined = (table: string, where: string, ...values: string[]): Walk => ({
    from: `${table} d CROSS JOIN entries e ON e.key = d.key`,
    where,
    values: values.map(toValue),
    order: 'd.key',
    byAge: false,
  });
  const direct = (where: string, values: readonly Value[], order: string): Walk => ({
    from: 'entries e',
    where,
    values,
    order,
    byAge: order === 'e.created_at',
  });
  const attribute = Object.entries(query.attributes ?? {})[0];
  if (query.lookup !== undefined) return joined('lookups', 'd.lookup = ?', query.lookup);
  if (query.tag !== undefined) return joined('tags', 'd.tag = ?', query.tag);
  if (attribute) return joined('attributes', 'd.name = ? AND d.value = ?', ...attribute);
  if (query.scope !== undefined) return direct('e.scope_hash = ?', [hashOf(query.scope)], 'e.created_at');
  if (query.droppableAt !== undefined) return direct('e.drop_at <= ?', [query.droppableAt], 'e.drop_at');
  if (query.expiredAt !== undefined) return direct('e.expires_at <= ?', [query.expiredAt], 'e.expires_at');
  if (query.tenant !== undefined) return direct('e.tenant_hash = ?', [hashOf(query.tenant)], 'e.created_at');
  return direct('e.created_at < ?', [query.createdBefore ?? Infinity], 'e.created_at');
}

/** The ways to walk an index. */
const UP = { beyond: '>', way: 'ASC', start: -Infinity };
const DOWN = { beyond: '<', way: 'DESC', start: Infinity };

type Prepare = (sql: string) => StatementSync;
interface Aged {
  readonly key: number;
  readonly createdAt: number;
}

/**
 * Keys of the rows that fit all of a query but its `text` and `limit`, batch by batch. With `inOrder` in the query's order of age, for which,
 * unless an index has that order, all keys are gathered and sorted first (two numbers a row).
 */
export async function* keysOf(prepare: Prepare, query: Query, inOrder: boolean): AsyncGenerator<readonly number[]> {
  if (query.limit !== undefined && query.limit <= 0) return;
  const walk = walkOf(query);
  const steps = query.ids ? stepsById(prepare, query, query.ids) : stepsByIndex(prepare, query, walk);
  if (!inOrder || (walk.byAge && !query.ids)) {
    for await (const step of steps) yield step.map(({ key }) => key);
    return;
  }
  const all: Aged[] = [];
  for await (const step of steps) all.push(...step);
  all.sort((a, b) => a.createdAt - b.createdAt || a.key - b.key);
  if (query.newestFirst) all.reverse();
  for (let at = 0; at < all.length; at += STEP) yield all.slice(at, at + STEP).map(({ key }) => key);
}

async function* stepsByIndex(prepare: Prepare, query: Query, walk: Walk): AsyncGenerator<readonly Aged[]> {
  const condition = conditionOf(query);
  const { beyond, way, start } = query.newestFirst ? DOWN : UP;
  const statement = prepare(`
    SELECT e.key, e.created_at, ${walk.order}, (${condition.sql}) FROM ${walk.from}
    WHERE ${walk.where} AND ${walk.order} ${beyond}= ? AND (${walk.order} ${beyond} ? OR e.key ${beyond} ?)
    ORDER BY ${walk.order} ${way}, e.key ${way} LIMIT ${STEP}`);
  let order: Value = start;
  let after: Value = start;
  for (;;) {
    const rows = statement.all(...condition.values, ...walk.values, order, order, after) as unknown as readonly Value[][];
    if (rows.length > 0) yield rows.filter((row) => row[3] === 1).map((row) => ({ key: Number(row[0]), createdAt: Number(row[1]) }));
    if (rows.length < STEP) return;
    const last = rows[rows.length - 1]!;
    after = last[0]!;
    order = last[2]!;
    await breathe();
  }
}

async function* stepsById(prepare: Prepare, query: Query, ids: readonly string[]): AsyncGenerator<readonly Aged[]> {
  const condition = conditionOf(query);
  const statement = prepare(`SELECT e.key, e.created_at FROM entries e WHERE e.id_hash = ? AND e.id = ? AND ${condition.sql}`);
  const distinct = [...new Set(ids)];
  for (let at = 0; at < distinct.length; at += STEP) {
    const found: Aged[] = [];
    for (const id of distinct.slice(at, at + STEP)) {
      const row = statement.get(hashOf(id), toValue(id), ...condition.values) as unknown as readonly Value[] | undefined;
      if (row) found.push({ key: Number(row[0]), createdAt: Number(row[1]) });
    }
    yield found;
    await breathe();
  }
}
