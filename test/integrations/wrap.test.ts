import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createCache, type Cache } from '../../src/integrations/library.ts';
import type { CacheOptions } from '../../src/options.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';

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
  it('runs once for equal arguments, whatever the order of their members', async () => {
    const cache = cacheForTest();
    const run = vi.fn(async (question: { text: string; depth?: number }) => `answer to ${question.text}`);
    const ask = cache.wrap(run, { name: 'ask' });

    const answers = [await ask({ text: 'a', depth: 1 }), await ask({ depth: 1, text: 'a' }), await ask({ text: 'b', depth: 1 })];

    expect(answers).toEqual(['answer to a', 'answer to a', 'answer to b']);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('keeps name and length, and makes a promise of what a sync function gives', async () => {
    const cache = cacheForTest();

    const add = cache(function add(a: number, b: number) {
      return a + b;
    });

    expect([add.name, add.length]).toEqual(['add', 2]);
    expect(await add(1, 2)).toBe(3);
    expect(await add(1, 2)).toBe(3);
  });

  it('gives copies that survive the round trip', async () => {
    const cache = cacheForTest();
    const make = cache.wrap(async function make() {
      return { at: new Date(5), of: new Map([['a', new Set([1n])]]), bytes: new Uint8Array([1, 2]), none: undefined, minus: -0, not: NaN };
    });
    const first = await make();
    first.at.setTime(99);

    const second = await make();
    const third = await make();

    expect(second).toEqual({ at: new Date(5), of: new Map([['a', new Set([1n])]]), bytes: new Uint8Array([1, 2]), none: undefined, minus: -0, not: NaN });
    expect(second).not.toBe(third);
  });

  it('runs once for a thousand calls at once', async () => {
    const cache = cacheForTest();
    const run = vi.fn(async (x: number) => ({ x }));
    const ask = cache.wrap(run, { name: 'ask' });

    const values = await Promise.all(Array.from({ length: 1000 }, () => ask(1)));

    expect(values.every(({ x }) => x === 1)).toBe(true);
    expect(new Set(values).size).toBe(1000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('throws what the function throws, and keeps nothing of it', async () => {
    const cache = cacheForTest();
    let calls = 0;
    const flaky = cache.wrap(async function flaky() {
      if (++calls === 1) throw new TypeError('not yet');
      return calls;
    });

    await expect(flaky()).rejects.toThrow(new TypeError('not yet'));
    expect(await flaky()).toBe(2);
    expect(await flaky()).toBe(2);
  });

  it('expires after its own TTL', async () => {
    const clock = fakeClock();
    const cache = cacheForTest({ clock });
    let calls = 0;
    const count = cache.wrap(async () => ++calls, { name: 'count', ttl: '1m' });

    const before = [await count(), await count()];
    await clock.advance(60_000);

    expect([...before, await count()]).toEqual([1, 1, 2]);
  });

  it('counts only what `key` says', async () => {
    const cache = cacheForTest();
    const run = vi.fn(async (user: { id: number; session: symbol }) => user.id);
    const load = cache.wrap(run, { name: 'load', key: (user) => user.id });

    await load({ id: 1, session: Symbol('a') });
    await load({ id: 1, session: Symbol('b') });

    expect(run).toHaveBeenCalledTimes(1);
  });

  it('refuses arguments that cannot be told apart, naming them', async () => {
    const cache = cacheForTest();
    const ask = cache.wrap(async (_back: () => void) => 1, { name: 'ask' });

    await expect(ask(() => {})).rejects.toMatchObject({ code: 'UNKEYABLE' });
  });

  it('needs a name, and one that is not taken', () => {
    const cache = cacheForTest();
    cache.wrap(async function ask() {});

    expect(() => cache.wrap(async () => 1)).toThrow(expect.objectContaining({ code: 'UNNAMED' }));
    expect(() => cache.wrap(async function ask() {})).toThrow(expect.objectContaining({ code: 'UNNAMED' }));
  });

  it('hands on a value that cannot be stored, to each caller its own, and says so', async () => {
    const cache = cacheForTest();
    const codes: string[] = [];
    cache.on('error', ({ error }) => codes.push(error.code));
    let calls = 0;
    const make = cache.wrap(async () => ({ call: () => ++calls }), { name: 'make' });

    const [one, two] = await Promise.all([make(), make()]);

    expect([one.call(), two.call()]).toEqual([1, 2]);
    expect(one).not.toBe(two);
    expect(new Set(codes)).toEqual(new Set(['UNSTORABLE']));
  });

  it('keeps tenants apart', async () => {
    const cache = cacheForTest();
    const run = vi.fn(async () => 'mine');
    const [one, two] = [cache.as('one').wrap(run, { name: 'run' }), cache.as('two').wrap(run, { name: 'run' })];

    await one();
    await two();
    await one();

    expect(run).toHaveBeenCalledTimes(2);
  });
});

describe('a wrapped generator', () => {
  it('is replayed piece by piece, async or sync', async () => {
    const cache = cacheForTest();
    let runs = 0;
    const tell = cache.wrap(async function* tell(n: number) {
      runs++;
      for (let i = 0; i < n; i++) yield { i };
    });
    const count = cache.wrap(function* count(n: number) {
      runs++;
      for (let i = 0; i < n; i++) yield i;
    });

    expect(await all(tell(3))).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }]);
    expect(await all(tell(3))).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }]);
    expect([await all(count(2)), await all(count(2))]).toEqual([[0, 1], [0, 1]]);
    expect(runs).toBe(2);
  });

  it('does not run ahead of its reader, and keeps nothing when the reader stops early', async () => {
    const cache = cacheForTest();
    const made: number[] = [];
    let cleaned = 0;
    const forever = cache.wrap(async function* forever() {
      try {
        for (let i = 0; ; i++) {
          made.push(i);
          yield i;
        }
      } finally {
        cleaned++;
      }
    });

    for await (const i of forever()) if (i === 2) break;
    await vi.waitFor(() => expect(cleaned).toBe(1));

    expect(made.length).toBeLessThanOrEqual(4);
    expect((await cache.stats()).entries).toBe(0);
  });

  it('throws midway what the generator throws, after the pieces before it', async () => {
    const cache = cacheForTest();
    const breaks = cache.wrap(async function* breaks() {
      yield 1;
      throw new Error('broken');
    });
    const seen: number[] = [];

    await expect(
      (async () => {
        for await (const piece of breaks()) seen.push(piece);
      })(),
    ).rejects.toThrow('broken');

    expect(seen).toEqual([1]);
    expect((await cache.stats()).entries).toBe(0);
  });

  it('hands on pieces that cannot be stored, as they are', async () => {
    const cache = cacheForTest();
    cache.on('error', () => {});
    const tools = cache.wrap(async function* tools() {
      yield 'a';
      yield () => 42;
    });

    const [, second] = await all(tools());

    expect((second as () => number)()).toBe(42);
    expect((await cache.stats()).entries).toBe(0);
  });

  it('is shared while it runs', async () => {
    const cache = cacheForTest();
    let runs = 0;
    const tell = cache.wrap(async function* tell() {
      runs++;
      yield* ['a', 'b', 'c'];
    });

    expect(await Promise.all([all(tell()), all(tell())])).toEqual([['a', 'b', 'c'], ['a', 'b', 'c']]);
    expect(runs).toBe(1);
  });
});

describe('values put in by hand', () => {
  it('can be had again, until they expire or are deleted', async () => {
    const clock = fakeClock();
    const cache = cacheForTest({ clock });
    await cache.set('greeting', { text: 'Hello' }, { ttl: '1m', tags: ['texts'] });
    await cache.set('other', 1);

    expect(await cache.get('greeting')).toEqual({ text: 'Hello' });
    expect(await cache.delete('other')).toBe(1);
    expect(await cache.get('other')).toBeUndefined();
    await clock.advance(60_000);
    expect(await cache.get('greeting')).toBeUndefined();
  });
});

describe('deleting', () => {
  it('goes by tag, age, text and all, says how many, and can be tried dry', async () => {
    const clock = fakeClock();
    const cache = cacheForTest({ clock });
    await cache.set('old', 1, { tags: ['a'] });
    await clock.advance(10_000);
    await cache.set('new', 2, { tags: ['a', 'b'] });
    await cache.set('newer', 3);

    expect(await cache.delete({ tag: 'b' }, { dryRun: true })).toBe(1);
    expect(await cache.delete({ olderThan: '5s' })).toBe(1);
    expect(await cache.delete({ tag: 'a' })).toBe(1);
    expect(await cache.delete({ all: true })).toBe(1);
    await expect(cache.delete({})).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('reaches only the tenant and namespace of the cache', async () => {
    const cache = cacheForTest();
    await cache.as('one').set('x', 1);
    await cache.as('two').set('x', 2);

    expect(await cache.as('one').delete({ all: true })).toBe(1);
    expect(await cache.as('two').get('x')).toBe(2);
  });
});

describe('a cache', () => {
  it('says what it is, and that it is closed', async () => {
    const cache = createCache({ store: 'memory:' });
    await cache.open();

    expect(String(cache)).toBe('Cache(memory namespace=default)');
    await cache.close();
    await cache.close();
    expect(`${cache}`).toContain('closed');
    await expect(cache.get('x')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('refuses options that cannot be used, naming them', () => {
    const refused = (options: object) => () => createCache(options as CacheOptions);

    expect(refused({ ttl: 'soon' })).toThrow("Option `ttl` must be a number of milliseconds from 0 up, or a text such as '15m' or '7d', but is 'soon' (string).");
    expect(refused({ samples: 0 })).toThrow('Option `samples` must be a whole number from 1 to 100, but is 0 (number).');
    expect(refused({ memory: { maxEntries: 1.5 } })).toThrow('maxEntries');
    expect(refused({ tll: '1h' })).toThrow('Option `tll` must be left out, as there is no such option');
    expect(refused({ store: 'mysql://x' })).toThrow(expect.objectContaining({ code: 'STORE_UNKNOWN' }));
  });
});
