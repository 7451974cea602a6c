import type { Query } from '../store.ts';
import type { Value } from './database.ts';
import { keyOf, nameOf } from './text.ts';

/** The values of a statement. Gives each its place: `$1`, `$2`. */
export interface Parameters {
  readonly values: Value[];
  add(value: Value): string;
}

export function parameters(): Parameters {
  const values: Value[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

/** The names that an entry must have to be one of the query's. */
export function namesOf({ lookup, tag, attributes = {} }: Pick<Query, 'lookup' | 'tag' | 'attributes'>): string[] {
  const names = Object.entries(attributes).map(([name, value]) => nameOf.attribute(name, value));
  if (tag !== undefined) names.unshift(nameOf.tag(tag));
  if (lookup !== undefined) names.unshift(nameOf.lookup(lookup));
  return names;
}

/** All of a query as one condition on `e`, a row of `entries`, but for `text` (which SQL cannot test exactly), order and `limit`. */
export function conditionOf(query: Query, { add }: Parameters): string {
  const parts: string[] = [];
  for (const column of ['tenant', 'namespace', 'scope', 'model'] as const) {
    const wanted = query[column];
    if (wanted !== undefined) parts.push(`e.${column} = ${add(keyOf(wanted))}::uuid`);
  }
  if (query.kind !== undefined) parts.push(`e.kind = ${add(query.kind)}`);
  if (query.ids) parts.push(`e.key = ANY (${add([...new Set(query.ids.map(keyOf))])}::uuid[])`);
  const names = namesOf(query);
  if (names.length > 0) parts.push(`e.names @> ${add(names)}::uuid[]`);
  if (query.createdBefore !== undefined) parts.push(`e.created_at < ${add(query.createdBefore)}::float8`);
  if (query.expiredAt !== undefined) parts.push(`e.expires_at <= ${add(query.expiredAt)}::float8`);
  if (query.droppableAt !== undefined) parts.push(`e.drop_at <= ${add(query.droppableAt)}::float8`);
  return parts.join(' AND ') || 'true';
}

/** Where in an index a walk has come to. */
export interface Cursor {
  readonly order: number;
  readonly key: string;
}

/** How the rows of a query are walked: always along one index, whose order the walk has. */
export interface Walk {
  /** Tables to read from; `e` is the entry. */
  readonly from: string;
  /** The column that the index is in the order of, before the key. */
  readonly order: string;
  readonly key: string;
  /** What leads to the index, beside the condition. */
  readonly where: string;
}

/**
 * The index to walk along. In order of age where `byAge` says so, else along the times where the query is about those. Names are the
 * narrowest, the first of them leads.
 */
export function walkOf(query: Query, byAge: boolean, s: string, { add }: Parameters): Walk {
  const [name] = namesOf(query);
  if (name !== undefined && !query.ids) {
    return { from: `${s}names n JOIN ${s}entries e ON e.key = n.key`, order: 'n.created_at', key: 'n.key', where: `n.name = ${add(name)}::uuid` };
  }
  const narrow = query.ids !== undefined || query.scope !== undefined;
  const order = byAge || narrow ? 'created_at' : query.droppableAt !== undefined ? 'drop_at' : query.expiredAt !== undefined ? 'expires_at' : 'created_at';
  return { from: `${s}entries e`, order: `e.${order}`, key: 'e.key', where: 'true' };
}

/** What is beyond the cursor, and in which order. */
export function beyond({ order, key }: Walk, cursor: Cursor | undefined, newestFirst: boolean, { add }: Parameters): { where: string; order: string } {
  const [sign, way] = newestFirst ? ['<', 'DESC'] : ['>', 'ASC'];
  return {
    where: cursor ? `(${order}, ${key}) ${sign} (${add(cursor.order)}::float8, ${add(cursor.key)}::uuid)` : 'true',
    order: `${order} ${way}, ${key} ${way}`,
  };
}
