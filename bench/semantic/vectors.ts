import type { StaticEmbedder } from '../../src/semantic/model/static-embedder.ts';
import { randomFrom } from './texts.ts';

export type Kind = 'random' | 'clustered';

/** Random vectors, or such around a thousand centres. */
export function vectors(dimensions: number, kind: Kind): () => Float32Array {
  const random = randomFrom(12_345);
  const normal = new Float32Array(65_536).map(() => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
  const plain = (): Float32Array => {
    const vector = new Float32Array(dimensions);
    for (let at = 0; at < dimensions; at++) vector[at] = normal[Math.floor(random() * 65_536)]!;
    return vector;
  };
  if (kind === 'random') return plain;
  const centres = Array.from({ length: 1000 }, plain);
  return () => {
    const centre = centres[Math.floor(random() * 1000)]!;
    const vector = plain();
    for (let at = 0; at < dimensions; at++) vector[at] = vector[at]! * 0.6 + centre[at]!;
    return vector;
  };
}

/** The vectors of texts, one after the other. */
export function vectorsOf(texts: readonly string[], embedder: StaticEmbedder): () => Float32Array {
  let next = 0;
  return () => embedder.embed(texts[next++ % texts.length]!);
}

/** What anybody would write: all vectors as int8 in one array, one after the other. */
export function plainScan(entries: number, dimensions: number, limit: number) {
  const codes = new Int8Array(entries * dimensions);
  const inverses = new Float32Array(entries);
  const query = new Int8Array(dimensions);
  const quantise = (vector: Float32Array, into: Int8Array, from: number): number => {
    const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    let squares = 0;
    for (let at = 0; at < dimensions; at++) squares += (into[from + at] = Math.round((vector[at]! / largest) * 127)) ** 2;
    return 1 / Math.sqrt(squares);
  };
  return {
    set(entry: number, vector: Float32Array): void {
      inverses[entry] = quantise(vector, codes, entry * dimensions);
    },
    nearest(vector: Float32Array): number[] {
      quantise(vector, query, 0);
      const best: { entry: number; value: number }[] = [];
      let floor = -Infinity;
      for (let entry = 0; entry < entries; entry++) {
        const from = entry * dimensions;
        let dot = 0;
        for (let at = 0; at < dimensions; at++) dot += codes[from + at]! * query[at]!;
        const value = Math.fround(dot * inverses[entry]!);
        if (value <= floor) continue;
        best.push({ entry, value });
        best.sort((a, b) => b.value - a.value);
        if (best.length > limit) best.pop();
        if (best.length === limit) floor = best[limit - 1]!.value;
      }
      return best.map(({ entry }) => entry);
    },
  };
}

/** By the vectors as they came, in 64 bits: cosines of all entries, and the lowest of the best `limit`. */
export function truth(all: readonly Float32Array[], query: Float32Array, limit: number): { cosines: Float64Array; least: number; most: number } {
  const norm = (vector: Float32Array): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  const own = norm(query);
  const cosines = Float64Array.from(all, (vector) => {
    let dot = 0;
    for (let at = 0; at < vector.length; at++) dot += vector[at]! * query[at]!;
    return dot / (norm(vector) * own);
  });
  const sorted = cosines.slice().sort();
  return { cosines, least: sorted[sorted.length - limit]!, most: sorted[sorted.length - 1]! };
}
