import { describe, it } from 'vitest';
import { memoryTier } from '../../src/stores/memory-tier.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { tieredStore } from '../../src/stores/tiered.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { storeContract } from '../../src/testing/store-contract.ts';
import { client, needsQdrant, newCollection, newStore, url } from './qdrant-for-test.ts';

needsQdrant();

const collection = newCollection();
/** Emptying a collection takes a fraction of the time that making one anew takes. */
const emptied = <T>(store: () => T) => async () => {
  const api = client();
  if ((await api.getCollections()).collections.some(({ name }) => name === collection)) await api.delete(collection, { wait: true, filter: {} });
  return store();
};

describe.skipIf(url === '')('the Qdrant store', () => {
  const make = () => newStore({ collection });
  for (const { name, run } of storeContract(emptied(make), { reopen: make })) it(name, run);
});

describe.skipIf(url === '')('a memory tier before the Qdrant store', () => {
  const make = () => memoryTier(newStore({ collection }));
  for (const { name, run } of storeContract(emptied(make), { reopen: make })) it(name, run);
});

describe.skipIf(url === '')('a quicker store over the Qdrant store', () => {
  // The clock stands in 1970, so that copies of entries that are long past their time are kept.
  const make = () => tieredStore([memoryStore(), newStore({ collection })], { clock: { ...fakeClock(0), sleep: () => new Promise(() => {}) } });
  for (const { name, run } of storeContract(emptied(make), { reopen: make })) it(name, run);
});
