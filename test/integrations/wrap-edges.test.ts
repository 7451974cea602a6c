import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Cache, createCache } from '../../src/integrations/library.ts';
import type { CacheOptions } from '../../src/options.ts';

function cacheForTest(options: CacheOptions = {}): Cache {
  const cache = createCache({ store: 'memory:', ...options });
  onTestFinished(() => cache.close());
  return cache;
}

async function all<T>(pieces: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const piece of pieces) list.push(piece);
  return list;
}

describe('a wrapped function', () => {
  it('gives a value larger than may be stored, and waits for nobody to read it', async () => {
    const cache = cacheForTest({ maxRecordBytes: '1KB' });
    let runs = 0;
    const make = cache.wrap(async () => (runs++, 'x'.repeat(3_000_000)), { name: 'make' });

    const first = await make();
    await vi.waitFor(async () => expect((await cache.stats()).misses).toBe(1));
    const second = await make();

    expect([first.length, second.length, runs]).toEqual([3_000_000, 3_000_000, 2]);
    expect((await cache.stats()).entries).toBe(0);
  });

  it('keeps nothing under arguments that were changed before it saw them', async () => {
    const cache = cacheForTest();
    await cache.open();
    const sum = cache.wrap(async (numbers: number[]) => numbers.reduce((a, b) => a + b, 0), { name: 'sum' });
    const numbers = [1, 2];

    const pending = sum(numbers);
    numbers.push(3);
    await pending;

    expect(await sum([1, 2])).toBe(3);
    expect(await sum([1, 2, 3])).toBe(6);
  });

  it('may change its arguments itself', async () => {
    const cache = cacheForTest();
    const run = vi.fn(async (messages: string[]) => messages.push('answer'));
    const ask = cache.wrap(run, { name: 'ask' });

    const answers = [await ask(['question']), await ask(['question'])];

    expect(answers).toEqual([2, 2]);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('keeps `this`, undefined, and whatever was thrown', async () => {
    const cache = cacheForTest();
    const run = vi.fn(async function (this: { factor: number }, x: number) {
      return x * this.factor;
    });
    const nothing = vi.fn(async () => undefined);
    const host = { factor: 3, times: cache.wrap(run, { name: 'times' }) };
    const none = cache.wrap(nothing, { name: 'none' });

    expect(await host.times(2)).toBe(6);
    expect([await none(), await none()]).toEqual([undefined, undefined]);
    expect(nothing).toHaveBeenCalledTimes(1);
    for (const thrown of ['a text', undefined, null, 0, { code: 1 }]) {
      const throws = cache.wrap(() => Promise.reject(thrown), { name: `throws ${String(thrown)}` });
      expect(await throws().then(() => 'no', (error: unknown) => [error])).toEqual([thrown]);
    }
  });

  it('hands on an async iterable that a plain function gives, to each caller its own', async () => {
    const cache = cacheForTest();
    const codes: string[] = [];
    cache.on('error', ({ error }) => codes.push(error.code));
    const tell = cache.wrap(
      async () =>
        (async function* () {
          yield 1;
        })(),
      { name: 'tell' },
    );

    const [one, two] = await Promise.all([tell(), tell()]);

    expect([await all(one), await all(two)]).toEqual([[1], [1]]);
    expect(codes).toContain('UNSTORABLE');
  });

  it('throws to all who wait together, each without the others being hurt', async () => {
    const cache = cacheForTest();
    const run = vi.fn(async () => {
      throw new RangeError('no');
    });
    const fails = cache.wrap(run, { name: 'fails' });

    const results = await Promise.allSettled(Array.from({ length: 50 }, () => fails()));

    expect(results.every((result) => result.status === 'rejected' && result.reason instanceof RangeError)).toBe(true);
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe('a wrapped generator', () => {
  it('serves readers at different speeds, each all pieces', async () => {
    const cache = cacheForTest();
    let made = 0;
    const count = cache.wrap(async function* count() {
      for (let i = 0; i < 100; i++) yield (made++, i);
    });
    const slow = count();
    await slow.next();
    const quick = count();

    expect((await all(quick)).length).toBe(100);
    expect((await all(slow)).length).toBe(99);
    expect(made).toBe(100);
    expect((await all(count())).length).toBe(100);
    expect(made).toBe(100);
  });

  it('goes on for the others when the one who began leaves', async () => {
    const cache = cacheForTest();
    const count = cache.wrap(async function* count() {
      yield* [1, 2, 3];
    });
    const first = count();
    await first.next();
    const second = count();
    await second.next();

    await first.return();

    expect(await all(second)).toEqual([2, 3]);
    expect((await cache.stats()).entries).toBe(1);
  });

  it('that gives nothing is kept as well', async () => {
    const cache = cacheForTest();
    let runs = 0;
    const empty = cache.wrap(async function* empty() {
      runs++;
      yield* [];
    });

    expect([await all(empty()), await all(empty())]).toEqual([[], []]);
    expect(runs).toBe(1);
  });
});

describe('listeners', () => {
  it('that throw or reject hurt nobody, and are warned of once', async () => {
    const cache = cacheForTest();
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    cache.on('miss', () => {
      throw new Error('thrown');
    });
    cache.on('store', async () => {
      throw new Error('rejected');
    });
    const make = cache.wrap(async (x: number) => x, { name: 'make' });

    expect([await make(1), await make(2), await make(1)]).toEqual([1, 2, 1]);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2));
  });
});

describe('closing', () => {
  it('closes a store whose opening was under way', async () => {
    const cache = createCache({ store: 'memory:' });
    const close = vi.spyOn(cache.store, 'close');
    const opening = cache.open();

    const closing = cache.close();

    await Promise.allSettled([opening, closing]);
    expect(close).toHaveBeenCalled();
    expect(cache.close()).toBe(cache.close());
  });
});
