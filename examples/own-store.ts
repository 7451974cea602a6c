// A store of your own: any object that keeps the contract. `storeContract` has the cases that tell whether it does.
import { createCache, memoryStore, type Store } from 'reprise';
import { storeContract } from 'reprise/testing';

/** Counts what a store is asked; a real one would speak to some service. It closes only what it opened. */
function countingStore(inner: Store, counts: { reads: number; writes: number }): Store {
  return {
    name: 'counting',
    open: () => inner.open(),
    get(id) {
      counts.reads++;
      return inner.get(id);
    },
    set(entry) {
      counts.writes++;
      return inner.set(entry);
    },
    touch: (id, expiresAt) => inner.touch(id, expiresAt),
    find: (query) => inner.find(query),
    delete: (query) => inner.delete(query),
    size: () => inner.size(),
    records: inner.records,
    close: () => inner.close(),
  };
}

let kept = 0;
const cases = storeContract(() => countingStore(memoryStore(), { reads: 0, writes: 0 }));
for (const { run } of cases) {
  await run(); // rejects where the contract is broken; in a test: it(name, run)
  kept++;
}
console.log(`the store keeps ${kept} of ${cases.length} cases of the contract`);

const counts = { reads: 0, writes: 0 };
const cache = createCache({ store: countingStore(memoryStore(), counts), memory: false });
const square = cache.wrap(async function square(x: number) {
  return x * x;
});
console.log(await square(7), await square(7), counts);

await cache.close();
