import type { Clock } from '../../base/clock.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { Store } from '../../stores/store.ts';
import type { Cache } from './caches.ts';
import { scopeOf } from './entries.ts';

/** How long a count is trusted, as other processes may write, too; a large cache is counted for no more than a twentieth of the time. */
const COUNT_AGAIN: Milliseconds = 30_000;
const REST_AFTER_COUNT = 20;

/** Keeps caches that have a limit within it. */
export interface Capacity {
  /** Makes room after so many entries were added. Gives the ids of those that went, the oldest. */
  trim(cache: Cache, added: number): Promise<string[]>;
  /** The count is no longer known. */
  forget(cacheId: string): void;
}

export function createCapacity(store: Store, clock: Clock): Capacity {
  const known = new Map<string, { count: number; until: Milliseconds }>();

  async function counted(cacheId: string): Promise<{ count: number; until: Milliseconds }> {
    const began = clock.elapsed();
    let count = 0;
    for await (const _ of store.find({ kind: 'qa', scope: scopeOf(cacheId) })) count++;
    const took = clock.elapsed() - began;
    return { count, until: clock.elapsed() + Math.max(COUNT_AGAIN, REST_AFTER_COUNT * took) };
  }

  async function trim({ id, maxEntries = Infinity }: Cache, added: number): Promise<string[]> {
    let size = known.get(id);
    if (size && clock.elapsed() < size.until) size.count += added;
    else known.set(id, (size = await counted(id)));
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
