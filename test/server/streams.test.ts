import { once } from 'node:events';
import http from 'node:http';
import type { ServerResponse } from 'node:http';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chatBody, emptyCache, postChat, proxyFor } from './support/proxy.ts';
import { exchange, open, readUntil } from './support/raw-client.ts';

const EVENT = 'data: {"id":"x"}\n\n';

function stream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream' });
}

describe('streamed answers', () => {
  it('arrive event by event', async () => {
    let more = () => {};
    const { url } = await proxyFor((_request, response) => {
      stream(response).write(EVENT);
      more = () => response.end('data: [DONE]\n\n');
    });

    const reply = await postChat(url);
    const reader = reply.body!.getReader();
    const first = await reader.read();
    more();
    const second = await reader.read();

    expect(Buffer.from(first.value!).toString()).toBe(EVENT);
    expect(Buffer.from(second.value!).toString()).toBe('data: [DONE]\n\n');
  });

  it('break off where the provider breaks off, and never look complete', async () => {
    const { url } = await proxyFor((_request, response) => {
      stream(response).write(EVENT);
      setImmediate(() => response.destroy());
    });

    const reply = await postChat(url);
    const raw = await exchange(url, `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${chatBody().length}\r\n\r\n${chatBody()}`);

    await expect(reply.text()).rejects.toThrow('terminated');
    expect(raw.body.toString()).toContain(EVENT);
    expect(raw.body.toString()).not.toMatch(/0\r\n\r\n$/);
  });

  it('break off when the provider falls silent in the middle', async () => {
    const { url } = await proxyFor((_request, response) => stream(response).write(EVENT), { requestTimeout: 150 });

    const reply = await postChat(url);

    await expect(reply.text()).rejects.toThrow('terminated');
  });

  it.each(['gzip', 'deflate', 'br', 'zstd'] as const)('that come compressed (%s) are plain when they go out', async (encoding) => {
    const pack = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync, zstd: zlib.zstdCompressSync }[encoding];
    const packed = pack(EVENT.repeat(100));
    const { url, upstream } = await proxyFor((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': encoding, 'content-length': packed.length }).end(packed);
    });

    const reply = await postChat(url, { headers: { 'accept-encoding': 'gzip, br' } });

    expect(upstream.asked[0]!.headers['accept-encoding']).toBe('identity');
    expect(reply.headers.get('content-encoding')).toBeNull();
    expect(await reply.text()).toBe(EVENT.repeat(100));
  });

  it('end the call to the provider when the caller leaves', async () => {
    const { promise: left, resolve } = Promise.withResolvers<void>();
    const { url } = await proxyFor((_request, response) => {
      stream(response).write(EVENT);
      response.on('close', resolve);
    });
    const leaving = new AbortController();
    const reply = await postChat(url, { signal: leaving.signal });
    await reply.body!.getReader().read();

    leaving.abort();

    await expect(left).resolves.toBeUndefined();
  });

  it('end the call to the provider when the caller leaves before the answer begins', async () => {
    const asked = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const { url } = await proxyFor((_request, response) => {
      response.on('close', () => left.resolve());
      asked.resolve();
    });
    const leaving = new AbortController();
    const reply = postChat(url, { signal: leaving.signal });
    await asked.promise;

    leaving.abort();

    await expect(reply).rejects.toThrow('abort');
    await expect(left.promise).resolves.toBeUndefined();
  });

  it('wait for a slow reader instead of filling the memory', async () => {
    const piece = new Uint8Array(64 * 1024);
    const total = 2_000;
    let handedOut = 0;
    const body = {
      async *[Symbol.asyncIterator]() {
        for (; handedOut < total; handedOut++) yield piece;
      },
    };
    const settled = Promise.resolve({ stored: false });
    const cache = {
      ...emptyCache,
      request: async () => ({
        kind: 'exact' as const,
        answer: { status: 200, headers: { 'content-type': 'text/event-stream' }, form: 'stream' as const, body },
        id: 'i',
        age: 0,
        steps: [],
        settled,
      }),
    };
    const { url } = await proxyFor(() => undefined, { cache });
    const request = http.request(`${url}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' } });
    request.end(chatBody());
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.pause();

    let before = -1;
    while (before !== handedOut) {
      before = handedOut;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const held = handedOut;
    let received = 0;
    for await (const chunk of response) received += (chunk as Buffer).length;

    expect(held).toBeLessThan(total / 2);
    expect(received).toBe(total * piece.length);
  });

  it('of a slow reader hold the provider back too when they pass through', async () => {
    const piece = Buffer.alloc(64 * 1024);
    let written = 0;
    const { url } = await proxyFor((_request, response) => {
      const write = () => {
        while (written < 2_000) {
          written++;
          if (!response.write(piece)) return void response.once('drain', write);
        }
        response.end();
      };
      write();
    });
    const request = http.get(`${url}/v1/files/1/content`);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.pause();

    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const held = written;
    let received = 0;
    for await (const chunk of response) received += (chunk as Buffer).length;

    expect(held).toBeLessThan(1_000);
    expect(received).toBe(2_000 * piece.length);
  });

  it('keep every header of a new answer, repeated ones too', async () => {
    const { url } = await proxyFor((_request, response) => {
      response.writeHead(200, ['Content-Type', 'application/json', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-RateLimit-Remaining', '7', 'Content-Length', '2']).end('{}');
    });

    const reply = await postChat(url);

    expect(reply.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(reply.headers.get('x-ratelimit-remaining')).toBe('7');
    expect(reply.headers.get('content-length')).toBe('2');
  });
});

describe('a server that is being closed', () => {
  it('finishes running answers, takes no new connections, and closes idle ones', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    const { url, server } = await proxyFor((request, response) => {
      if (request.method === 'GET') response.end('fine');
      else asked.resolve(stream(response));
    });
    const idle = await open(url);
    idle.write('GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await readUntil(idle, (text) => text.includes('fine'));
    const replied = postChat(url);
    const provider = await asked.promise;
    provider.write(EVENT);
    const reply = await replied;

    const closing = server.close({ graceMs: 5_000 });
    await once(idle.resume(), 'close');
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
    provider.end(EVENT);

    expect(await reply.text()).toBe(EVENT + EVENT);
    await closing;
  });

  it('breaks off what is not done after the grace', async () => {
    const { url, server } = await proxyFor((_request, response) => stream(response).write(EVENT));
    const reply = await postChat(url);

    await server.close({ graceMs: 50 });

    await expect(reply.text()).rejects.toThrow('terminated');
  });
});
