import type { Milliseconds } from '../../base/units.ts';
import { parseJson } from '../../base/json.ts';
import type { Entry } from '../../model/entry.ts';
import type { Query, Store } from '../../stores/store.ts';
import { isFresh } from './entries.ts';

export interface PageOptions {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly now: Milliseconds;
}

export interface Page {
  readonly entries: readonly Entry[];
  /** Absent on the last one. */
  readonly nextCursor?: string;
}

/** How many characters of an id tell entries of one moment apart. */
const SHORT = 12;

/** Where a page ended: the moment of its last entry, and the entries of that moment that were given already, since the order of those is open. */
interface End {
  readonly at: Milliseconds;
  readonly given: readonly string[];
}

/** A page of entries, the newest first. `undefined` for a cursor that is none. */
export async function pageOf(store: Store, query: Query, { limit, cursor, now }: PageOptions): Promise<Page | undefined> {
  const end = cursor === undefined ? undefined : endIn(cursor);
  if (cursor !== undefined && !end) return undefined;
  const before = end ? { createdBefore: end.at + 1 } : {};
  const entries: Entry[] = [];
  for await (const head of store.find({ ...query, ...before, newestFirst: true })) {
    if (!isFresh(head, now) || (head.createdAt === end?.at && end.given.includes(head.id.slice(0, SHORT)))) continue;
    if (entries.length === limit) return { entries, nextCursor: cursorAfter(entries, end) };
    const entry = await store.get(head.id);
    if (entry) entries.push(entry);
  }
  return { entries };
}

function cursorAfter(entries: readonly Entry[], before: End | undefined): string {
  const at = entries.at(-1)!.createdAt;
  const given = entries.filter(({ createdAt }) => createdAt === at).map(({ id }) => id.slice(0, SHORT));
  return Buffer.from(JSON.stringify([at, ...(before?.at === at ? before.given : []), ...given])).toString('base64url');
}

function endIn(cursor: string): End | undefined {
  const value = parseJson(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(value)) return undefined;
  const [at, ...given] = value as unknown[];
  return typeof at === 'number' && given.every((id) => typeof id === 'string') ? { at, given } : undefined;
}
