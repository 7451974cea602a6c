import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { onTestFinished } from 'vitest';
import { Core } from '../../../src/cache.ts';
import type { CacheOptions } from '../../../src/options.ts';
import { resolveOptions } from '../../../src/options.ts';
import { createServer, type ServerOptions } from '../../../src/server/server.ts';
import { fakeProvider, type FakeProvider } from '../../../src/testing/fake-provider.ts';

export interface CachingProxy {
  readonly url: string;
  readonly provider: FakeProvider;
  readonly core: Core;
  openai(apiKey?: string): OpenAI;
  anthropic(apiKey?: string): Anthropic;
}

/** The proxy with the real engine, before a provider that can be told what to say. All closed when the test is over. */
export async function cachingProxy(options: { cache?: CacheOptions; server?: Partial<ServerOptions> } = {}): Promise<CachingProxy> {
  const provider = await fakeProvider();
  const core = new Core(resolveOptions({ store: 'memory:', ...options.cache }));
  const server = createServer({ cache: core, port: 0, upstreams: { openai: provider.url, anthropic: provider.url }, ...options.server });
  const { url } = await server.listen();
  onTestFinished(async () => {
    await server.close({ graceMs: 0 });
    await core.close();
    await provider.close();
  });
  return {
    url,
    provider,
    core,
    openai: (apiKey = 'sk-one') => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 }),
    anthropic: (apiKey = 'sk-ant-one') => new Anthropic({ baseURL: url, apiKey, maxRetries: 0 }),
  };
}
