import type { Milliseconds } from '../../base/units.ts';
import type { Entry } from '../../model/entry.ts';
import { moved } from '../matches.ts';

/** Begins the lookup that says what times the entry has in the durable store, as a copy may be dropped earlier. */
const MARK = 'copy of ';

type Times = readonly [expiresAt: Milliseconds | null, dropAt: Milliseconds | null];

/** The entry as the mirror keeps it: to be dropped after `ttl` at the latest. */
export function copyOf(entry: Entry, now: Milliseconds, ttl: Milliseconds): Entry {
  const times: Times = [entry.expiresAt ?? null, entry.dropAt ?? null];
  return { ...entry, dropAt: Math.min(entry.dropAt ?? Infinity, now + ttl), lookups: [...entry.lookups, MARK + JSON.stringify(times)] };
}

/** The entry that a copy was made of, with what was moved since. `undefined` for what is no copy, or is past its time. */
export function entryOf(copy: Entry, now: Milliseconds): Entry | undefined {
  const mark = copy.lookups.at(-1);
  if (!mark?.startsWith(MARK) || copy.dropAt === undefined || copy.dropAt <= now) return undefined;
  const [expiresAt, dropAt] = JSON.parse(mark.slice(MARK.length)) as Times;
  const { expiresAt: _, dropAt: __, ...rest } = copy;
  const entry: Entry = {
    ...rest,
    lookups: copy.lookups.slice(0, -1),
    ...(expiresAt !== null && { expiresAt }),
    ...(dropAt !== null && { dropAt }),
  };
  return copy.expiresAt === entry.expiresAt || copy.expiresAt === undefined ? entry : moved(entry, copy.expiresAt);
}

/** True when both are the same answer: made at the same moment, with the same bytes. */
export function isSame(a: Entry, b: Entry | undefined): boolean {
  if (!b || a.createdAt !== b.createdAt || a.expiresAt !== b.expiresAt) return false;
  return sameBytes(a.whole?.body, b.whole?.body) && sameBytes(a.stream?.body, b.stream?.body);
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (!a || !b) return a === b;
  return a.byteLength === b.byteLength && Buffer.compare(a, b) === 0;
}
