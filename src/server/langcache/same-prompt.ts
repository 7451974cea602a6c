import { LRUCache } from 'lru-cache';
import type { Attributes } from '../../langcache/wire-types.ts';
import type { Entry } from '../../model/entry.ts';
import type { Abilities, Change, Store } from '../../stores/store.ts';
import { scopeOf } from './entries.ts';

/** How many prompts are remembered, those without an entry among them, and the most entries of one. */
const PROMPTS = 50_000;
const MOST_IDS = 16;

/**
 * Which entries have a prompt. What the store said is remembered where it tells of what others write (SQLite: within 100 ms), so that a prompt that is
 * asked again is found without it. Entries that were deleted stay named, and are noticed when they are read.
 */
export interface SamePrompt {
  /** Ids of entries with this lookup, the newest first: all that have the attributes, and perhaps others. */
  ids(cacheId: string, lookup: string, attributes: Attributes): Iterable<string> | AsyncIterable<string>;
  /** An entry was written here. */
  written(entry: Pick<Entry, 'lookups'>): void;
  /** The store is open. */
  opened(abilities: Abilities): void;
  close(): void;
}

export function samePrompt(store: Store, onTrouble: (error: unknown) => void): SamePrompt {
  const known = new LRUCache<string, readonly string[]>({ max: PROMPTS });
  /** Whoever looks a prompt up, and was not disturbed by a write since. */
  const looking = new Map<string, object>();
  let unsubscribe: (() => void) | undefined;

  function written({ lookups }: Pick<Entry, 'lookups'>): void {
    for (const lookup of lookups) {
      known.delete(lookup);
      looking.delete(lookup);
    }
  }

  function forgetAll(): void {
    known.clear();
    looking.clear();
  }

  function onChange(change: Change): void {
    if (change.kind === 'lost') forgetAll();
    if (change.kind !== 'set' || (known.size === 0 && looking.size === 0)) return;
    for (const id of change.ids) void heard(id);
  }

  async function heard(id: string): Promise<void> {
    try {
      const entry = await store.get(id);
      if (entry?.kind === 'qa') written(entry);
    } catch (error) {
      // Nobody knows whose entry it is.
      forgetAll();
      onTrouble(error);
    }
  }

  async function* inStore(cacheId: string, lookup: string, attributes: Attributes): AsyncGenerator<string, void> {
    for await (const { id } of store.find({ kind: 'qa', scope: scopeOf(cacheId), lookup, newestFirst: true, attributes })) yield id;
  }

  async function look(cacheId: string, lookup: string): Promise<readonly string[] | undefined> {
    const me = {};
    looking.set(lookup, me);
    const ids: string[] = [];
    try {
      for await (const id of inStore(cacheId, lookup, {})) if (ids.push(id) > MOST_IDS) return undefined;
      if (looking.get(lookup) === me) known.set(lookup, ids);
      return ids;
    } finally {
      if (looking.get(lookup) === me) looking.delete(lookup);
    }
  }

  async function* looked(cacheId: string, lookup: string, attributes: Attributes): AsyncGenerator<string, void> {
    yield* (await look(cacheId, lookup)) ?? inStore(cacheId, lookup, attributes);
  }

  return {
    ids: (cacheId, lookup, attributes) => known.get(lookup) ?? (unsubscribe ? looked : inStore)(cacheId, lookup, attributes),
    written,
    opened({ changes }) {
      unsubscribe ??= changes?.subscribe(onChange);
    },
    close() {
      unsubscribe?.();
      unsubscribe = undefined;
      forgetAll();
    },
  };
}
