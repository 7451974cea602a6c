import { onTestFinished } from 'vitest';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { ProxyCache, ProxyServer, ServerOptions } from '../../../src/server/server.ts';
import { createServer } from '../../../src/server/server.ts';
import type { Answer, LocalUpstream } from './upstream.ts';
import { localUpstream } from './upstream.ts';

const settled = Promise.resolve({ stored: false });

/** A cache that keeps nothing: every call goes to the provider. */
export const emptyCache: ProxyCache = {
  store: { name: 'none', size: async () => ({ entries: 0, bytes: 0 }) },
  async request(call): Promise<Outcome> {
    const answer = await call.send(call.request.body as Uint8Array, call.signal!);
    return { kind: 'miss', answer, id: 'e'.repeat(64), age: 0, steps: [], settled };
  },
};

export interface TestProxy {
  readonly url: string;
  readonly server: ProxyServer;
  readonly upstream: LocalUpstream;
}

/** A proxy before a local provider, both closed when the test is over. */
export async function proxyFor(answer: Answer, options: Partial<ServerOptions> = {}): Promise<TestProxy> {
  const upstream = await localUpstream(answer);
  const server = createServer({ cache: emptyCache, port: 0, upstreams: { openai: upstream.url, anthropic: upstream.url }, ...options });
  const { url } = await server.listen();
  onTestFinished(async () => {
    await server.close({ graceMs: 0 });
    await upstream.close();
  });
  return { url, server, upstream };
}

/** A small cacheable call. */
export const chatBody = (text = 'Hello'): string => JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content: text }] });

/** Posts a chat call as a client would. */
export function postChat(url: string, init: { headers?: Record<string, string>; body?: string; signal?: AbortSignal } = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-one', ...init.headers };
  return fetch(`${url}/v1/chat/completions`, { method: 'POST', ...init, headers, body: init.body ?? chatBody() });
}
