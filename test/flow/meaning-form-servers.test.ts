import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { functionEmbedder } from '../../src/embedders/function.ts';
import { createCache } from '../../src/integrations/library.ts';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { functionJudge } from '../../src/semantic/judges/function-judge.ts';
import { postgresStore } from '../../src/stores/postgres.ts';
import { qdrantStore } from '../../src/stores/qdrant.ts';
import { redisStore } from '../../src/stores/redis.ts';
import type { Store } from '../../src/stores/store.ts';
import { fakeProvider } from '../../src/testing/fake-provider.ts';
import { vectorOf } from './meaning-for-test.ts';

const name = `test-${randomUUID()}`;
const { REPRISE_TEST_POSTGRES_URL: postgres = '', REPRISE_TEST_QDRANT_URL: qdrant = '', REPRISE_TEST_REDIS_STACK_URL: redis = '' } = process.env;
const SERVERS: readonly [server: string, url: string, open: () => Store][] = [
  ['PostgreSQL', postgres, () => postgresStore({ url: postgres, schema: `test_${randomUUID().replaceAll('-', '')}` })],
  ['Qdrant', qdrant, () => qdrantStore({ url: qdrant, collection: name, timeout: '10s' })],
  ['Redis with the query engine', redis, () => redisStore({ url: redis, prefix: `${name}:` })],
];

describe.each(SERVERS)('a cache upon %s', (_, url, open) => {
  it.skipIf(url === '')('finds what is equal but for form, though nothing has a vector', async () => {
    const provider = await fakeProvider();
    onTestFinished(() => provider.close());
    provider.reply({ text: 'In den Einstellungen.' }, { always: true });
    const store = open();
    const embedder = { ...functionEmbedder({ fingerprint: 'words-1', embed: (texts) => texts.map(vectorOf) }), knows: () => ({ known: false }) };
    const cache = createCache({ store, storeTimeout: '10s', semantic: { mode: 'on', timeout: '30s', embedder, judge: functionJudge(() => false, { fingerprint: 'none-1', decides: true }) } });
    onTestFinished(async () => {
      await store.delete({});
      await cache.close();
    });
    const ask = async (content: string) => {
      const response = await cache.fetch(`${provider.openaiUrl}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer one' },
        body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }),
      });
      await response.text();
      const { kind, settled } = outcomeOf(response)!;
      await settled;
      return kind;
    };

    const kinds = [await ask('Wie schalte ich den Dunkelmodus ein?'), await ask('wie schalte ich den  dunkelmodus ein??'), await ask('Wie schalte ich den Dunkelmodus aus?')];

    expect((await store.open()).search).toBeDefined();
    expect(kinds).toEqual(['miss', 'normalised', 'miss']);
  }, 60_000);
});
