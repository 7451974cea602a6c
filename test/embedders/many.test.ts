import { describe, expect, it } from 'vitest';
import { EmbedderError } from '../../src/base/errors.ts';
import type { Embedder } from '../../src/embedders/embedder.ts';
import type { EmbeddedText } from '../../src/embedders/many.ts';
import { type SteadyOptions, steadyEmbedder } from '../../src/embedders/steady.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { controlled, drive, outcomeOf, settle } from './controlled.ts';
import { unit, vectorOf } from './server.ts';

/** An embedder that answers by itself, but for what `answer` throws. */
function manyForTest(options: SteadyOptions = {}, more: Partial<Embedder> = {}, answer: (texts: readonly string[], call: number) => void = () => {}) {
  const clock = fakeClock();
  const calls: (readonly string[])[] = [];
  const embed: Embedder['embed'] = async (texts) => {
    calls.push(texts);
    answer(texts, calls.length);
    return { vectors: texts.map((text) => Float32Array.from(vectorOf(text))) };
  };
  const steady = steadyEmbedder(controlled({ embed, ...more }), { clock, random: () => 1, ...options });
  return { clock, calls, steady };
}

/** `Array.fromAsync`, which the library of types in use has not. */
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `text ${at}`);

describe('many texts to embed', () => {
  it('come back in order, each with its vector, read as they are wanted', async () => {
    const { steady, calls } = manyForTest();
    let read = 0;
    async function* texts() {
      for (const text of numbered(10)) {
        read++;
        yield text;
      }
    }

    const results: EmbeddedText[] = [];
    for await (const result of steady.embedMany(texts())) {
      if (results.length === 0) expect(read).toBeLessThanOrEqual(5);
      results.push(result);
    }

    expect(results).toEqual(numbered(10).map((text) => ({ text, vector: unit(vectorOf(text)) })));
    expect(calls.map((some) => some.length)).toEqual([4, 4, 2]);
  });

  it('are none of the business of those that wait, and are not remembered', async () => {
    const { clock, steady, calls } = manyForTest({ maxWaiting: 1 });

    await all(steady.embedMany(numbered(10)));
    const [asked] = [steady.embed('text 1')];
    await clock.advance(3);

    expect(await asked).toEqual(unit(vectorOf('text 1')));
    expect(calls).toHaveLength(4);
  });

  it('are sent once where they are equal, or not at all where their vector is remembered', async () => {
    const { clock, steady, calls } = manyForTest();
    const asked = steady.embed('known');
    await clock.advance(3);
    await asked;

    const results = await all(steady.embedMany(['a', 'a', 'known', 'a']));

    expect(calls).toEqual([['known'], ['a']]);
    expect(results.map(({ vector }) => vector)).toEqual(['a', 'a', 'known', 'a'].map((text) => unit(vectorOf(text))));
  });

  it('go on when some of them get no vector', async () => {
    const { steady } = manyForTest({}, {}, (texts) => {
      if (texts.includes('bad')) throw new EmbedderError('refused', 'status 400', { status: 400 });
    });

    const results = await all(steady.embedMany(['a', 'bad', '', 'x'.repeat(41), 'b']));

    expect(results.map(({ text, error }) => [text.slice(0, 4), error?.reason])).toEqual([
      ['a', undefined],
      ['bad', 'refused'],
      ['', 'text'],
      ['xxxx', 'text'],
      ['b', undefined],
    ]);
  });

  it('wait for a service in trouble, longer than a caller would', async () => {
    const { clock, steady, calls } = manyForTest({}, {}, (_, call) => {
      if (call <= 6) throw new EmbedderError('refused', 'status 503', { status: 503 });
    });

    const results = await drive(clock, all(steady.embedMany(['a'])));

    expect(results).toEqual([{ text: 'a', vector: unit(vectorOf('a')) }]);
    expect(clock.elapsed()).toBeGreaterThan(6000);
    expect(calls).toHaveLength(7);
  });

  it('end with the error of a service that fails for good, after those that were done', async () => {
    const { steady } = manyForTest({}, {}, (_, call) => {
      if (call === 2) throw new EmbedderError('refused', 'status 401', { status: 401 });
    });
    const done: string[] = [];

    const error = await outcomeOf((async () => {
      for await (const { text } of steady.embedMany(numbered(10))) done.push(text);
    })());

    expect(error).toMatchObject({ reason: 'refused', status: 401 });
    expect(done).toEqual(numbered(4));
  });

  it('keep to the rate by waiting', async () => {
    const { clock, steady, calls } = manyForTest({ perMinute: 3 });

    await drive(clock, all(steady.embedMany(numbered(9))));

    expect(calls.map((some) => some.length)).toEqual([3, 3, 3]);
    expect(clock.elapsed()).toBeGreaterThan(119_000);
    expect(clock.elapsed()).toBeLessThan(125_000);
  });

  it('keep to the length of a call, where those that are refused do not count', async () => {
    const { steady, calls } = manyForTest({}, { batchLength: 10 });

    await all(steady.embedMany(['12345', 'x'.repeat(50), '67890', '1', '12345678901']));

    expect(calls).toEqual([['12345', '67890'], ['1'], ['12345678901']]);
  });

  it('stop when the caller or the embedder is done', async () => {
    const over = new AbortController();
    const aborted = manyForTest();
    const closed = manyForTest({}, { embed: () => new Promise(() => {}) });

    const first = outcomeOf((async () => {
      for await (const { text } of aborted.steady.embedMany(numbered(10), { signal: over.signal })) if (text === 'text 3') over.abort(new Error('enough'));
    })());
    const second = outcomeOf(all(closed.steady.embedMany(numbered(10))));
    await settle();
    await closed.steady.close();

    expect(await first).toMatchObject({ message: 'enough' });
    expect(aborted.calls).toHaveLength(1);
    expect(await second).toMatchObject({ reason: 'closed' });
  });

  it('are given up when a call hangs for a minute', async () => {
    const { clock, steady } = manyForTest({}, { embed: () => new Promise(() => {}) });
    const outcome = outcomeOf(all(steady.embedMany(['a'])));
    await settle();

    await clock.advance(60_000);

    expect(await outcome).toMatchObject({ reason: 'late' });
  });
});
