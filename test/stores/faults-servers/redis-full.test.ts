import { describe, expect, it, onTestFinished } from 'vitest';
import { redisStore } from '../../../src/stores/redis.ts';
import { entryOf } from '../entry.ts';
import { needs } from './programs.ts';
import { HOW_REDIS, redisProgram, RedisServer } from './redis-server.ts';

needs('redis-server', redisProgram, HOW_REDIS);

describe.skipIf(redisProgram === undefined)('a Redis that is full and drops nothing', { timeout: 60_000 }, () => {
  it('is not filled further, keeps what it has, and lets it be deleted', async () => {
    const server = await RedisServer.start({ args: ['--maxmemory-policy', 'noeviction'] });
    onTestFinished(() => server.close());
    const store = redisStore({ url: server.url });
    onTestFinished(() => store.close());
    await store.set(entryOf('a', { tags: ['x'] }));
    await server.do('config', 'set', 'maxmemory', '1');

    await expect(async () => store.set(entryOf('b'))).rejects.toThrow('OOM');
    await expect(async () => store.set(entryOf('a', { text: 'anew' }))).rejects.toThrow('OOM');

    expect((await store.get('a'))?.tags).toEqual(['x']);
    expect(await store.get('b')).toBeUndefined();
    expect(await store.delete({ tag: 'x' })).toBe(1);
  });
});
