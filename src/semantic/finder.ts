import type { MaybePromise } from '../base/maybe.ts';
import type { Usd } from '../base/units.ts';
import type { Fingerprint } from '../model/entry.ts';
import type { Embedder } from '../embedders/embedder.ts';
import { steadyEmbedder, type SteadyOptions } from '../embedders/steady.ts';
import { createStaticEmbedder, type StaticEmbedder, type StaticEmbedderFiles } from './model/static-embedder.ts';

/** The vector of a text, or why there is none: then it is matched by its normal form only. */
export type Placed = { readonly vector: Float32Array } | { readonly why: string };

/**
 * When many stored questions are near, and which of them stand out: those with this cosine, and those that are nearer by so much than the last of
 * so many. What does not is hardly ever right there, and would cost nearly every miss the time of a judge.
 */
export interface Crowd {
  /** So many near ones are a crowd. */
  readonly size: number;
  readonly least: number;
  readonly apart: number;
}

/** Gives texts their vectors, whoever makes them. */
export interface Finder {
  readonly fingerprint: Fingerprint;
  /** Cosine below which a stored question is not looked at. */
  readonly least: number;
  /** Cosine below which no second candidate is judged when the judge has refused one. */
  readonly leastAgain: number;
  /** Of a crowd only what stands out is judged. Absent: whatever is near enough is. */
  readonly crowd?: Crowd;
  /** True where a vector costs so little that none is kept with the entries. */
  readonly cheap: boolean;
  place(text: string, signal: AbortSignal): MaybePromise<Placed>;
  /** What embedding has cost since this was last called. Absent where it costs nothing. */
  takeCost?(): Usd | undefined;
  close(): Promise<void>;
}

/**
 * Good rewordings often have few words in common, so that the bundled vectors' floor is low; the judge reads what is above it. Of the authored development
 * pairs that hold, 1.3 % are below; at 0.45 were 5.7 %. docs/semantic.md has both sides of it.
 */
const LEAST_BUNDLED = 0.3;
const LEAST_OTHER = 0.6;
/** Where the nearest was refused, one that is not near is hardly ever right: of the development stream's rewordings a tenth lie below. */
const LEAST_AGAIN_BUNDLED = 0.7;
/**
 * Measured on 991 lookups of the development stream behind 9,000 stored questions: of 56 right hits 1 does not stand out, of 25 wrong ones 3, and of the
 * misses 56 in 100, which are not judged for it.
 */
const CROWD_BUNDLED: Crowd = { size: 8, least: 0.75, apart: 0.15 };

/** The bundled static vectors. Loads them: some 20 ms. With a cosine of the user's, whatever is above it is judged. */
export async function bundledFinder(files: StaticEmbedderFiles, least?: number): Promise<Finder> {
  const embedder: StaticEmbedder = await createStaticEmbedder({ load: () => files });
  return {
    fingerprint: embedder.fingerprint,
    least: least ?? LEAST_BUNDLED,
    leastAgain: LEAST_AGAIN_BUNDLED,
    ...(least === undefined && { crowd: CROWD_BUNDLED }),
    cheap: true,
    place(text) {
      const { known, reason } = embedder.knows(text);
      return known ? { vector: embedder.embed(text) } : { why: `the bundled model does not know it well (${reason ?? 'language'})` };
    },
    async close() {},
  };
}

/** An embedder of the user's. Asks its service where what it embeds with is not known otherwise. */
export async function embedderFinder(embedder: Embedder, options: SteadyOptions, least = LEAST_OTHER): Promise<Finder> {
  let spent: Usd | undefined;
  const steady = steadyEmbedder(embedder, {
    ...options,
    onCost(cost) {
      spent = (spent ?? 0) + cost;
    },
  });
  return {
    fingerprint: await steady.fingerprint(),
    least,
    leastAgain: least,
    cheap: false,
    async place(text, signal) {
      const knowledge = embedder.knows?.(text);
      if (knowledge && !knowledge.known) return { why: `the embedder does not know it well${knowledge.reason === undefined ? '' : ` (${knowledge.reason})`}` };
      return { vector: await steady.embed(text, signal) };
    },
    takeCost() {
      const cost = spent;
      spent = undefined;
      return cost;
    },
    close: () => steady.close(),
  };
}
