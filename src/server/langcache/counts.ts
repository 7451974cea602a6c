import type { Milliseconds } from '../../base/units.ts';
import type { CacheStats, SearchResponse } from '../../langcache/wire-types.ts';
import { SearchStrategy } from '../../langcache/wire-types.ts';

type Counted = { -readonly [Name in keyof Omit<CacheStats, 'entries' | 'since'>]: number };

/** What happened in each cache since this process began. */
export interface Counts {
  of(cacheId: string): Readonly<Counted>;
  searched(cacheId: string, found: SearchResponse, vetoed: number): void;
  add(cacheId: string, what: 'sets' | 'deletes', many: number): void;
  forget(cacheId: string): void;
  readonly since: Milliseconds;
}

export function createCounts(now: Milliseconds): Counts {
  const caches = new Map<string, Counted>();
  const nothing = (): Counted => ({ searches: 0, exactHits: 0, semanticHits: 0, misses: 0, vetoed: 0, sets: 0, deletes: 0 });
  const countsOf = (cacheId: string): Counted => {
    let counts = caches.get(cacheId);
    if (!counts) caches.set(cacheId, (counts = nothing()));
    return counts;
  };
  return {
    of: (cacheId) => caches.get(cacheId) ?? nothing(),
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
    forget: (cacheId) => void caches.delete(cacheId),
    since: now,
  };
}
