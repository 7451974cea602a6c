import { describe, expect, it } from 'vitest';
import { EmbedderError, JudgeError, type CacheError } from '../../src/base/errors.ts';
import { functionEmbedder, type GivenVectors } from '../../src/embedders/function.ts';
import { openaiEmbedder } from '../../src/embedders/openai-compatible.ts';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { functionJudge } from '../../src/semantic/judges/function-judge.ts';
import type { Judgement, PairJudge } from '../../src/semantic/judges/pair-judge.ts';
import { faultyStore, type FaultyOperation } from '../../src/testing/faulty-store.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { reply, serve } from '../embedders/server.ts';
import { BOUND, faultsForTest, later, RESTED } from './faults-for-test.ts';
import { vectorOf } from './meaning-for-test.ts';
import { stepsOf } from './path-for-test.ts';

const never = () => new Promise<never>(() => {});
/** Which of those that wait for each other is late first is a matter of milliseconds. */
const LATE = ['', 'late'] as const;
const reasonsOf = (told: readonly CacheError[]) => told.map((error) => {
  const { reason } = error as EmbedderError | JudgeError;
  return reason === 'late' ? LATE : [error.code, reason];
});

describe('an embedder', () => {
  it.each<[string, string, (texts: readonly string[]) => GivenVectors | Promise<GivenVectors>]>([
    ['hangs', 'late', never],
    ['throws', 'failed', () => { throw new Error('out of order'); }],
    ['gives NaN', 'unusable', (texts) => texts.map((text) => vectorOf(text).with(3, NaN))],
    ['gives infinity', 'unusable', (texts) => texts.map((text) => vectorOf(text).with(3, Infinity))],
    ['gives vectors of another size', 'unusable', (texts) => texts.map((text) => vectorOf(text).slice(1))],
    ['gives too few vectors', 'unusable', () => []],
    ['gives vectors of zeros', 'unusable', (texts) => texts.map((text) => vectorOf(text).fill(0))],
    ['gives something else', 'failed', () => null as unknown as GivenVectors],
  ])('that %s is told of once, costs no answer, and is used again when it works', async (_, reason, broken) => {
    let fails = false;
    const { askAndSettle, anew, goesOnWithout, told } = await faultsForTest({
      embedder: functionEmbedder({ fingerprint: 'words-1', embed: (texts) => (fails ? broken(texts) : texts.map(vectorOf)) }),
    });
    await askAndSettle('Explain dark mode');
    expect(await anew()).toBe('semantic');

    fails = true;
    await goesOnWithout();
    expect(await askAndSettle('explain  dark mode!')).toMatchObject({ kind: 'normalised' });   // needs no vector
    fails = false;
    later(RESTED);

    expect(await anew()).toBe('semantic');
    expect(reasonsOf(told)).toEqual([reason === 'late' ? LATE : ['EMBEDDER_FAILED', reason]]);
  });

  it.each<[string, string, (response: Parameters<typeof reply>[0]) => void]>([
    ['is asked too often (429)', 'refused', (response) => reply(response, { error: { message: 'Slow down.' } }, 429)],
    ['is in trouble (500)', 'refused', (response) => reply(response, { error: { message: 'Oops.' } }, 500)],
    ['wants no more of this caller (401)', 'refused', (response) => reply(response, { error: { message: 'Who?' } }, 401)],
    ['does not answer', 'late', () => {}],
    ['hangs up', 'unreachable', (response) => response.destroy()],
    ['gives a page', 'unusable', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello')],
    ['gives null for numbers', 'unusable', (response) => reply(response, { data: [{ index: 0, embedding: Array.from({ length: 64 }, () => null) }] })],
  ])('that is a service which %s is told of once, costs no answer, and is used again when it works', async (_, reason, broken) => {
    let fails = false;
    const server = await serve(({ body }, response) => {
      if (fails) return broken(response);
      reply(response, { data: (body.input as string[]).map((text, index) => ({ index, embedding: vectorOf(text) })) });
    });
    const { askAndSettle, anew, goesOnWithout, told } = await faultsForTest({
      embedder: openaiEmbedder({ model: 'words', baseURL: server.url, apiKey: 'key-1' }),
      ...(reason !== 'late' && { timeout: 1500 }),   // so that there is time for all tries
    });
    await askAndSettle('Explain dark mode');
    expect(await anew()).toBe('semantic');

    fails = true;
    await goesOnWithout();
    fails = false;
    later(RESTED);

    expect(await anew()).toBe('semantic');
    expect(reasonsOf(told)).toEqual([reason === 'late' ? LATE : ['EMBEDDER_FAILED', reason]]);
  });

  it('that is nowhere from the start is told of once, and what was asked meanwhile is found in the same words', async () => {
    const { askAndSettle, goesOnWithout, told } = await faultsForTest({
      embedder: openaiEmbedder({ model: 'words', baseURL: 'http://127.0.0.1:9/v1' }),
      timeout: 1500,   // so that there is time for all tries
    });

    await askAndSettle('Explain dark mode');
    await goesOnWithout();

    expect(await askAndSettle('Please explain dark mode!')).toMatchObject({ kind: 'normalised' });
    expect(reasonsOf(told)).toEqual([['EMBEDDER_FAILED', 'unreachable']]);
  });

  it('whose vectors have another size than those that are stored says so, and serves nothing', async () => {
    const store = memoryStore();
    const first = await faultsForTest({}, { store });
    await first.askAndSettle('Explain dark mode');

    const { goesOnWithout, told } = await faultsForTest({ embedder: functionEmbedder({ fingerprint: 'words-1', embed: (texts) => texts.map((text) => vectorOf(text).slice(1)) }) }, { store }, first);
    await goesOnWithout();

    expect(reasonsOf(told)).toEqual([['EMBEDDER_FAILED', 'changed']]);
    expect(told[0]!.message).toContain('64 numbers');
  });
});

describe('a judge', () => {
  it.each<[string, readonly [string, string], PairJudge['judge']]>([
    ['hangs', LATE, never],
    ['throws', ['JUDGE_FAILED', 'failed'], () => { throw new Error('out of order'); }],
    ['throws no error', ['JUDGE_FAILED', 'failed'], () => Promise.reject('no')],
    ['gives nothing', ['JUDGE_FAILED', 'unreadable'], async () => []],
    ['gives no list', ['JUDGE_FAILED', 'unreadable'], async () => 'same' as unknown as Judgement[]],
    ['gives null', ['JUDGE_FAILED', 'unreadable'], async () => [null] as unknown as Judgement[]],
    ['gives NaN', ['JUDGE_FAILED', 'unreadable'], async () => [{ probability: NaN, whole: true }]],
    ['gives 500 %', ['JUDGE_FAILED', 'unreadable'], async () => [{ probability: 5, whole: true }]],
    ['gives a text for a probability', ['JUDGE_FAILED', 'unreadable'], async () => [{ probability: '1', whole: true }] as unknown as Judgement[]],
    ['decides by a text', ['JUDGE_FAILED', 'unreadable'], async () => [{ probability: 1, same: 'yes', whole: true }] as unknown as Judgement[]],
    ['does not say whether it read all', ['JUDGE_FAILED', 'unreadable'], async () => [{ probability: 1, same: true }] as unknown as Judgement[]],
    ['gives more than one verdict', ['JUDGE_FAILED', 'unreadable'], async () => [{ probability: 1, whole: true }, { probability: 1, whole: true }]],
  ])('that %s is told of once, costs no answer, and is used again when it works', async (_, expected, broken) => {
    let fails = false;
    const judge: PairJudge = {
      name: 'mine',
      decides: true,
      fingerprint: async () => 'mine-1',
      judge: async (pairs, signal) => (fails ? broken(pairs, signal) : [{ probability: 1, same: true, whole: true }]),
    };
    const { askAndSettle, anew, goesOnWithout, told } = await faultsForTest({ judge });
    await askAndSettle('Explain dark mode');
    expect(await anew()).toBe('semantic');

    fails = true;
    await goesOnWithout();
    expect(await askAndSettle('explain  dark mode!')).toMatchObject({ kind: 'normalised' });   // nobody has to judge it
    fails = false;
    later(RESTED);

    expect(await anew()).toBe('semantic');
    expect(reasonsOf(told)).toEqual([expected]);
  });

  it('that hangs is left after the time limit by all who wait for it, however many', async () => {
    let fails = false;
    const { ask, askAndSettle, anew, told } = await faultsForTest({ judge: functionJudge(() => (fails ? never() : true), { fingerprint: 'mine-1', decides: true }) });
    await askAndSettle('Explain dark mode');
    fails = true;
    const began = Date.now();

    const all = await Promise.all(Array.from({ length: 60 }, async (_, at) => (await ask(`dark mode at once ${at}`)).status));

    expect(all).toEqual(all.map(() => 200));
    expect(Date.now() - began).toBeLessThan(BOUND);
    expect(reasonsOf(told)).toEqual([LATE]);
    fails = false;
    later(RESTED);
    expect(await anew()).toBe('semantic');
  });

  it('that hangs costs the first few lookups the time limit, and those after them nothing', async () => {
    let asked = 0;
    const { askAndSettle, told } = await faultsForTest({ judge: functionJudge(() => (asked++, never()), { fingerprint: 'mine-1', decides: true }) });
    await askAndSettle('Explain dark mode');
    const rests: boolean[] = [];

    for (let at = 0; at < 6; at++) {
      const { steps } = await askAndSettle(`dark mode, once more ${at}`);
      rests.push(steps.some((step) => 'why' in step && step.why?.includes('is not asked for') === true));
    }

    expect(asked).toBe(3);
    expect(rests).toEqual([false, false, false, true, true, true]);
    expect(reasonsOf(told)).toEqual([LATE]);
  });
});

describe('a store', () => {
  it.each<[FaultyOperation]>([['get'], ['records.get']])('whose %s fails in the middle of a lookup is told of once, and the provider answers', async (operation) => {
    const store = faultyStore(memoryStore());
    const { askAndSettle, anew, told } = await faultsForTest({}, { store, memory: false });
    await askAndSettle('Explain dark mode');
    expect(await anew()).toBe('semantic');

    // The looks for the exact entry, which is not there, are let through.
    const real = store.get;
    if (operation === 'get') store.get = async (id) => { if (await real(id)) throw new Error('gone'); return undefined; };
    else store.fail(operation);
    const kinds = [await anew(), await anew(), await anew()];
    store.get = real;
    store.heal();

    expect(kinds).toEqual(['miss', 'miss', 'miss']);
    expect(told.map(({ code }) => code)).toEqual(['STORE_FAILED']);
    expect(await anew()).toBe('semantic');
  });

  it.each<[FaultyOperation]>([['records.get']])('whose %s hangs in the middle of a lookup is told of once, and the provider answers in time', async (operation) => {
    const store = faultyStore(memoryStore());
    const { askAndSettle, anew, goesOnWithout, told } = await faultsForTest({}, { store, memory: false });
    await askAndSettle('Explain dark mode');

    store.hang(operation);
    await goesOnWithout();
    store.heal();

    expect(await anew()).toBe('semantic');
    expect(reasonsOf(told)).toEqual([LATE]);
  });

  it('that cannot list what it holds is told of once, and read some seconds later', async () => {
    const inner = memoryStore();
    const first = await faultsForTest({}, { store: inner });
    await first.askAndSettle('Explain dark mode');

    const store = faultyStore(inner, { fail: ['find'] });
    const { anew, goesOnWithout, askAndSettle, told } = await faultsForTest({}, { store, memory: false }, first);
    await goesOnWithout();
    const during = await askAndSettle('Explain dark mode, during');
    store.heal();
    later(6000);
    await askAndSettle('begins to read');

    await expect.poll(anew).toBe('semantic');
    expect(during.steps).toContainEqual({ at: 'semantic', is: 'none', why: 'the stored questions could not be read' });
    expect(told.map(({ code }) => code)).toEqual(['STORE_FAILED']);
    expect(await askAndSettle('explain dark mode, during!')).toMatchObject({ kind: 'normalised' });
  });

  it('that cannot be opened is told of once, and what stands in for it is not searched', async () => {
    const store = faultyStore(memoryStore(), { fail: ['open'] });
    const { askAndSettle, anew, told } = await faultsForTest({}, { store });

    const outcomes = [await askAndSettle('Explain dark mode'), await askAndSettle('explain  dark mode!')];

    expect(outcomes.map(({ kind }) => kind)).toEqual(['miss', 'miss']);
    expect(stepsOf(outcomes[1]!).join()).not.toContain('semantic');
    expect(told.map(({ code }) => code)).toEqual(['STORE_FAILED']);
    store.heal();
    later(RESTED);
    await askAndSettle('Explain dark mode');
    expect(await anew()).toBe('semantic');
  });
});

describe('an index without room', () => {
  it('lets what does not fit be found in the same words, and serves all else', async () => {
    const { askAndSettle, told } = await faultsForTest({ maxIndexBytes: 1 });
    await askAndSettle('Explain dark mode');

    expect((await askAndSettle('dark mode on a phone')).kind).toBe('miss');
    expect((await askAndSettle('explain  dark mode!')).kind).toBe('normalised');
    expect((await askAndSettle('Explain dark mode')).kind).toBe('exact');
    expect(told).toEqual([]);
  });
});

describe('a cache that is closed', () => {
  it.each(['an embedder', 'a judge'])('in the middle of a lookup that waits for %s has the provider answer it, and then is closed', async (what) => {
    let hangs = false;
    const waits = Promise.withResolvers<void>();
    const hangIn = (part: string) => {
      if (!hangs || part !== what) return undefined;
      waits.resolve();
      return never();
    };
    const { ask, askAndSettle, cache, told, provider } = await faultsForTest({
      embedder: functionEmbedder({ fingerprint: 'words-1', embed: (texts) => hangIn('an embedder') ?? texts.map(vectorOf) }),
      judge: functionJudge(() => hangIn('a judge') ?? true, { fingerprint: 'mine-1', decides: true }),
    });
    await askAndSettle('Explain dark mode');
    hangs = true;
    const began = Date.now();

    const asking = ask('dark mode at the end');
    await waits.promise;
    const [response] = await Promise.all([asking.then(async (each) => [each.status, await each.text()]), cache.close()]);

    expect(response).toEqual([200, expect.stringContaining('dark mode at the end')]);
    expect(provider.calls).toBe(2);
    expect(Date.now() - began).toBeLessThan(2 * BOUND);
    expect(reasonsOf(told)).toEqual([LATE]);
  });
});

describe('thousands of lookups at once', () => {
  it('are bounded: those beyond are misses, all are answered, and matching goes on', async () => {
    let most = 0;
    let now = 0;
    const judge: PairJudge = {
      name: 'slow',
      decides: true,
      fingerprint: async () => 'slow-1',
      async judge() {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 5));
        now--;
        return [{ probability: 1, same: true, whole: true }];
      },
    };
    const answer = { id: 'x', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Yes.' } }] };
    const { ask, askAndSettle, anew, told } = await faultsForTest({ judge, timeout: 10_000 }, { fetch: async () => Response.json(answer) });
    await askAndSettle('Explain dark mode');
    const kinds = new Map<string, number>();

    await Promise.all(Array.from({ length: 2500 }, async (_, at) => {
      const response = await ask(`dark mode in app number ${at}`, { headers: { 'cache-control': 'no-store' } });
      const { kind } = outcomeOf(response)!;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      await response.text();
    }));

    expect(most).toBeLessThanOrEqual(1000);
    expect(kinds.get('semantic')).toBeGreaterThan(500);
    expect(kinds.get('miss')).toBeGreaterThan(500);
    expect(await anew()).toBe('semantic');
    expect(told).toEqual([]);
  });
});
