import { EmbedderError } from '../base/errors.ts';
import type { Bytes } from '../base/units.ts';
import type { VectorIndex } from './index/contract.ts';
import { createVectorIndex } from './index/vector-index.ts';
import { KnownForms } from './known-forms.ts';

/** A stored question, as far as it is needed to find it. */
export interface Pooled {
  readonly id: string;
  readonly scope: string;
  readonly turns?: string | undefined;
  /** The normal form of its text. */
  readonly normal: string;
}

/** Where a question looks. */
export interface Place {
  readonly scope: string;
  /** Absent: whatever was said before. */
  readonly turns?: string | undefined;
}

export interface Near {
  readonly id: string;
  /** Cosine, -1 to 1. */
  readonly similarity: number;
}

/**
 * The stored questions of this process: by normal form, and by vector. No lookup crosses a scope. It may lag behind the store; what it names is
 * read from the store before it is served.
 */
export interface Pool {
  readonly size: number;
  readonly bytes: Bytes;
  has(id: string): boolean;
  /** Adds a question, in place of the one with its id. Without a vector it is found by its normal form only. */
  add(question: Pooled, vector: Float32Array | undefined): void;
  delete(id: string): void;
  clear(): void;
  /** The question with the same normal form that was added last. */
  same(place: Place, normal: string): string | undefined;
  near(place: Place, vector: Float32Array, limit: number, least: number): Promise<readonly Near[]>;
}

/** How many normal forms are known by heart; older ones are found as nearest neighbours, as equal forms have equal vectors. */
const NORMAL_FORMS = 200_000;

/** An empty pool. `maxBytes`: the most that the vectors take; what does not fit is found by normal form only. */
export function createPool({ maxBytes }: { maxBytes: Bytes }): Pool {
  let index: VectorIndex | undefined;
  let dimensions: number | undefined;
  let forms = new KnownForms(NORMAL_FORMS);

  return {
    get size() {
      return index?.size ?? forms.size;
    },
    get bytes() {
      return index?.bytes ?? 0;
    },
    has: (id) => index?.has(id) === true || forms.has(id),
    add({ id, scope, turns = '', normal }, vector) {
      forms.add(id, scope, turns, normal);
      index ??= vector && createVectorIndex({ dimensions: (dimensions = vector.length), maxBytes });
      if (vector?.length !== dimensions || !vector) return void index?.delete(id);
      index?.add({ id, scope, turns, vector });
    },
    delete(id) {
      forms.delete(id);
      index?.delete(id);
    },
    clear() {
      forms = new KnownForms(NORMAL_FORMS);
      index?.clear();
      index = undefined;
    },
    same: ({ scope, turns }, normal) => forms.find(scope, turns, normal),
    async near({ scope, turns }, vector, limit, least) {
      if (index === undefined) return [];
      if (vector.length !== dimensions) throw new EmbedderError('changed', `Vectors of ${dimensions} numbers are stored under the fingerprint of the embedder, and it gave one of ${vector.length}.`);
      return index.nearestInSteps({ scope, ...(turns !== undefined && { turns }), vector, limit, least });
    },
  };
}
