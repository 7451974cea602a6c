import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { fakeProvider, gate, type FakeEcho, type FakeProvider } from '../../src/testing/index.ts';

let provider: FakeProvider;

beforeEach(async () => {
  provider = await fakeProvider();
});

afterEach(() => provider.close());

const post = (body: object, init: RequestInit = {}) =>
  fetch(`${provider.openaiUrl}/chat/completions`, { method: 'POST', body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Go' }], ...body }), ...init });

describe('what a script says', () => {
  it('uses queued answers in turn, then the standing one', async () => {
    provider.reply({ text: 'always' }, { always: true });
    provider.reply({ text: 'first' });
    provider.reply((asked) => ({ text: `asked for ${asked.json?.model as string}` }));

    const texts = [];
    for (let call = 0; call < 4; call++) texts.push(((await (await post({})).json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content);

    expect(texts).toEqual(['first', 'asked for m', 'always', 'always']);
  });

  it('sends raw bytes with their content type and status', async () => {
    provider.reply({ status: 418, raw: { body: 'short and stout', contentType: 'text/teapot' }, headers: { 'x-more': 'yes', 'set-cookie': '' } });

    const answer = await post({});

    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('x-more'), answer.headers.get('set-cookie')]).toEqual([418, 'text/teapot', 'yes', null]);
    expect(await answer.text()).toBe('short and stout');
  });

  it('sends the same bytes of a stream in slices', async () => {
    provider.reply({ text: 'Naïve 🙂' }, { times: 1 });
    const plain = await (await post({ stream: true })).text();
    provider.reset();
    provider.reply({ text: 'Naïve 🙂', sliceBytes: 1 });

    const sliced = await (await post({ stream: true })).text();

    expect(sliced.replace(/"created":\d+/g, '')).toBe(plain.replace(/"created":\d+/g, ''));
  });

  it('puts events into a stream that the format does not have', async () => {
    provider.reply({ text: 'a b', insert: [{ after: 2, event: 'novel', data: { new: true } }] });

    const blocks = (await (await post({ stream: true })).text()).split('\n\n');

    expect(blocks[2]).toBe('event: novel\ndata: {"new":true}');
    expect(blocks.at(-2)).toBe('data: [DONE]');
  });

  it('spoils the JSON of a whole answer and of a stream', async () => {
    provider.reply({ malformed: true }, { times: 2 });

    const whole = await (await post({})).text();
    const blocks = (await (await post({ stream: true })).text()).split('\n\n');

    expect(() => JSON.parse(whole) as unknown).toThrow(SyntaxError);
    expect(() => JSON.parse((blocks[1] ?? '').slice(6)) as unknown).toThrow(SyntaxError);
    expect(() => JSON.parse((blocks[2] ?? '').slice(6)) as unknown).not.toThrow();
  });

  it('tells a failure of a script to the caller', async () => {
    provider.reply(() => {
      throw new Error('no idea');
    });

    const answer = await post({});

    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('no idea');
  });

  it('is told by request headers when used by hand', async () => {
    const answer = await post({}, { headers: { 'x-fake-status': '503', 'x-fake-delay-ms': '1' } });

    expect(answer.status).toBe(503);
  });
});

describe('connections that end badly', () => {
  it.each([{}, { reset: true }])('breaks off in the middle of a stream (%o)', async (how) => {
    provider.reply({ text: 'one two three', cutAfterChunks: 2, ...how });
    const answer = await post({ stream: true });

    await expect(answer.text()).rejects.toThrow(TypeError);
    expect(provider.aborted).toBe(0);
  });

  it('breaks off a whole answer after its first half, or before it', async () => {
    provider.reply({ cutAfterChunks: 1 });
    provider.reply({ cutAfterChunks: 0 });

    const half = await post({});
    await expect(half.text()).rejects.toThrow(TypeError);
    await expect(post({})).rejects.toThrow(TypeError);
  });

  it('notices a client that leaves while it hangs', async () => {
    provider.reply({ hang: true });
    const leaving = new AbortController();
    const asked = post({}, { signal: leaving.signal });
    await provider.whenCalled(1);

    leaving.abort();

    await expect(asked).rejects.toThrow('aborted');
    expect((await provider.nextAbort()).path).toBe('/v1/chat/completions');
    expect(provider.aborted).toBe(1);
  });

  it('hangs in the middle of a stream', async () => {
    provider.reply({ text: 'one two three', hang: 2 });
    const leaving = new AbortController();
    const answer = await post({ stream: true }, { signal: leaving.signal });
    const reader = answer.body?.getReader();
    await reader?.read();

    leaving.abort();

    await expect(reader?.read()).rejects.toThrow('aborted');
    expect((await provider.nextAbort()).aborted).toBe(true);
  });

  it('does not count a client that has read everything as gone', async () => {
    await (await post({ stream: true })).text();
    await (await post({})).text();

    await provider.close();

    expect(provider.aborted).toBe(0);
    expect(provider.answered).toBe(2);
  });
});

describe('answers that are kept back', () => {
  it('holds answers until they are released, oldest first', async () => {
    provider.hold();
    const settled: number[] = [];
    const asked = [0, 1, 2].map(async (index) => {
      await provider.whenHeld(index);
      await post({});
      settled.push(index);
    });
    await provider.whenHeld(3);

    provider.release(1);
    await asked[0];
    expect([provider.held, settled]).toEqual([2, [0]]);

    provider.release();
    await Promise.all(asked);
    expect(provider.held).toBe(0);
  });

  it('lets the events of a stream through one by one', async () => {
    const events = gate();
    provider.reply({ text: 'one two', gate: events });
    const answer = await post({ stream: true });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);

    events.open();
    expect(await read()).toContain('"role":"assistant"');
    await events.whenWaiting();
    events.open();
    expect(await read()).toContain('"content":"one "');
    events.openAll();
    let rest = '';
    for (let piece = await read(); piece !== ''; piece = await read()) rest += piece;

    expect(rest).toMatch(/"content":"two"[^]*\[DONE\]/);
  });

  it('gives the place of one who left to the next', async () => {
    provider.hold();
    const leaving = new AbortController();
    const first = post({}, { signal: leaving.signal }).catch(() => 'left');
    await provider.whenHeld(1);
    const second = post({});
    await provider.whenHeld(2);
    leaving.abort();
    expect(await first).toBe('left');
    await provider.nextAbort();

    provider.release(1);

    expect((await second).status).toBe(200);
  });
});

describe('paths of no wire format', () => {
  it('tells what arrived', async () => {
    const body = randomBytes(200_000);

    const answer = await fetch(`${provider.url}/v1/files?purpose=test`, { method: 'PUT', body, headers: { 'x-own': 'Value' } });
    const told = (await answer.json()) as FakeEcho;

    expect(told).toMatchObject({ method: 'PUT', path: '/v1/files?purpose=test', bytes: 200_000, sha256: createHash('sha256').update(body).digest('hex') });
    expect(told.rawHeaders).toContain('Value');
    expect(provider.calls).toBe(0);
    expect(provider.callsOf('/v1/files')).toBe(1);
  });

  it('sends a body back while it still arrives', async () => {
    const sent = request(`${provider.url}/v1/anything`, { method: 'POST', headers: { 'x-fake-echo': 'body' } });
    const back = new Promise<string>((resolve) => sent.on('response', (answer) => answer.once('data', (bytes: Buffer) => resolve(String(bytes)))));

    sent.write('ping');

    expect(await back).toBe('ping');
    sent.destroy();
    await provider.nextAbort();
  });

  it('can be scripted by path', async () => {
    provider.reply({ raw: { body: ['a', 'b'], contentType: 'text/plain' } }, { path: '/v1/batches' });

    const scripted = await fetch(`${provider.url}/v1/batches`);

    expect(await scripted.text()).toBe('ab');
    expect(((await (await fetch(`${provider.url}/v1/batches`)).json()) as FakeEcho).path).toBe('/v1/batches');
  });
});

it('records requests as they came, unless told not to', async () => {
  await post({ temperature: 0.5 }, { headers: { authorization: 'Bearer sk-1' } });
  const quiet = await fakeProvider({ record: false });
  onTestFinished(() => quiet.close());
  await fetch(`${quiet.openaiUrl}/models`);

  expect(provider.requests).toHaveLength(1);
  expect(provider.requests[0]).toMatchObject({ method: 'POST', path: '/v1/chat/completions', key: 'sk-1', format: 'openai-chat', complete: true, json: { temperature: 0.5 } });
  expect(quiet.requests).toHaveLength(0);
});
