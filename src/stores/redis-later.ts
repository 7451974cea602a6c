import { lazyStore } from './lazy-store.ts';
import { type RedisStoreOptions, resolveRedis } from './redis/options.ts';
import type { Store } from './store.ts';

export type { RedisClient, RedisStoreOptions } from './redis/options.ts';

/**
 * Keeps entries in Redis or Valkey, 6.2 or newer: `redis://host`, `rediss://`, `redis+sentinel://`, `redis+cluster://`, `unix:PATH`. Needs the
 * package `ioredis` or `redis`, or a client of yours. Connects on first use.
 *
 * A write that is done has been carried out by the server that was asked; whether it outlives that server is the server's matter. Redis drops
 * entries at their `dropAt` by itself. All keys begin with `prefix`, and no other key is ever read or deleted. Offers `changes`, `leases` and
 * `logs`, and `search` where the server has the query engine.
 */
export function redisStore(options: RedisStoreOptions = {}): Store {
  resolveRedis(options);
  return lazyStore('redis', async () => (await import('./redis.ts')).redisStore(options));
}
