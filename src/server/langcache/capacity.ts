import type { Clock } from '../../base/clock.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { Store } from '../../stores/store.ts';
import type { Cache } from './caches.ts';
import { scopeOf } from './entries.ts';

/** How long a count is trusted, as other processes may write, too. */
const COUNT_AGAIN: Milliseconds = 30_000;

/** Keeps caches that have a limit within it. */
export interface Capacity {
  /** Makes room after so many entries were added. Gives the ids of those that went, the oldest. */
  trim(cache: Cache, added: number): Promise<string[]>;
  /** The count is no longer known. */
  forget(cacheId: string): void;
}

export function createCapacity(store: Store, clock: Clock): Capacity {
  const known = new Map<string, { count: number; at: Milliseconds }>();

  async function count(cacheId: string): Promise<number> {
    let entries = 0;
    for await (const _ of store.find({ kind: 'qa', scope: scopeOf(cacheId) })) entries++;
    return entries;
  }

  async function trim({ id, maxEntries = Infinity }: Cache, added: number): Promise<string[]> {
    let size = known.get(id);
    if (size && clock.elapsed() - size.at < COUNT_AGAIN) size.count += added;
    else known.set(id, (size = { count: await count(id), at: clock.elapsed() }));
    if (size.count <= maxEntries) return [];
    const ids: string[] = [];
    for await (const head of store.find({ kind: 'qa', scope: scopeOf(id), limit: size.count - maxEntries })) ids.push(head.id);
    size.count -= ids.length;
    await store.delete({ ids, scope: scopeOf(id) });
    return ids;
  }

  /** One after the other, so that no two make the same room. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    async trim(cache, added) {
      if (cache.maxEntries === undefined) return [];
      const mine = last.then(() => trim(cache, added));
      last = mine.catch(() => undefined);
      return mine;
    },
    forget: (cacheId) => void known.delete(cacheId),
  };
}
