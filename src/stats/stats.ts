import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import type { Bytes, Milliseconds } from '../base/units.ts';
import type { Records } from '../stores/store.ts';
import { figuresOf, type Figures } from './figures.ts';
import { readStatsRecord, recordWith, statsRecordName } from './stats-record.ts';
import { Tally, type CountedRequest, type TallyJson } from './tally.ts';

/** What a cache did since `since`. Plain data; members may be added in later versions, none goes or changes its meaning. */
export interface CacheStats extends Figures {
  /** When counting began, in milliseconds since 1970. */
  readonly since: Milliseconds;
  /** By model, most requests first; the first 100 models that were seen, the rest as `other`. Requests without a model are in none. */
  readonly models: Readonly<Record<string, Figures>>;
  /** How often by which reason; the first 50 reasons, the rest as `other`. Errors have theirs in `errorsBecause` alone. */
  readonly bypassedBecause: Readonly<Record<string, number>>;
  /** Answers that were not stored, by reason. */
  readonly refusedBecause: Readonly<Record<string, number>>;
  readonly errorsBecause: Readonly<Record<string, number>>;
  /** What the store holds; added by the cache. */
  readonly entries?: number;
  readonly bytes?: Bytes;
}

/** Counts what becomes of requests. Bounded in memory whatever tenants and models requests name. */
export interface Stats {
  /** Counts a request that is over. Takes less than a microsecond. */
  add(request: CountedRequest): void;
  /** What was counted in all, or of one tenant: nothing for one that was not seen, or not for long among many others. */
  snapshot(tenant?: string): CacheStats;
  /** Begins anew, for all, or for one tenant (whose requests stay counted in all). */
  reset(tenant?: string): void;
  /** How often all was reset. */
  readonly resets: number;
  /** Hands over what was counted in all since this was last called; `undefined` when that is nothing. For `persistStats`. */
  takeUnsaved(): Unsaved | undefined;
}

/** What was counted since a moment. */
export interface Unsaved {
  readonly since: Milliseconds;
  readonly tally: TallyJson;
}

const MOST_TENANTS = 10_000;
/** All models of all tenants together: about 20 MB when every one was called with the widest spread of latencies. */
const MOST_ROWS = 20_000;

interface Tenant {
  readonly since: Milliseconds;
  readonly tally: Tally;
}

/** Begins to count. */
export function createStats({ clock }: { readonly clock: Clock }): Stats {
  let since = clock.now();
  let saved = new Tally();
  let unsaved = new Tally();
  let unsavedSince = since;
  let resets = 0;
  let rows = 0;
  const tenants = new LRUCache<string, Tenant>({
    max: MOST_TENANTS,
    dispose: ({ tally }) => {
      rows -= tally.rows.size;
    },
  });

  return {
    add(request) {
      unsaved.add(request);
      let tenant = tenants.get(request.tenant);
      if (!tenant) tenants.set(request.tenant, (tenant = { since: clock.now(), tally: new Tally() }));
      if (tenant.tally.add(request)) {
        rows++;
        while (rows > MOST_ROWS && tenants.size > 1) tenants.pop();
      }
    },

    snapshot(name) {
      if (name === undefined) {
        const all = new Tally();
        all.merge(saved);
        all.merge(unsaved);
        return statsOf(all, since);
      }
      const tenant = tenants.peek(name);
      return statsOf(tenant?.tally ?? new Tally(), tenant?.since ?? since);
    },

    reset(name) {
      if (name !== undefined) return void tenants.delete(name);
      tenants.clear();
      saved = new Tally();
      unsaved = new Tally();
      since = unsavedSince = clock.now();
      resets++;
    },

    get resets() {
      return resets;
    },

    takeUnsaved() {
      if (unsaved.rows.size === 0) return undefined;
      saved.merge(unsaved);
      const taken: Unsaved = { since: unsavedSince, tally: unsaved.toJSON() };
      unsaved = new Tally();
      unsavedSince = clock.now();
      return taken;
    },
  };
}

/** A tally as it is shown. */
function statsOf(tally: Tally, since: Milliseconds): CacheStats {
  const models = tally.models().map(([model, row]) => [model, figuresOf(row)] as const);
  return {
    since,
    ...figuresOf(tally.sum()),
    models: Object.fromEntries(models.toSorted(([, a], [, b]) => b.requests - a.requests)),
    bypassedBecause: Object.fromEntries(tally.bypassed),
    refusedBecause: Object.fromEntries(tally.refused),
    errorsBecause: Object.fromEntries(tally.failed),
  };
}

/** Where statistics are kept. */
export interface StatsPlace {
  readonly namespace: string;
  /** Names who counts, such as a process. */
  readonly id: string;
}

/** So many other writers may come first before an addition waits for the next time. */
const MOST_TRIES = 10;

/** What is under way for one `Stats`: an addition that may or may not have been written, and the number of the last one. */
interface Ledger {
  /** Names the counting, as an `id` may come back with a new process, whose numbers begin anew. */
  readonly counting: string;
  addition: number;
  /** How often the statistics had been reset when it was made. */
  resets: number;
  pending?: Unsaved | undefined;
  turn: Promise<unknown>;
}

const ledgers = new WeakMap<Stats, Ledger>();

/**
 * Adds what was counted since the last time to the record of the namespace. Resolves to true when nothing is left to write; false when
 * other writers always came first or the record is of a newer version: then it is kept for the next time, as when it rejects with the
 * store's error. Calls for the same `stats` wait for each other.
 */
export function persistStats(stats: Stats, records: Records, place: StatsPlace): Promise<boolean> {
  const ledger = ledgers.get(stats) ?? { counting: crypto.randomUUID(), addition: 0, resets: stats.resets, turn: Promise.resolve() };
  ledgers.set(stats, ledger);
  const turn = ledger.turn.then(() => write(stats, records, place, ledger));
  ledger.turn = turn.catch(() => undefined);
  return turn;
}

async function write(stats: Stats, records: Records, { namespace, id }: StatsPlace, ledger: Ledger): Promise<boolean> {
  if (ledger.resets !== stats.resets) Object.assign(ledger, { resets: stats.resets, pending: undefined });
  // An addition that may have been written stays as it is, so that its number says whether it was; what came since goes after it.
  return (await flush()) && (takeNext(), await flush());

  function takeNext(): void {
    ledger.pending = stats.takeUnsaved();
    if (ledger.pending) ledger.addition++;
  }

  async function flush(): Promise<boolean> {
    if (!ledger.pending) return true;
    const writer = `${id}/${ledger.counting}`;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const stored = await records.get(statsRecordName(namespace));
      const before = stored && readStatsRecord(stored.value);
      if (before === 'newer') return false;
      const written = before?.writers.find(([name]) => name === writer)?.[1] ?? 0;
      const text = () => recordWith(before, { writer, number: ledger.addition, ...ledger.pending! });
      if (written >= ledger.addition || (await records.put(statsRecordName(namespace), text(), stored?.version))) {
        ledger.pending = undefined;
        return true;
      }
    }
    return false;
  }
}

/** What all processes have counted in a namespace; `undefined` when nothing is written, or nothing that this version can read. */
export async function readStats(records: Records, namespace: string): Promise<CacheStats | undefined> {
  const stored = await records.get(statsRecordName(namespace));
  const record = stored && readStatsRecord(stored.value);
  if (!record || record === 'newer') return undefined;
  const tally = new Tally();
  tally.merge(record.tally);
  return statsOf(tally, record.since);
}

/** Forgets what was counted in a namespace. */
export async function forgetStats(records: Records, namespace: string): Promise<void> {
  await records.delete(statsRecordName(namespace));
}
