import type { Embedded, Embedder } from '../../src/embedders/embedder.ts';
import type { FakeClock } from '../../src/testing/fake-clock.ts';
import { vectorOf } from './server.ts';

/** A call of the embedder that waits for the test to answer it. */
export interface Call {
  readonly texts: readonly string[];
  readonly signal: AbortSignal;
  answer(embedded?: Partial<Embedded>): void;
  fail(error: unknown): void;
}

/** An embedder whose calls the test answers. */
export function controlled(more: Partial<Embedder> = {}): Embedder & { readonly calls: Call[] } {
  const calls: Call[] = [];
  return {
    fingerprint: 'controlled',
    batchSize: 4,
    longest: 40,
    calls,
    embed(texts, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<Embedded>();
      calls.push({ texts, signal, answer: (embedded = {}) => resolve({ vectors: texts.map((text) => Float32Array.from(vectorOf(text))), ...embedded }), fail: reject });
      return promise;
    },
    ...more,
  };
}

/** Lets everything that is ready to go on do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Turns the clock on, a little at every turn of the event loop, until the work has come to its end. */
export async function drive<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let over = false;
  const end = () => void (over = true);
  work.then(end, end);
  while (!over) {
    await clock.advance(5);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return work;
}

export const outcomeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'worked', (error: unknown) => error);
