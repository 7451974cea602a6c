/** Many requests through a small memory cache; tells its parent what the heap holds after each step. Needs `--expose-gc`. */
import { bytesOf, ours } from '../ours.ts';
import { requestOf } from '../sample.ts';

/** What is held after a full collection, in bytes. */
export interface Sample {
  readonly requests: number;
  readonly heap: number;
  /** Outside the heap: bodies of answers. */
  readonly buffers: number;
  readonly resident: number;
}

const total = Number(process.argv[2]);
const steps = Number(process.argv[3]);
const { cache, ask, calls } = ours({ store: 'memory:?maxBytes=16MiB' });

/** The same numbers in the same order every time (the generator of Lehmer, https://en.wikipedia.org/wiki/Lehmer_random_number_generator). */
let seed = 20_250_101;
const random = (): number => (seed = (seed * 48_271) % 0x7fffffff) / 0x7fffffff;

/** One in four is new, the others are among the last 50,000 new ones, the recent more often. */
let made = 0;
const pick = (): number => (random() < 0.25 ? made++ : Math.max(0, made - 1 - Math.floor(random() ** 4 * 50_000)));

const { gc: collect } = globalThis as unknown as { gc: () => void };

const sample = async (requests: number): Promise<void> => {
  // What was freed outside the heap is given back in a later turn of the event loop.
  for (let times = 0; times < 3; times++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  process.send!({ sample: { requests, heap: heapUsed, buffers: arrayBuffers, resident: rss } satisfies Sample });
};

for (let step = 1; step <= steps; step++) {
  for (let at = 0; at < total / steps; at++) {
    const outcome = await ask(requestOf(pick(), 600));
    await bytesOf(outcome);
    if (outcome.kind === 'miss') await outcome.settled;
  }
  await sample((step * total) / steps);
}
const { entries, bytes } = await cache.stats();
process.send!({ end: { different: made, calls: calls(), entries, bytes } });
await cache.close();
process.disconnect?.();
