import { describe, expect, it } from 'vitest';
import { OptionError } from '../../../src/base/errors.ts';
import { createVectorIndex } from '../../../src/semantic/index/vector-index.ts';
import { randomVectors } from './vectors.ts';

const DIMENSIONS = 128;

describe('the index refuses', () => {
  const index = createVectorIndex({ dimensions: 4 });

  it.each([
    { what: 'a vector of another size', vector: [1, 2, 3], words: /a vector of 4 dimensions/ },
    { what: 'a zero vector', vector: [0, 0, 0, 0], words: /a vector with a direction/ },
    { what: 'NaN', vector: [1, NaN, 0, 0], words: /a vector of finite numbers/ },
    { what: 'infinity', vector: [1, -Infinity, 0, 0], words: /a vector of finite numbers/ },
  ])('$what, to add and to ask for', ({ vector, words }) => {
    const bad = new Float32Array(vector);

    expect(() => index.add({ id: 'x', scope: 's', vector: bad })).toThrow(words);
    expect(() => index.nearest({ scope: 's', vector: bad, limit: 1 })).toThrow(OptionError);
    expect(index.size).toBe(0);
  });

  it('sizes and limits that make no sense', () => {
    const vector = new Float32Array([1, 0, 0, 0]);

    expect(() => createVectorIndex({ dimensions: 0 })).toThrow('`dimensions` must be a whole number from 1 to 4096');
    expect(() => createVectorIndex({ dimensions: 8, maxBytes: 0 })).toThrow('`maxBytes`');
    expect(() => index.nearest({ scope: 's', vector, limit: 0 })).toThrow('`limit` must be a whole number from 1 to 1024');
    expect(() => index.nearest({ scope: 's', vector, limit: 1, least: 2 })).toThrow('`least`');
  });
});

describe('the length of a vector', () => {
  it('does not matter, be it tiny or huge', () => {
    const index = createVectorIndex({ dimensions: 4 });
    index.add({ id: 'tiny', scope: 's', vector: new Float32Array([3e-37, 4e-37, 0, 0]) });
    index.add({ id: 'huge', scope: 's', vector: new Float32Array([3e37, 4e37, 0, 0]) });

    const found = index.nearest({ scope: 's', vector: new Float32Array([3, 4, 0, 0]), limit: 5 });

    expect(found.map(({ id, similarity }) => [id, Number(similarity.toFixed(6))])).toEqual([['tiny', 1], ['huge', 1]]);
  });
});

describe('memory', () => {
  it('stays within its bound, and is free for others after a deletion', () => {
    const next = randomVectors(DIMENSIONS, 1);
    const maxBytes = 1_500_000;
    const index = createVectorIndex({ dimensions: DIMENSIONS, maxBytes });
    let held = 0;
    while (index.add({ id: `id-${held}`, scope: `scope-${held % 50}`, vector: next() })) held++;

    const before = index.bytes;
    const refused = index.add({ id: 'one-more', scope: `scope-${held % 50}`, vector: next() });
    for (let at = 0; at < 50; at++) index.delete(`id-${at}`);
    const accepted = index.add({ id: 'one-more', scope: `scope-${held % 50}`, vector: next() });

    expect(held).toBeGreaterThan(6000);
    expect(before).toBeLessThanOrEqual(maxBytes);
    expect([refused, accepted]).toEqual([false, true]);
    expect(index.bytes).toBeLessThanOrEqual(maxBytes);
  });

  it('drops the old vector of an id when there is no room for its new one', () => {
    const next = randomVectors(DIMENSIONS, 2);
    const index = createVectorIndex({ dimensions: DIMENSIONS, maxBytes: 250_000 });
    let held = 0;
    while (index.add({ id: `id-${held}`, scope: 'one', vector: next() })) held++;

    const replaced = Array.from({ length: held }, (_, at) => index.add({ id: `id-${at}`, scope: `own-${at}`, vector: next() }));

    expect(replaced).toContain(false);
    replaced.forEach((there, at) => expect(index.has(`id-${at}`)).toBe(there));
    expect(index.size).toBe(replaced.filter(Boolean).length);
  });

  it('is little for many small scopes, and none is left behind by coming and going', () => {
    const next = randomVectors(DIMENSIONS, 3);
    const index = createVectorIndex({ dimensions: DIMENSIONS });
    const vectors = Array.from({ length: 20 }, next);
    const put = (scope: number) => {
      for (let at = 0; at < 10; at++) index.add({ id: `${scope}-${at}`, scope: `scope-${scope}`, vector: vectors[(scope + at) % 20]! });
    };
    for (let scope = 0; scope < 5000; scope++) put(scope);

    const full = index.bytes;
    for (let round = 0; round < 3; round++) {
      for (let scope = 0; scope < 5000; scope += 2) for (let at = 0; at < 10; at++) index.delete(`${scope}-${at}`);
      for (let scope = 0; scope < 5000; scope += 2) put(scope);
    }

    expect(full / 50_000).toBeLessThan(280);
    expect(index.bytes).toBe(full);
    expect(index.nearest({ scope: 'scope-4000', vector: vectors[0]!, limit: 20 }).map(({ id }) => id.split('-')[0])).toEqual(Array.from({ length: 10 }, () => '4000'));
  });

  it('of small scopes is used again for a large one, before more is taken', () => {
    const next = randomVectors(DIMENSIONS, 4);
    const index = createVectorIndex({ dimensions: DIMENSIONS });
    for (let at = 0; at < 2000; at++) index.add({ id: `small-${at}`, scope: `scope-${at}`, vector: next() });
    const full = index.bytes;
    for (let at = 0; at < 2000; at++) index.delete(`small-${at}`);

    for (let at = 0; at < 5000; at++) index.add({ id: `large-${at}`, scope: 'large', vector: next() });

    expect(index.bytes).toBeLessThan(full);
    expect(index.nearest({ scope: 'large', vector: next(), limit: 1000 })).toHaveLength(1000);
  });

  it('is given back by clearing, also while a search in slices is under way', async () => {
    const next = randomVectors(DIMENSIONS, 5);
    const index = createVectorIndex({ dimensions: DIMENSIONS, kernel: 'plain' });
    for (let at = 0; at < 8000; at++) index.add({ id: `${at}`, scope: 's', vector: next() });

    const searching = index.nearestInSteps({ scope: 's', vector: next(), limit: 5 });
    index.clear();

    expect(await searching).toEqual([]);
    expect([index.size, index.bytes]).toEqual([0, 65_536]);
    expect(index.add({ id: 'new', scope: 's', vector: next() })).toBe(true);
  });
});
