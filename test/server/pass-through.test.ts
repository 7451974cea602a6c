import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { proxyFor } from './support/proxy.ts';
import { exchange, open, parse, readUntil } from './support/raw-client.ts';
import { localUpstream } from './support/upstream.ts';

describe('what passes through', () => {
  it('reaches the provider with its method, path, query and body byte for byte', async () => {
    const { url, upstream } = await proxyFor((_request, response) => response.end('fine'));
    const body = randomBytes(3_000_000);

    await fetch(`${url}/v1/files`, { method: 'PUT', body });

    expect(upstream.asked[0]!.method).toBe('PUT');
    expect(upstream.asked[0]!.body.equals(body)).toBe(true);
  });

  it('keeps odd escapes in path and query as they are', async () => {
    const { url, upstream } = await proxyFor((_request, response) => response.end());
    const target = "/v1/files/a%2Fb//c;d=1?x=%zz&&y=a+b%20c&z[]='\"<>|{}^`";

    await exchange(url, `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);

    expect(upstream.asked[0]!.url).toBe(target);
  });

  it('brings a big answer back byte for byte, with its status and its headers', async () => {
    const bytes = randomBytes(5_000_000);
    const { url } = await proxyFor((_request, response) => {
      response.writeHead(206, ['X-Odd-Case', 'kept', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Length', String(bytes.length)]);
      response.end(bytes);
    });

    const reply = await exchange(url, 'GET /v1/files/1/content HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');

    expect(reply.status).toBe(206);
    expect(reply.head).toContain('X-Odd-Case: kept\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2');
    expect(reply.head).toContain('cache-status: Reprise; fwd=bypass');
    expect(reply.body.equals(bytes)).toBe(true);
  });

  it('leaves the encoding that client and provider agreed on alone', async () => {
    const packed = gzipSync('packed');
    const { url, upstream } = await proxyFor((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed));

    const reply = await exchange(url, 'GET /v1/models HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n');

    expect(upstream.asked[0]!.headers['accept-encoding']).toBe('gzip');
    expect(reply.body.includes(packed)).toBe(true);
  });

  it('answers HEAD with the length and without a body', async () => {
    const { url } = await proxyFor((_request, response) => response.writeHead(200, { 'content-length': '1234' }).end());

    const reply = await fetch(`${url}/v1/models`, { method: 'HEAD' });

    expect(reply.headers.get('content-length')).toBe('1234');
    expect(await reply.text()).toBe('');
  });

  it('carries a chunked request on while it is being sent', async () => {
    const { url, upstream } = await proxyFor((_request, response) => response.end('done'));
    const request = http.request(`${url}/v1/uploads`, { method: 'POST' });
    request.write('first ');
    request.end('second');

    const [response] = (await once(request, 'response')) as [http.IncomingMessage];

    expect(response.statusCode).toBe(200);
    expect(upstream.asked[0]!.headers['transfer-encoding']).toBe('chunked');
    expect(upstream.asked[0]!.body.toString()).toBe('first second');
  });

  it('hands out the first bytes of an answer before the last are there', async () => {
    let finish = () => {};
    const { url } = await proxyFor((_request, response) => {
      response.write('begin');
      finish = () => response.end('end');
    });

    const reply = await fetch(`${url}/v1/batches/1/events`);
    const reader = reply.body!.getReader();
    const first = await reader.read();
    finish();
    const second = await reader.read();

    expect(Buffer.from(first.value!).toString()).toBe('begin');
    expect(Buffer.from(second.value!).toString()).toBe('end');
  });

  it('returns a redirect and does not follow it', async () => {
    const { url, upstream } = await proxyFor((_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }).end());

    const reply = await fetch(`${url}/v1/files/1`, { redirect: 'manual' });

    expect(reply.status).toBe(302);
    expect(reply.headers.get('location')).toBe('http://127.0.0.1:1/elsewhere');
    expect(upstream.asked).toHaveLength(1);
  });

  it('keeps what belongs to one connection, or to Reprise, to itself', async () => {
    const { url, upstream } = await proxyFor((_request, response) => {
      response.writeHead(200, { connection: 'close, x-hop-back', 'x-hop-back': '1', 'x-reprise-entry': 'invented', 'x-kept': '1', 'proxy-authenticate': 'Basic' }).end();
    });
    const head = ['GET /v1/models HTTP/1.1', 'Host: localhost', 'Connection: close, x-hop', 'X-Hop: 1', 'TE: trailers', 'Proxy-Authorization: Basic eA==', 'X-Reprise-TTL: 1m', 'X-Kept: 1'];

    const reply = await exchange(url, `${head.join('\r\n')}\r\n\r\n`);

    const { headers } = upstream.asked[0]!;
    expect(headers['x-kept']).toBe('1');
    expect(headers.host).toBe(new URL(upstream.url).host);
    for (const name of ['x-hop', 'te', 'proxy-authorization', 'x-reprise-ttl']) expect(headers[name]).toBeUndefined();
    expect(reply.head).toContain('x-kept: 1');
    for (const name of ['x-hop-back', 'x-reprise-entry', 'proxy-authenticate']) expect(reply.head).not.toContain(name);
  });

  it('goes to the provider that prefix, path or header say', async () => {
    const openai = await localUpstream((_request, response) => response.end('openai'));
    const anthropic = await localUpstream((_request, response) => response.end('anthropic'));
    const { url } = await proxyFor(() => undefined, { upstreams: { openai: openai.url, anthropic: anthropic.url } });
    const ask = async (path: string, headers: Record<string, string> = {}) => (await fetch(url + path, { headers })).text();

    expect(await ask('/v1/models')).toBe('openai');
    expect(await ask('/v1/models', { 'anthropic-version': '2023-06-01' })).toBe('anthropic');
    expect(await ask('/v1/messages/batches')).toBe('anthropic');
    expect(await ask('/v1/completions')).toBe('openai');
    expect(await ask('/anthropic/v1/files')).toBe('anthropic');
    expect(await ask('/openai/v1/files', { 'anthropic-version': '2023-06-01' })).toBe('openai');
    expect(anthropic.asked.map((asked) => asked.url)).toEqual(['/v1/models', '/v1/messages/batches', '/v1/files']);
    await Promise.all([openai.close(), anthropic.close()]);
  });

  it('goes below the base path of the provider, says /v1 once, and cannot climb out of it', async () => {
    const target = await proxyFor((_request, response) => response.end());
    const { url } = await proxyFor((_request, response) => response.end(), { upstreams: { openai: `${target.upstream.url}/team/v1/` } });

    await fetch(`${url}/v1/models?x=1`);
    await fetch(`${url}/openai/models`);
    const climbing = await exchange(url, 'GET /openai/v1/%2e%2E/../other HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');

    expect(target.upstream.asked.map((asked) => asked.url)).toEqual(['/team/v1/models?x=1', '/team/v1/models']);
    expect(climbing.status).toBe(400);
  });

  it('breaks the answer off where the provider broke it off', async () => {
    const { url } = await proxyFor((_request, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    });

    const reply = await fetch(`${url}/v1/files/1/content`);

    await expect(reply.text()).rejects.toThrow('terminated');
  });

  it('reuses its connection to the provider', async () => {
    const { url, upstream } = await proxyFor((_request, response) => response.end('x'));

    for (let count = 0; count < 5; count++) await (await fetch(`${url}/v1/models`)).text();

    expect(upstream.connections()).toBe(1);
  });

  it('passes an early answer on while the request is still being sent', async () => {
    const early = http.createServer((_request, response) => response.writeHead(401).end('no'));
    early.listen(0, '127.0.0.1');
    await once(early, 'listening');
    const { url } = await proxyFor((_request, response) => response.end(), { upstreams: { openai: `http://127.0.0.1:${(early.address() as { port: number }).port}` } });
    const socket = await open(url);
    socket.write('POST /v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\nbegin');

    const text = await readUntil(socket, (text) => text.includes('\r\n\r\n'));
    socket.destroy();
    early.closeAllConnections();
    early.close();

    expect(parse(Buffer.from(text)).status).toBe(401);
  });
});
