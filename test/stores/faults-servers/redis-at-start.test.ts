import { describe, expect, it, onTestFinished } from 'vitest';
import { createCache } from '../../../src/integrations/library.ts';
import { outcomeOf } from '../../../src/integrations/outcome-of.ts';
import type { CacheOptions } from '../../../src/options.ts';
import { fakeProvider } from '../../../src/testing/fake-provider.ts';
import { STORE_TIMEOUT } from './fault.ts';
import { needs } from './programs.ts';
import { HOW_REDIS, redisProgram, RedisServer } from './redis-server.ts';
import { until } from './until.ts';

/** How late a busy machine may be. */
const LATE = 500;
const LONGEST_RETURN = 15_000;

/** A cache of a process that has just begun, and a way to ask it that says what became of it and how long it took. */
async function fresh(options: CacheOptions) {
  const provider = await fakeProvider({ record: false });
  const cache = createCache({ storeTimeout: STORE_TIMEOUT, ...options });
  cache.on('error', () => {});
  onTestFinished(async () => {
    await cache.close();
    await provider.close();
  });
  return async (prompt: string) => {
    const began = performance.now();
    const response = await cache.fetch(`${provider.openaiUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer of one' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }] }),
    });
    await response.text();
    const took = performance.now() - began;
    const { kind, settled } = outcomeOf(response)!;
    return { kind, took, stored: (await settled).stored };
  };
}

needs('redis-server', redisProgram, HOW_REDIS);

describe.skipIf(redisProgram === undefined)('a process', { retry: 2, timeout: 60_000 }, () => {
  it.each(['ioredis', 'redis'])('that begins while Redis hangs waits for it once, and uses it when it goes on, by %s', async (driver) => {
    const server = await RedisServer.start();
    onTestFinished(() => server.close());
    await server.signal('SIGSTOP');
    const ask = await fresh({ store: `${server.url}?driver=${driver}` });

    const first = await ask('One?');
    const later = [await ask('Two?'), await ask('Three?')];
    await server.signal('SIGCONT');
    await until('what is asked is stored', LONGEST_RETURN, async () => (await ask('Four?')).kind === 'exact');

    expect(first.took).toBeLessThan(STORE_TIMEOUT + LATE);
    expect(Math.min(...later.map(({ took }) => took))).toBeLessThan(STORE_TIMEOUT);
  });

  it('goes on with its tenants when Redis comes back with nothing', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.close());
    const ask = await fresh({ store: server.url, memory: false });
    await ask('One?');
    const secret = await server.say('hget', 'reprise:{records}', '"secret/tenants"');

    await server.signal('SIGKILL');
    await server.start();
    await until('what is asked is stored', LONGEST_RETURN, async () => (await ask('Two?')).kind === 'exact');
    await until('the secret is back', LONGEST_RETURN, async () => (await server.say('hget', 'reprise:{records}', '"secret/tenants"')) !== 'null');

    const hex = (record: string) => /"([0-9a-f]{64})"/.exec(record)?.[1];
    expect(hex(secret)).toBeDefined();
    expect(hex(await server.say('hget', 'reprise:{records}', '"secret/tenants"'))).toBe(hex(secret));
  });
});
