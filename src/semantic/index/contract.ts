import type { Bytes } from '../../base/units.ts';

export interface VectorIndexOptions {
  /** Of every vector: 1 to 4096. Room is taken for the next multiple of 32. */
  readonly dimensions: number;
  /** The most that `bytes` may become. @default 1 GiB */
  readonly maxBytes?: Bytes;
  /**
   * `plain` does without SIMD in WebAssembly, as happens by itself where that is missing: the same results, some 50 times slower.
   * @default 'auto'
   */
  readonly kernel?: 'auto' | 'plain';
}

export interface IndexedVector {
  readonly id: string;
  /** No search crosses it. */
  readonly scope: string;
  /** Which earlier turns it belongs to; none when left out. */
  readonly turns?: string | undefined;
  /** Any length but zero; what counts is the direction. */
  readonly vector: Float32Array;
}

export interface NearestQuery {
  readonly scope: string;
  /** Only among vectors of these turns. Left out: among all of the scope. */
  readonly turns?: string | undefined;
  readonly vector: Float32Array;
  /** The most to give: 1 to 1024. */
  readonly limit: number;
  /** The lowest similarity to give: -1 to 1. @default -1 */
  readonly least?: number | undefined;
}

/**
 * Finds the vectors with the highest cosine to another, exactly: all of one scope are compared, none of another is read. They are kept in 8 bits
 * a dimension. Everything takes effect at once and nothing is ever rebuilt.
 */
export interface VectorIndex {
  readonly kernel: 'simd' | 'plain';
  readonly size: number;
  /** Memory taken by vectors, and what ids and scopes take besides, estimated; the texts of the ids themselves not counted. */
  readonly bytes: Bytes;
  has(id: string): boolean;
  /**
   * Adds a vector, in place of the one with the same id if there is one. False when there is no room within `maxBytes`; then none is there
   * under that id. Throws an `OptionError` when the vector has another size, is zero, or holds what is not a finite number.
   */
  add(entry: IndexedVector): boolean;
  /** True if it was there. */
  delete(id: string): boolean;
  /** The nearest, best first. Holds the event loop while it runs: see `nearestInSteps` for scopes of more than some 50,000. */
  nearest(query: NearestQuery): Found[];
  /**
   * The same in slices of about a millisecond, between which others get their turn; in a small scope there is one. What is added meanwhile
   * may be missing, what is deleted is not given.
   */
  nearestInSteps(query: NearestQuery): Promise<Found[]>;
  clear(): void;
}

/** One vector that was found. */
export interface Found {
  readonly id: string;
  /** The cosine of the two vectors as they are stored, in 8 bits: -1 to 1. */
  readonly similarity: number;
}
