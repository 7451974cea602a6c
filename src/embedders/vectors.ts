import { EmbedderError } from '../base/errors.ts';

/** What became of a text: its vector, of length 1, or why it has none. */
export type Embedding = Float32Array | EmbedderError;

/** Numbers as float32. What is no number, such as the `null` that NaN becomes in JSON, is NaN, and not the 0 that a plain conversion makes of it. */
export const floatsOf = (given: ArrayLike<unknown>): Float32Array => Float32Array.from(given, (value) => (typeof value === 'number' ? value : Number.NaN));

/** Checks the vectors of one embedder. */
export interface VectorCheck {
  /** Numbers to a vector: as the embedder says, else as the first sound vector had it. */
  readonly dimensions: number | undefined;
  /** The vector brought to length 1, in memory of its own; an error for one of another size, with a number that is none, or all zeros. */
  check(vector: ArrayLike<number>): Embedding;
}

export function createVectorCheck(name: string, declared: number | undefined): VectorCheck {
  let dimensions = declared;
  const unusable = (why: string) => new EmbedderError('unusable', `The embedder ${name} gave a vector ${why}.`);

  return {
    get dimensions() {
      return dimensions;
    },
    check(given) {
      const size = given.length;
      if (!(size >= 1)) return unusable('without numbers');
      if (dimensions !== undefined && size !== dimensions) return unusable(`of ${size} numbers, where its vectors have ${dimensions}`);
      const vector = floatsOf(given);
      let squares = 0;
      for (const value of vector) squares += value * value;
      if (!Number.isFinite(squares)) return unusable('with a number that is none, or not finite');
      if (squares === 0) return unusable('of zeros alone');
      const length = Math.sqrt(squares);
      for (let i = 0; i < size; i++) vector[i]! /= length;
      dimensions = size;
      return vector;
    },
  };
}
