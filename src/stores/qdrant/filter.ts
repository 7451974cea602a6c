import type { Query } from '../store.ts';
import type { Condition, Filter } from './client.ts';
import { digestOf, nameOf, pointOf } from './keys.ts';

/** What points hold beside entries: small named texts, and what a process has changed lately. */
export const RECORD = 'record';
export const CHANGES = 'changes';
/** Points that are entries. */
const ENTRIES: Condition = { key: 'kind', match: { any: ['llm', 'value', 'qa'] } };

export const is = (key: string, value: string | number): Condition => ({ key, match: { value } });
export const isOneOf = (points: readonly string[]): Condition => ({ has_id: points });

/** All of a query as conditions, but for `text` (which has to be read), `ids` (which may be many), order and `limit`. */
export function conditionsOf(query: Query): Condition[] {
  const conditions: Condition[] = [query.kind === undefined ? ENTRIES : is('kind', query.kind)];
  for (const key of ['tenant', 'namespace', 'scope', 'model'] as const) {
    const wanted = query[key];
    if (wanted !== undefined) conditions.push(is(key, digestOf(wanted)));
  }
  const { lookup, tag, attributes = {} } = query;
  if (lookup !== undefined) conditions.push(is('names', nameOf.lookup(lookup)));
  if (tag !== undefined) conditions.push(is('names', nameOf.tag(tag)));
  conditions.push(...attributeConditions(attributes));
  if (query.createdBefore !== undefined) conditions.push({ key: 'createdAt', range: { lt: query.createdBefore } });
  if (query.expiredAt !== undefined) conditions.push({ key: 'expiresAt', range: { lte: query.expiredAt } });
  if (query.droppableAt !== undefined) conditions.push({ key: 'dropAt', range: { lte: query.droppableAt } });
  return conditions;
}

export const attributeConditions = (attributes: Readonly<Record<string, string>> = {}): Condition[] =>
  Object.entries(attributes).map(([name, value]) => is('names', nameOf.attribute(name, value)));

export const filterOf = (...conditions: readonly Condition[]): Filter => ({ must: conditions });

/** The points of ids, each once, in pieces that a request has room for. */
export function* piecesOf(ids: readonly string[], size: number): Generator<string[]> {
  const points = [...new Set(ids)].map(pointOf.entry);
  for (let at = 0; at < points.length; at += size) yield points.slice(at, at + size);
}
