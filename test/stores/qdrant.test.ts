import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { NotACacheError } from '../../src/base/errors.ts';
import type { Entry } from '../../src/model/entry.ts';
import { memoryTier } from '../../src/stores/memory-tier.ts';
import { openStore } from '../../src/stores/open.ts';
import { pointOf } from '../../src/stores/qdrant/keys.ts';
import type { QdrantStoreOptions } from '../../src/stores/qdrant/options.ts';
import { payloadOf } from '../../src/stores/qdrant/payload.ts';
import { qdrantStore } from '../../src/stores/qdrant-later.ts';
import type { Change, Query, Store } from '../../src/stores/store.ts';
import { entryOf } from './entry.ts';
import { freePort } from './faults-servers/programs.ts';
import { all, client, needsQdrant, newCollection, newStore, url } from './qdrant-for-test.ts';

needsQdrant();

/** A store that is closed with the test. */
function storeOf(options: QdrantStoreOptions = {}) {
  const store = newStore(options);
  onTestFinished(() => store.close());
  return store;
}

const idsOf = async (store: Store, query: Query): Promise<string[]> => (await all(store.find(query))).map(({ id }) => id);

/** Stores many at once, as one by one takes long. */
async function fill(collection: string, entries: readonly Entry[]): Promise<void> {
  await client().upsert(collection, { wait: true, points: entries.map((entry) => ({ id: pointOf.entry(entry.id), vector: {}, payload: { ...payloadOf(entry) } })) });
}

/** A client of which some calls are watched or changed. */
const clientWith = (changed: (real: ReturnType<typeof client>) => object) => {
  const real = client();
  return Object.assign(Object.create(real) as typeof real, changed(real));
};

describe.skipIf(url === '')('opening a Qdrant store', () => {
  it('makes the collection once when several open at the same moment, with its indexes', async () => {
    const collection = newCollection();
    const stores = Array.from({ length: 5 }, () => storeOf({ collection }));

    await Promise.all(stores.map((store) => store.open()));

    await Promise.all(stores.map((store, at) => store.set(entryOf(`${at}`))));
    for (const store of stores) expect((await store.size()).entries).toBe(5);
    const { payload_schema: schema } = await client().getCollection(collection);
    expect(Object.keys(schema).sort()).toEqual(['createdAt', 'dropAt', 'expiresAt', 'kind', 'model', 'names', 'namespace', 'scope', 'stamp', 'tenant', 'turns']);
  });

  it('says what it can do: no leases, and changes where it looks for them', async () => {
    const never = storeOf({ pollEvery: 0 });

    expect(Object.keys(await storeOf().open()).sort()).toEqual(['changes', 'remote', 'search']);
    expect(Object.keys(await never.open()).sort()).toEqual(['remote', 'search']);
  });

  it('says what it found when it is warmed', async () => {
    const collection = newCollection();
    const store = qdrantStore({ url, collection, timeout: '10s' });
    onTestFinished(() => store.close());

    expect(await store.warm()).toEqual({ version: expect.stringMatching(/^\d+\.\d+/), collection, made: true, entries: 0, models: 0 });

    await store.set(entryOf('a', { vectors: { 'm@1': new Uint8Array(Float32Array.of(1, 2).buffer) } }));
    expect(await storeOf({ collection }).warm()).toMatchObject({ made: false, entries: 1, models: 1 });
  });

  it('goes by its URL, with its collection', async () => {
    const collection = newCollection();
    const store = openStore(`${url.replace(/^http/, 'qdrant+http')}?collection=${collection}&timeout=10s`, { now: Date.now, onDamage: () => {} });
    onTestFinished(() => store.close());
    await store.set(entryOf('a'));

    expect((await storeOf({ collection }).get('a'))?.id).toBe('a');
  });

  it('leaves a collection alone that is something else, or of a newer version', async () => {
    const [other, newer] = [newCollection(), newCollection()];
    await client().createCollection(other, { vectors: { mine: { size: 2, distance: 'Dot' } } });
    await client().createCollection(newer, { vectors: { plain: { size: 1, distance: 'Dot' } }, metadata: { reprise: { layout: 99 } } });

    await expect(storeOf({ collection: other }).open()).rejects.toThrow(NotACacheError);
    await expect(storeOf({ collection: newer }).open()).rejects.toThrow('layout 99');

    expect((await client().getCollection(other)).payload_schema).toEqual({});
  });

  it('is tried again after it failed, and not after it was closed', async () => {
    const store = newStore({ url: `http://127.0.0.1:${await freePort()}` });

    await expect(store.open()).rejects.toThrow(/ECONNREFUSED/);
    await expect(store.get('a')).rejects.toThrow(/ECONNREFUSED/);
    await store.close();
    await expect(store.get('a')).rejects.toThrow('closed');
  });

  it('uses a client that was given', async () => {
    const mine = client();
    const asked = vi.spyOn(mine, 'retrieve');
    const store = storeOf({ client: mine });
    await store.set(entryOf('a'));

    expect((await store.get('a'))?.id).toBe('a');
    expect(asked).toHaveBeenCalledOnce();
  });
});

describe.skipIf(url === '')('entries in Qdrant', () => {
  it('are names and values, with a vector of one dimension and an id that stays the same', async () => {
    const collection = newCollection();
    await storeOf({ collection }).set(entryOf('a', { tenant: 'acme', tags: ['private'] }));

    const [point] = await client().retrieve(collection, { ids: [pointOf.entry('a')], with_payload: true, with_vector: true });

    expect(point).toMatchObject({ id: 'd9d18c6a-b198-8cc1-8373-e737a5aae29e', vector: { plain: [1] }, payload: { kind: 'llm', id: '"a"', createdAt: 1_700_000_000_000 } });
    const { head: _, body: __, ...found } = point!.payload!;
    expect(JSON.stringify(found)).not.toMatch(/acme|private/);
  });

  it('of one moment are found each once, also where they are more than a page has, and deleted in steps', async () => {
    const collection = newCollection();
    const store = storeOf({ collection });
    await store.open();
    const created = (at: number) => (at < 100 ? 1000 + at : at < 600 ? 5000 : 9000 + at);
    const entries = Array.from({ length: 700 }, (_, at) => entryOf(`${at}`, { createdAt: created(at), tags: at % 2 ? ['odd'] : [] }));
    await fill(collection, entries);

    for (const newestFirst of [false, true]) {
      const found = await all(store.find({ newestFirst }));
      expect(new Set(found.map(({ id }) => id)).size).toBe(700);
      expect(found).toHaveLength(700);
      const times = found.map(({ createdAt }) => createdAt);
      expect(times).toEqual(times.toSorted((a, b) => (newestFirst ? b - a : a - b)));
    }
    expect(await store.delete({ tag: 'odd' })).toBe(350);
    expect(await store.delete({})).toBe(350);
    expect(await idsOf(store, {})).toEqual([]);
  });

  it('are deleted alone: what else is in the collection stays', async () => {
    const collection = newCollection();
    const store = storeOf({ collection });
    await store.set(entryOf('a'));
    await store.records.put('secret', 'value', undefined);
    const foreign = pointOf.record('of somebody else');
    await client().upsert(collection, { wait: true, points: [{ id: foreign, vector: {}, payload: { mine: true } }] });

    expect(await store.delete({})).toBe(1);

    expect(await client().retrieve(collection, { ids: [foreign] })).toHaveLength(1);
    expect((await store.records.get('secret'))?.value).toBe('value');
  });

  it('go once they may be dropped, in steps, and no others', async () => {
    let now = 1000;
    const collection = newCollection();
    const store = storeOf({ collection, now: () => now });
    await store.open();
    await fill(collection, Array.from({ length: 620 }, (_, at) => entryOf(`goes ${at}`, { expiresAt: 1500, dropAt: 2000 })));
    await store.set(entryOf('later', { dropAt: 2001 }));
    await store.set(entryOf('forever'));

    expect(await store.reap()).toBe(0);
    now = 2000;
    expect(await store.reap()).toBe(620);

    expect((await idsOf(store, {})).sort()).toEqual(['forever', 'later']);
  });

  it('go by themselves where that is asked for', async () => {
    const store = storeOf({ reapEvery: 20 });
    await store.set(entryOf('goes', { dropAt: 1 }));

    await vi.waitFor(async () => expect((await store.size()).entries).toBe(0), 10_000);
  });

  it('are kept again after somebody deleted the collection', async () => {
    const collection = newCollection();
    const store = storeOf({ collection });
    const { search } = await store.open();
    const vectors = { 'm@1': new Uint8Array(Float32Array.of(1, 0).buffer) };
    await store.set(entryOf('before', { vectors }));
    await client().deleteCollection(collection);

    expect(await store.get('before')).toBeUndefined();
    await store.set(entryOf('after', { vectors }));

    expect((await store.get('after'))?.id).toBe('after');
    const near = await search!.nearest({ tenant: 'tenant', namespace: 'default', scope: 'scope', fingerprint: 'm@1', vector: Float32Array.of(1, 0), limit: 5 });
    expect(near.map(({ id }) => id)).toEqual(['after']);
  });

  it('that cannot be read are told, and are none', async () => {
    const collection = newCollection();
    const onDamage = vi.fn();
    const store = storeOf({ collection, onDamage });
    for (const id of ['bytes', 'shape', 'whole']) await store.set(entryOf(id));
    await client().setPayload(collection, { wait: true, points: [pointOf.entry('bytes')], payload: { head: 'AAAA', body: '!' } });
    await client().setPayload(collection, { wait: true, points: [pointOf.entry('shape')], payload: { head: 7, bytes: 'x', id: {}, expiresAt: 'soon' } });

    expect(await store.get('bytes')).toBeUndefined();
    expect(await store.get('shape')).toBeUndefined();
    expect(await idsOf(store, {})).toEqual(['whole']);

    expect(onDamage).toHaveBeenCalledTimes(4);
    await store.set(entryOf('bytes'));
    expect((await store.get('bytes'))?.id).toBe('bytes');
  });

  it('keep their own times where a late touch meets an entry in the place of the one it was meant for', async () => {
    const collection = newCollection();
    const other = storeOf({ collection });
    await other.set(entryOf('a', { expiresAt: 100, dropAt: 200 }));
    const late = storeOf({
      collection,
      client: clientWith((real) => ({
        setPayload: async (...given: Parameters<typeof real.setPayload>) => {
          await other.set(entryOf('a', { expiresAt: 5, dropAt: 6 }));
          return real.setPayload(...given);
        },
      })),
    });

    await late.touch('a', 1000);

    expect(await other.get('a')).toMatchObject({ expiresAt: 5, dropAt: 6 });
  });
});

describe.skipIf(url === '')('records in Qdrant', () => {
  it('know that they were written, also where somebody writes right after them', async () => {
    const collection = newCollection();
    const other = storeOf({ collection });
    await other.records.put('count', '0', undefined);
    const { version } = (await other.records.get('count'))!;
    const hurried = storeOf({
      collection,
      client: clientWith((real) => ({
        upsert: async (...given: Parameters<typeof real.upsert>) => {
          const done = await real.upsert(...given);
          const now = (await other.records.get('count'))!;
          expect(await other.records.put('count', `${now.value} and more`, now.version)).toBe(true);
          return done;
        },
      })),
    });

    expect(await hurried.records.put('count', '1', version)).toBe(true);

    expect((await other.records.get('count'))?.value).toBe('1 and more');
  });

  it('that cannot be read are none, and are not in the way of new ones', async () => {
    const collection = newCollection();
    const store = storeOf({ collection });
    await store.records.put('secret', 'value', undefined);
    await client().setPayload(collection, { wait: true, points: [pointOf.record('secret')], payload: { value: 'no JSON' } });

    expect(await store.records.get('secret')).toBeUndefined();
    expect(await store.records.list('')).toEqual([]);
    expect(await store.records.put('secret', 'new', undefined)).toBe(true);

    expect((await store.records.get('secret'))?.value).toBe('new');
  });
});

describe.skipIf(url === '')('what other processes change in Qdrant', () => {
  it('is gone from memory within a second', async () => {
    const collection = newCollection();
    const other = storeOf({ collection });
    const here = memoryTier(newStore({ collection }));
    onTestFinished(() => here.close());
    for (const id of ['deleted', 'replaced', 'stays']) await other.set(entryOf(id, { text: 'before', tags: [id] }));
    await here.open();
    const remembered = async () => {
      for (const id of ['deleted', 'replaced', 'stays']) await here.get(id);
      return ['deleted', 'replaced', 'stays'].every((id) => !(here.get(id) instanceof Promise));
    };
    await vi.waitUntil(remembered, 10_000);

    await other.delete({ tag: 'deleted' });
    await other.set(entryOf('replaced', { text: 'after' }));

    await vi.waitFor(async () => expect(await here.get('deleted')).toBeUndefined(), 5000);
    await vi.waitFor(async () => expect((await here.get('replaced'))?.text).toBe('after'), 5000);
    expect((await here.get('stays'))?.text).toBe('before');
  });

  it('is told by kind, and one process does not hear itself', async () => {
    const collection = newCollection();
    const [here, other] = [storeOf({ collection, pollEvery: 10 }), storeOf({ collection, pollEvery: 10 })];
    const heard: Change[] = [];
    const own: Change[] = [];
    (await here.open()).changes!.subscribe((change) => void heard.push(change));
    (await other.open()).changes!.subscribe((change) => void own.push(change));
    // The first look says that nothing was heard before it.
    await vi.waitFor(() => expect([heard, own]).toEqual([[{ kind: 'lost' }], [{ kind: 'lost' }]]), 10_000);

    await other.set(entryOf('a'));
    await other.delete({ ids: ['a'] });
    await other.delete({});

    await vi.waitFor(() => expect(heard.slice(1)).toEqual([{ kind: 'set', ids: ['a'] }, { kind: 'delete', ids: ['a'] }, { kind: 'clear' }, { kind: 'clear' }]), 10_000);
    expect(own).toHaveLength(1);
  });

  it('is lost where more was changed than is remembered, and while the server cannot be asked', async () => {
    const collection = newCollection();
    let broken = false;
    const flaky = clientWith((real) => ({
      scroll: (...given: Parameters<typeof real.scroll>) => (broken ? Promise.reject(new Error('gone')) : real.scroll(...given)),
    }));
    const [here, other] = [storeOf({ collection, client: flaky, pollEvery: 10 }), storeOf({ collection })];
    const heard: Change[] = [];
    (await here.open()).changes!.subscribe((change) => void heard.push(change));
    await vi.waitFor(() => expect(heard).toHaveLength(1), 10_000);

    broken = true;
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(2), 10_000);
    await fill(collection, Array.from({ length: 2100 }, (_, at) => entryOf(`${at}`)));
    await other.delete({ tenant: 'tenant' });
    broken = false;
    const before = heard.length;
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(before), 10_000);
    await other.set(entryOf('next'));

    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ kind: 'set', ids: ['next'] }), 10_000);
    expect(new Set(heard.slice(0, -1).map(({ kind }) => kind))).toEqual(new Set(['lost']));
  });
});
