import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { memoryTier } from '../../src/stores/memory-tier.ts';
import { redisStore } from '../../src/stores/redis.ts';
import { storeContract } from '../../src/testing/store-contract.ts';
import { describeOn, DRIVERS, freshPrefix, type Server, SERVERS } from './redis-servers.ts';

for (const server of Object.keys(SERVERS) as Server[]) {
  for (const driver of DRIVERS) {
    describeOn(server, `the Redis store by ${driver}`, (url) => {
      let prefix = '';
      const open = () => redisStore({ url, driver, prefix, now: () => 0 });
      const make = () => ((prefix = freshPrefix()), open());
      for (const { name, run } of storeContract(make, { reopen: open })) it(name, run);
    });
  }
}

describeOn('a plain server', 'a memory tier before the Redis store', (url) => {
  let prefix = '';
  const open = () => memoryTier(redisStore({ url, prefix, now: () => 0 }));
  for (const { name, run } of storeContract(() => ((prefix = freshPrefix()), open()), { reopen: open })) it(name, run);
});

describeOn('a plain server', 'the Redis store with a client of the user', (url) => {
  describe('of ioredis', () => {
    const client = new Redis(url, { lazyConnect: true });
    beforeAll(() => client.connect());
    afterAll(() => client.disconnect());
    for (const { name, run } of storeContract(() => redisStore({ client, prefix: freshPrefix(), now: () => 0 }))) it(name, run);
  });

  describe('of node-redis', () => {
    const client = createClient({ url });
    beforeAll(async () => void (await client.connect()));
    afterAll(() => client.destroy());
    for (const { name, run } of storeContract(() => redisStore({ client, prefix: freshPrefix(), now: () => 0 }))) it(name, run);
  });
});
