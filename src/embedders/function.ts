import { OptionError } from '../base/errors.ts';
import type { MaybePromise } from '../base/maybe.ts';
import type { Usd } from '../base/units.ts';
import { checkCount, checkName } from './check.ts';
import type { Embedder } from './embedder.ts';
import { floatsOf } from './vectors.ts';

/** Vectors as a function of the user's gives them: one a text, in order, of any length. */
export type GivenVectors = readonly ArrayLike<number>[];

export interface FunctionEmbedderOptions {
  /**
   * Embeds texts. May answer at once or later, with the vectors or also with what they cost. Errors with a `status` of 429 or 5xx or of the
   * network are tried again, others are not.
   */
  embed: (texts: readonly string[], signal: AbortSignal) => MaybePromise<GivenVectors | { readonly vectors: GivenVectors; readonly cost?: Usd }>;
  /** What the vectors are made by: model, version and size. Change it when the vectors change: vectors of another are never compared. */
  fingerprint: string;
  /** Numbers to a vector. @default that of the first vector */
  dimensions?: number;
  /** The most texts of one call. @default 32 */
  batchSize?: number;
  /** Characters beyond which a text is not embedded. @default 8000 */
  longest?: number;
  /** How well the model knows a text's language. @default everything is taken as known */
  knows?: Embedder['knows'];
  /** Called when the cache is closed. */
  close?: () => MaybePromise<void>;
}

/** Embeds by a function of the user's. */
export function functionEmbedder(options: FunctionEmbedderOptions): Embedder {
  const { embed, fingerprint, dimensions, batchSize = 32, longest = 8000, knows, close } = options;
  if (typeof embed !== 'function') throw new OptionError('embedder.embed', 'a function', embed);
  checkName(fingerprint, 'embedder.fingerprint');
  checkCount(dimensions, 'embedder.dimensions');
  checkCount(batchSize, 'embedder.batchSize');
  checkCount(longest, 'embedder.longest');

  return {
    fingerprint,
    ...(dimensions !== undefined && { dimensions }),
    batchSize,
    longest,
    async embed(texts, signal) {
      const given = await embed(texts, signal);
      const { vectors, cost } = 'vectors' in given ? given : { vectors: given, cost: undefined };
      return { vectors: Array.from(vectors, floatsOf), ...(cost !== undefined && { cost }) };
    },
    ...(knows && { knows }),
    ...(close && { close: async () => close() }),
  };
}
