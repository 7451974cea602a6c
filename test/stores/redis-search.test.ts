import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Entry } from '../../src/model/entry.ts';
import type { NearestQuery } from '../../src/stores/store.ts';
import { entryOf } from './entry.ts';
import { describeOn, DRIVERS, freshPrefix, storesForTest } from './redis-servers.ts';

const FINGERPRINT = 'model@1';
const floats = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);
const entryAt = (id: string, vector: readonly number[], members: Partial<Entry> = {}) => entryOf(id, { vectors: { [FINGERPRINT]: floats(...vector) }, ...members });
const near = (vector: readonly number[], members: Partial<NearestQuery> = {}): NearestQuery => ({
  tenant: 'tenant', namespace: 'default', scope: 'scope', fingerprint: FINGERPRINT, vector: Float32Array.from(vector), limit: 10, ...members,
});

for (const driver of DRIVERS) {
  for (const index of ['hnsw', 'flat'] as const) {
    describeOn('a server with the query engine', `the search of the Redis store (${index}), by ${driver}`, (url) => {
      const stores = storesForTest(url, driver);
      afterEach(() => stores.close());

      it('gives the nearest first, with the cosine, and no more than asked', async () => {
        const store = stores.make({ index });
        const { search } = await store.open();
        await store.set(entryAt('far', [-1, 0]));
        await store.set(entryAt('\uD800', [1, 0]));
        await store.set(entryAt('near', [0.6, 0.8]));

        const found = await search!.nearest(near([1, 0]));

        expect(found.map(({ id }) => id)).toEqual(['\uD800', 'near', 'far']);
        expect(found.map(({ similarity }) => similarity)).toEqual([expect.closeTo(1), expect.closeTo(0.6), expect.closeTo(-1)]);
        expect(await search!.nearest(near([1, 0], { limit: 1 }))).toHaveLength(1);
        expect(await search!.nearest(near([1, 0], { limit: 0 }))).toEqual([]);
      });

      it('finds within one tenant, namespace, scope, turns and attributes alone, also where nearer ones are outside', async () => {
        const store = stores.make({ index });
        const { search } = await store.open();
        for (let at = 0; at < 30; at++) await store.set(entryAt(`outside-${at}`, [1, 0], { tenant: 'other' }));
        await store.set(entryAt('namespace', [1, 0], { namespace: 'other' }));
        await store.set(entryAt('scope', [1, 0], { scope: 'other' }));
        await store.set(entryAt('turns', [1, 0], { turns: 'earlier', attributes: { team: 'red', 'a-b,c': '{x}' } }));
        await store.set(entryAt('inside', [0, 1]));
        const idsFor = async (members: Partial<NearestQuery>) => (await search!.nearest(near([1, 0], members))).map(({ id }) => id);

        expect(await idsFor({})).toEqual(['turns', 'inside']);
        expect(await idsFor({ turns: 'earlier' })).toEqual(['turns']);
        expect(await idsFor({ turns: 'later' })).toEqual([]);
        expect(await idsFor({ turns: '' })).toEqual(['inside']);
        expect(await idsFor({ attributes: { team: 'red', 'a-b,c': '{x}' } })).toEqual(['turns']);
        expect(await idsFor({ attributes: { team: 'blue' } })).toEqual([]);
        expect(await idsFor({ scope: 'other' })).toEqual(['scope']);
        expect(await idsFor({ tenant: 'nobody' })).toEqual([]);
      });

      it('never compares vectors of two models', async () => {
        const store = stores.make({ index });
        const { search } = await store.open();
        await store.set(entryAt('one', [1, 0]));
        await store.set(entryOf('other', { vectors: { 'model@2': floats(1, 0, 0) } }));

        expect((await search!.nearest(near([1, 0]))).map(({ id }) => id)).toEqual(['one']);
        expect((await search!.nearest(near([1, 0, 0], { fingerprint: 'model@2' }))).map(({ id }) => id)).toEqual(['other']);
      });

      it('forgets what was deleted or replaced', async () => {
        const store = stores.make({ index });
        const { search } = await store.open();
        await store.set(entryAt('deleted', [1, 0]));
        await store.set(entryAt('replaced', [1, 0]));

        await store.delete({ ids: ['deleted'] });
        await store.set(entryOf('replaced'));

        expect(await search!.nearest(near([1, 0]))).toEqual([]);
      });
    });
  }
}

describeOn('a server with the query engine', 'the search of the Redis store', (url) => {
  const stores = storesForTest(url, 'ioredis');
  afterEach(() => stores.close());

  it('finds what was stored before its index was there, and after that was dropped', async () => {
    const prefix = freshPrefix();
    const first = stores.make({ prefix });
    await first.set(entryAt('a', [1, 0]));
    const admin = new Redis(url);
    const names = ((await admin.call('FT._LIST')) as string[]).filter((name) => name.startsWith(prefix));
    for (const name of names) await admin.call('FT.DROPINDEX', name);
    const { search } = await first.open();

    const found = await vi.waitUntil(async () => {
      const all = await search!.nearest(near([1, 0]));
      return all.length > 0 && all;
    }, { timeout: 10_000 });   // the server indexes in the background, at its leisure when others keep it busy

    expect(names).toHaveLength(1);
    expect(found.map(({ id }) => id)).toEqual(['a']);
    admin.disconnect();
  });

  it('is not there in a database that the query engine does not see', async () => {
    expect((await stores.make({ url: `${url}/1` }).open()).search).toBeUndefined();
  });
});

describeOn('a plain server', 'a Redis without the query engine', (url) => {
  const stores = storesForTest(url, 'ioredis');
  afterEach(() => stores.close());

  describe('keeps vectors, and', () => {
    it('has no search', async () => {
      const store = stores.make();
      await store.set(entryAt('a', [1, 0]));

      expect((await store.open()).search).toBeUndefined();
      expect((await store.get('a'))?.vectors[FINGERPRINT]).toHaveLength(8);
    });
  });
});
