import type { Clock } from '../../base/clock.ts';
import type { MaybePromise } from '../../base/maybe.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { Entry } from '../../model/entry.ts';
import type { Query, Records, Store } from '../store.ts';
import { copyOf, entryOf } from './copy.ts';

/** How long a mirror that failed is left alone before it is tried again. */
const REST: Milliseconds = 1_000;
/** The record in the durable store that tells every process that the mirror may hold what was deleted. */
const OWED = 'tiered/mirror';
const EVERYTHING: Query = {};
/** With more to delete, everything is. */
const MOST_OWED = 1_000;

export interface MirrorOptions {
  readonly clock: Clock;
  /** How long a copy is kept. */
  readonly ttl: Milliseconds;
  /** How long an operation may take. */
  readonly limit: Milliseconds;
  /** Records of the durable store. */
  readonly records: Records;
}

/** Copies of entries in a store that may fail: none of it ever rejects but `note` and `learn`. */
export interface Mirror {
  /** The entry of that id, if there is a copy that may be trusted. */
  read(id: string): Promise<Entry | undefined>;
  /** Puts a copy in the place of another. */
  put(entry: Entry): Promise<void>;
  touch(id: string, expiresAt: Milliseconds): Promise<void>;
  /** Drops what the query names, at least; false when that could not be done. */
  drop(query: Query): Promise<boolean>;
  /** Tells all processes, and those that come, that the mirror may hold what was deleted. */
  note(): Promise<void>;
  /** Hears what others noted. */
  learn(): Promise<void>;
}

/**
 * What could not be written to the mirror, or not in time, is owed, and makes it untrusted: nothing is read from it until all that is under way has
 * come to an end and what is owed has been deleted there, which is tried every second as long as somebody asks.
 */
export function mirrorIn(store: Store, { clock, ttl, limit, records }: MirrorOptions): Mirror {
  const underWay = new Set<Promise<unknown>>();
  /** Copies among them. */
  const writing = new Set<Promise<unknown>>();
  /** What has to be deleted before copies may be read again. */
  let owed: Query[] = [];
  let restUntil = -Infinity;
  let repairing: Promise<void> | undefined;

  const rests = () => clock.elapsed() < restUntil;
  const rest = () => void (restUntil = clock.elapsed() + REST);
  const owe = (query: Query) => {
    if (owed.push(query) > MOST_OWED) owed = [EVERYTHING];
  };
  const usable = () => owed.length === 0 && repairing === undefined && !rests();

  /** Does something within the limit. What takes longer goes on, and is waited for before copies are read again. */
  const inTime = async <T>(work: () => MaybePromise<T>, kind: Set<Promise<unknown>> = underWay): Promise<T> => {
    const done = (async () => work())();
    const settled = done.then(() => {}, () => {}).finally(() => {
      underWay.delete(settled);
      kind.delete(settled);
    });
    underWay.add(settled);
    kind.add(settled);
    const over = new AbortController();
    const late = clock.sleep(limit, over.signal).then(() => {
      throw new Error(`no answer within ${limit} ms`);
    });
    late.catch(() => {});
    try {
      return await Promise.race([done, late]);
    } catch (error) {
      rest();
      throw error;
    } finally {
      over.abort();
    }
  };

  const repair = async () => {
    // Where the durable store is down, nobody can have deleted anything.
    const noted = await Promise.resolve(records.get(OWED)).catch(() => undefined);
    if (noted?.value === 'owed') owe(EVERYTHING);
    await Promise.all(underWay);
    while (owed.length > 0) {
      const batch = owed;
      owed = [];
      try {
        for (const query of batch.includes(EVERYTHING) ? [EVERYTHING] : batch) await store.delete(query);
      } catch {
        owed = [];
        for (const query of batch) owe(query);
        return rest();
      }
    }
    // Who noted something meanwhile is served by the next who hears of it.
    if (noted?.value === 'owed') await Promise.resolve(records.put(OWED, 'settled', noted.version)).catch(() => {});
  };
  /** Whether the mirror may be used; where something is owed, and it has rested, that is put right first, for as long as the limit allows. */
  const ready = async (): Promise<boolean> => {
    if (usable()) return true;
    if (rests()) return false;
    repairing ??= repair().finally(() => (repairing = undefined));
    const over = new AbortController();
    await Promise.race([repairing, clock.sleep(limit, over.signal).catch(() => {})]);
    over.abort();
    return usable();
  };

  /** Writes to the mirror, or owes what `otherwise` names. */
  const write = async (work: () => MaybePromise<unknown>, otherwise: Query, kind?: Set<Promise<unknown>>): Promise<boolean> => {
    try {
      if (await ready()) {
        await inTime(work, kind);
        return true;
      }
    } catch {
      // It is owed, as what was not tried is.
    }
    owe(otherwise);
    return false;
  };

  return {
    async read(id) {
      if (!usable() && !(await ready())) return undefined;
      try {
        const copy = await inTime(() => store.get(id));
        // It may have turned out meanwhile that it was not to be trusted.
        return copy && usable() ? entryOf(copy, clock.now()) : undefined;
      } catch {
        return undefined;
      }
    },
    put: async (entry) => void (await write(() => store.set(copyOf(entry, clock.now(), ttl)), { ids: [entry.id] }, writing)),
    touch: async (id, expiresAt) => void (await write(() => store.touch(id, expiresAt), { ids: [id] }, writing)),
    drop(query) {
      const named: Query = { ...query, limit: undefined, newestFirst: undefined };
      return write(async () => {
        // A copy that is being written would come after.
        await Promise.all(writing);
        await store.delete(named);
      }, Object.values(named).every((member) => member === undefined) ? EVERYTHING : named);
    },
    async note() {
      for (;;) {
        const known = await records.get(OWED);
        if (await records.put(OWED, 'owed', known?.version)) return;
      }
    },
    async learn() {
      if ((await records.get(OWED))?.value === 'owed') owe(EVERYTHING);
    },
  };
}
