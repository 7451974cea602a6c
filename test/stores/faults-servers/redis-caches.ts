import { randomUUID } from 'node:crypto';
import type { CacheOptions } from '../../../src/options.ts';

/** The same store for two processes, one with memory before it; and another one, by the other driver. */
export function cachesAt(url: string): Record<string, CacheOptions> {
  const [shared, own] = [`${randomUUID()}:`, `${randomUUID()}:`];
  const at = `${url}${url.includes('?') ? '&' : '?'}`;
  return {
    'ioredis without memory': { store: `${at}driver=ioredis&prefix=${shared}`, memory: false },
    'ioredis with memory': { store: `${at}driver=ioredis&prefix=${shared}` },
    'redis without memory': { store: `${at}driver=redis&prefix=${own}`, memory: false },
  };
}
