import * as v from 'valibot';
import { atMost } from '../../base/at-most.ts';
import type { Clock } from '../../base/clock.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { CacheStats, SearchResponse } from '../../langcache/wire-types.ts';
import { SearchStrategy } from '../../langcache/wire-types.ts';
import type { Records } from '../../stores/store.ts';
import { shelf } from './shelf.ts';

/** What happened in a cache, and since when that is counted. */
type Counted = Omit<CacheStats, 'entries'>;
type Count = Exclude<keyof Counted, 'since'>;
type Counting = { -readonly [Name in keyof Counted]: number };

/** How long what was counted waits to be written: so much a process that is killed loses. */
const SAVE_AFTER: Milliseconds = 10_000;
/** How long closing waits for it to be written. */
const LONGEST_SAVE: Milliseconds = 4_000;
const MOST_TRIES = 20;

const count = v.number();
const countedSchema = v.object({ since: count, searches: count, exactHits: count, semanticHits: count, misses: count, vetoed: count, sets: count, deletes: count });
const COUNTS: readonly Count[] = ['searches', 'exactHits', 'semanticHits', 'misses', 'vetoed', 'sets', 'deletes'];

/** What happened in each cache. Kept among the store's records, where all processes that share it add up what they counted. */
export interface Counts {
  /** In all processes, but for the last seconds of others. */
  of(cacheId: string): Promise<Counted>;
  searched(cacheId: string, found: SearchResponse, vetoed: number): void;
  add(cacheId: string, what: 'sets' | 'deletes', many: number): void;
  forget(cacheId: string): Promise<void>;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

export function openCounts(records: Records, clock: Clock, onTrouble: (error: unknown) => void): Counts {
  const kept = shelf<Counted>(records, 'langcache/stats/', countedSchema, clock);
  const unsaved = new Map<string, Counting>();
  let timer: NodeJS.Timeout | undefined;
  let saving: Promise<void> = Promise.resolve();

  const nothing = (): Counting => ({ since: clock.now(), searches: 0, exactHits: 0, semanticHits: 0, misses: 0, vetoed: 0, sets: 0, deletes: 0 });
  const countsOf = (cacheId: string): Counting => {
    let counts = unsaved.get(cacheId);
    if (!counts) unsaved.set(cacheId, (counts = nothing()));
    timer ??= setTimeout(() => void save(), SAVE_AFTER).unref();
    return counts;
  };

  function save(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    return (saving = saving.then(saveAll));
  }

  async function saveAll(): Promise<void> {
    const taken = [...unsaved];
    unsaved.clear();
    for (const [cacheId, counted] of taken) {
      try {
        await addTo(cacheId, counted);
      } catch (error) {
        onTrouble(error);
        unsaved.set(cacheId, sumOf(counted, countsOf(cacheId)));
      }
    }
  }

  async function addTo(cacheId: string, counted: Counted): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const before = await kept.read(cacheId);
      if (await kept.put(cacheId, before ? sumOf(before.value, counted) : counted, before?.version)) return;
    }
    throw new Error(`The counts of the cache ${cacheId} were changed by others ${MOST_TRIES} times meanwhile.`);
  }

  return {
    async of(cacheId) {
      await saving;
      const before = await kept.read(cacheId);
      const since = unsaved.get(cacheId);
      return before && since ? sumOf(before.value, since) : (before?.value ?? since ?? nothing());
    },
    searched(cacheId, { data: [best] }, vetoed) {
      const counts = countsOf(cacheId);
      counts.searches++;
      counts.vetoed += vetoed;
      if (!best) counts.misses++;
      else if (best.searchStrategy === SearchStrategy.Exact) counts.exactHits++;
      else counts.semanticHits++;
    },
    add(cacheId, what, many) {
      countsOf(cacheId)[what] += many;
    },
    async forget(cacheId) {
      await saving;
      unsaved.delete(cacheId);
      await kept.delete(cacheId);
    },
    async close() {
      await atMost(LONGEST_SAVE, save());
      clearTimeout(timer);
    },
  };
}

/** What was counted before and since. */
function sumOf(before: Counted, since: Counted): Counting {
  const sum: Counting = { ...before };
  for (const name of COUNTS) sum[name] += since[name];
  return sum;
}
