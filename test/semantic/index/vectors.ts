import type { Found, VectorIndex } from '../../../src/semantic/index/contract.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NORMAL = (() => {
  const random = randomNumbers(1);
  return new Float32Array(65_536).map(() => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
})();

/** Vectors without any order, whose nearest neighbours are hardly nearer than others. */
export function randomVectors(dimensions: number, seed: number): () => Float32Array {
  let state = Math.imul(seed + 1, 2_654_435_761);
  return () => {
    const vector = new Float32Array(dimensions);
    for (let at = 0; at < dimensions; at++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      vector[at] = NORMAL[state >>> 16]!;
    }
    return vector;
  };
}

/** Vectors around so many centres, with dimensions that matter less and less: as texts about some subjects have. */
export function clusteredVectors(dimensions: number, seed: number, clusters = 200): () => Float32Array {
  const random = randomNumbers(seed + 1);
  const next = randomVectors(dimensions, seed);
  const centres = Array.from({ length: clusters }, next);
  return () => {
    const centre = centres[Math.floor(random() * clusters)]!;
    const spread = 0.1 + random();
    return next().map((value, at) => (centre[at]! + spread * value) / Math.sqrt(1 + at));
  };
}

/** A vector as the index keeps it: in whole numbers, with one over its length in 32 bits. */
export interface Stored {
  readonly codes: Int8Array;
  readonly inverse: number;
}

export function asStored(vector: Float32Array): Stored {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const codes = new Int8Array(vector.length);
  for (let at = 0; at < codes.length; at++) codes[at] = Math.round((vector[at]! / largest) * 127);
  return { codes, inverse: Math.fround(1 / lengthOf(codes)) };
}

function lengthOf(codes: Int8Array): number {
  let squares = 0;
  for (let at = 0; at < codes.length; at++) squares += codes[at]! * codes[at]!;
  return Math.sqrt(squares);
}

/** The best of all by the plainest of ways, in the arithmetic of the index, so that both must agree to the last bit. */
export function bruteForce(stored: ReadonlyMap<string, Stored>, vector: Float32Array, limit: number, least = -1): Found[] {
  const { codes: query } = asStored(vector);
  const norm = lengthOf(query);
  const all: Found[] = [];
  for (const [id, { codes, inverse }] of stored) {
    let dot = 0;
    for (let at = 0; at < query.length; at++) dot += codes[at]! * query[at]!;
    const similarity = Math.min(1, Math.max(-1, Math.fround(dot * inverse) / norm));
    if (similarity >= least) all.push({ id, similarity });
  }
  return all.sort((a, b) => b.similarity - a.similarity).slice(0, limit);
}

/** Fills an index with `count` vectors of one scope; gives what was stored. */
export function fill(index: VectorIndex, count: number, next: () => Float32Array, scope = 'scope'): Map<string, Stored> {
  const stored = new Map<string, Stored>();
  for (let at = 0; at < count; at++) {
    const vector = next();
    index.add({ id: `id-${at}`, scope, vector });
    stored.set(`id-${at}`, asStored(vector));
  }
  return stored;
}

/** What is compared with the plainest search. */
export const SIZES = [
  { entries: 10_000, dimensions: 128, queries: 12 },
  { entries: 10_000, dimensions: 256, queries: 6 },
  { entries: 10_000, dimensions: 384, queries: 6 },
  { entries: 100_000, dimensions: 128, queries: 2 },
];
