import { randomUUID } from 'node:crypto';
import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, expect, it } from 'vitest';
import type { QdrantStoreOptions } from '../../src/stores/qdrant/options.ts';
import { type QdrantStore, qdrantStore } from '../../src/stores/qdrant.ts';

/** Where the server for tests is, or the engine behind its API; `eval "$(scripts/services start qdrant)"` sets it. */
export const url = process.env.REPRISE_TEST_QDRANT_URL ?? '';
const HOW = 'eval "$(scripts/services start qdrant)"';

/** Says once why a file is skipped; in CI that is a failure. */
export function needsQdrant(): void {
  if (url !== '') return;
  if (process.env.CI) it('REPRISE_TEST_QDRANT_URL is set in CI', () => expect(url).not.toBe(''));
  else it.skip(`needs REPRISE_TEST_QDRANT_URL: ${HOW}`, () => {});
}

const collections: string[] = [];

/** A collection of its own, which goes at the end of the file. */
export function newCollection(): string {
  const collection = `test-${randomUUID()}`;
  collections.push(collection);
  return collection;
}

/** A client of the test's own. */
export function client(): QdrantClient {
  const { protocol, hostname, port } = new URL(url);
  const apiKey = process.env.QDRANT_API_KEY;
  return new QdrantClient({
    host: hostname, port: Number(port || 6333), https: protocol === 'https:', checkCompatibility: false, timeout: 20_000,
    ...(apiKey && { headers: { 'api-key': apiKey } }),
  });
}

/** A store in a collection of its own, with time enough for a busy machine. */
export const newStore = (options: QdrantStoreOptions = {}): QdrantStore =>
  qdrantStore({ url, collection: newCollection(), timeout: '10s', reapEvery: 0, ...options });

if (url !== '') {
  afterAll(async () => {
    for (const collection of collections) await client().deleteCollection(collection);
  }, 60_000);
}

/** All that comes, in a list. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
