import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { contentOf, pathForTest } from '../flow/path-for-test.ts';

const question = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'What is Python?' }] };
const text = JSON.stringify(question);

async function fetchForTest() {
  const path = await pathForTest();
  const url = `${path.provider.openaiUrl}/chat/completions`;
  return { ...path, url, fetch: path.cache.fetch, settled: async (response: Response) => (await response.text(), await outcomeOf(response)!.settled, response) };
}

describe('what a caller of fetch may give', () => {
  it('is one and the same question in every form that fetch takes', async () => {
    const { fetch, url, provider, settled } = await fetchForTest();
    const headers = { 'content-type': 'application/json' };
    const bytes = new TextEncoder().encode(text);
    await settled(await fetch(url, { method: 'POST', headers, body: text }));

    const kinds = [];
    for (const ask of [
      () => fetch(new URL(url), { method: 'post', headers: new Headers(headers), body: bytes }),
      () => fetch(url, { method: 'POST', headers: [['Content-Type', 'application/json']], body: bytes.buffer }),
      () => fetch(url, { method: 'POST', body: new Blob([text], { type: 'application/json' }) }),
      () => fetch(new Request(url, { method: 'POST', headers, body: text })),
      () => fetch(new Request(url, { method: 'PUT' }), { method: 'POST', headers, body: text }),
      () => fetch(new Request(url, { method: 'POST', headers, body: text, signal: new AbortController().signal }), { signal: null }),
    ])
      kinds.push(outcomeOf(await settled(await ask()))!.kind);

    expect(kinds).toEqual(['exact', 'exact', 'exact', 'exact', 'exact', 'exact']);
    expect(provider.calls).toBe(1);
  });

  it('reaches the provider with the content type that its body says', async () => {
    const { fetch, url, provider, settled } = await fetchForTest();

    await settled(await fetch(url, { method: 'POST', body: new Blob([text], { type: 'application/json' }) }));
    await settled(await fetch(url, { method: 'POST', body: `${text} ` }));
    await settled(await fetch(url, { method: 'POST', headers: { 'content-type': 'x/y' }, body: text.replace('Python', 'Ruby') }));

    expect(provider.requests.map(({ headers }) => headers['content-type'])).toEqual(['application/json', 'x/y']);
  });

  it('may be used for something else as soon as it was given', async () => {
    const { fetch, url, provider } = await fetchForTest();
    const bytes = new TextEncoder().encode(text);

    const asking = fetch(url, { method: 'POST', body: bytes });
    bytes.fill(0);
    await (await asking).text();

    expect(provider.requests[0]!.json).toEqual(question);
  });

  it('passes as it is where it is no JSON, no text, or no question at all', async () => {
    const { fetch, url, provider } = await fetchForTest();
    const form = new FormData();
    form.set('file', new Blob(['x']), 'x.txt');

    const asked = [
      await fetch(`${provider.url}/messages`, { method: 'POST', body: 'Hello, colleague' }),
      await fetch(`${provider.url}/messages`, { method: 'POST', body: form }),
      await fetch(new Request(`${provider.url}/messages`, { method: 'POST', body: 'no JSON' })),
      await fetch(url, { method: 'POST', body: new Response(text).body, duplex: 'half' } as RequestInit),
      await fetch(`${provider.openaiUrl}/models`),
    ];

    expect(asked.map((response) => outcomeOf(response))).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(provider.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'POST', 'GET']);
    expect(Buffer.from(provider.requests[0]!.body).toString()).toBe('Hello, colleague');
    expect(provider.requests[1]!.headers['content-type']).toContain('multipart/form-data');
    expect(Buffer.from(provider.requests[2]!.body).toString()).toBe('no JSON');
  });

  it('is passed by where JSON is sent to an endpoint that only looks like a known one', async () => {
    const { fetch, provider } = await fetchForTest();
    const post = async () => outcomeOf(await fetch(`${provider.url}/messages`, { method: 'POST', body: JSON.stringify({ to: 'Ann', text: 'Hi' }) }))!.kind;

    expect([await post(), await post()]).toEqual(['bypass', 'bypass']);
  });

  it('fails as with fetch where the address is none or nobody is there', async () => {
    const { fetch } = await fetchForTest();
    const plain = async (url: string) => globalThis.fetch(url, { method: 'POST', body: text }).catch((error: unknown) => error);

    for (const url of ['/v1/chat/completions', 'http://127.0.0.1:1/v1/chat/completions', 'http://[/v1/chat/completions']) {
      const expected = (await plain(url)) as Error;
      await expect(fetch(url, { method: 'POST', body: text })).rejects.toMatchObject({ name: expected.name, message: expected.message });
    }
  });

  it('says no to directives that cannot be read', async () => {
    const { fetch, url, provider } = await fetchForTest();

    const response = await fetch(url, { method: 'POST', headers: { 'x-reprise-ttl': 'soon' }, body: text });

    expect(response.status).toBe(400);
    expect(provider.calls).toBe(0);
  });
});

describe('the response', () => {
  it('is like one of fetch: where from, status text, copies, cookies of new answers only', async () => {
    const { fetch, url, provider, settled } = await fetchForTest();
    provider.reply({ headers: { 'set-cookie': ['a=1', 'b=2'] } });
    const ask = () => fetch(url, { method: 'POST', body: text });

    const first = await ask();
    const copy = first.clone();
    await settled(first);
    const second = await ask();

    expect([first.url, copy.url, second.url, second.clone().url]).toEqual([url, url, url, url]);
    expect([first.statusText, second.statusText]).toEqual(['OK', 'OK']);
    expect([first.ok, first.redirected, first.type]).toEqual([true, false, 'default']);
    expect([first.headers.getSetCookie(), second.headers.getSetCookie()]).toEqual([['a=1', 'b=2'], []]);
    expect(outcomeOf(copy)).toBe(outcomeOf(first));
    expect(await contentOf(copy)).toBe(await contentOf(second.clone()));
    expect(await second.arrayBuffer()).toBeInstanceOf(ArrayBuffer);
  });

  it('of a hit belongs to the caller, who may write into it', async () => {
    const { fetch, url, settled } = await fetchForTest();
    const ask = () => fetch(url, { method: 'POST', body: text });
    await settled(await ask());

    new Uint8Array(await (await ask()).arrayBuffer()).fill(0);

    expect(await contentOf(await ask())).toBe('Answer 1 to: What is Python?');
  });

  it('may have no body', async () => {
    const { provider, cache } = await fetchForTest();
    const under = async () => new Response(null, { status: 204 });
    const { createCache } = await import('../../src/integrations/library.ts');
    const own = createCache({ store: 'memory:', fetch: under });
    const response = await own.fetch(`${provider.openaiUrl}/chat/completions`, { method: 'POST', body: text });

    expect([response.status, response.body, (await outcomeOf(response)!.settled).stored]).toEqual([204, null, false]);
    await Promise.all([own.close(), cache.close()]);
  });
});
