import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { redisStore } from '../../src/stores/redis.ts';
import type { RedisStoreOptions } from '../../src/stores/redis/options.ts';
import type { Store } from '../../src/stores/store.ts';

/** The servers that the tests ask, by the variables that say where they are. `scripts/services start` prints them. */
export const SERVERS = {
  'a plain server': 'REPRISE_TEST_REDIS_URL',
  'a server with the query engine': 'REPRISE_TEST_REDIS_STACK_URL',
  'a primary that a sentinel names': 'REPRISE_TEST_REDIS_SENTINEL_URL',
  'a cluster': 'REPRISE_TEST_REDIS_CLUSTER_URL',
  Valkey: 'REPRISE_TEST_VALKEY_URL',
} as const;

export type Server = keyof typeof SERVERS;
export const DRIVERS = ['ioredis', 'redis'] as const;

/** Tests that need a server. Without its address they are skipped with a word, and in CI that is a failure. */
export function describeOn(server: Server, what: string, tests: (url: string) => void): void {
  const variable = SERVERS[server];
  const url = process.env[variable];
  if (url) describe(`${what}, on ${server}`, () => tests(url));
  else if (process.env.CI) it(`${what}, on ${server}: ${variable} is set`, () => expect(url, 'eval "$(scripts/services start)" sets it').toBeDefined());
  else describe.skip(`${what}, on ${server}: set ${variable}, as \`scripts/services start\` prints it`, () => it('is skipped', () => {}));
}

/** A prefix that nobody else has. */
export const freshPrefix = (): string => `test:${randomUUID()}:`;

/** Stores of one test, which are closed after it. Their clock stands in 1970, so that Redis keeps what has a `dropAt` in the past of today. */
export function storesForTest(url: string, driver: (typeof DRIVERS)[number]) {
  const opened: Store[] = [];
  return {
    make(options: RedisStoreOptions = {}): Store {
      const store = redisStore({ url, driver, now: () => 0, prefix: freshPrefix(), ...options });
      opened.push(store);
      return store;
    },
    async close(): Promise<void> {
      await Promise.all(opened.splice(0).map(async (store) => store.close()));
    },
  };
}

/** All that comes. */
export async function listed<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
