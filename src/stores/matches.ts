import { globTest } from '../base/glob.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Entry, EntryHead } from '../model/entry.ts';
import type { Query } from './store.ts';

/** A query as a test of one entry, for stores that look at entries one by one. `newestFirst` and `limit` are theirs to keep. */
export function matcher(query: Query): (entry: Entry | EntryHead) => boolean {
  const ids = query.ids && new Set(query.ids);
  const attributes = query.attributes && Object.entries(query.attributes);
  const text = query.text === undefined ? undefined : globTest(query.text);
  return (entry) =>
    (!ids || ids.has(entry.id)) &&
    (query.tenant === undefined || entry.tenant === query.tenant) &&
    (query.namespace === undefined || entry.namespace === query.namespace) &&
    (query.kind === undefined || entry.kind === query.kind) &&
    (query.scope === undefined || entry.scope === query.scope) &&
    (query.lookup === undefined || entry.lookups.includes(query.lookup)) &&
    (query.tag === undefined || entry.tags.includes(query.tag)) &&
    (!attributes || attributes.every(([name, value]) => Object.hasOwn(entry.attributes, name) && entry.attributes[name] === value)) &&
    (query.model === undefined || entry.model === query.model) &&
    (!text || (entry.text !== undefined && text(entry.text))) &&
    (query.createdBefore === undefined || entry.createdAt < query.createdBefore) &&
    (query.expiredAt === undefined || passed(entry.expiresAt, query.expiredAt)) &&
    (query.droppableAt === undefined || passed(entry.dropAt, query.droppableAt));
}

/** True when the moment is there and is not later than `now`. */
const passed = (moment: Milliseconds | undefined, now: Milliseconds): boolean => moment !== undefined && moment <= now;

/** Oldest first. */
export const byAge = (a: { readonly createdAt: Milliseconds }, b: { readonly createdAt: Milliseconds }): number => a.createdAt - b.createdAt;

/** The entries that a query names, in its order, at most `limit`. */
export function select<T extends Entry | EntryHead>(entries: Iterable<T>, query: Query): T[] {
  const fits = matcher(query);
  const found: T[] = [];
  for (const entry of entries) if (fits(entry)) found.push(entry);
  found.sort(byAge);
  if (query.newestFirst) found.reverse();
  return query.limit === undefined ? found : found.slice(0, Math.max(0, query.limit));
}

/** The entry with another `expiresAt`, and `dropAt` moved by as much. */
export function moved(entry: Entry, expiresAt: Milliseconds): Entry {
  return { ...entry, expiresAt, ...dropAtMoved(entry, expiresAt) };
}

/** Where `dropAt` goes when `expiresAt` moves: as far, or, where there was no `expiresAt`, nowhere. */
function dropAtMoved(entry: Entry, expiresAt: Milliseconds): { dropAt?: Milliseconds } {
  if (entry.dropAt === undefined) return {};
  return { dropAt: entry.expiresAt === undefined ? Math.max(entry.dropAt, expiresAt) : entry.dropAt + (expiresAt - entry.expiresAt) };
}
