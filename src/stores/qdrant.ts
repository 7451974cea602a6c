import { ClosedError } from '../base/errors.ts';
import { lazy } from '../base/lazy.ts';
import type { Address } from './address.ts';
import { changeLog } from './qdrant/changes.ts';
import { type Collection, openCollection, versionOf } from './qdrant/collection.ts';
import { type Entries, entriesIn } from './qdrant/entries.ts';
import { type QdrantStoreOptions, resolveQdrant } from './qdrant/options.ts';
import { reaper } from './qdrant/reaper.ts';
import { recordsIn } from './qdrant/records.ts';
import { vectorsIn } from './qdrant/vectors.ts';
import type { Abilities, Store, StoreContext } from './store.ts';

/** The store, and what can be asked of Qdrant alone. */
export interface QdrantStore extends Store {
  /** Connects, looks at the server's version, and makes the collection and its indexes where they are not there; says what it found. */
  warm(): Promise<QdrantFound>;
  /** Deletes what is past `dropAt` now, as otherwise every `reapEvery`; says how many. */
  reap(): Promise<number>;
}

/** What there was when the store was opened. */
export interface QdrantFound {
  /** The server's version. */
  readonly version: string;
  readonly collection: string;
  /** True where the collection was not there before. */
  readonly made: boolean;
  /** Entries that it holds. */
  readonly entries: number;
  /** Models, with their numbers of dimensions, whose vectors it holds. */
  readonly models: number;
}

interface Opened {
  readonly version: string;
  readonly collection: Collection;
  readonly entries: Entries;
  readonly abilities: Abilities;
  reap(): Promise<number>;
  close(): Promise<void>;
}

/** The store as `qdrant-later.ts` describes it, loaded. */
export function qdrantStore(options: QdrantStoreOptions = {}): QdrantStore {
  const { now = Date.now, onDamage = () => {} } = options;
  const settings = resolveQdrant(options);
  let closed = false;

  const opening = lazy(async (): Promise<Opened> => {
    if (closed) throw new ClosedError();
    const { api, setUp } = await settings.connect();
    const version = await versionOf(setUp, settings.collection);
    const collection = await openCollection(api, setUp, settings.collection);
    const vectors = vectorsIn(collection);
    const changes = changeLog(collection, now, settings.pollEvery);
    const entries = entriesIn(collection, vectors, changes, onDamage);
    const { reap, stop } = reaper(entries, changes, now, settings.reapEvery);
    return (opened = {
      version,
      collection,
      entries,
      reap,
      abilities: { remote: true, search: vectors, ...(settings.pollEvery > 0 && { changes }) },
      async close() {
        await stop();
        await changes.close();
      },
    });
  });
  let opened: Opened | undefined;
  const use = (): Promise<Opened> => {
    if (closed) return Promise.reject(new ClosedError());
    return opened ? Promise.resolve(opened) : opening();
  };
  const entries = async () => (await use()).entries;

  return {
    name: 'qdrant',
    open: async () => (await use()).abilities,
    get: async (id) => (await entries()).get(id),
    set: async (entry) => (await entries()).put(entry),
    touch: async (id, expiresAt) => (await entries()).touch(id, expiresAt),
    async *find(query) {
      yield* (await entries()).find(query);
    },
    delete: async (query) => (await entries()).delete(query),
    size: async () => (await entries()).size(),
    records: recordsIn(async () => (await use()).collection),
    reap: async () => (await use()).reap(),
    async warm() {
      const { version, collection, entries: held } = await use();
      return { version, collection: settings.collection, made: collection.made, entries: (await held.size()).entries, models: collection.vectors().length };
    },
    async close() {
      closed = true;
      if (opening.started) await (await opening().catch(() => undefined))?.close();
    },
  };
}

/** The store that a `qdrant:` URL names. */
export function qdrantStoreAt({ scheme, path, options }: Address, context: StoreContext): Store {
  // Without a place it is the server that the variables name.
  const place = path === '' ? process.env.QDRANT_URL || 'http://localhost:6333' : `${scheme}://${path}`;
  const query = new URLSearchParams(options).toString();
  return qdrantStore({ url: query === '' ? place : `${place}${place.includes('?') ? '&' : '?'}${query}`, ...context });
}
