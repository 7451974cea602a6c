import type { Usd } from '../base/units.ts';
import type { Entry, Fingerprint } from '../model/entry.ts';
import type { FeedbackBook } from './feedback.ts';
import type { Veto } from './guards/guard.ts';

/** A question that has no answer under its own key. */
export interface Asked {
  readonly tenant: string;
  readonly namespace: string;
  readonly scope: string;
  readonly turns?: string | undefined;
  readonly text: string;
  /** What was said before, in words, where whole conversations are matched. */
  readonly story?: string | undefined;
}

/** A stored question that was looked at. */
export interface Considered {
  readonly id: string;
  readonly text: string;
  readonly strategy: 'normalised' | 'semantic';
  /** Cosine of the two vectors; 1 for equal normal forms. */
  readonly similarity: number;
  readonly probability?: number;
  readonly vetoes: readonly Veto[];
  readonly hit: boolean;
  /** Why not. */
  readonly why?: string;
}

/** What a lookup by meaning came to. */
export interface Looked {
  readonly found?: Considered & { readonly entry: Entry };
  readonly considered: readonly Considered[];
  /** Why nothing was found. */
  readonly why?: string;
  /** What embedder and judges cost. */
  readonly cost?: Usd;
}

export interface LookUpOptions {
  readonly signal: AbortSignal;
  /** For this lookup, in place of the cache's own. */
  readonly maxFalseHits?: number | undefined;
  /** Whether an entry that was found may be served: fresh, in a form that can be given. */
  serves(entry: Entry): boolean;
}

/** A stored question that was looked at, with its entry. */
export interface Ranked extends Considered {
  readonly entry: Entry;
}

export interface RankOptions {
  readonly signal: AbortSignal;
  /** The most to give: 1 to 1024. */
  readonly limit: number;
  /** The lowest similarity. @default that of the cache */
  readonly least?: number;
  /** False: similarity alone decides, without guards and judge, as caches that compare vectors do it. @default true */
  readonly judged?: boolean;
  /** After so many hits no more are looked at. @default all are */
  readonly enough?: number;
  /** The most pairs that the judge reads. @default all */
  readonly maxJudged?: number;
  /** Where this rejects much, more is asked of the index, so that what is there is found. */
  serves(entry: Entry): boolean;
  /** Hears why nothing could be found by vector. */
  told?(why: string): void;
}

/** Matching by meaning, over one store. */
export interface Meaning {
  /** The stored question that this one is the same as, if there is one. */
  lookUp(asked: Asked, options: LookUpOptions): Promise<Looked>;
  /** The stored questions near to this one, nearest first, each with what guards and judge say of it. Fails with the error of store, embedder or judge. */
  rank(asked: Asked, options: RankOptions): Promise<Ranked[]>;
  /** What guards and judge say of one entry, however it was found. */
  weigh(asked: Asked, entry: Entry, signal: AbortSignal): Promise<Ranked>;
  /** Why a text is not matched by meaning at all; `undefined` where it may be. */
  excluded(text: string, story?: string): string | undefined;
  /** Names to keep with an entry, by which a store that searches by itself finds it where a question is equal but for form. */
  lookupsFor(entry: Pick<Entry, 'text' | 'scope'>): Promise<readonly string[]>;
  /** The vectors to keep with an entry. Never fails: without a vector it is found by its normal form. */
  vectorsFor(entry: Pick<Entry, 'text'>, signal: AbortSignal): Promise<Entry['vectors']>;
  /** The same, but fails with the embedder's error. */
  embed(entry: Pick<Entry, 'text'>, signal: AbortSignal): Promise<Entry['vectors']>;
  /** Takes a stored entry in, so that it is found from now on. */
  remember(entry: Entry): void;
  /** Lets go of entries that were deleted. What is not let go of is noticed when it is found. */
  forget(ids: Iterable<string>): void;
  readonly book: FeedbackBook;
  /** Resolves when the stored questions have been taken in. */
  readonly loaded: Promise<void>;
  readonly size: number;
  readonly bytes: number;
  readonly fingerprint: Fingerprint;
  close(): Promise<void>;
}
