import type { MaybePromise } from '../base/maybe.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Entry, EntryHead, EntryKind, Fingerprint } from '../model/entry.ts';

/**
 * What every store does. Its cases are published as a suite: `storeContract` in `reprise/testing`.
 *
 * A store decides nothing: freshness is judged in the flow from `expiresAt`. It keeps an entry until `dropAt` at least, unless it is
 * full, and may forget it any time later. A store never changes an entry it was given, and the flow never changes one it was handed.
 * Drivers' errors go through; `guardStore` turns them into `StoreError`.
 */
export interface Store {
  /** Short name for messages, such as `sqlite`. */
  readonly name: string;
  /** Connects and migrates; says what this store can do. May be called again, and then does nothing. */
  open(): Promise<Abilities>;
  /** The entry, or `undefined`. One that is damaged or of an unknown version is `undefined` too, told to `onDamage`. */
  get(id: string): MaybePromise<Entry | undefined>;
  /** Stores an entry in the place of one of the same id. Done when resolved, as the store documents it. */
  set(entry: Entry): MaybePromise<void>;
  /** Moves `expiresAt`, and `dropAt` by as much; does nothing when there is no such entry. */
  touch(id: string, expiresAt: Milliseconds): MaybePromise<void>;
  /** Heads of what the query names, in the order of age, read piecemeal: what comes or goes meanwhile may be seen or not. */
  find(query: Query): AsyncIterable<EntryHead>;
  /** Deletes what the query names and says how many. An empty query is everything. */
  delete(query: Query): Promise<number>;
  /** What it holds. Counting may be rough where it would be slow. */
  size(): Promise<StoreSize>;
  /** Small named things beside the entries: secrets, statistics, settings, vetoes. */
  readonly records: Records;
  /** Lets go of what `open` took. Entries stay, where the store is a lasting one. */
  close(): Promise<void>;
}

/** Which entries are meant. All that is given must hold; nothing given means all. */
export interface Query {
  readonly ids?: readonly string[];
  readonly tenant?: string;
  readonly namespace?: string;
  readonly kind?: EntryKind;
  readonly scope?: string;
  /** Has this among its `lookups`. */
  readonly lookup?: string;
  /** Has this tag. */
  readonly tag?: string;
  /** Has each of these attributes with this value. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly model?: string;
  /** Its text fits this glob (`*`, `?`, `[abc]`; letter case counts; `*` also spans line ends and slashes). */
  readonly text?: string;
  /** Made before this moment. */
  readonly createdBefore?: Milliseconds;
  /** Fresh no longer at this moment. */
  readonly expiredAt?: Milliseconds;
  /** May be forgotten at this moment. */
  readonly droppableAt?: Milliseconds;
  /** Begins with the newest in place of the oldest. The order of those that were made at the same moment is open. @default false */
  readonly newestFirst?: boolean;
  /** At most so many, the first in that order. */
  readonly limit?: number;
}

/** What a store holds. */
export interface StoreSize {
  readonly entries: number;
  /** Roughly, as stored. */
  readonly bytes: number;
}

/** What a store can do beyond keeping entries. An ability that is not there is `undefined`. */
export interface Abilities {
  /** Nearest vectors. Absent: the index in the process serves. */
  readonly search?: Search;
  /** What others wrote or deleted. */
  readonly changes?: Changes;
  /** One call across processes. */
  readonly leases?: Leases;
  /** A stream that followers in other processes read while it is written. */
  readonly logs?: StreamLogs;
  /** True where it is asked over a network: it may hang, so that a time limit and a circuit breaker stand before it. @default false */
  readonly remote?: boolean;
}

/** Finds the entries nearest to a vector inside one scope. */
export interface Search {
  nearest(query: NearestQuery): Promise<readonly Candidate[]>;
  /** Which of these entries have no vector of this fingerprint that is searched, as those that were stored before the store could search. Absent: all are searched. */
  unsearched?(ids: readonly string[], fingerprint: Fingerprint): Promise<readonly string[]>;
}

export interface NearestQuery {
  readonly tenant: string;
  readonly namespace: string;
  readonly scope: string;
  /** Entries without earlier turns are those of `''`. Absent: whatever came before. */
  readonly turns?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly fingerprint: Fingerprint;
  readonly vector: Float32Array;
  readonly limit: number;
}

/** An entry near to a question. `similarity` is a cosine, -1 to 1. */
export interface Candidate {
  readonly id: string;
  readonly similarity: number;
}

/** Tells what other processes wrote or deleted. */
export interface Changes {
  /** Calls `listener` for every change made elsewhere, until the returned function is called. */
  subscribe(listener: (change: Change) => void): () => void;
}

/**
 * `lost`: changes may have been missed, and nothing that was remembered may be trusted. `query`: what else was deleted, as far as the store held it no
 * longer and so cannot say its ids.
 */
export type Change =
  | { readonly kind: 'set' | 'delete'; readonly ids: readonly string[]; readonly query?: Query }
  | { readonly kind: 'clear' }
  | { readonly kind: 'lost' };

/** A right to do something alone, which runs out by itself. */
export interface Lease {
  readonly name: string;
  /** Grows with every holder, so that a late writer can be told from the holder of today. */
  readonly fence: number;
  /** True as long as no other process can know of it: nobody else asked before, and nobody reads what is logged. May turn false. @default false */
  readonly alone?: boolean;
}

export interface Leases {
  /** The lease, or `undefined` while somebody holds it, be it this process. What was held and ran out is free. */
  acquire(name: string, duration: Milliseconds): Promise<Lease | undefined>;
  /** Holds it for `duration` from now; false when it was lost to another holder, or released. */
  renew(lease: Lease, duration: Milliseconds): Promise<boolean>;
  /** Gives it up; does nothing when it was lost. */
  release(lease: Lease): Promise<void>;
}

/**
 * What holders of leases write for others to read. The pieces of two holders never mix. Logs go some seconds after their last piece, and
 * may go with the lease where nobody read them until then.
 */
export interface StreamLogs {
  /** Adds piece number `seq` (0, 1, 2, ...), which is never empty. Rejects when the lease was lost. */
  append(lease: Lease, seq: number, bytes: Uint8Array): Promise<void>;
  /**
   * The pieces of who holds the lease of that name, else of who held it last, from number `from` on and in order, as they come. Ends after the
   * last piece when the lease was released, has run out or was taken over, and at once when there is none.
   */
  read(name: string, from: number): AsyncIterable<Uint8Array>;
}

/** A small named thing with the version it was read at. */
export interface StoredRecord {
  readonly name: string;
  readonly value: string;
  /** Changes with every write. */
  readonly version: number;
}

/** Small named texts with compare-and-set. */
export interface Records {
  get(name: string): MaybePromise<StoredRecord | undefined>;
  /**
   * Writes when the record still has `version` (`undefined`: when there is none yet); says whether it did.
   * Nobody's write is ever lost by this.
   */
  put(name: string, value: string, version: number | undefined): MaybePromise<boolean>;
  delete(name: string): MaybePromise<void>;
  /** All whose name begins with `prefix`, sorted by name. */
  list(prefix: string): MaybePromise<readonly StoredRecord[]>;
}

/** What all stores of one process are handed. */
export interface StoreContext {
  /** Time, for what the store drops by itself. */
  readonly now: () => Milliseconds;
  /** Told of every entry that is there but cannot be read, with the reason. It is a miss for everybody else. */
  readonly onDamage: (id: string, why: string) => void;
}
