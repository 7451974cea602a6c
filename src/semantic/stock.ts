import { isPromise } from '../base/maybe.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Entry, EntryHead, EntryKind } from '../model/entry.ts';
import type { Abilities, Change, Store } from '../stores/store.ts';
import type { Finder } from './finder.ts';
import { normalFormOf } from './normal-form.ts';
import { createPool, type Pool } from './pool.ts';
import { vectorIn } from './vector-bytes.ts';

/** The stored questions in this process: read from the store in the background, and kept true by its changes. */
export interface Stock {
  readonly pool: Pool;
  /** `ready`: all are there. `reading`: not yet. `failed`: they could not be read; asking tries again some seconds later. */
  state(): 'ready' | 'reading' | 'failed';
  /** Resolves when they have been read, or could not be. */
  readonly loaded: Promise<void>;
  /** What came in the way of the last reading. */
  readonly failure: unknown;
  /** Takes a stored entry in. */
  remember(entry: Entry): void;
  forget(ids: Iterable<string>): void;
  close(): Promise<void>;
}

export interface StockParts {
  readonly store: Store;
  readonly abilities: Abilities;
  readonly kind: EntryKind;
  readonly finder: Finder;
  readonly excluded: (text: string, story?: string) => string | undefined;
  readonly maxBytes: number;
  readonly now: () => Milliseconds;
  readonly onTrouble: (error: unknown) => void;
}

/** How long the reading of stored questions goes on before others get their turn. */
const SLICE: Milliseconds = 1;
/** How long a failure to read them stands before it is tried again. */
const AGAIN_AFTER: Milliseconds = 5000;

/** Begins to read. Where the store searches by itself there is nothing to read. */
export function createStock(parts: StockParts): Stock {
  const { store, abilities, kind, finder, excluded, onTrouble } = parts;
  const pool = createPool({ maxBytes: parts.maxBytes });
  const ending = new AbortController();
  let isLoaded = abilities.search !== undefined;
  let failedAt: Milliseconds | undefined;
  let failure: unknown;
  let loading: Promise<void> = Promise.resolve();
  let changed = new Set<string>();

  /** Takes one stored question in. Its vector is worked out, read, or missing. */
  async function take(entry: EntryHead | Entry): Promise<void> {
    const { id, scope, turns, text, story } = entry;
    if (entry.kind !== kind || text === undefined || excluded(text, story) !== undefined) return;
    const formed = normalFormOf(text);
    const normal = isPromise(formed) ? await formed : formed;
    let vector: Float32Array | undefined;
    if (finder.cheap) {
      const placed = await finder.place(normal, ending.signal);
      if ('vector' in placed) vector = placed.vector;
    } else {
      const whole = 'vectors' in entry ? entry : await store.get(id);
      const bytes = whole?.vectors[finder.fingerprint];
      if (bytes) vector = vectorIn(bytes);
    }
    pool.add({ id, scope, turns, normal }, vector);
  }

  async function load(): Promise<void> {
    isLoaded = false;
    changed = new Set();
    pool.clear();
    let began = performance.now();
    for await (const head of store.find({ kind })) {
      if (ending.signal.aborted) return;
      // What changed since is newer than what the list says.
      if (!changed.has(head.id)) await take(head);
      if (performance.now() - began < SLICE) continue;
      await new Promise((resolve) => setImmediate(resolve));
      began = performance.now();
    }
    isLoaded = true;
    changed = new Set();
  }

  function startLoading(): void {
    failedAt = undefined;
    loading = loading.then(load).catch((error: unknown) => {
      failedAt = parts.now();
      failure = error;
      if (!ending.signal.aborted) onTrouble(error);
    });
  }

  async function onChange(change: Change): Promise<void> {
    if (change.kind === 'clear') return pool.clear();
    if (change.kind === 'lost') return startLoading();
    for (const id of change.ids) {
      if (!isLoaded) changed.add(id);
      pool.delete(id);
      const entry = change.kind === 'set' ? await store.get(id) : undefined;
      if (entry) await take(entry);
    }
  }

  const unsubscribe = abilities.search ? undefined : abilities.changes?.subscribe((change) => void onChange(change).catch(onTrouble));
  if (!abilities.search) startLoading();

  return {
    pool,
    state() {
      if (isLoaded) return 'ready';
      if (failedAt === undefined) return 'reading';
      if (parts.now() - failedAt >= AGAIN_AFTER) startLoading();
      return 'failed';
    },
    get loaded() {
      return loading;
    },
    get failure() {
      return failure;
    },
    remember(entry) {
      if (abilities.search) return;
      if (!isLoaded) changed.add(entry.id);
      void take(entry).catch(onTrouble);
    },
    forget(ids) {
      for (const id of ids) {
        if (!isLoaded) changed.add(id);
        pool.delete(id);
      }
    },
    async close() {
      ending.abort(new DOMException('The cache is closed.', 'AbortError'));
      unsubscribe?.();
      await loading;
    },
  };
}
