import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OnlyIfCachedError, RequestError } from '../../src/base/errors.ts';
import { createServer } from '../../src/server/server.ts';
import { chatBody, emptyCache, postChat, proxyFor } from './support/proxy.ts';
import { exchange, open, parse, readUntil } from './support/raw-client.ts';

const fine = (_request: unknown, response: { end(text: string): void }) => response.end('{}');

/** A port that takes connections and never says anything. */
async function silentPort(): Promise<string> {
  const server = createTcpServer((socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address where nobody listens. */
async function closedPort(): Promise<string> {
  const server = createTcpServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

describe('what the proxy refuses', () => {
  it('says which methods a cached path takes', async () => {
    const { url, upstream } = await proxyFor(fine);

    const chat = await fetch(`${url}/v1/chat/completions`);
    const messages = await fetch(`${url}/anthropic/v1/messages`, { method: 'DELETE' });
    const health = await fetch(`${url}/healthz`, { method: 'POST' });

    expect([chat.status, messages.status, health.status]).toEqual([405, 405, 405]);
    expect(chat.headers.get('allow')).toBe('POST');
    expect(health.headers.get('allow')).toBe('GET, HEAD');
    expect(((await chat.json()) as { error: { code: string } }).error.code).toBe('METHOD_NOT_ALLOWED');
    expect(((await messages.json()) as { type: string }).type).toBe('error');
    expect(upstream.asked).toHaveLength(0);
  });

  it('refuses a body that is announced too large before it is sent', async () => {
    const { url, upstream } = await proxyFor(fine, { maxBodyBytes: 1000 });
    const socket = await open(url);
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1001\r\nexpect: 100-continue\r\n\r\n');

    const text = await readUntil(socket, (text) => text.includes('}'));
    socket.destroy();

    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(upstream.asked).toHaveLength(0);
  });

  it('refuses a body that turns out too large while it is read, and goes on with the connection', async () => {
    const { url, upstream } = await proxyFor(fine, { maxBodyBytes: 1000 });
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    const post = 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n';

    const reply = await exchange(url, `${post}\r\n${chunk('x'.repeat(900))}${chunk('x'.repeat(900))}0\r\n\r\n${post}connection: close\r\n\r\n${chunk('{}')}0\r\n\r\n`);

    expect(reply.status).toBe(413);
    expect(reply.body.toString()).toContain('HTTP/1.1 200 OK');
    expect(upstream.asked).toHaveLength(1);
  });

  it('takes a body of exactly the limit', async () => {
    const body = chatBody();
    const { url } = await proxyFor(fine, { maxBodyBytes: body.length });

    expect((await postChat(url, { body })).status).toBe(200);
  });

  it('reads a compressed request, and refuses one that unpacks to more than the limit', async () => {
    const { url, upstream } = await proxyFor(fine, { maxBodyBytes: 5000 });
    const post = (body: Uint8Array, encoding: string) =>
      fetch(`${url}/v1/chat/completions`, { method: 'POST', body: body as Uint8Array<ArrayBuffer>, headers: { 'content-encoding': encoding } });

    const fits = await post(zstdCompressSync(chatBody()), 'zstd');
    const bomb = await post(gzipSync('x'.repeat(1_000_000)), 'gzip');
    const liar = await post(Buffer.from(chatBody()), 'gzip');

    expect([fits.status, bomb.status, liar.status]).toEqual([200, 413, 400]);
    expect(upstream.asked[0]!.body.toString()).toBe(chatBody());
    expect(upstream.asked[0]!.headers['content-encoding']).toBeUndefined();
  });

  it('asks for the body of a client that waits to be asked', async () => {
    const { url } = await proxyFor(fine);
    const socket = await open(url);
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${chatBody().length}\r\nexpect: 100-continue\r\n\r\n`);
    const asked = await readUntil(socket, (text) => text.endsWith('\r\n\r\n'));
    socket.write(chatBody());

    const answer = await readUntil(socket, () => false);

    expect(asked).toMatch(/^HTTP\/1\.1 100 /);
    expect(parse(Buffer.from(answer)).status).toBe(200);
  });

  it('refuses targets that say where to go, tunnels and upgrades', async () => {
    const { url, upstream } = await proxyFor(fine);

    const absolute = await exchange(url, 'GET http://example.com/v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    const star = await exchange(url, 'OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    const tunnel = await exchange(url, 'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n');
    const upgrade = await exchange(url, 'GET /v1/realtime HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n');
    const trace = await exchange(url, 'TRACE /v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');

    expect([absolute.status, star.status, tunnel.status, upgrade.status, trace.status]).toEqual([400, 400, 405, 400, 405]);
    expect(upstream.asked).toHaveLength(0);
  });

  it('outlives a caller who resets the connection on which it asked for a tunnel', async () => {
    const { url } = await proxyFor(fine);
    for (let count = 0; count < 20; count++) {
      const socket = await open(url);
      socket.write('CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\nmore');
      socket.resetAndDestroy();
    }

    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('says 500 for a stored answer that HTTP cannot carry, and goes on', async () => {
    const settled = Promise.resolve({ stored: false });
    const answer = { status: 200, headers: { 'x-request-id': 'two\nlines' }, form: 'whole' as const, body: Buffer.from('{}') };
    const damaged = { ...emptyCache, request: async () => ({ kind: 'exact' as const, answer, id: 'i', age: 0, steps: [], settled }) };
    const { url } = await proxyFor(fine, { cache: damaged });

    expect((await postChat(url)).status).toBe(500);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('passes over an offer of HTTP/2, which is no more than an offer', async () => {
    const { url, upstream } = await proxyFor(fine);

    const reply = await exchange(url, 'GET /v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, http2-settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMA\r\n\r\n');

    expect(reply.status).toBe(200);
    expect(upstream.asked[0]!.headers.upgrade).toBeUndefined();
  });

  it('answers what is no HTTP, and heads that are too large', async () => {
    const { url } = await proxyFor(fine);

    const nonsense = await exchange(url, 'nonsense\r\n\r\n');
    const smuggled = await exchange(url, 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n');
    const large = await exchange(url, `GET /v1/models HTTP/1.1\r\nhost: localhost\r\nx-large: ${'x'.repeat(70_000)}\r\n\r\n`);

    expect([nonsense.status, smuggled.status, large.status]).toEqual([400, 400, 431]);
  });

  it('says 400 for what the cache cannot read, and for directives that mean nothing', async () => {
    const refusing = { ...emptyCache, request: () => Promise.reject(new RequestError('The body must be a JSON object.')) };
    const { url } = await proxyFor(fine, { cache: refusing });
    const proxy = await proxyFor(fine);

    const body = await postChat(url, { body: 'no JSON' });
    const ttl = await postChat(proxy.url, { headers: { 'x-reprise-ttl': 'soon' } });
    const age = await postChat(proxy.url, { headers: { 'cache-control': 'max-age=soon' } });

    expect([body.status, ttl.status, age.status]).toEqual([400, 400, 400]);
    expect(await body.json()).toMatchObject({ error: { code: 'INVALID_REQUEST', message: 'The body must be a JSON object.' } });
    expect(await ttl.text()).toContain('such as 15m');
    expect(await age.text()).toContain('max-age=60');
    expect(proxy.upstream.asked).toHaveLength(0);
  });

  it('says 504 for what is not stored and may not be asked, and asks the client not to repeat it', async () => {
    const { url } = await proxyFor(fine, { cache: { ...emptyCache, request: () => Promise.reject(new OnlyIfCachedError()) } });

    const reply = await postChat(url, { headers: { 'cache-control': 'only-if-cached' } });

    expect(reply.status).toBe(504);
    expect(reply.headers.get('x-should-retry')).toBe('false');
  });

  it('says 502 for a provider that is not there, cached path or not', async () => {
    const nobody = await closedPort();
    const { url } = await proxyFor(fine, { upstreams: { openai: nobody, anthropic: nobody } });

    const chat = await postChat(url);
    const models = await fetch(`${url}/v1/models`);
    const messages = await fetch(`${url}/v1/messages`, { method: 'POST', body: '{}' });

    expect([chat.status, models.status, messages.status]).toEqual([502, 502, 502]);
    expect(await chat.json()).toMatchObject({ error: { code: 'UPSTREAM_FAILED' } });
    expect(await messages.json()).toMatchObject({ type: 'error', error: { type: 'api_error' } });
  });

  it('says 504 for a provider that does not answer in time', async () => {
    const silent = await silentPort();
    const { url } = await proxyFor(fine, { upstreams: { openai: silent }, requestTimeout: 100 });

    const chat = await postChat(url);
    const models = await fetch(`${url}/v1/models`);

    expect([chat.status, models.status]).toEqual([504, 504]);
  });

  it('says 504 for a provider whose connection is not made in time, be it that its TLS never is', async () => {
    const silent = await silentPort();
    const { url } = await proxyFor(fine, { upstreams: { openai: silent.replace('http:', 'https:') }, connectTimeout: 100 });

    expect((await postChat(url)).status).toBe(504);
  });

  it('says 500 and no more when it fails inside, and tells its log', async () => {
    const lines: string[] = [];
    const broken = { ...emptyCache, request: () => Promise.reject(new Error('a secret detail')) };
    const { url } = await proxyFor(fine, { cache: broken, log: { write: (text) => lines.push(text) } });

    const reply = await postChat(url);
    const text = await reply.text();
    await new Promise(setImmediate);

    expect(reply.status).toBe(500);
    expect(text).not.toContain('secret');
    expect(lines.join('')).toContain('a secret detail');
  });

  it('does not begin with options that cannot be', () => {
    const make = (options: object) => () => createServer({ cache: emptyCache, ...options });

    expect(make({ upstreams: { openai: 'ftp://example.com' } })).toThrow('`upstreams.openai`');
    expect(make({ upstreams: { openai: 'https://user:secret@example.com' } })).toThrow(/^(?!.*secret)/);
    expect(make({ port: 4141, upstreams: { openai: 'http://localhost:4141/v1' } })).toThrow('`upstreams.openai`');
    expect(make({ port: 70_000 })).toThrow('`port`');
    expect(make({ maxBodyBytes: 0 })).toThrow('`maxBodyBytes`');
  });
});
