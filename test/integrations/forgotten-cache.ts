// Run with --expose-gc by forgotten.test.ts: makes a cache, uses it, forgets it, and says when its store was closed.
import { setImmediate } from 'node:timers/promises';
import { createCache, memoryStore } from '../../src/index.ts';

const inner = memoryStore();
let closed = false;

async function useAndForget(): Promise<void> {
  const cache = createCache({
    store: {
      ...inner,
      async close() {
        closed = true;
        await inner.close();
      },
    },
  });
  const double = cache.wrap(async function double(x: number) {
    return 2 * x;
  });
  await double(21);
  await cache.set('name', 'value');
}

await useAndForget();
for (let round = 0; round < 100 && !closed; round++) {
  (globalThis as unknown as { gc(): void }).gc();
  await setImmediate();
}
console.log(closed ? 'closed' : 'still open');
