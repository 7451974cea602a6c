import { describe, expect, it } from 'vitest';
import { plainRequest } from '../../src/server/http.ts';
import { createServer, type ServerOptions } from '../../src/server/server.ts';
import { emptyCache, proxyFor } from './support/proxy.ts';

/** The status of a request for the server's own health page, which asks no provider. */
async function statusOf(headers: Record<string, string>, options: Partial<ServerOptions> = {}): Promise<number> {
  const server = createServer({ cache: emptyCache, ...options });
  return (await server.handle(plainRequest('/healthz', { headers }))).status;
}

describe('who may ask', () => {
  it.each(['localhost:4141', '127.0.0.1:4141', '127.8.8.8', '[::1]:4141', 'api.localhost', 'LOCALHOST'])('is whoever calls this machine %s', async (host) => {
    expect(await statusOf({ host })).toBe(200);
  });

  it.each(['example.com', 'localhost.example.com', '127.0.0.1.example.com', '192.168.0.2:4141', ''])('is not who calls it %j, since a page may have named it so', async (host) => {
    expect(await statusOf({ host })).toBe(403);
  });

  it('is whoever uses a name that was allowed', async () => {
    expect(await statusOf({ host: 'host.docker.internal:4141' }, { allowedHosts: ['host.docker.internal'] })).toBe(200);
    expect(await statusOf({ host: 'llm.example.com' }, { host: '0.0.0.0' })).toBe(200);
    expect(await statusOf({ host: 'other.example.com' }, { host: '0.0.0.0', allowedHosts: ['llm.example.com'] })).toBe(403);
  });

  it('is no web page, unless its origin was allowed or is the server itself', async () => {
    const host = 'localhost:4141';

    expect(await statusOf({ host, origin: 'https://example.com' })).toBe(403);
    expect(await statusOf({ host, origin: 'null' })).toBe(403);
    expect(await statusOf({ host, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusOf({ host, 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await statusOf({ host, 'sec-fetch-site': 'none' })).toBe(200);
    expect(await statusOf({ host, origin: 'http://localhost:4141' })).toBe(200);
    expect(await statusOf({ host, origin: 'http://localhost:5173' })).toBe(403);
    expect(await statusOf({ host, origin: 'http://localhost:5173' }, { allowedOrigins: ['http://localhost:5173'] })).toBe(200);
    expect(await statusOf({ host, origin: 'https://anything.example' }, { allowedOrigins: '*' })).toBe(200);
  });

  it('gets the headers that let an allowed page read the answer, in place of the provider\'s own', async () => {
    const origin = 'http://localhost:5173';
    const { url, upstream } = await proxyFor((_request, response) => response.writeHead(200, { 'access-control-allow-origin': 'https://elsewhere.example' }).end('fine'), { allowedOrigins: [origin] });

    const preflight = await fetch(`${url}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,x-stainless-os' },
    });
    const reply = await fetch(`${url}/v1/models`, { headers: { origin } });
    const refused = await fetch(`${url}/v1/models`, { headers: { origin: 'https://example.com' } });

    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,x-stainless-os');
    expect(reply.headers.get('access-control-allow-origin')).toBe(origin);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(upstream.asked.map((asked) => asked.method)).toEqual(['GET']);
  });
});
