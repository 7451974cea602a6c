import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '../base/clock.ts';
import { EmbedderError, OptionError } from '../base/errors.ts';
import { lazy } from '../base/lazy.ts';
import { type Bytes, type Duration, toByteCount, toMilliseconds, type Usd } from '../base/units.ts';
import { createAttempts } from './attempts.ts';
import { createBatches, type Job } from './batches.ts';
import { checkCount } from './check.ts';
import type { Embedder } from './embedder.ts';
import { whileHeld } from './hold.ts';
import { type EmbeddedText, embedAll, type EmbedManyOptions } from './many.ts';
import { createRate } from './rate.ts';
import { createRest } from './rest.ts';
import { createVectorCheck } from './vectors.ts';

export interface SteadyOptions {
  /** @default the machine's own clock */
  clock?: Clock;
  /** For the waits between tries: 0 to 1. @default Math.random */
  random?: () => number;
  /** The longest that a caller waits for a vector, tries and waits included. @default 2000 */
  timeout?: Duration;
  /** Further tries after an error that is worth one: the network, a rate limit, a server in trouble. @default 2 */
  retries?: number;
  /** How long a text waits for others to be sent along with it. @default 3 */
  batchWithin?: Duration;
  /** The most calls at a time. @default 4 */
  concurrency?: number;
  /** The most texts that wait or are under way; one more is refused as `busy`. @default 1000 */
  maxWaiting?: number;
  /** Room for vectors that may be asked for again, in bytes or as text. 0 keeps none. @default '16MiB' */
  cacheBytes?: Bytes | string;
  /** The most texts sent in a minute, those that are remembered not counted; one more is refused as `busy`. @default no limit */
  perMinute?: number;
  /** After so many calls failed in a row the service is not asked for a while, and texts are refused as `resting`. @default 3 */
  restAfter?: number;
  /** How long that while is. @default 10000 */
  restFor?: Duration;
  /** Told what each call cost, where that is known. */
  onCost?: (cost: Usd) => void;
}

/** An embedder that can be relied upon: it answers in time, with a sound vector or an `EmbedderError`. */
export interface SteadyEmbedder {
  /** Numbers to a vector, once known. */
  readonly dimensions: number | undefined;
  /** What the vectors are made by, with all that can be learned about it. Kept once it is known. */
  fingerprint(): Promise<string>;
  /**
   * The vector of a text, of length 1, the caller's to keep and change. Rejects with an `EmbedderError`, or the signal's reason; a caller
   * that goes away never disturbs another that asked for the same.
   */
  embed(text: string, signal?: AbortSignal): Promise<Float32Array>;
  /**
   * The vectors of many texts, in order, one call after the other as they are read. Texts are never refused as `busy`, wait longer, and leave the cache
   * as it is. A text that gets no vector comes with its error; when the service itself fails, the loop ends with an `EmbedderError`.
   */
  embedMany(texts: Iterable<string> | AsyncIterable<string>, options?: EmbedManyOptions): AsyncIterable<EmbeddedText>;
  /** Ends what is under way and closes the embedder. */
  close(): Promise<void>;
}

/** What a vector takes besides its numbers and its text: the typed array, its buffer, and its place in the cache. */
const OVERHEAD: Bytes = 300;

const cacheOf = (room: Bytes) =>
  new LRUCache<string, Float32Array>({
    maxSize: Math.min(Math.floor(room), Number.MAX_SAFE_INTEGER),
    sizeCalculation: (vector, text) => vector.byteLength + 2 * text.length + OVERHEAD,
  });

/** Makes an embedder steady. Nothing is asked before it is used. */
export function steadyEmbedder(embedder: Embedder, options: SteadyOptions = {}): SteadyEmbedder {
  const { clock = systemClock, random = Math.random, retries = 2, concurrency = 4, maxWaiting = 1000, perMinute = Infinity, restAfter = 3 } = options;
  const { onCost = () => {} } = options;
  const timeout = toMilliseconds(options.timeout ?? 2000, 'embedder.timeout');
  const within = toMilliseconds(options.batchWithin ?? 3, 'embedder.batchWithin');
  const restFor = toMilliseconds(options.restFor ?? 10_000, 'embedder.restFor');
  const room = toByteCount(options.cacheBytes ?? '16MiB', 'embedder.cacheBytes');
  if (!(Number.isSafeInteger(retries) && retries >= 0)) throw new OptionError('embedder.retries', 'a whole number from 0 up', retries);
  if (!(perMinute >= 1)) throw new OptionError('embedder.perMinute', 'a number from 1 up', perMinute);
  checkCount(embedder.batchSize, 'embedder.batchSize');
  if (!(embedder.longest >= 1)) throw new OptionError('embedder.longest', 'a number from 1 up', embedder.longest);
  checkCount(concurrency, 'embedder.concurrency');
  checkCount(maxWaiting, 'embedder.maxWaiting');
  checkCount(restAfter, 'embedder.restAfter');

  const name = embedder.fingerprint;
  const check = createVectorCheck(name, embedder.dimensions);
  const attempts = createAttempts({ embedder, check, clock, random, onCost });
  const rate = createRate(perMinute, clock);
  const rest = createRest(name, clock, restAfter, restFor);
  const known = room >= 1 ? cacheOf(room) : undefined;
  const closing = new AbortController();
  const batches = createBatches<Float32Array>({
    clock,
    within,
    size: embedder.batchSize,
    length: embedder.batchLength ?? Infinity,
    concurrency,
    run,
  });

  async function run(jobs: readonly Job<Float32Array>[], signal: AbortSignal): Promise<void> {
    const started = clock.elapsed();
    const limits = { until: started + timeout, retries, signal };
    const results = await attempts.embed(jobs.map(({ text }) => text), limits).catch((reason: unknown) => {
      // All callers are gone. That they waited long in vain counts against the service, whoever's time limit it was.
      if (!closing.signal.aborted && clock.elapsed() - started > timeout / 2) rest.failed(late());
      throw reason;
    });
    const failure = results.find((result) => result instanceof EmbedderError);
    if (failure && results.every((result) => result instanceof EmbedderError)) rest.failed(failure);
    else rest.worked();
    for (const [at, job] of jobs.entries()) {
      const result = results[at]!;
      if (result instanceof EmbedderError) job.reject(result);
      else {
        known?.set(job.text, result);
        job.resolve(result);
      }
    }
  }

  /** Why this text is not even tried. */
  function refusal(text: string): EmbedderError | undefined {
    if (text.trim() === '') return new EmbedderError('text', `The embedder ${name} was given a text without words.`);
    if (text.length <= embedder.longest) return undefined;
    return new EmbedderError('text', `The embedder ${name} takes ${embedder.longest} characters, and a text has ${text.length}.`);
  }

  function jobOf(text: string): Job<Float32Array> {
    const job = batches.get(text);
    if (job) return job;
    const tired = rest.refusal();
    if (tired) throw tired;
    if (batches.size >= maxWaiting) throw new EmbedderError('busy', `${maxWaiting} texts wait for the embedder ${name} already, and that is the most.`);
    if (!rate.take(1)) throw new EmbedderError('busy', `The embedder ${name} may be sent ${perMinute} texts a minute, and was.`);
    return batches.add(text);
  }

  /** What the job comes to, while there is time and the caller is there. */
  async function waitFor(job: Job<Float32Array>, signal: AbortSignal | undefined): Promise<Float32Array> {
    const over = new AbortController();
    const ends = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
    const bell = clock.sleep(timeout, ends).then(() => {
      throw late();
    });
    job.callers++;
    try {
      const vector = await whileHeld(() => Promise.race([job.result, bell]));
      job.callers--;
      return vector.slice();
    } catch (error) {
      batches.leave(job, error);
      throw error;
    } finally {
      over.abort();
    }
  }

  const late = () => new EmbedderError('late', `The embedder ${name} was not done within ${timeout} ms.`);
  const closed = () => new EmbedderError('closed', `The embedder ${name} is closed.`);
  const fingerprint = lazy(() => whileHeld(() => attempts.identify({ until: clock.elapsed() + timeout, retries, signal: closing.signal })));

  return {
    get dimensions() {
      return check.dimensions;
    },
    async fingerprint() {
      return embedder.identify ? fingerprint() : name;
    },
    async embed(text, signal) {
      signal?.throwIfAborted();
      if (closing.signal.aborted) throw closed();
      const remembered = known?.get(text);
      if (remembered) return remembered.slice();
      const refused = refusal(text);
      if (refused) throw refused;
      return waitFor(jobOf(text), signal);
    },
    embedMany(texts, many = {}) {
      return embedAll(texts, many, { embedder, attempts, rate, perMinute, clock, closing: closing.signal, refusal, remembered: (text) => known?.peek(text) });
    },
    async close() {
      if (closing.signal.aborted) return;
      const reason = closed();
      closing.abort(reason);
      batches.end(reason);
      known?.clear();
      await embedder.close?.();
    },
  };
}
