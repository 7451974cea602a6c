import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { contentOf, pathForTest } from './path-for-test.ts';

const only = { headers: { 'cache-control': 'only-if-cached' } };

describe('only-if-cached', () => {
  it('never asks the provider, not for what passes the cache by nor to renew what is stale', async () => {
    const { ask, askAndSettle, clock, provider } = await pathForTest({ ttl: '1h', staleWhileRevalidate: '1h' });
    await askAndSettle('Stale?');
    await clock.advance(61 * 60_000);

    const stale = await ask('Stale?', only);
    const passing = await ask('News?', { ...only, body: { tools: [{ type: 'web_search' }] } });
    const contradictory = await ask('Stale?', { headers: { 'cache-control': 'only-if-cached, no-cache, no-store' } });

    expect(await contentOf(stale)).toBe('Answer 1 to: Stale?');
    expect([stale.status, passing.status, contradictory.status]).toEqual([200, 504, 504]);
    expect(provider.calls).toBe(1);
  });
});

describe('no-cache and no-store together', () => {
  it('send and give a stream untouched', async () => {
    const { ask, provider } = await pathForTest();

    const response = await ask('Untouched?', { headers: { 'cache-control': 'no-cache, no-store' }, body: { stream: true } });

    expect(await response.text()).not.toContain('"usage"');
    expect(provider.requests[0]!.json).not.toHaveProperty('stream_options');
    expect(outcomeOf(response)!.kind).toBe('bypass');
  });
});

describe('no-cache', () => {
  it('asks anew although the same is being asked for, and who did not say so takes what comes first', async () => {
    const { ask, provider } = await pathForTest();
    provider.hold();
    const usual = ask('Both?');
    await provider.whenHeld();

    const anew = ask('Both?', { headers: { 'cache-control': 'no-cache' } });
    await provider.whenHeld(2);
    provider.release();

    expect([await contentOf(await usual), await contentOf(await anew)]).toEqual(['Answer 1 to: Both?', 'Answer 2 to: Both?']);
  });
});

describe('no-store', () => {
  it('asks again as soon as an answer has been read', async () => {
    const { ask } = await pathForTest();
    const unstored = { headers: { 'cache-control': 'no-store' } };

    const answers = [await contentOf(await ask('Again?', unstored)), await contentOf(await ask('Again?', unstored))];

    expect(answers).toEqual(['Answer 1 to: Again?', 'Answer 2 to: Again?']);
  });
});

describe('expiry', () => {
  it('of 0 stores nothing, and without end keeps for ever', async () => {
    const none = await pathForTest({ ttl: 0 });
    const ever = await pathForTest({ ttl: Infinity });
    const settled = await (await none.askAndSettle('None?')).settled;
    await ever.askAndSettle('Ever?');
    await ever.clock.advance(100 * 365 * 24 * 3_600_000);

    expect(settled).toMatchObject({ stored: false, why: 'its time to live is 0' });
    expect((await none.cache.stats()).entries).toBe(0);
    expect((await ever.askAndSettle('Ever?')).kind).toBe('exact');
  });

  it('does not slide for questions about now, nor beyond what the provider keeps', async () => {
    const { askAndSettle, cache, clock, provider } = await pathForTest({ sliding: true, ttl: '20d' });
    const respond = async () => {
      const response = await cache.fetch(`${provider.openaiUrl}/responses`, { method: 'POST', body: JSON.stringify({ model: 'gpt-5-mini', input: 'Hi' }) });
      await response.text();
      await outcomeOf(response)!.settled;
      return outcomeOf(response)!.kind;
    };
    await askAndSettle('What is the weather today?');
    await clock.advance(4 * 60_000);
    const soon = (await askAndSettle('What is the weather today?')).kind;
    await clock.advance(2 * 60_000);
    const later = (await askAndSettle('What is the weather today?')).kind;
    const kept = [await respond()];
    for (let i = 0; i < 3; i++) {
      await clock.advance(14 * 24 * 3_600_000);
      kept.push(await respond());
    }

    expect([soon, later]).toEqual(['exact', 'miss']);
    expect(kept).toEqual(['miss', 'exact', 'exact', 'miss']);
  });

  it('goes on where the clock was put back', async () => {
    const { cache, askAndSettle, clock } = await pathForTest();
    const now = clock.now();
    await askAndSettle('Back?');
    clock.now = () => now - 3_600_000;

    const outcome = await askAndSettle('Back?');

    expect([outcome.kind, outcome.age]).toEqual(['exact', 0]);
    expect((await cache.stats()).hits).toBe(1);
  });
});

describe('a stale answer', () => {
  it('asked for by many is renewed by one call, which alone is counted beside them', async () => {
    const { ask, askAndSettle, cache, clock, provider } = await pathForTest({ ttl: '1h', staleWhileRevalidate: '1h' });
    await askAndSettle('Stale?');
    await clock.advance(61 * 60_000);
    provider.hold();

    const stale = await Promise.all(Array.from({ length: 20 }, () => ask('Stale?')));
    await provider.whenHeld();
    const stored = new Promise((resolve) => cache.on('store', resolve));
    provider.release();
    await stored;
    await new Promise(setImmediate);

    expect(new Set(stale.map((response) => outcomeOf(response)!.kind))).toEqual(new Set(['stale']));
    expect(provider.calls).toBe(2);
    expect(await cache.stats()).toMatchObject({ stale: 20, misses: 2, joined: 0 });
  });
});

describe('samples', () => {
  it('are asked for by so many calls at once, and only where answers vary', async () => {
    const { ask, askAndSettle, provider } = await pathForTest({ samples: 3 });

    const texts = await Promise.all(Array.from({ length: 9 }, async () => contentOf(await ask('Colour?'))));
    const sampled = provider.calls;
    for (let i = 0; i < 3; i++) await askAndSettle('Sum?', { body: { temperature: 0 } });

    expect([new Set(texts).size, sampled, provider.calls]).toEqual([3, 3, 4]);
  });
});
