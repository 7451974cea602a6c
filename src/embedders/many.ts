import type { Clock } from '../base/clock.ts';
import { EmbedderError } from '../base/errors.ts';
import { type Duration, toMilliseconds } from '../base/units.ts';
import type { Attempts } from './attempts.ts';
import type { Embedder } from './embedder.ts';
import { aboutTexts } from './failure.ts';
import { whileHeld } from './hold.ts';
import type { Rate } from './rate.ts';
import type { Embedding } from './vectors.ts';

/** A text with its vector of length 1, or with why it has none. */
export type EmbeddedText =
  | { readonly text: string; readonly vector: Float32Array; readonly error?: undefined }
  | { readonly text: string; readonly vector?: undefined; readonly error: EmbedderError };

export interface EmbedManyOptions {
  signal?: AbortSignal;
  /** The longest that one call may take, tries and waits included. @default 60000 */
  timeout?: Duration;
  /** Further tries of a call after an error that is worth one. @default 8 */
  retries?: number;
}

export interface ManyParts {
  readonly embedder: Embedder;
  readonly attempts: Attempts;
  readonly rate: Rate;
  readonly perMinute: number;
  readonly clock: Clock;
  readonly closing: AbortSignal;
  readonly refusal: (text: string) => EmbedderError | undefined;
  readonly remembered: (text: string) => Float32Array | undefined;
}

/** Embeds texts as they are read, batch by batch. */
export async function* embedAll(
  texts: Iterable<string> | AsyncIterable<string>,
  { signal, retries = 8, ...options }: EmbedManyOptions,
  parts: ManyParts,
): AsyncGenerator<EmbeddedText, void, undefined> {
  const { embedder, closing, perMinute } = parts;
  const timeout = toMilliseconds(options.timeout ?? 60_000, 'embedder.timeout');
  const ends = signal ? AbortSignal.any([signal, closing]) : closing;
  const size = Math.min(embedder.batchSize, Math.floor(perMinute));
  const length = embedder.batchLength ?? Infinity;

  let batch: string[] = [];
  let characters = 0;
  const flush = () => {
    const done = embedBatch(batch, parts, () => ({ until: parts.clock.elapsed() + timeout, retries, signal: ends }));
    batch = [];
    characters = 0;
    return done;
  };
  for await (const text of texts) {
    ends.throwIfAborted();
    // A text that is refused does not count towards what is sent.
    const sent = parts.refusal(text) ? 0 : text.length;
    if (batch.length >= size || (batch.length > 0 && characters + sent > length)) yield* await flush();
    batch.push(text);
    characters += sent;
  }
  ends.throwIfAborted();
  if (batch.length > 0) yield* await flush();
}

async function embedBatch(texts: readonly string[], parts: ManyParts, limits: () => Parameters<Attempts['embed']>[1]): Promise<EmbeddedText[]> {
  const { attempts, rate, clock, refusal, remembered } = parts;
  const results = new Map<string, Embedding>();
  for (const text of texts) {
    const result = remembered(text)?.slice() ?? refusal(text);
    if (result) results.set(text, result);
  }
  const wanted = [...new Set(texts)].filter((text) => !results.has(text));
  if (wanted.length > 0) {
    const embedded = await whileHeld(async () => {
      const { signal } = limits();
      while (!rate.take(wanted.length)) await clock.sleep(rate.waitFor(wanted.length), signal);
      return attempts.embed(wanted, limits());
    });
    const failure = embedded.find((result) => result instanceof EmbedderError);
    if (failure && failure.reason !== 'unusable' && !aboutTexts(failure) && embedded.every((result) => result instanceof EmbedderError)) throw failure;
    for (const [at, text] of wanted.entries()) results.set(text, embedded[at]!);
  }
  return texts.map((text) => {
    const result = results.get(text)!;
    return result instanceof EmbedderError ? { text, error: result } : { text, vector: result };
  });
}
