import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import type { SemanticStep } from '../../src/model/steps.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { functionEmbedder } from '../../src/embedders/function.ts';
import { reviewPairs } from '../../src/semantic/review.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { Store } from '../../src/stores/store.ts';
import { meaningForTest, vectorOf } from './meaning-for-test.ts';
import { stepsOf } from './path-for-test.ts';

const semanticStep = (outcome: Outcome) => outcome.steps.find((step): step is SemanticStep => step.at === 'semantic');

describe('a question in other words', () => {
  it('is answered without asking the provider', async () => {
    const { askAndSettle, provider } = await meaningForTest();
    await askAndSettle('How do I turn on dark mode?');

    const outcome = await askAndSettle('How can I enable dark mode?');

    expect(outcome.kind).toBe('semantic');
    expect(provider.calls).toBe(1);
    expect(stepsOf(outcome)).toEqual(['policy: cacheable', 'key: made', 'exact: none', 'flight: led', 'semantic: hit']);
    expect(outcome.match).toMatchObject({ strategy: 'semantic', matched: 'How do I turn on dark mode?', asked: 'How can I enable dark mode?', probability: 1 });
    expect(outcome.match!.similarity).toBeGreaterThan(0.3);
  });

  it('says in its headers how it was found', async () => {
    const { ask, askAndSettle } = await meaningForTest();
    await askAndSettle('How do I turn on dark mode?');

    const { headers } = await ask('How can I enable dark mode?');

    expect(headers.get('cache-status')).toMatch(/^Reprise; hit; ttl=\d+; detail=semantic$/);
    expect(headers.get('x-reprise-match')).toMatch(/^semantic; similarity=0\.\d{3}; probability=1\.000$/);
  });

  it('is answered from a stream as a whole and from a whole as a stream', async () => {
    const { ask, askAndSettle, provider } = await meaningForTest();
    await askAndSettle('How do I turn on dark mode?', { body: { stream: true } });

    const whole = await ask('How can I enable dark mode?');

    expect(outcomeOf(whole)!.kind).toBe('semantic');
    expect(await whole.json()).toMatchObject({ object: 'chat.completion' });
    expect(provider.calls).toBe(1);
  });

  it('that the judge holds for another goes to the provider, with the reason', async () => {
    const { askAndSettle, provider } = await meaningForTest();
    await askAndSettle('How do I turn on dark mode?');

    const outcome = await askAndSettle('How do I turn on dark theme?');

    expect(outcome.kind).toBe('miss');
    expect(provider.calls).toBe(2);
    expect(semanticStep(outcome)).toMatchObject({ is: 'none', matched: 'How do I turn on dark mode?', why: 'the judge function says they differ' });
  });

  it('that a guard vetoes is never judged', async () => {
    const { askAndSettle, judged } = await meaningForTest({ judge: () => true });
    await askAndSettle('How do I turn on dark mode?');

    const outcome = await askAndSettle('How do I turn off dark mode?');

    expect(outcome.kind).toBe('miss');
    expect(judged).toEqual([]);
    expect(semanticStep(outcome)?.vetoes?.map(({ guard }) => guard)).toContain('antonyms');
  });

  it('asked a thousand times at once is embedded and judged once', async () => {
    const { ask, askAndSettle, embedded, judged, provider } = await meaningForTest();
    await askAndSettle('How do I turn on dark mode?');
    embedded.length = 0;

    const all = await Promise.all(Array.from({ length: 1000 }, () => ask('How can I enable dark mode?')));

    expect(all.every((response) => outcomeOf(response)!.kind === 'semantic')).toBe(true);
    expect([embedded.length, judged.length, provider.calls]).toEqual([1, 1, 1]);
  });
});

describe('what the first of several callers found by meaning', () => {
  it('is not given to one that joined and wants nothing as old', async () => {
    let ahead = 0;
    const judging = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    const { ask, askAndSettle, provider } = await meaningForTest({ judge: () => (asked.resolve(), judging.promise.then(() => true)) }, { clock });
    await askAndSettle('How do I turn on dark mode?');
    ahead = 3_600_000;

    const first = ask('How can I enable dark mode?');
    await asked.promise;
    const second = ask('How can I enable dark mode?', { headers: { 'cache-control': 'max-age=60' } });
    await new Promise((resolve) => setImmediate(resolve));
    judging.resolve();

    expect(outcomeOf(await first)?.kind).toBe('semantic');
    const other = outcomeOf(await second)!;
    expect([other.kind, provider.calls]).toEqual(['miss', 2]);
    expect(stepsOf(other)).toEqual(expect.arrayContaining(['flight: joined', 'flight: left']));
  });
});

describe('a question that is equal but for form', () => {
  it('is a hit of its own kind, and nobody judges it', async () => {
    const { askAndSettle, judged } = await meaningForTest();
    await askAndSettle('Explain CSS grid');

    const outcome = await askAndSettle('Hi, could you please explain  css grid? Thanks!');

    expect(outcome).toMatchObject({ kind: 'normalised', match: { strategy: 'normalised', similarity: 1 } });
    expect(judged).toEqual([]);
  });

  it('is judged like any other where the option says so', async () => {
    const { askAndSettle, judged } = await meaningForTest({ normalised: false, judge: () => false });
    await askAndSettle('Explain CSS grid');

    const outcome = await askAndSettle('explain css grid!');

    expect(outcome.kind).toBe('miss');
    expect(judged).toHaveLength(1);
  });

  it('is still looked at by the guards', async () => {
    const { askAndSettle } = await meaningForTest({ guards: { add: [{ name: 'mine', veto: () => 'never' }] } });
    await askAndSettle('Explain CSS grid');

    const outcome = await askAndSettle('explain css grid');

    expect(semanticStep(outcome)).toMatchObject({ is: 'none', vetoes: [{ guard: 'mine', why: 'never' }] });
  });
});

describe('a store that searches by itself', () => {
  it('finds what is equal but for form where there is no vector, and only after the same turns', async () => {
    const inner = memoryStore();
    const store: Store = { ...inner, open: async () => ({ ...(await inner.open()), search: { nearest: async () => [] } }) };
    const embedder = { ...functionEmbedder({ fingerprint: 'words-1', embed: (texts) => texts.map(vectorOf) }), knows: () => ({ known: false }) };
    const { askAndSettle } = await meaningForTest({ embedder }, { store });
    const after = (story: string, text: string) => askAndSettle('', { body: { messages: [{ role: 'user', content: story }, { role: 'assistant', content: 'Gut.' }, { role: 'user', content: text }] } });
    await after('Ich habe eine Katze.', 'Was soll sie fressen?');

    const outcomes = [await after('Ich habe eine Katze.', 'was soll sie  fressen'), await after('Ich habe einen Hund.', 'was soll sie  fressen'), await after('Ich habe eine Katze.', 'Was soll sie trinken?')];

    expect(outcomes.map(({ kind }) => kind)).toEqual(['normalised', 'miss', 'miss']);
  });
});

describe('what is not matched by meaning', () => {
  it.each([
    ['a question about now', 'What is the weather in Paris today?', 'What is the weather in paris today'],
    ['a question about the one who asks', 'Where is my order?', 'where is my order'],
  ])('%s', async (_, first, second) => {
    const { askAndSettle } = await meaningForTest({ judge: () => true });
    await askAndSettle(first);

    expect((await askAndSettle(second)).kind).toBe('miss');
  });

  it('unless asked', async () => {
    const { askAndSettle } = await meaningForTest({ timeBound: true, personal: true });
    await askAndSettle('Where is my order today?');

    expect((await askAndSettle('where is my order today')).kind).toBe('normalised');
  });

  it('an answer that calls tools', async () => {
    const { askAndSettle, provider } = await meaningForTest({ judge: () => true });
    const tools = [{ type: 'function', function: { name: 'switch_theme', parameters: { type: 'object' } } }];
    provider.reply({ toolCalls: [{ name: 'switch_theme', arguments: '{}' }] });
    await askAndSettle('Turn on dark mode', { body: { tools } });

    expect((await askAndSettle('Enable dark mode', { body: { tools } })).kind).toBe('miss');
  });

  it('an answer that calls tools in one of its two forms', async () => {
    const { askAndSettle, provider } = await meaningForTest({ judge: () => true });
    const tools = [{ type: 'function', function: { name: 'switch_theme', parameters: { type: 'object' } } }];
    // With an event that nobody knows a stream cannot be given as a whole, so that one is asked for and kept beside it.
    provider.reply({ toolCalls: [{ name: 'switch_theme', arguments: '{}' }], insert: [{ after: 1, data: { object: 'chat.completion.surprise', id: 'x' } }] });
    await askAndSettle('Turn on dark mode', { body: { tools, stream: true } });
    await askAndSettle('Turn on dark mode', { body: { tools } });

    expect(provider.calls).toBe(2);
    expect((await askAndSettle('Enable dark mode', { body: { tools, stream: true } })).kind).toBe('miss');
  });

  it('an answer that has expired', async () => {
    let ahead = 0;
    const { askAndSettle } = await meaningForTest({}, { ttl: '1h', clock: { ...systemClock, now: () => systemClock.now() + ahead } });
    await askAndSettle('How do I turn on dark mode?');
    ahead = 3_600_001;

    expect((await askAndSettle('How can I enable dark mode?')).kind).toBe('miss');
  });

  it('what was served stale, in place of a new answer', async () => {
    let ahead = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    const { askAndSettle, provider } = await meaningForTest({}, { ttl: '1h', staleWhileRevalidate: '1h', clock });
    await askAndSettle('How do I turn on dark mode?');
    ahead = 3_000_000;
    await askAndSettle('How can I enable dark mode?', { headers: { 'cache-control': 'no-cache' } });
    ahead = 3_700_000;

    const outcome = await askAndSettle('How do I turn on dark mode?');

    expect(outcome.kind).toBe('stale');
    await vi.waitFor(async () => expect((await askAndSettle('How do I turn on dark mode?')).kind).toBe('exact'));
    expect(provider.calls).toBe(3);
  });

  it('a text that is longer than the limit', async () => {
    const { askAndSettle } = await meaningForTest({ maxLength: 10, judge: () => true });
    await askAndSettle('How do I turn on dark mode?');

    const outcome = await askAndSettle('how do i turn on dark mode');

    expect(semanticStep(outcome)).toMatchObject({ is: 'none', why: 'it is longer than 10 characters' });
  });

  it('more than so many a second of one tenant', async () => {
    const { askAndSettle } = await meaningForTest({ perSecond: 1, judge: () => true });
    await askAndSettle('How do I turn on dark mode?');
    await askAndSettle('How do I turn on light mode?');

    const outcome = await askAndSettle('how do i turn on dark mode');

    expect(semanticStep(outcome)).toMatchObject({ is: 'none', why: 'more than 1 lookups by meaning in a second' });
  });
});

describe('the mode', () => {
  it('off leaves everything as it was', async () => {
    const { askAndSettle, embedded } = await meaningForTest({ mode: 'off' });
    await askAndSettle('Explain CSS grid');

    const outcome = await askAndSettle('explain css grid');

    expect(stepsOf(outcome)).not.toContain('semantic: none');
    expect(outcome.kind).toBe('miss');
    expect(embedded).toEqual([]);
  });

  it('shadow reports what it would have served, and asks the provider', async () => {
    const { ask, askAndSettle, provider } = await meaningForTest({ mode: 'shadow' });
    await askAndSettle('How do I turn on dark mode?');

    const response = await ask('How can I enable dark mode?');
    await response.text();

    expect(outcomeOf(response)).toMatchObject({ kind: 'miss', match: { strategy: 'semantic', matched: 'How do I turn on dark mode?' } });
    expect(stepsOf(outcomeOf(response)!)).toContain('semantic: shadow');
    expect(response.headers.get('x-reprise-match')).toMatch(/; shadow$/);
    expect(provider.calls).toBe(2);
  });

  it('shadow keeps both answers for a review', async () => {
    const { askAndSettle, provider, cache } = await meaningForTest({ mode: 'shadow' });
    provider.reply({ text: 'In the settings.' });
    await askAndSettle('How do I turn on dark mode?');
    provider.reply({ text: 'By the switch.' });

    await askAndSettle('How can I enable dark mode?');

    expect(await reviewPairs(cache.store.records, 'default')).toMatchObject([
      { asked: 'How can I enable dark mode?', matched: 'How do I turn on dark mode?', stored: 'In the settings.', answer: 'By the switch.' },
    ]);
  });

  it.each([
    ['off', 'on', 'miss'],
    ['on', 'off', 'semantic'],
  ] as const)('%s of a request counts more than that of the cache', async (said, cached, kind) => {
    const { askAndSettle } = await meaningForTest({ mode: cached });
    const headers = { 'x-reprise-semantic': said };
    await askAndSettle('How do I turn on dark mode?', { headers });

    const outcome = await askAndSettle('How can I enable dark mode?', { headers });

    expect(outcome.kind).toBe(kind);
  });

  it.each([
    ['on', 'off', 'miss'],
    ['on', 'shadow', 'miss'],
    ['shadow', 'off', 'miss'],
    ['off', 'on', 'miss'],
  ] as const)('%s of a request counts only where it is less than that of a cache that is fixed: %s', async (said, cached, kind) => {
    const { askAndSettle } = await meaningForTest({ mode: cached, fixed: true });
    const headers = { 'x-reprise-semantic': said };
    await askAndSettle('How do I turn on dark mode?');

    const outcome = await askAndSettle('How can I enable dark mode?', { headers });

    expect([outcome.kind, semanticStep(outcome)?.is]).toEqual([kind, said === 'on' && cached === 'shadow' ? 'shadow' : undefined]);
  });

  it('of a cache that is fixed holds against a higher rate, and not against a lower one', async () => {
    const { askAndSettle } = await meaningForTest({ fixed: true });
    await askAndSettle('How do I turn on dark mode?');
    const why = async (rate: string) => semanticStep(await askAndSettle('How can I enable dark mode?', { headers: { 'x-reprise-max-false-hits': rate, 'cache-control': 'no-store' } }));

    expect([(await why('0.2'))?.is, (await why('0.005'))?.why]).toEqual(['hit', 'the rate of the request cannot be applied']);
  });

  it('does not matter where a request wants a rate that its judges know nothing of: nothing judged is served', async () => {
    const { askAndSettle } = await meaningForTest();
    await askAndSettle('How do I turn on dark mode?');

    const outcome = await askAndSettle('How can I enable dark mode?', { headers: { 'x-reprise-max-false-hits': '0.005' } });

    expect([outcome.kind, semanticStep(outcome)?.why]).toEqual(['miss', 'the rate of the request cannot be applied']);
  });

  it('of a request must be one that there is', async () => {
    const { ask } = await meaningForTest();

    const mode = await ask('Anything?', { headers: { 'x-reprise-semantic': 'maybe' } });
    const rate = await ask('Anything?', { headers: { 'x-reprise-max-false-hits': '2' } });

    expect([mode.status, rate.status]).toEqual([400, 400]);
    expect(await mode.text()).toContain('The header x-reprise-semantic must be one of off, shadow, on');
    expect(await rate.text()).toContain('must be a number from 0.001 to 0.2');
  });
});

describe('what embedding and judging cost', () => {
  it('stands against what a hit saves', async () => {
    const embedder = functionEmbedder({ fingerprint: 'paid', embed: (texts) => ({ vectors: texts.map(vectorOf), cost: 0.25 }) });
    const { askAndSettle, cache } = await meaningForTest({ embedder });
    await askAndSettle('How do I turn on dark mode?');

    const outcome = await askAndSettle('How can I enable dark mode?');

    expect((await outcome.settled).cost).toBeGreaterThanOrEqual(0.25);
    expect((await cache.stats()).money.spent).toBeCloseTo(0.5, 2);
  });
});

describe('a hit that was called wrong', () => {
  it('is never served again, though its entry is there', async () => {
    const { askAndSettle, cache, provider } = await meaningForTest();
    await askAndSettle('How do I turn on dark mode?');
    const wrong = await askAndSettle('How can I enable dark mode?');

    await cache.feedback(wrong, 'wrong');
    const outcome = await askAndSettle('How can I enable dark mode?!');

    expect(outcome.kind).toBe('miss');
    expect(provider.calls).toBe(2);
    expect(semanticStep(outcome)?.vetoes).toContainEqual({ guard: 'feedback', why: 'it was called wrong' });
  });

  it('may be called right again', async () => {
    const { askAndSettle, cache } = await meaningForTest();
    await askAndSettle('How do I turn on dark mode?');
    const wrong = await askAndSettle('How can I enable dark mode?');
    await cache.feedback(wrong, 'wrong');
    await cache.feedback(wrong, 'right');

    expect((await askAndSettle('How can I enable dark mode?')).kind).toBe('semantic');
  });

  it('by a header is answered anew', async () => {
    const { askAndSettle, provider } = await meaningForTest();
    await askAndSettle('How do I turn on dark mode?');
    await askAndSettle('How can I enable dark mode?');

    const outcome = await askAndSettle('How can I enable dark mode?', { headers: { 'x-reprise-feedback': 'wrong' } });

    expect(outcome.kind).toBe('miss');
    expect(provider.calls).toBe(2);
    expect((await askAndSettle('How can I enable dark mode, please?')).match?.matched).not.toBe('How do I turn on dark mode?');
  });

  it('by a header may name the entry that was served, whether or not the question has an answer of its own by now', async () => {
    const { ask, askAndSettle } = await meaningForTest();
    const { id } = await askAndSettle('How do I turn on dark mode?');
    await askAndSettle('How can I enable dark mode?', { headers: { 'cache-control': 'no-cache' } });

    const noted = await ask('How can I enable dark mode?', { headers: { 'x-reprise-feedback': `wrong; entry=${id}` } });

    expect([outcomeOf(noted)!.kind, noted.headers.get('x-reprise-feedback')]).toEqual(['exact', `noted; entry="${id}"`]);
    expect((await askAndSettle('How can I enable dark mode, please?', { headers: { 'x-reprise-max-false-hits': '0.01' } })).match?.id).not.toBe(id);
  });

  it('by a header is taken back by another', async () => {
    const { ask, askAndSettle } = await meaningForTest();
    const { id } = await askAndSettle('How do I turn on dark mode?');
    const say = async (said: string) => (await ask('How can I enable dark mode?', { headers: { 'x-reprise-feedback': said, 'cache-control': 'no-store' } })).headers.get('x-reprise-feedback');

    const said = [await say('wrong'), await say('wrong'), await say('right')];

    expect(said).toEqual(Array(3).fill(`noted; entry="${id}"`));
    expect((await askAndSettle('How can I enable dark mode?')).kind).toBe('semantic');
  });

  it.each<[string, string, Record<string, string>, RegExp]>([
    ['of a question that nothing is found for', 'What is a cat?', {}, /^refused; detail="nothing is found by meaning: /],
    ['of an entry that is not there', 'How can I enable dark mode?', { 'x-reprise-feedback': 'wrong; entry=none' }, /^refused; detail="there is no such entry/],
    ['where nothing is matched', 'How can I enable dark mode?', { 'x-reprise-semantic': 'off' }, /^refused; detail="matching by meaning is off/],
    ['of a request that passes the cache by', 'How can I enable dark mode?', { 'cache-control': 'no-cache, no-store' }, /^refused; detail="the request passes the cache by/],
  ])('%s is refused, with the reason', async (_, text, headers, expected) => {
    const { ask, askAndSettle } = await meaningForTest();
    await askAndSettle('How do I turn on dark mode?');

    const response = await ask(text, { headers: { 'x-reprise-feedback': 'wrong', ...headers } });

    expect(response.headers.get('x-reprise-feedback')).toMatch(expected);
  });

  it('is refused where lookups are limited, and names no entry of another tenant', async () => {
    const { ask, askAndSettle } = await meaningForTest({ perSecond: 0.001 });
    const { id } = await askAndSettle('How do I turn on dark mode?');
    const say = async (headers: Record<string, string>) => (await ask('How can I enable dark mode?', { headers })).headers.get('x-reprise-feedback');

    await say({ 'x-reprise-feedback': 'right' });
    const [limited, other] = [await say({ 'x-reprise-feedback': 'wrong' }), await say({ 'x-reprise-feedback': `wrong; entry=${id}`, authorization: 'Bearer another' })];

    expect(limited).toContain('lookups by meaning in a second');
    expect(other).toContain('there is no such entry');
  });

  it('must be a hit by meaning', async () => {
    const { askAndSettle, cache } = await meaningForTest();
    const miss = await askAndSettle('How do I turn on dark mode?');

    await expect(cache.feedback(miss, 'wrong')).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});

describe('earlier turns', () => {
  const after = (story: string, last: string) => ({
    body: { messages: [{ role: 'user', content: story }, { role: 'assistant', content: 'Fine.' }, { role: 'user', content: last }] },
  });

  it('must be equal', async () => {
    const { askAndSettle } = await meaningForTest({ judge: () => true });
    await askAndSettle('', after('I have a cat.', 'What should it eat?'));

    expect((await askAndSettle('', after('I have a dog.', 'what should it eat'))).kind).toBe('miss');
    expect((await askAndSettle('', after('I have a cat.', 'what should it eat'))).kind).toBe('normalised');
  });

  it('are read by the judge where the option says so', async () => {
    const { askAndSettle, judged } = await meaningForTest({ turns: 'judged', judge: (asked) => !asked.includes('dog') });
    await askAndSettle('', after('I have a cat at home.', 'What should it eat?'));

    expect((await askAndSettle('', after('I have a dog at home.', 'What should it eat?'))).kind).toBe('miss');
    expect((await askAndSettle('', after('A cat lives with me.', 'What should it eat?'))).kind).toBe('semantic');
    expect(judged.at(-1)).toEqual([
      'user: A cat lives with me.\nassistant: Fine.\nuser: What should it eat?',
      'user: I have a cat at home.\nassistant: Fine.\nuser: What should it eat?',
    ]);
  });
});
