import { describe, it } from 'vitest';
import { memoryTier } from '../../src/stores/memory-tier.ts';
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
