import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { EmbedderError } from '../../src/base/errors.ts';
import type { Embedder } from '../../src/embedders/embedder.ts';
import { type SteadyOptions, steadyEmbedder } from '../../src/embedders/steady.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { controlled, outcomeOf, settle } from './controlled.ts';
import { unit, vectorOf } from './server.ts';

function steadyForTest(options: SteadyOptions = {}, more: Partial<Embedder> = {}) {
  const clock = fakeClock();
  const embedder = controlled(more);
  const steady = steadyEmbedder(embedder, { clock, random: () => 1, ...options });
  /** Asks for texts and lets their batch go. */
  const ask = async (...texts: string[]) => {
    const asked = texts.map((text) => steady.embed(text));
    for (const each of asked) each.catch(() => {});
    await clock.advance(3);
    return asked;
  };
  return { clock, embedder, steady, calls: embedder.calls, ask };
}

const status = (code: number, retryAfter?: number) =>
  new EmbedderError('refused', `status ${code}`, { status: code, ...(retryAfter !== undefined && { retryAfter }) });

describe('texts that are asked for', () => {
  it('go together when they come within three milliseconds, and each caller gets its own vector, of length 1', async () => {
    const { clock, steady, calls } = steadyForTest();
    const first = steady.embed('one');
    await clock.advance(2);
    const second = steady.embed('two');
    expect(calls).toEqual([]);

    await clock.advance(1);
    calls[0]!.answer();

    expect(calls.map(({ texts }) => texts)).toEqual([['one', 'two']]);
    expect(await first).toEqual(unit(vectorOf('one')));
    expect(await second).toEqual(unit(vectorOf('two')));
  });

  it('are gathered anew after each batch', async () => {
    const { clock, ask, steady, calls } = steadyForTest();
    await ask('one');

    void outcomeOf(steady.embed('two'));
    await clock.advance(2);
    void outcomeOf(steady.embed('three'));
    await clock.advance(1);

    expect(calls.map(({ texts }) => texts)).toEqual([['one'], ['two', 'three']]);
  });

  it('go at once when the batch is full, by number or by length', async () => {
    const many = steadyForTest({ batchWithin: 1000 });
    const long = steadyForTest({}, { batchLength: 10 });

    void Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((text) => many.steady.embed(text)));
    await settle();
    await long.ask('1234', '123456', '7', '12345678901');

    expect(many.calls.map(({ texts }) => texts)).toEqual([['a', 'b', 'c', 'd']]);
    expect(long.calls.map(({ texts }) => texts)).toEqual([['1234', '123456'], ['7'], ['12345678901']]);
  });

  it('wait while too many calls are under way', async () => {
    const { ask, calls } = steadyForTest({ concurrency: 1 }, { batchSize: 2 });
    const asked = await ask('a', 'b', 'c', 'd', 'e');
    expect(calls).toHaveLength(1);

    for (let call = 0; call < 3; call++) {
      calls[call]!.answer();
      await settle();
    }

    expect(calls.map(({ texts }) => texts)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(await Promise.all(asked)).toEqual(['a', 'b', 'c', 'd', 'e'].map((text) => unit(vectorOf(text))));
  });

  it('are asked for once when they are equal, under way or remembered, and what one caller does to its vector reaches no other', async () => {
    const { steady, ask, calls } = steadyForTest();
    const [first] = await ask('same');
    const [second] = await ask('same');
    calls[0]!.answer();
    const vector = await first!;

    vector.fill(0);

    expect(await second).toEqual(unit(vectorOf('same')));
    expect(await steady.embed('same')).toEqual(unit(vectorOf('same')));
    expect(calls).toHaveLength(1);
  });

  it('are remembered as long as there is room', async () => {
    const { steady, ask, calls } = steadyForTest({ cacheBytes: 700 });
    for (const [at, text] of ['a', 'b', 'c'].entries()) {
      const [asked] = await ask(text);
      calls[at]!.answer();
      await asked;
    }

    await steady.embed('c');
    await steady.embed('b');
    await ask('a');

    expect(calls.map(({ texts }) => texts)).toEqual([['a'], ['b'], ['c'], ['a']]);
  });

  it('are refused unasked when they are empty or too long', async () => {
    const { steady, calls } = steadyForTest();

    await expect(steady.embed(' \n')).rejects.toMatchObject({ code: 'EMBEDDER_FAILED', reason: 'text' });
    await expect(steady.embed('x'.repeat(41))).rejects.toThrow('takes 40 characters, and a text has 41');
    expect(calls).toEqual([]);
  });

  it('are refused when too many wait', async () => {
    const { steady, ask, calls } = steadyForTest({ maxWaiting: 2 });
    const [a] = await ask('a', 'b');

    await expect(steady.embed('c')).rejects.toMatchObject({ reason: 'busy' });
    const [again] = await ask('a');
    calls[0]!.answer();

    expect(await again).toEqual(await a);
    expect(await outcomeOf(Promise.race([steady.embed('c'), settle().then(() => settle())]))).toBe('worked');
  });

  it('are refused when the rate is used up, until it has filled again', async () => {
    const { clock, steady, ask, calls } = steadyForTest({ perMinute: 2 });
    const asked = await ask('a', 'b');
    calls[0]!.answer();
    await Promise.all(asked);

    await expect(steady.embed('c')).rejects.toMatchObject({ reason: 'busy' });
    expect(await steady.embed('a')).toEqual(unit(vectorOf('a')));
    await clock.advance(30_000);
    await ask('c');

    expect(calls.map(({ texts }) => texts)).toEqual([['a', 'b'], ['c']]);
  });
});

describe('a caller that goes away', () => {
  it('fails no other that asked for the same or along with it', async () => {
    const { clock, steady, calls } = steadyForTest();
    const over = new AbortController();
    const gone = steady.embed('same', over.signal);
    const [stays, other] = [steady.embed('same'), steady.embed('other')];
    await clock.advance(3);

    over.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect(calls[0]!.signal.aborted).toBe(false);
    calls[0]!.answer();

    expect(await stays).toEqual(unit(vectorOf('same')));
    expect(await other).toEqual(unit(vectorOf('other')));
  });

  it('takes its text along when nobody else wants it', async () => {
    const { clock, steady, calls } = steadyForTest();
    const over = new AbortController();
    const gone = steady.embed('gone', over.signal);
    void outcomeOf(steady.embed('stays'));

    over.abort();
    await expect(gone).rejects.toThrow();
    await clock.advance(3);

    expect(calls.map(({ texts }) => texts)).toEqual([['stays']]);
  });

  it('ends the call when it was the last, and who asks after that is asked for anew', async () => {
    const { clock, steady, calls } = steadyForTest();
    const over = new AbortController();
    const gone = steady.embed('text', over.signal);
    await clock.advance(3);

    over.abort();
    await expect(gone).rejects.toThrow();
    expect(calls[0]!.signal.aborted).toBe(true);
    const later = steady.embed('text');
    await clock.advance(3);
    calls[1]!.answer();

    expect(await later).toEqual(unit(vectorOf('text')));
  });

  it('asks for nothing when it was gone before', async () => {
    const { steady, calls, clock } = steadyForTest();

    await expect(steady.embed('text', AbortSignal.abort())).rejects.toThrow();
    await clock.advance(10);

    expect(calls).toEqual([]);
  });
});

describe('a service in trouble', () => {
  it('is asked again after a growing wait, and no oftener than said', async () => {
    const { clock, ask, calls } = steadyForTest();
    const [asked] = await ask('a');

    calls[0]!.fail(status(503));
    await settle();
    await clock.advance(99);
    expect(calls).toHaveLength(1);
    await clock.advance(1);
    calls[1]!.fail(Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) }));
    await settle();
    await clock.advance(200);
    calls[2]!.fail(status(500));
    await settle();
    await clock.advance(5000);

    await expect(asked).rejects.toMatchObject({ reason: 'refused', status: 500 });
    expect(calls).toHaveLength(3);
  });

  it('is asked again when it wants to be, if there is time until then', async () => {
    const { clock, ask, calls } = steadyForTest();
    const [asked] = await ask('a');

    calls[0]!.fail(status(429, 1500));
    await settle();
    await clock.advance(1499);
    expect(calls).toHaveLength(1);
    await clock.advance(1);
    calls[1]!.answer();

    expect(await asked).toEqual(unit(vectorOf('a')));
  });

  it('is not waited for when it wants to be asked later than there is time, nor asked before', async () => {
    const { clock, steady, ask, calls } = steadyForTest();
    const [asked] = await ask('a');

    calls[0]!.fail(status(429, 20_000));

    await expect(asked).rejects.toMatchObject({ status: 429 });
    await clock.advance(19_000);
    await expect(steady.embed('b')).rejects.toMatchObject({ reason: 'resting', message: expect.stringContaining('status 429') as string });
    await clock.advance(1000);
    void outcomeOf(steady.embed('b'));
    await clock.advance(3);
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['a wrong key', status(401), 'refused'],
    ['a model that is not there', status(404), 'refused'],
    ['an error of a function', new Error('no'), 'failed'],
    ['what is no error', 'no', 'failed'],
    ['an answer that cannot be read', new EmbedderError('unusable', 'no'), 'unusable'],
  ])('is not asked again after %s', async (_, error, reason) => {
    const { clock, ask, calls } = steadyForTest();
    const [asked] = await ask('a');

    calls[0]!.fail(error);
    await settle();
    await clock.advance(1900);

    await expect(asked).rejects.toMatchObject({ code: 'EMBEDDER_FAILED', reason });
    expect(calls).toHaveLength(1);
  });

  it('is not waited for longer than two seconds, even if it does not listen', async () => {
    const { clock, ask, calls } = steadyForTest();
    const [asked] = await ask('a');
    const outcome = outcomeOf(asked!);

    await clock.advance(1996);
    expect(await Promise.race([outcome, settle()])).toBeUndefined();
    await clock.advance(1);

    expect(await outcome).toMatchObject({ reason: 'late', message: expect.stringContaining('2000 ms') as string });
    expect(calls[0]!.signal.aborted).toBe(true);
  });

  it('rests when it failed three times in a row, and once more after the first failure that follows', async () => {
    const { clock, steady, ask, calls } = steadyForTest();
    for (let call = 0; call < 3; call++) {
      await ask(`text ${call}`);
      calls[call]!.fail(status(401));
      await settle();
    }

    await expect(steady.embed('a')).rejects.toMatchObject({ reason: 'resting' });
    await clock.advance(10_000);
    await ask('b');
    calls[3]!.fail(status(401));
    await settle();
    await expect(steady.embed('c')).rejects.toMatchObject({ reason: 'resting' });
    await clock.advance(10_000);
    const [works] = await ask('d');
    calls[4]!.answer();

    expect(await works).toEqual(unit(vectorOf('d')));
    expect(calls).toHaveLength(5);
  });

  it('rests when it hangs, whoever lost patience first', async () => {
    const { clock, steady } = steadyForTest();
    for (let time = 0; time < 3; time++) {
      const over = new AbortController();
      const asked = outcomeOf(steady.embed('a', over.signal));
      await clock.advance(1500);
      over.abort();
      await asked;
      await settle();
    }

    await expect(steady.embed('a')).rejects.toMatchObject({ reason: 'resting' });
  });

  it('need not rest because of texts that it does not take', async () => {
    const { ask, calls } = steadyForTest();
    for (let call = 0; call < 5; call++) {
      await ask(`text ${call}`);
      calls[call]!.fail(status(400));
      await settle();
    }

    const [works] = await ask('fine');
    calls[5]!.answer();

    expect(await works).toEqual(unit(vectorOf('fine')));
  });
});

describe('a vector', () => {
  const floats = (...values: number[]) => Float32Array.from(values);

  it.each([
    ['a number that is none', floats(1, Number.NaN)],
    ['a number that is not finite', floats(1, Infinity)],
    ['a number too large for float32', [1, 1e39] as unknown as Float32Array],
    ['null in place of a number', [1, null] as unknown as Float32Array],
    ['zeros alone', floats(0, 0)],
    ['another size than the first', floats(1, 2, 3)],
    ['no numbers', floats()],
  ])('is refused with %s, and the others of the call are not', async (_, bad) => {
    const { ask, calls } = steadyForTest();
    const [first, second, third] = await ask('one', 'two', 'three');

    calls[0]!.answer({ vectors: [floats(3, 4), bad, floats(0, 2)] });

    expect(await first).toEqual(floats(0.6, 0.8));
    await expect(second).rejects.toMatchObject({ code: 'EMBEDDER_FAILED', reason: 'unusable' });
    expect(await third).toEqual(floats(0, 1));
  });

  it('is refused when it has not the size that was said', async () => {
    const { steady, ask, calls } = steadyForTest({}, { dimensions: 3 });
    const [asked] = await ask('one');

    calls[0]!.answer({ vectors: [floats(3, 4)] });

    await expect(asked).rejects.toThrow('of 2 numbers, where its vectors have 3');
    expect(steady.dimensions).toBe(3);
  });

  it.each([[[floats(1, 2)]], [[floats(1, 2), floats(1, 2), floats(1, 2)]]])('is not guessed whose it is when there are too few or too many', async (vectors) => {
    const { ask, calls } = steadyForTest();
    const asked = await ask('one', 'two');

    calls[0]!.answer({ vectors });

    for (const each of asked) await expect(each).rejects.toMatchObject({ reason: 'unusable' });
  });

  it('has length 1, be its numbers as small or large as float32 has them', async () => {
    const { ask, calls } = steadyForTest();
    const [small, large] = await ask('small', 'large');

    calls[0]!.answer({ vectors: [floats(1e-45, 0), floats(3e38, 3e38)] });

    expect([...(await small!)]).toEqual([1, 0]);
    expect((await large!)[0]).toBeCloseTo(Math.SQRT1_2, 6);
  });
});

describe('a text that a service does not take', () => {
  const refusing = (bad: string): { embed: Embedder['embed']; calls: (readonly string[])[] } => {
    const calls: (readonly string[])[] = [];
    return {
      calls,
      async embed(texts) {
        calls.push(texts);
        if (texts.includes(bad)) throw status(400);
        return { vectors: texts.map((text) => Float32Array.from(vectorOf(text))) };
      },
    };
  };
  const texts = Array.from({ length: 64 }, (_, at) => `text ${at}`);

  it('takes none of its batch with it, in twice as many further calls as it takes to halve the batch', async () => {
    const { embed, calls } = refusing('text 37');
    const { steady } = steadyForTest({}, { batchSize: 64, embed });

    const results = await Promise.allSettled(texts.map((text) => steady.embed(text)));

    expect(results.flatMap(({ status: how }, at) => (how === 'rejected' ? texts[at] : []))).toEqual(['text 37']);
    expect(calls).toHaveLength(1 + 2 * 6);
  });

  it('costs no more calls when the service refuses everything', async () => {
    let calls = 0;
    const embed = async () => {
      calls++;
      throw status(400);
    };
    const { steady } = steadyForTest({}, { batchSize: 64, embed });

    const results = await Promise.allSettled(texts.map((text) => steady.embed(text)));

    expect(results.every(({ status: how }) => how === 'rejected')).toBe(true);
    expect(calls).toBe(1 + 2 * 6);
  });
});

describe('a steady embedder', () => {
  it('tells what each call cost', async () => {
    const costs: number[] = [];
    const { ask, calls } = steadyForTest({ onCost: (cost) => costs.push(cost) });
    const [a] = await ask('a');
    const [b] = await ask('b');

    calls[0]!.answer({ cost: 0.25 });
    calls[1]!.answer();
    await Promise.all([a, b]);

    expect(costs).toEqual([0.25]);
  });

  it('asks for the whole fingerprint once, and again when that failed', async () => {
    let asked = 0;
    const identify = async () => {
      asked++;
      if (asked === 1) throw status(401);
      return 'controlled@digest';
    };
    const { steady } = steadyForTest({}, { identify });

    await expect(steady.fingerprint()).rejects.toMatchObject({ status: 401 });
    expect(await Promise.all([steady.fingerprint(), steady.fingerprint()])).toEqual(['controlled@digest', 'controlled@digest']);
    expect(asked).toBe(2);
    expect(await steadyForTest().steady.fingerprint()).toBe('controlled');
  });

  it('ends what is under way when it is closed, and takes nothing more', async () => {
    let closed = 0;
    const { steady, ask, calls } = steadyForTest({ concurrency: 1 }, { batchSize: 1, close: async () => void closed++ });
    const asked = await ask('under way', 'waiting');

    await Promise.all([steady.close(), steady.close()]);

    for (const each of asked) await expect(each).rejects.toMatchObject({ reason: 'closed' });
    await expect(steady.embed('later')).rejects.toMatchObject({ reason: 'closed' });
    expect(calls.map(({ texts, signal }) => [texts, signal.aborted])).toEqual([[['under way'], true]]);
    expect(closed).toBe(1);
  });

  it('lets a program that waits for a vector come to its end, and holds none that does not', async () => {
    const source = (path: string) => JSON.stringify(join(import.meta.dirname, '../../src/embedders', path));
    const program = `
      import { functionEmbedder } from ${source('function.ts')};
      import { steadyEmbedder } from ${source('steady.ts')};
      let calls = 0;
      const embed = () => { if (++calls === 1) throw Object.assign(new Error('busy'), { status: 503 }); return [[3, 4]]; };
      const steady = steadyEmbedder(functionEmbedder({ embed, fingerprint: 'f' }), { random: () => 0 });
      console.log(JSON.stringify([...await steady.embed('text')].map((value) => value.toFixed(1))), calls);
    `;

    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { timeout: 15_000 });

    expect(stdout).toBe('["0.6","0.8"] 2\n');
  });

  it.each([
    [{ timeout: -1 }, 'embedder.timeout'],
    [{ retries: 1.5 }, 'embedder.retries'],
    [{ perMinute: 0 }, 'embedder.perMinute'],
    [{ cacheBytes: 'much' }, 'embedder.cacheBytes'],
    [{ maxWaiting: 0 }, 'embedder.maxWaiting'],
  ])('refuses %j', (options, name) => {
    expect(() => steadyEmbedder(controlled(), options)).toThrow(name);
  });
});
