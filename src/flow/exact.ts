import { CacheError, StoreError } from '../base/errors.ts';
import { isPromise, type MaybePromise } from '../base/maybe.ts';
import type { Entry } from '../model/entry.ts';
import type { Ask } from './ask.ts';
import { inTime } from './in-time.ts';
import type { Parts } from './parts.ts';
import type { Trace } from './trace.ts';

/** What is stored under exactly this key, and whether it may be served. */
export interface Stored {
  readonly entry: Entry;
  /** May be served at once. */
  readonly fresh: boolean;
}

/** Looks a request up by its id. A store that fails, or takes longer than it may, has `failed`, which is a miss. */
export function lookUpExactly(id: string, ask: Ask, parts: Parts, trace: Trace): MaybePromise<Stored | 'failed' | undefined> {
  let read: MaybePromise<Entry | undefined>;
  try {
    read = parts.store.get(id);
  } catch (error) {
    return failed(error, parts, trace);
  }
  if (!isPromise(read)) return judge(read, ask, parts, trace);
  const limit = parts.options.storeTimeout;
  return inTime(read, limit, parts.clock, () => new StoreError(parts.store.name, 'read', new Error(`no answer within ${limit} ms`))).then(
    (entry) => judge(entry, ask, parts, trace),
    (error: unknown) => failed(error, parts, trace),
  );
}

function judge(entry: Entry | undefined, ask: Ask, parts: Parts, trace: Trace): Stored | undefined {
  if (!entry || entry.tenant !== ask.tenant || entry.format !== ask.format.name) {
    trace.add(none);
    return undefined;
  }
  const now = parts.clock.now();
  const { maxAge } = ask.directives;
  if (maxAge !== undefined && now - entry.createdAt > maxAge) {
    trace.add({ at: 'exact', is: 'too old', why: `older than max-age (${maxAge} ms)` });
    return undefined;
  }
  const fresh = entry.expiresAt === undefined || now < entry.expiresAt;
  if (!fresh) trace.add(stale);
  return { entry, fresh };
}

function failed(error: unknown, parts: Parts, trace: Trace): 'failed' {
  const known = error instanceof CacheError ? error : new StoreError(parts.store.name, 'read', error);
  trace.add({ at: 'exact', is: 'failed', why: known.message });
  parts.events.report(known);
  return 'failed';
}

const none = { at: 'exact', is: 'none' } as const;
const stale = { at: 'exact', is: 'stale' } as const;
