import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { cachingProxy } from './support/engine.ts';
import { chatBody, postChat } from './support/proxy.ts';
import { exchange } from './support/raw-client.ts';

const status = (response: Response) => response.headers.get('cache-status');
const streamBody = JSON.stringify({ ...(JSON.parse(chatBody()) as object), stream: true });

describe('directives', () => {
  it('no-cache asks anew, and the new answer takes the place of the old', async () => {
    const { url, provider } = await cachingProxy();
    await (await postChat(url)).text();

    const anew = await postChat(url, { headers: { 'cache-control': 'no-cache' } });
    const text = await anew.text();
    const after = await postChat(url);

    expect(status(anew)).toBe('Reprise; fwd=request');
    expect(status(after)).toMatch(/; hit/);
    expect(await after.text()).toBe(text);
    expect(provider.calls).toBe(2);
  });

  it('no-store keeps nothing', async () => {
    const { url, provider } = await cachingProxy();

    await (await postChat(url, { headers: { 'cache-control': 'no-store' } })).text();
    await (await postChat(url)).text();

    expect(provider.calls).toBe(2);
  });

  it('only-if-cached gives what is stored, or 504', async () => {
    const { url, provider } = await cachingProxy();
    const ask = () => postChat(url, { headers: { 'cache-control': 'only-if-cached' } });

    const before = await ask();
    await (await postChat(url)).text();
    const after = await ask();

    expect(before.status).toBe(504);
    expect(await before.json()).toMatchObject({ error: { code: 'ONLY_IF_CACHED' } });
    expect(status(after)).toMatch(/; hit/);
    expect(provider.calls).toBe(1);
  });

  it('x-reprise-ttl and max-age say how old an answer may be, and Age how old it is', async () => {
    const clock = fakeClock();
    const { url } = await cachingProxy({ cache: { clock } });
    await (await postChat(url, { headers: { 'x-reprise-ttl': '2m' } })).text();
    clock.advance(60_000);

    const fresh = await postChat(url);
    const tooOld = await postChat(url, { headers: { 'cache-control': 'max-age=30, only-if-cached' } });
    clock.advance(61_000);
    const expired = await postChat(url);

    expect(status(fresh)).toBe('Reprise; hit; ttl=60');
    expect(fresh.headers.get('age')).toBe('60');
    expect(tooOld.status).toBe(504);
    expect(status(expired)).toMatch(/^Reprise; fwd=(miss|stale)$/);
  });

  it('stale-if-error serves the old answer when the provider fails', async () => {
    const clock = fakeClock();
    const { url, provider } = await cachingProxy({ cache: { clock, staleIfError: '1h' } });
    const first = await (await postChat(url, { headers: { 'x-reprise-ttl': '1m' } })).text();
    clock.advance(90_000);
    provider.reply({ status: 503 });

    const stale = await postChat(url, { headers: { 'cache-control': 'stale-if-error=600' } });

    expect(stale.status).toBe(200);
    expect(status(stale)).toBe('Reprise; fwd=stale; fwd-status=503; ttl=-30; detail=stale-if-error');
    expect(await stale.text()).toBe(first);
  });

  it('x-reprise-tags are put on the entry', async () => {
    const { url, core } = await cachingProxy();

    await (await postChat(url, { headers: { 'x-reprise-tags': 'nightly, team-a' } })).text();

    expect(await core.store.delete({ tag: 'team-a' })).toBe(1);
  });
});

describe('what may be cached and what not', () => {
  it('goes untouched to the provider when it names a tool that the provider runs', async () => {
    const { url, provider } = await cachingProxy();
    const body = '{"model":"gpt-5",  "input":"news","tools":[{"type":"web_search"}],"stream":true}';

    const reply = await fetch(`${url}/v1/responses`, { method: 'POST', body });
    await reply.text();

    expect(status(reply)).toMatch(/^Reprise; fwd=bypass; detail=".*web_search"$/);
    expect(Buffer.from(provider.requests[0]!.body).toString()).toBe(body);
  });

  it('is refused when it is no JSON object', async () => {
    const { url, provider } = await cachingProxy();

    const replies = await Promise.all(['no JSON', '[]', ''].map((body) => postChat(url, { body })));

    expect(replies.map((reply) => reply.status)).toEqual([400, 400, 400]);
    expect(provider.calls).toBe(0);
  });

  it('keeps what a Connection header takes away out of what is stored', async () => {
    const { url, provider } = await cachingProxy({ server: { tenant: 'shared' } });
    const body = '{"model":"claude-sonnet-5","max_tokens":9,"messages":[{"role":"user","content":"x"}]}';
    const head = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nanthropic-beta: x-1\r\ncontent-length: ${body.length}\r\n`;

    await exchange(url, `${head}connection: close, anthropic-beta\r\n\r\n${body}`);
    await exchange(url, `${head}connection: close\r\n\r\n${body}`);

    expect(provider.requests.map((request) => request.headers['anthropic-beta'])).toEqual([undefined, 'x-1']);
  });
});

describe('callers who ask at once', () => {
  it('make one call, and all get its answer', async () => {
    const { url, provider } = await cachingProxy();
    provider.hold();
    const asking = Array.from({ length: 50 }, () => postChat(url));
    await provider.whenHeld();
    provider.release();

    const replies = await Promise.all(asking);
    const texts = await Promise.all(replies.map((reply) => reply.text()));

    expect(new Set(texts).size).toBe(1);
    expect(provider.calls).toBe(1);
    expect(replies.filter((reply) => status(reply) === 'Reprise; fwd=miss; collapsed').length).toBeGreaterThan(0);
  });

  it('do not lose the answer when the one who asked first leaves, and end the call when the last leaves', async () => {
    const { url, provider } = await cachingProxy();
    provider.hold();
    const first = new AbortController();
    const leaving = postChat(url, { body: streamBody, signal: first.signal });
    await provider.whenHeld();
    const staying = postChat(url, { body: streamBody });
    first.abort();
    await expect(leaving).rejects.toThrow('abort');
    provider.release();

    const reply = await staying;
    const text = await reply.text();
    provider.hold();
    const last = new AbortController();
    const alone = postChat(url, { body: chatBody('Another'), signal: last.signal });
    await provider.whenHeld();
    last.abort();
    await expect(alone).rejects.toThrow('abort');

    expect(text).toContain('[DONE]');
    await expect(provider.nextAbort()).resolves.toBeDefined();
  });
});

describe('a provider that fails', () => {
  it('in the middle of a stream breaks the caller\'s stream and leaves nothing behind', async () => {
    const { url, provider, core } = await cachingProxy();

    const broken = await postChat(url, { body: streamBody, headers: { 'x-fake-cut-after': '2' } });
    await expect(broken.text()).rejects.toThrow('terminated');
    const whole = await postChat(url, { body: streamBody });

    expect(await whole.text()).toContain('[DONE]');
    expect(provider.calls).toBe(2);
    expect((await core.store.size()).entries).toBe(1);
  });

  it('to answer at all is 502, and what was stored is served all the same', async () => {
    const { url, provider } = await cachingProxy();
    await (await postChat(url)).text();
    await provider.close();

    const hit = await postChat(url);
    const miss = await postChat(url, { body: chatBody('Another') });

    expect(status(hit)).toMatch(/; hit/);
    expect(miss.status).toBe(502);
  });
});

it('goes on serving while thousands of idle connections are open', async () => {
  const { url } = await cachingProxy();
  const { connect } = await import('node:net');
  const { port } = new URL(url);
  const idle = await Promise.all(
    Array.from({ length: 2_000 }, async () => {
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    }),
  );

  const reply = await postChat(url);
  await reply.text();
  for (const socket of idle) socket.destroy();

  expect(reply.status).toBe(200);
});
