import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { contentOf, pathForTest } from './path-for-test.ts';

describe('equal requests at once', () => {
  it('are one call, however many', async () => {
    const { ask, provider, cache } = await pathForTest();
    provider.hold();
    const asked = Array.from({ length: 1000 }, () => ask('Same?'));
    await provider.whenHeld();

    provider.release();
    const texts = await Promise.all(asked.map(async (response) => contentOf(await response)));

    expect(new Set(texts)).toEqual(new Set(['Answer 1 to: Same?']));
    expect(provider.calls).toBe(1);
    const stats = await cache.stats();
    expect(stats).toMatchObject({ misses: 1, joined: 999 });
  });

  it('share a stream: who joins late gets what has arrived and then the rest', async () => {
    const { ask, provider } = await pathForTest();
    provider.reply({ text: 'one two three four', chunks: 4 });
    provider.hold();
    const leading = ask('Stream?', { body: { stream: true } });
    await provider.whenHeld();
    provider.release(1);
    const leader = await leading;
    const reader = leader.body!.getReader();

    const follower = await ask('Stream?', { body: { stream: true } });
    provider.release();
    const chunks: Uint8Array[] = [];
    for (let part = await reader.read(); !part.done; part = await reader.read()) chunks.push(part.value);

    expect(await follower.text()).toBe(Buffer.concat(chunks).toString());
    expect(outcomeOf(follower)!.kind).toBe('joined');
    expect(provider.calls).toBe(1);
  });

  it('get the form that each of them wants', async () => {
    const { ask, provider } = await pathForTest();
    provider.hold();
    const streaming = ask('Both?', { body: { stream: true } });
    await provider.whenHeld();
    const whole = ask('Both?');

    provider.release();

    expect(await contentOf(await whole)).toBe('Answer 1 to: Both?');
    expect(await (await streaming).text()).toContain('[DONE]');
    expect(provider.calls).toBe(1);
  });

  it('go on when the one who led hangs up', async () => {
    const { ask, provider } = await pathForTest();
    provider.hold();
    const leaving = new AbortController();
    const leader = ask('Leave?', { signal: leaving.signal });
    await provider.whenHeld();
    const follower = ask('Leave?');
    await new Promise(setImmediate);

    leaving.abort();
    await expect(leader).rejects.toThrow();
    provider.release();

    expect(await contentOf(await follower)).toBe('Answer 1 to: Leave?');
    expect([provider.calls, provider.aborted]).toEqual([1, 0]);
  });

  it('end the call when the last of them has left', async () => {
    const { ask, provider } = await pathForTest();
    provider.hold();
    const first = new AbortController();
    const second = new AbortController();
    const asked = [ask('Both leave?', { signal: first.signal }), ask('Both leave?', { signal: second.signal })];
    await provider.whenHeld();

    first.abort();
    second.abort();
    await Promise.allSettled(asked);

    expect((await provider.nextAbort()).path).toContain('/chat/completions');
    provider.release();
    expect(await contentOf(await ask('Both leave?'))).toBe('Answer 2 to: Both leave?');
  });

  it('end the call when the last reader of a stream stops reading', async () => {
    const { ask, provider } = await pathForTest();
    provider.reply({ text: 'one two three', chunks: 3, hang: 2 });
    const response = await ask('Stop?', { body: { stream: true } });
    const reader = response.body!.getReader();
    await reader.read();

    await reader.cancel();

    expect((await provider.nextAbort()).path).toContain('/chat/completions');
    expect((await outcomeOf(response)!.settled).stored).toBe(false);
  });

  it('all get the provider’s error, and the next one asks again', async () => {
    const { ask, provider } = await pathForTest();
    provider.reply({ status: 500, error: { message: 'Broken.', type: 'server_error' } });
    provider.hold();
    const asked = [ask('Fails?'), ask('Fails?'), ask('Fails?')];
    await provider.whenHeld();
    await new Promise(setImmediate);

    provider.release();
    const responses = await Promise.all(asked);

    expect(responses.map(({ status }) => status)).toEqual([500, 500, 500]);
    for (const response of responses) expect(await response.json()).toMatchObject({ error: { message: 'Broken.' } });
    expect(provider.calls).toBe(1);
    expect((await ask('Fails?')).status).toBe(200);
  });

  it('try again with another credential when the error was about the leader’s', async () => {
    const { ask, provider } = await pathForTest({ tenant: 'shared' }, { keys: { good: true, bad: 401 } });
    provider.hold();
    const bad = ask('Whose?', { headers: { authorization: 'Bearer bad' } });
    await provider.whenHeld();
    const good = [1, 2, 3].map(() => ask('Whose?', { headers: { authorization: 'Bearer good' } }));
    await new Promise(setImmediate);

    provider.release();

    expect((await bad).status).toBe(401);
    for (const response of await Promise.all(good)) expect(await contentOf(response)).toBe('Answer 2 to: Whose?');
    expect(provider.calls).toBe(2);
  });

  it('are not stored when the stream breaks off, and everybody sees it break', async () => {
    const { ask, provider } = await pathForTest();
    provider.reply({ text: 'one two three', chunks: 3, cutAfterChunks: 2 });
    const response = await ask('Cut?', { body: { stream: true } });

    await expect(response.text()).rejects.toThrow();
    expect(await outcomeOf(response)!.settled).toMatchObject({ stored: false, why: 'the answer broke off' });
    expect(await (await ask('Cut?', { body: { stream: true } })).text()).toContain('[DONE]');
  });

  it('pass on an answer that is too large to record, without storing it', async () => {
    const { ask, provider } = await pathForTest({ maxRecordBytes: '10KB' });
    const text = 'long '.repeat(10_000);
    provider.reply({ text }, { always: true });

    const first = await ask('Long?');
    const content = await contentOf(first);
    const { stored, why } = await outcomeOf(first)!.settled;
    await contentOf(await ask('Long?'));

    expect(content).toBe(text);
    expect({ stored, why }).toEqual({ stored: false, why: 'it is larger than 10000 bytes' });
    expect(provider.calls).toBe(2);
  });
});
