import { getEventListeners } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { faultyStore } from '../../src/testing/faulty-store.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { contentOf, pathForTest } from './path-for-test.ts';

const streaming = { body: { stream: true } };

/** An event that no format knows. */
const unknownEvent = { insert: [{ after: 1, data: { object: 'chat.completion.surprise', id: 'x' } }] };

describe('a caller who hangs up', () => {
  it('while the answer streams gets an abort, and the call ends', async () => {
    const { ask, provider } = await pathForTest();
    provider.reply({ text: 'one two three', chunks: 3, hang: 2 });
    const leaving = new AbortController();
    const response = await ask('Hangs midway?', { ...streaming, signal: leaving.signal });
    const reading = response.text();

    leaving.abort();

    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect((await provider.nextAbort()).path).toContain('/chat/completions');
    expect((await outcomeOf(response)!.settled).stored).toBe(false);
  });

  it('while the answer streams leaves the others to read on', async () => {
    const { ask, provider } = await pathForTest();
    provider.reply({ text: 'one two three four', chunks: 4 });
    provider.hold();
    const leaving = new AbortController();
    const leading = ask('Shared?', { ...streaming, signal: leaving.signal });
    await provider.whenHeld();
    provider.release(1);
    const leader = await leading;
    const follower = await ask('Shared?', streaming);

    leaving.abort();
    provider.release();

    await expect(leader.text()).rejects.toMatchObject({ name: 'AbortError' });
    expect(await follower.text()).toContain('[DONE]');
    expect(provider.aborted).toBe(0);
  });

  it('before asking is told so, and nobody is asked', async () => {
    const { ask, askAndSettle, provider } = await pathForTest();
    await askAndSettle('Known?');

    await expect(ask('Known?', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    await expect(ask('Unknown?', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });

    expect(provider.calls).toBe(1);
  });

  it('without having read a byte ends the call, whether its answer would be filtered or passed through', async () => {
    const { ask, provider } = await pathForTest();
    provider.reply({ text: 'one two three', chunks: 3, hang: 2 }, { times: 2 });
    const filtered = await ask('Unread?', streaming);
    const passed = await ask('Unread?', { body: { stream: true, tools: [{ type: 'web_search' }] } });

    await filtered.body!.cancel();
    await passed.body!.cancel();

    await provider.nextAbort();
    await provider.nextAbort();
    expect(provider.aborted).toBe(2);
  });

  it('leaves no listener on a signal that lives on', async () => {
    const { ask, askAndSettle } = await pathForTest();
    const living = new AbortController();
    for (let i = 0; i < 20; i++) await askAndSettle(`Question ${i % 10}?`, { signal: living.signal });
    const unread = await ask('Never read?', { signal: living.signal });
    await outcomeOf(unread)!.settled;

    expect(getEventListeners(living.signal, 'abort')).toHaveLength(0);
  });
});

describe('an answer that cannot be given in the other form', () => {
  it('is asked for once more, for all who want that form, and both are kept', async () => {
    const { ask, askAndSettle, provider } = await pathForTest();
    provider.reply({ ...unknownEvent, text: 'streamed' });
    provider.hold();
    const leading = ask('Unknown event?', streaming);
    await provider.whenHeld();
    const following = [1, 2, 3].map(() => ask('Unknown event?'));
    await new Promise(setImmediate);
    provider.release();

    const streamed = await (await leading).text();
    const wholes = await Promise.all(following.map(async (response) => contentOf(await response)));

    expect(new Set(wholes)).toEqual(new Set(['Answer 2 to: Unknown event?']));
    expect(provider.calls).toBe(2);
    await vi.waitFor(async () => expect((await askAndSettle('Unknown event?')).kind).toBe('exact'));
    const again = await ask('Unknown event?', streaming);
    expect(outcomeOf(again)!.kind).toBe('exact');
    expect(await again.text()).toBe(streamed);
    expect(provider.calls).toBe(2);
  });

  it('is kept beside the first when it is asked for later', async () => {
    const { ask, askAndSettle, provider } = await pathForTest();
    provider.reply({ ...unknownEvent, text: 'streamed' });
    await askAndSettle('Later?', streaming);

    const whole = await askAndSettle('Later?');
    const kinds = [(await askAndSettle('Later?')).kind, (await askAndSettle('Later?', streaming)).kind];

    expect(whole.kind).toBe('miss');
    expect(kinds).toEqual(['exact', 'exact']);
    expect(await (await ask('Later?', streaming)).text()).toContain('streamed');
    expect(provider.calls).toBe(2);
  });
});

describe('an answer larger than may be recorded', () => {
  it('is not joined any more by those who ask while its reader rests', async () => {
    const { ask, provider } = await pathForTest({ maxRecordBytes: 1000 });
    const text = 'x'.repeat(4_000_000);
    provider.reply({ text, chunks: 40 }, { always: true });
    const first = await ask('Huge?', streaming);
    const reader = first.body!.getReader();
    await reader.read();
    for (let i = 0; i < 50; i++) await new Promise(setImmediate);

    const second = await ask('Huge?', streaming);

    expect((await second.text()).length).toBeGreaterThan(text.length);
    expect(outcomeOf(second)!.kind).toBe('miss');
    await reader.cancel();
  });
});

describe('closing', () => {
  it('does not wait for ever for an answer that nobody reads', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { cache } = await pathForTest();
    const count = cache.wrap(async function* count() {
      for (let i = 0; ; i++) yield i;
    });
    const pieces = count();
    await pieces.next();

    const closed = cache.close();
    await vi.advanceTimersByTimeAsync(60_000);

    await closed;
    await pieces.return();
  });
});

describe('a store that takes for ever', () => {
  it('to write does not keep a flight in the air', async () => {
    const store = faultyStore(memoryStore(), {});
    const { ask, cache, clock } = await pathForTest({ store, memory: false });
    await contentOf(await ask('Opens?'));
    const codes: string[] = [];
    cache.on('error', ({ error }) => codes.push(error.code));
    store.hang('set');

    const response = await ask('Hangs?');
    const text = await contentOf(response);
    await vi.waitUntil(() => clock.sleepers > 0);
    await clock.advance(60_000);
    const settled = await outcomeOf(response)!.settled;

    expect(text).toBe('Answer 2 to: Hangs?');
    expect(settled.stored).toBe(false);
    expect(codes).toEqual(['STORE_FAILED']);
    store.heal();
  });

  it('to open lets requests go on without it', async () => {
    const store = faultyStore(memoryStore(), { hang: ['open'] });
    const { ask, clock, cache } = await pathForTest({ store, memory: false });
    const codes: string[] = [];
    cache.on('error', ({ error }) => codes.push(error.code));

    const asked = ask('Opens?');
    await vi.waitUntil(() => clock.sleepers > 0);
    await clock.advance(60_000);

    expect(await contentOf(await asked)).toBe('Answer 1 to: Opens?');
    expect(codes).toEqual(['STORE_FAILED']);
    store.heal();
  });
});
