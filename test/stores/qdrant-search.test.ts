import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/model/entry.ts';
import type { NearestQuery } from '../../src/stores/store.ts';
import { entryOf } from './entry.ts';
import { client, needsQdrant, newCollection, newStore, url } from './qdrant-for-test.ts';

needsQdrant();

const bytesOf = (...numbers: number[]): Uint8Array => new Uint8Array(Float32Array.from(numbers).buffer);
const cosine = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
const place = { tenant: 't1', namespace: 'n1', scope: 's1' };
const asked = (vector: readonly number[], members: Partial<NearestQuery> = {}): NearestQuery => ({
  ...place, fingerprint: 'model@1', limit: 10, vector: Float32Array.from(vector), ...members,
});

describe.skipIf(url === '')('searching in Qdrant', () => {
  it('finds what comparing every vector finds, and never looks into another scope, tenant, namespace, turn or model', async () => {
    const number = fc.integer({ min: -4, max: 4 });
    const vector = fc.tuple(number, number, number).filter((all) => all.some((value) => value !== 0));
    const stored = fc.record({
      vector, id: fc.constantFrom(...'abcdefghijkl'), tenant: fc.constantFrom('t1', 't1', 't2'), namespace: fc.constantFrom('n1', 'n1', 'n2'), scope: fc.constantFrom('s1', 's1', 's2'),
      turns: fc.constantFrom('u1', 'u2', undefined), attributes: fc.constantFrom<Record<string, string>>({}, { lang: 'en' }, { lang: 'de' }), model: fc.constantFrom('model@1', 'model@1', 'model@2'),
    });
    const query = fc.record({ vector, turns: fc.constantFrom(undefined, 'u1'), attributes: fc.constantFrom(undefined, { lang: 'en' }), limit: fc.constantFrom(1, 3, 100) });
    const store = newStore({ pollEvery: 0 });
    const { search } = await store.open();

    await fc.assert(
      fc.asyncProperty(fc.array(stored, { maxLength: 8 }), query, async (entries, { vector: sought, turns, attributes, limit }) => {
        await store.delete({});
        const last = new Map(entries.map((entry) => [entry.id, entry]));
        for (const { id, vector: numbers, model, ...members } of entries) {
          await store.set(entryOf(id, { ...members, vectors: { [model]: bytesOf(...numbers) } } as Partial<Entry>));
        }
        const expected = [...last.values()]
          .filter((entry) => entry.tenant === 't1' && entry.namespace === 'n1' && entry.scope === 's1' && entry.model === 'model@1')
          .filter((entry) => (turns === undefined || entry.turns === turns) && (attributes === undefined || entry.attributes.lang === attributes.lang))
          .map((entry) => ({ id: entry.id, similarity: cosine(entry.vector, sought) }))
          .sort((a, b) => b.similarity - a.similarity);

        const found = await search!.nearest(asked(sought, { limit, ...(turns !== undefined && { turns }), ...(attributes && { attributes }) }));

        expect(found.length).toBe(Math.min(limit, expected.length));
        for (const [at, { id, similarity }] of found.entries()) {
          expect(similarity).toBeCloseTo(expected[at]!.similarity, 5);
          expect(similarity).toBeCloseTo(expected.find((each) => each.id === id)!.similarity, 5);
        }
      }),
      { numRuns: 12 },
    );
    await store.close();
  });

  it('finds nothing of what was deleted, replaced, or has no vector', async () => {
    const store = newStore();
    const { search } = await store.open();
    const idsNow = async () => (await search!.nearest(asked([1, 0, 0]))).map(({ id }) => id).sort();
    for (const id of ['stays', 'goes', 'loses it', '\uD800\0']) await store.set(entryOf(id, { ...place, vectors: { 'model@1': bytesOf(1, 0, 0) } }));
    for (const [id, bytes] of Object.entries({ zero: bytesOf(0, 0, 0), nan: bytesOf(Number.NaN, 1, 1), odd: new Uint8Array(13), other: bytesOf(1, 0) })) {
      await store.set(entryOf(id, { ...place, vectors: { 'model@1': bytes } }));
    }

    await store.delete({ ids: ['goes'] });
    await store.set(entryOf('loses it', place));

    expect(await idsNow()).toEqual(['stays', '\uD800\0'].sort());
    expect((await store.get('nan'))?.vectors['model@1']).toHaveLength(12);
    expect(await search!.nearest(asked([0, 0, 0]))).toEqual([]);
    expect(await search!.nearest(asked([1, 0, 0], { limit: 0 }))).toEqual([]);
    expect(await search!.nearest(asked([1, 0], { fingerprint: 'unknown' }))).toEqual([]);
    await store.close();
  });

  it('finds entries without earlier turns where none are asked for', async () => {
    const store = newStore();
    const { search } = await store.open();
    await store.set(entryOf('first', { ...place, vectors: { 'model@1': bytesOf(1, 0) } }));
    await store.set(entryOf('later', { ...place, turns: 'after others', vectors: { 'model@1': bytesOf(1, 0) } }));

    expect((await search!.nearest(asked([1, 0], { turns: '' }))).map(({ id }) => id)).toEqual(['first']);
    await store.close();
  });

  it('finds what another process stored with a model that this one never met', async () => {
    const collection = newCollection();
    const [here, other] = [newStore({ collection }), newStore({ collection })];
    const { search } = await here.open();
    await other.set(entryOf('theirs', { ...place, vectors: { 'model@new': bytesOf(1, 0) } }));

    await expect.poll(() => search!.nearest(asked([1, 0], { fingerprint: 'model@new' })), { timeout: 10_000 }).toEqual([{ id: 'theirs', similarity: expect.closeTo(1) }]);

    await Promise.all([here.close(), other.close()]);
  });

  it('is done for one of several who name a new model at the same moment, and all store', async () => {
    const collection = newCollection();
    const stores = Array.from({ length: 4 }, () => newStore({ collection }));
    await Promise.all(stores.map((store) => store.open()));

    await Promise.all(stores.map((store, at) => store.set(entryOf(`${at}`, { ...place, vectors: { 'model@1': bytesOf(1, at) } }))));

    const { search } = await stores[0]!.open();
    expect(await search!.nearest(asked([1, 0]))).toHaveLength(4);
    const { config } = await client().getCollection(collection);
    expect(Object.keys(config.params.vectors!)).toHaveLength(2);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('is left out for entries where making a vector is forbidden, and they are stored all the same', async () => {
    const real = client();
    const refused = Object.assign(new Error('Forbidden'), { status: 403, data: { status: { error: 'Forbidden' } } });
    const collection = newCollection();
    const store = newStore({ collection, client: Object.assign(Object.create(real) as typeof real, { createVectorName: () => Promise.reject(refused) }) });
    const { search } = await store.open();

    await store.set(entryOf('a', { ...place, vectors: { 'model@1': bytesOf(1, 0) } }));
    expect((await store.get('a'))?.vectors['model@1']).toHaveLength(8);
    expect(await search!.nearest(asked([1, 0]))).toEqual([]);

    const allowed = newStore({ collection });
    await allowed.set(entryOf('b', { ...place, vectors: { 'model@1': bytesOf(1, 0) } }));
    const { search: searching } = await allowed.open();
    expect(await searching!.unsearched!(['a', 'b'], 'model@1')).toEqual(['a']);
    expect(await searching!.unsearched!(['a', 'b'], 'model@2')).toEqual(['a', 'b']);
    await allowed.set((await store.get('a'))!);
    expect(await searching!.unsearched!(['a', 'b'], 'model@1')).toEqual([]);
    await Promise.all([store.close(), allowed.close()]);
  });
});
