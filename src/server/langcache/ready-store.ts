import type { Clock } from '../../base/clock.ts';
import { StoreError } from '../../base/errors.ts';
import { guardStore } from '../../stores/guard.ts';
import { memoryTier } from '../../stores/memory-tier.ts';
import { openStore } from '../../stores/open.ts';
import type { Store } from '../../stores/store.ts';

/** Stores whose entries are in memory anyway. */
const IN_MEMORY = new Set(['memory', 'json', 'none']);

/** The store of a URL, or the given one, as a service wants it: with its own errors, and memory before it. `isOurs`: closing it closes the one below. */
export function readyStore(given: string | Store, isOurs: boolean, clock: Clock, onTrouble: (error: unknown) => void): Store {
  const onDamage = (id: string, why: string) => onTrouble(new StoreError('cache', 'read', new Error(`entry ${id} ${why}`)));
  const guarded = guardStore(openStore(given, { now: () => clock.now(), onDamage }));
  const store = isOurs ? guarded : { ...guarded, close: async () => undefined };
  return IN_MEMORY.has(store.name) ? store : memoryTier(store);
}
