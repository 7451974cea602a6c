import type { Clock } from '../base/clock.ts';
import { EmbedderError } from '../base/errors.ts';
import type { Milliseconds, Usd } from '../base/units.ts';
import type { Embedder } from './embedder.ts';
import { aboutTexts, embedderError, worthAnotherTry } from './failure.ts';
import type { Embedding, VectorCheck } from './vectors.ts';

/** How long and how often it is tried. */
export interface Limits {
  /** When it must be done, by the clock's `elapsed`. */
  readonly until: Milliseconds;
  readonly retries: number;
  readonly signal: AbortSignal;
}

export interface AttemptParts {
  readonly embedder: Embedder;
  readonly check: VectorCheck;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onCost: (cost: Usd) => void;
}

/** Asks the embedder, in time and with patience. */
export interface Attempts {
  /** What became of each text, in order. Rejects only with the signal's reason. `texts` are as many as the embedder takes. */
  embed(texts: readonly string[], limits: Limits): Promise<Embedding[]>;
  /** The whole fingerprint. */
  identify(limits: Limits): Promise<string>;
}

/** The first wait before another try; each further one is twice as long, by chance down to half of that. */
const FIRST_WAIT: Milliseconds = 100;

export function createAttempts({ embedder, check, clock, random, onCost }: AttemptParts): Attempts {
  const name = embedder.fingerprint;

  /** One try. The embedder is told when time is up, and not waited for if it does not listen. */
  async function once<T>(work: (signal: AbortSignal) => Promise<T>, { until, signal }: Limits): Promise<T> {
    const over = new AbortController();
    const ends = AbortSignal.any([signal, over.signal]);
    const left = Math.max(0, until - clock.elapsed());
    const bell = clock.sleep(left, ends).then(() => {
      throw new EmbedderError('late', `The embedder ${name} was not done within its time.`);
    });
    try {
      return await Promise.race([Promise.resolve(ends).then(work), bell]);
    } finally {
      over.abort();
    }
  }

  async function tried<T>(work: (signal: AbortSignal) => Promise<T>, limits: Limits): Promise<T> {
    const { until, retries, signal } = limits;
    for (let tries = 0; ; tries++) {
      try {
        signal.throwIfAborted();
        return await once(work, limits);
      } catch (error) {
        signal.throwIfAborted();
        const failure = embedderError(error, name, clock.now());
        const wait = Math.max(failure.retryAfter ?? 0, FIRST_WAIT * 2 ** tries * (0.5 + random() / 2));
        if (tries >= retries || !worthAnotherTry(failure) || clock.elapsed() + wait >= until) throw failure;
        await clock.sleep(wait, signal);
      }
    }
  }

  async function vectorsOf(texts: readonly string[], limits: Limits): Promise<Embedding[]> {
    const { vectors, cost } = await tried(async (signal) => embedder.embed(texts, signal), limits);
    if (cost !== undefined) onCost(cost);
    if (vectors.length !== texts.length) {
      throw new EmbedderError('unusable', `The embedder ${name} gave ${vectors.length} vectors for ${texts.length} texts.`);
    }
    return vectors.map((vector) => check.check(vector));
  }

  return {
    async embed(texts, limits) {
      // Where the embedder refuses what is in a call, it is halved until the text that it refuses stands alone: the others are not
      // to suffer. For one text among n that takes twice log2(n) calls, and no more are spent.
      let spare = 2 * Math.ceil(Math.log2(texts.length));
      const part = async (some: readonly string[]): Promise<Embedding[]> => {
        try {
          return await vectorsOf(some, limits);
        } catch (error) {
          limits.signal.throwIfAborted();
          const failure = embedderError(error, name, clock.now());
          if (some.length === 1 || spare < 2 || !aboutTexts(failure)) return some.map(() => failure);
          spare -= 2;
          const middle = some.length >> 1;
          return [...(await part(some.slice(0, middle))), ...(await part(some.slice(middle)))];
        }
      };
      return part(texts);
    },
    identify: (limits) => tried(async (signal) => (await embedder.identify?.(signal)) ?? name, limits),
  };
}
