import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/stores/open.ts';
import { postgresStore } from '../../src/stores/postgres.ts';
import { redisStore } from '../../src/stores/redis.ts';
import type { Store } from '../../src/stores/store.ts';
import { tieredStore } from '../../src/stores/tiered.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { storeContract } from '../../src/testing/store-contract.ts';
import { plain } from './entries.ts';
import { entryOf } from './entry.ts';
import { needsServer, newSchema, newStore, onServer, url as postgres } from './postgres-for-test.ts';

const redis = process.env.REPRISE_TEST_REDIS_URL ?? '';
needsServer('REPRISE_TEST_POSTGRES_URL', postgres);
needsServer('REPRISE_TEST_REDIS_URL', redis);

const schema = newSchema();
let prefix = '';
const inRedis = (): Store => redisStore({ url: redis, prefix, now: () => 0 });

describe.skipIf(postgres === '' || redis === '')('Redis over PostgreSQL', () => {
  // The clock stands in 1970, so that copies of entries that are long past their time are kept.
  const make = () => tieredStore([inRedis(), newStore({ schema })], { clock: { ...fakeClock(0), sleep: () => new Promise(() => {}) } });
  const emptied = async () => {
    prefix = `test:${randomUUID()}:`;
    await onServer(async (client) => {
      const { rows } = await client.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 AND tablename NOT IN ('reprise', 'vector_tables')", [schema]);
      for (const { name } of rows) await client.query(`DELETE FROM "${schema}"."${name}"`);
    });
    return make();
  };
  for (const { name, run } of storeContract(emptied, { reopen: make })) it(name, run);

  describe('by its URL', () => {
    const own = newSchema();
    const place = `test:${randomUUID()}:`;
    const durable = `${postgres}?schema=${own}&reapEvery=0&readTimeout=10s&writeTimeout=10s`;
    const url = `pg+redis:?pg=${encodeURIComponent(durable)}&redis=${encodeURIComponent(`${redis}?prefix=${place}`)}&redisTtl=5m`;
    const opened: Store[] = [];
    afterAll(async () => void (await Promise.all(opened.map((store) => store.close()))));

    it('keeps an entry in both, in the mirror for its time alone', async () => {
      const store = openStore(url, { now: Date.now, onDamage: () => {} });
      const mirror = redisStore({ url: redis, prefix: place });
      const lasting = postgresStore({ url: postgres, schema: own, reapEvery: 0, readTimeout: '10s' });
      opened.push(store, mirror, lasting);
      await store.open();

      await store.set(entryOf('a'));

      expect(plain(await store.get('a'))).toEqual(plain(entryOf('a')));
      expect((await lasting.get('a'))?.dropAt).toBeUndefined();
      const left = (await mirror.get('a'))!.dropAt! - Date.now();
      expect(left).toBeGreaterThan(200_000);
      expect(left).toBeLessThanOrEqual(300_000);
      await mirror.delete({});
    });

    it('leaves no connection to Redis behind where PostgreSQL is not there', async () => {
      const name = randomUUID();
      const there = new Redis(redis);
      const named = `${redis.replace(/\/\/(.*@)?/, `//${name}:x@`)}?prefix=${place}`;
      await there.call('ACL', 'SETUSER', name, 'on', 'nopass', '~*', '&*', '+@all');
      const store = openStore(`pg+redis:?pg=${encodeURIComponent('postgres://127.0.0.1:1/none')}&redis=${encodeURIComponent(named)}`, { now: Date.now, onDamage: () => {} });

      for (let attempt = 0; attempt < 3; attempt++) await expect((async () => store.get('a'))()).rejects.toThrow();

      await vi.waitFor(async () => expect(await there.client('LIST')).not.toContain(`user=${name}`));
      await store.close();
      await there.call('ACL', 'DELUSER', name);
      there.disconnect();
    });
  });
});
