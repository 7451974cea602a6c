import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { faultyStore } from '../../src/testing/faulty-store.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { contentOf, pathForTest, stepsOf } from './path-for-test.ts';


describe('the path of a request', () => {
  it('asks the provider once and answers the second time from storage', async () => {
    const { ask, askAndSettle, provider } = await pathForTest();
    const first = await askAndSettle('What is Python?');

    const again = await ask('What is Python?');

    expect(stepsOf(first)).toEqual(['policy: cacheable', 'key: made', 'exact: none', 'flight: led', 'call: answered', 'admit: stored']);
    expect(stepsOf(outcomeOf(again)!)).toEqual(['policy: cacheable', 'key: remembered', 'exact: hit']);
    expect(again.headers.get('cache-status')).toMatch(/^Reprise; hit; ttl=604800/);
    expect(await contentOf(again)).toBe('Answer 1 to: What is Python?');
    expect(provider.calls).toBe(1);
  });

  it('keeps tenants apart by the credentials they carry', async () => {
    const { askAndSettle, provider } = await pathForTest();
    await askAndSettle('Who am I?', { headers: { authorization: 'Bearer one' } });

    const other = await askAndSettle('Who am I?', { headers: { authorization: 'Bearer two' } });
    const same = await askAndSettle('Who am I?', { headers: { authorization: 'Bearer one' } });

    expect([other.kind, same.kind]).toEqual(['miss', 'exact']);
    expect(provider.calls).toBe(2);
  });

  it('shares entries between credentials only where one tenant was named for all', async () => {
    const { askAndSettle, cache } = await pathForTest({ tenant: 'shared' });
    await askAndSettle('Hello?', { headers: { authorization: 'Bearer one' } });

    expect((await askAndSettle('Hello?', { headers: { authorization: 'Bearer two' } })).kind).toBe('exact');
    expect((await askAndSettle('Hello?', { cache: cache.as('another') })).kind).toBe('miss');
  });

  it('keeps what the provider stores within one credential, even for a shared tenant', async () => {
    const { cache, provider } = await pathForTest({ tenant: 'shared' });
    const respond = async (key: string, store?: boolean) => {
      const response = await cache.fetch(`${provider.openaiUrl}/responses`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ model: 'gpt-5-mini', input: 'Hi', ...(store !== undefined && { store }) }),
      });
      await response.text();
      const outcome = outcomeOf(response)!;
      await outcome.settled;
      return outcome.kind;
    };

    expect([await respond('a'), await respond('a'), await respond('b')]).toEqual(['miss', 'exact', 'miss']);
    expect([await respond('a', false), await respond('b', false)]).toEqual(['miss', 'exact']);
  });

  it('asks anew with no-cache, keeps the old entry until then, and serves the new one after', async () => {
    const { ask, askAndSettle } = await pathForTest();
    await askAndSettle('Again?');

    const anew = await askAndSettle('Again?', { headers: { 'cache-control': 'no-cache' } });

    expect(anew.kind).toBe('miss');
    expect(await contentOf(await ask('Again?'))).toBe('Answer 2 to: Again?');
  });

  it('keeps the old entry when asking anew fails', async () => {
    const { ask, askAndSettle, provider } = await pathForTest();
    await askAndSettle('Again?');
    provider.reply({ status: 500 });

    const failed = await ask('Again?', { headers: { 'cache-control': 'no-cache' } });

    expect(failed.status).toBe(500);
    expect(await contentOf(await ask('Again?'))).toBe('Answer 1 to: Again?');
  });

  it('stores nothing with no-store, but serves what is stored', async () => {
    const { askAndSettle } = await pathForTest();

    const first = await askAndSettle('Secret?', { headers: { 'cache-control': 'no-store' } });
    const second = await askAndSettle('Secret?');
    const third = await askAndSettle('Secret?', { headers: { 'cache-control': 'no-store' } });

    expect([first.kind, second.kind, third.kind]).toEqual(['miss', 'miss', 'exact']);
  });

  it('answers 504 with only-if-cached when nothing is stored, without asking the provider', async () => {
    const { ask, provider } = await pathForTest();

    const response = await ask('Nothing?', { headers: { 'cache-control': 'only-if-cached' } });

    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { code: 'ONLY_IF_CACHED' } });
    expect(provider.calls).toBe(0);
  });

  it('serves nothing older than max-age', async () => {
    const { askAndSettle, clock } = await pathForTest();
    await askAndSettle('Old?');
    await clock.advance(61_000);

    const old = await askAndSettle('Old?', { headers: { 'cache-control': 'max-age=120' } });
    const tooOld = await askAndSettle('Old?', { headers: { 'cache-control': 'max-age=60' } });

    expect([old.kind, tooOld.kind]).toEqual(['exact', 'miss']);
    expect(old.age).toBe(61_000);
  });

  it('passes a request through untouched when its tools are executed by the provider', async () => {
    const { askAndSettle, provider } = await pathForTest();
    const body = { tools: [{ type: 'web_search' }] };

    const outcomes = [await askAndSettle('News?', { body }), await askAndSettle('News?', { body })];

    expect(outcomes.map(({ kind }) => kind)).toEqual(['bypass', 'bypass']);
    expect(provider.calls).toBe(2);
    expect(provider.requests[0]!.json).toEqual({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'News?' }], ...body });
  });

  it('hands on a provider’s error unchanged and does not store it', async () => {
    const { ask, provider } = await pathForTest();
    provider.reply({ status: 429, headers: { 'retry-after': '7' }, error: { message: 'Slow down.', type: 'rate_limit' } });

    const limited = await ask('Hello?');
    const next = await ask('Hello?');

    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toBe('7');
    expect(await limited.json()).toMatchObject({ error: { message: 'Slow down.' } });
    expect(next.status).toBe(200);
  });

  it('answers whole from a recorded stream, and streams from a recorded whole answer', async () => {
    const { ask, askAndSettle, provider } = await pathForTest();
    const first = await ask('Stream?', { body: { stream: true } });
    const events = await first.text();
    await outcomeOf(first)!.settled;
    await askAndSettle('Whole?');

    const whole = await ask('Stream?');
    const stream = await ask('Whole?', { body: { stream: true } });

    expect(await contentOf(whole)).toBe('Answer 1 to: Stream?');
    expect(whole.headers.get('content-type')).toContain('application/json');
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    expect(await stream.text()).toContain('[DONE]');
    expect(events).toContain('[DONE]');
    expect(provider.calls).toBe(2);
  });

  it('asks streams for usage and takes it out again for callers who did not ask', async () => {
    const { ask, provider } = await pathForTest();
    const plain = await ask('Usage?', { body: { stream: true } });
    const text = await plain.text();
    const { usage } = await outcomeOf(plain)!.settled;

    const replayed = await (await ask('Usage?', { body: { stream: true } })).text();
    const wished = await (await ask('Usage?', { body: { stream: true, stream_options: { include_usage: true } } })).text();

    expect(provider.requests[0]!.json).toMatchObject({ stream_options: { include_usage: true } });
    expect(text).not.toContain('"usage"');
    expect(replayed).toBe(text);
    expect(wished).toContain('"usage":{');
    expect(usage?.output).toBeGreaterThan(0);
    expect(provider.calls).toBe(1);
  });

  it('is forgotten by the call itself, all its samples with it', async () => {
    const { askAndSettle, cache, provider } = await pathForTest({ samples: 2 });
    for (let i = 0; i < 2; i++) await askAndSettle('Forget?');
    await askAndSettle('Keep?');
    const call = { url: `${provider.openaiUrl}/chat/completions`, body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Forget?' }] } };

    expect(await cache.delete({ call }, { dryRun: true })).toBe(2);
    expect(await cache.delete({ call })).toBe(2);
    expect((await askAndSettle('Forget?')).kind).toBe('miss');
  });

  it('hands out several samples in turn', async () => {
    const { ask, provider } = await pathForTest({ samples: 2 });
    const answers: string[] = [];
    for (let i = 0; i < 6; i++) {
      const response = await ask('Name a colour.');
      answers.push((await contentOf(response)).slice(0, 8));
      await outcomeOf(response)!.settled;
    }

    expect(answers).toEqual(['Answer 1', 'Answer 2', 'Answer 1', 'Answer 2', 'Answer 1', 'Answer 2']);
    expect(provider.calls).toBe(2);
  });
});

describe('expiry', () => {
  it('ends after the TTL, and sooner for questions about now', async () => {
    const { askAndSettle, clock } = await pathForTest({ ttl: '1h' });
    await askAndSettle('What is a prime?');
    await askAndSettle('What is the weather today?');
    await clock.advance(6 * 60_000);

    expect((await askAndSettle('What is a prime?')).kind).toBe('exact');
    expect((await askAndSettle('What is the weather today?')).kind).toBe('miss');
    await clock.advance(60 * 60_000);
    expect((await askAndSettle('What is a prime?')).kind).toBe('miss');
  });

  it('follows the caller up to the operator’s maximum', async () => {
    const { askAndSettle, clock } = await pathForTest({ ttl: '1h', maxTtl: '2h' });
    await askAndSettle('Long?', { headers: { 'x-reprise-ttl': '10h' } });
    await askAndSettle('Short?', { headers: { 'x-reprise-ttl': '1m' } });
    await clock.advance(61_000);

    expect((await askAndSettle('Short?')).kind).toBe('miss');
    await clock.advance(118 * 60_000);
    expect((await askAndSettle('Long?')).kind).toBe('exact');
    await clock.advance(2 * 60_000);
    expect((await askAndSettle('Long?')).kind).toBe('miss');
  });

  it('slides where asked: every hit lets the entry live on', async () => {
    const { askAndSettle, clock } = await pathForTest({ ttl: '1h', sliding: true });
    await askAndSettle('Slide?');
    for (let i = 0; i < 5; i++) {
      await clock.advance(50 * 60_000);
      expect((await askAndSettle('Slide?')).kind).toBe('exact');
    }
    await clock.advance(61 * 60_000);

    expect((await askAndSettle('Slide?')).kind).toBe('miss');
  });

  it('serves a stale answer while a new one is fetched', async () => {
    const { ask, askAndSettle, clock, provider, cache } = await pathForTest({ ttl: '1h', staleWhileRevalidate: '1h' });
    await askAndSettle('Stale?');
    await clock.advance(61 * 60_000);
    const stored = new Promise((resolve) => cache.on('store', resolve));

    const stale = await ask('Stale?');
    await stored;
    const fresh = await ask('Stale?');

    expect(outcomeOf(stale)!.kind).toBe('stale');
    expect(await contentOf(stale)).toBe('Answer 1 to: Stale?');
    expect(await contentOf(fresh)).toBe('Answer 2 to: Stale?');
    expect(provider.calls).toBe(2);
  });

  it('serves a stale answer in place of a provider’s failure, and the failure where there is none', async () => {
    const { ask, askAndSettle, clock, provider } = await pathForTest({ ttl: '1h', staleIfError: '1h' });
    await askAndSettle('Failing?');
    await clock.advance(61 * 60_000);
    provider.reply({ status: 503 }, { always: true });

    const stale = await ask('Failing?');
    const unknown = await ask('Never asked?');
    await clock.advance(60 * 60_000);
    const gone = await ask('Failing?');

    expect([stale.status, unknown.status, gone.status]).toEqual([200, 503, 503]);
    expect(outcomeOf(stale)!.kind).toBe('stale');
  });
});

describe('a store that fails', () => {
  it('is a miss, is reported, and costs nobody the answer', async () => {
    const inner = memoryStore();
    const store = faultyStore(inner, {});
    const { ask, cache } = await pathForTest({ store, memory: false });
    await (await ask('Works?')).text();
    const codes: string[] = [];
    cache.on('error', ({ error }) => codes.push(error.code));
    store.fail('get');
    store.fail('set');

    const response = await ask('Works?');
    const text = await contentOf(response);
    await outcomeOf(response)!.settled;

    expect(text).toBe('Answer 2 to: Works?');
    expect(stepsOf(outcomeOf(response)!)).toContain('exact: failed');
    expect(stepsOf(outcomeOf(response)!)).toContain('save: failed');
    expect(codes).toEqual(['STORE_FAILED', 'STORE_FAILED']);
  });

  it('that hangs is a miss within its time', async () => {
    const store = faultyStore(memoryStore(), {});
    const { ask, clock } = await pathForTest({ store, memory: false, storeTimeout: 100 });
    await (await ask('Opens first?')).text();
    store.hang('get');

    const pending = ask('Hangs?');
    while (clock.sleepers === 0) await new Promise(setImmediate);
    await clock.advance(100);

    expect(await contentOf(await pending)).toBe('Answer 2 to: Hangs?');
  });

  it('that cannot be opened lets requests go on without it', async () => {
    const { ask, askAndSettle, cache, provider } = await pathForTest({ store: 'sqlite:/dev/null/no/such/place.db' });
    const codes: string[] = [];
    cache.on('error', ({ error }) => codes.push(error.code));

    const first = await askAndSettle('Anyway?');
    const second = await ask('Anyway?');

    expect(first.kind).toBe('miss');
    expect(await contentOf(second)).toBe('Answer 2 to: Anyway?');
    expect(codes.length).toBeGreaterThan(0);
    expect(provider.calls).toBe(2);
    await expect(cache.open()).rejects.toThrow();
  });
});
