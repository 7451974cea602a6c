import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LangCache } from '../../../src/langcache/langcache.ts';
import { langCacheService, type LangCacheServiceOptions } from '../../../src/server/langcache/mounted.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import { wordsSemantic } from './service-for-test.ts';

/** A service in a server of somebody else's. */
async function mounted(options: Partial<LangCacheServiceOptions> = {}, listenerOf = (service: ReturnType<typeof langCacheService>): RequestListener => service.listener) {
  const service = langCacheService({ store: 'memory:', semantic: wordsSemantic(), access: 'loopback', ...options });
  const server = createServer(listenerOf(service));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await service.close();
  });
  return { service, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('a service in a server of somebody else', () => {
  it('answers a client', async () => {
    const { url } = await mounted();
    const cache = new LangCache({ serverURL: url, cacheId: 'docs' });
    const { entryId } = await cache.set({ prompt: 'How do I log in?', response: 'one' });

    const { data } = await cache.search({ prompt: 'Please, how do I log in?' });

    expect(data).toMatchObject([{ id: entryId, response: 'one' }]);
  });

  it('leaves alone what is not its own, and what it answers carries a request id', async () => {
    const { url } = await mounted({}, ({ listener }) => (request, response) => listener(request, response, () => void response.end('mine')));

    expect(await (await fetch(`${url}/v1/other`)).text()).toBe('mine');
    const none = await fetch(`${url}/v1/caches/docs/nothing`);
    expect([none.status, none.headers.get('x-request-id')]).toEqual([404, expect.stringMatching(/^[\w-]{36}$/)]);
    expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
  });

  it('wants keys unless it is told otherwise, and makes them', async () => {
    const { url, service } = await mounted({ access: 'keys' });
    const search = async (apiKey: string) => new LangCache({ serverURL: url, cacheId: 'docs', apiKey }).search({ prompt: 'x' });
    await expect(search('none')).rejects.toMatchObject({ statusCode: 401, message: expect.stringContaining('reprise keys create') });

    const admin = await service.keys.create({ scope: 'admin' });
    await fetch(`${url}/admin/caches`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.token}` }, body: '{"id":"docs"}' });
    const { token } = await service.keys.create({ scope: 'read', cache: 'docs' });

    expect(await search(token)).toEqual({ data: [] });
    await expect(search('reprise_0')).rejects.toMatchObject({ statusCode: 401 });
  });

  it('cannot be reached by web pages unasked', async () => {
    const { url } = await mounted();

    expect((await fetch(`${url}/v1/caches/docs/flush`, { method: 'POST', headers: { origin: 'https://evil.example' } })).status).toBe(403);
  });

  it('does not close a store that it was given', async () => {
    let closed = 0;
    const store = { ...memoryStore(), close: async () => void closed++ };
    const { service } = await mounted({ store });

    await service.close();

    expect(closed).toBe(0);
  });

  it('refuses options that cannot be used', () => {
    expect(() => langCacheService({ store: 'nothing:' })).toThrow(/nothing:/);
    expect(() => langCacheService({ store: 'memory:', perSecond: 0 })).toThrow(/perSecond/);
  });
});
