import { lazy } from '../base/lazy.ts';
import { lazyStore } from './lazy-store.ts';
import { type QdrantStoreOptions, resolveQdrant } from './qdrant/options.ts';
import type { QdrantStore } from './qdrant.ts';

export type { QdrantClient, QdrantStoreOptions } from './qdrant/options.ts';
export type { QdrantFound, QdrantStore } from './qdrant.ts';

/**
 * Keeps entries in Qdrant, 1.18 or newer: `qdrant://host`, `qdrant+https://host`. Needs the package `@qdrant/js-client-rest`, or a client of yours.
 * Connects on first use, and makes its collection and indexes.
 *
 * A write that is done has been carried out by the server and is in its log; a crash of the server does not take it. Entries past `dropAt` are deleted
 * in small steps. Offers `search` and `changes`, but neither `leases` nor `logs`: equal requests in several processes are asked once in each.
 */
export function qdrantStore(options: QdrantStoreOptions = {}): QdrantStore {
  resolveQdrant(options);
  const load = lazy(async () => (await import('./qdrant.ts')).qdrantStore(options));
  const store = lazyStore('qdrant', load);
  const opened = async () => {
    await store.open();
    return load();
  };
  return {
    ...store,
    warm: async () => (await opened()).warm(),
    reap: async () => (await opened()).reap(),
  };
}
