import { LangCache } from '@redis-ai/langcache';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { functionEmbedder } from '../../../src/embedders/function.ts';
import { functionJudge } from '../../../src/semantic/judges/function-judge.ts';
import { resolveSemantic, type SemanticOptions } from '../../../src/semantic/semantic-options.ts';
import { openCaches } from '../../../src/server/langcache/caches.ts';
import { makeService, type Service, type ServiceParts } from '../../../src/server/langcache/service.ts';
import { createServer, type ServerOptions } from '../../../src/server/server.ts';
import { guardStore } from '../../../src/stores/guard.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import type { Store } from '../../../src/stores/store.ts';
import { vectorOf } from '../../flow/meaning-for-test.ts';
import { emptyCache } from '../support/proxy.ts';

/** An embedder of words, and a judge that takes texts for the same that have no word of their own but `please` and `the`. */
export const wordsSemantic = (more: SemanticOptions = {}): SemanticOptions => ({
  embedder: functionEmbedder({ fingerprint: 'words-1', dimensions: 64, embed: (texts) => texts.map(vectorOf) }),
  judge: functionJudge((asked, stored) => wordsOf(asked) === wordsOf(stored), { fingerprint: 'words-1', decides: true }),
  ...more,
});

const wordsOf = (text: string): string =>
  [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu))].filter((word) => !['please', 'the'].includes(word)).toSorted().join(' ');

export interface ServiceForTest {
  readonly url: string;
  readonly store: Store;
  readonly service: Service;
  /** Lines of the log. */
  readonly log: string[];
  readonly troubles: unknown[];
  /** The official SDK. */
  sdk(cacheId?: string, apiKey?: string): LangCache;
  /** A key for a cache, which is made if it is not there. */
  keyFor(cacheId: string, scope?: 'read' | 'write'): Promise<string>;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<{ status: number; json: unknown; headers: Headers; text: string }>;
  close(): Promise<void>;
}

export interface ServiceForTestOptions extends Partial<Omit<ServiceParts, 'semantic'>> {
  readonly semantic?: SemanticOptions;
  readonly server?: Partial<ServerOptions>;
}

/** The service on a port of this machine, beside a proxy that nobody uses. Closed when the test is over. */
export async function serviceForTest({ store = guardStore(memoryStore()), semantic = wordsSemantic(), server: more, ...options }: ServiceForTestOptions = {}): Promise<ServiceForTest> {
  const troubles: unknown[] = [];
  const log: string[] = [];
  const clock: Clock = options.clock ?? systemClock;
  const service = makeService({ store, semantic: resolveSemantic({ ...semantic, mode: 'on' }), door: 'loopback', onTrouble: (error) => troubles.push(error), ...options, clock });
  const server = createServer({ cache: emptyCache, port: 0, groups: service.groups, log: { write: (text) => log.push(text), format: 'json' }, ...more });
  const { url } = await server.listen();
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await server.close({ graceMs: 0 });
    await service.close();
    await store.close();
  };
  onTestFinished(close);

  return {
    url, store, service, log, troubles, close,
    sdk: (cacheId = 'docs', apiKey = 'none') => new LangCache({ serverURL: url, cacheId, apiKey }),
    async keyFor(cacheId, scope = 'write') {
      await store.open();
      await openCaches(store.records, clock).create({ id: cacheId });
      const { token } = await service.keys.create({ scope, cache: cacheId });
      return token;
    },
    async call(method, path, body, headers = {}) {
      const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
      const response = await fetch(url + path, { method, headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers }, ...sent });
      const text = await response.text();
      return { status: response.status, text, json: text === '' ? undefined : (JSON.parse(text) as unknown), headers: response.headers };
    },
  };
}
