import { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { NotACacheError } from '../../src/base/errors.ts';
import { memoryTier } from '../../src/stores/memory-tier.ts';
import { redisStore } from '../../src/stores/redis.ts';
import { slotOf } from '../../src/stores/redis/keys.ts';
import type { Query } from '../../src/stores/store.ts';
import { entryOf } from './entry.ts';
import { describeOn, DRIVERS, freshPrefix, listed, storesForTest } from './redis-servers.ts';

/** An entry with everything that makes an index. */
const fullEntry = (id: string) =>
  entryOf(id, { tags: ['x', 'y'], lookups: ['l'], attributes: { team: 'red' }, model: 'gpt-5', expiresAt: 1e9, dropAt: 2e9 });

/** All keys of a prefix on one server. */
async function keysOf(client: Redis, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for (let cursor = '0'; ; ) {
    const [next, some] = await client.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000);
    keys.push(...some);
    if ((cursor = next) === '0') return keys.sort();
  }
}

const entryKeys = async (client: Redis, prefix: string) => (await keysOf(client, prefix)).filter((key) => key.includes(':e:'));

/** Stores of one server, and a client beside them that looks at what they leave there. */
function underTest(url: string, driver: (typeof DRIVERS)[number] = 'ioredis') {
  const stores = storesForTest(url, driver);
  const other = new Redis(url, { lazyConnect: true });
  afterEach(() => stores.close());
  afterAll(() => other.disconnect());
  return { stores, other };
}

describeOn('a plain server', 'what the Redis store leaves alone', (url) => {
  const { stores, other } = underTest(url);

  it('is every key that is not its own, when it deletes everything', async () => {
    const prefix = freshPrefix();
    const store = stores.make({ prefix });
    const neighbour = stores.make({ prefix: `${prefix}b:` });
    await neighbour.set(entryOf('theirs'));
    await store.records.put('secret', 'kept', undefined);
    const foreign = [`${prefix}mine`, `${prefix}e:mine`, `other:${prefix}`, `${prefix}{0}:other`];
    for (const key of foreign) await other.set(key, 'not of the cache');
    const before = await keysOf(other, prefix);
    for (let at = 0; at < 450; at++) await store.set(fullEntry(`${at}`));

    expect(await store.delete({})).toBe(450);

    const left = await keysOf(other, prefix);
    expect(left.filter((key) => !key.endsWith(':x'))).toEqual(before.filter((key) => !key.endsWith(':x')));
    for (const key of foreign) expect(await other.get(key)).toBe('not of the cache');
    expect((await neighbour.get('theirs'))?.id).toBe('theirs');
    expect((await store.records.get('secret'))?.value).toBe('kept');
    await other.unlink(...foreign);
  });

  it('is not an entry that no index knows, as after Redis was full: that goes with everything', async () => {
    const prefix = freshPrefix();
    const store = stores.make({ prefix });
    await store.set(fullEntry('lost'));
    await other.unlink(...(await keysOf(other, prefix)).filter((key) => !key.includes(':e:') && !key.includes('layout')));
    expect((await store.get('lost'))?.id).toBe('lost');

    await store.delete({});

    expect(await store.get('lost')).toBeUndefined();
  });

  it('is a client of the user, which stays open', async () => {
    const store = stores.make({ client: other });
    await store.set(entryOf('a'));

    await store.close();

    expect(await other.ping()).toBe('PONG');
  });

  it.each(DRIVERS)('is database 0, where the one that was asked for is not there, by %s', async (driver) => {
    await expect(stores.make({ url: `${url}/4000`, driver }).open()).rejects.toThrow('DB index is out of range');
  });

  it('is a layout of a newer version', async () => {
    const prefix = freshPrefix();
    await other.set(`${prefix}{layout}`, '2 1');

    await expect(stores.make({ prefix }).open()).rejects.toThrow(NotACacheError);

    await other.unlink(`${prefix}{layout}`);
  });
});

describeOn('a plain server', 'expiry in Redis', (url) => {
  const { stores, other } = underTest(url);

  it('is left to the server, at the moment the entry may be dropped by our clock', async () => {
    const prefix = freshPrefix();
    const store = stores.make({ prefix, now: () => 1_000_000 });
    const leftOf = async () => other.pttl((await entryKeys(other, prefix))[0]!);

    await store.set(entryOf('a', { expiresAt: 1_020_000, dropAt: 1_050_000 }));
    const first = await leftOf();
    await store.touch('a', 1_120_000);
    const touched = await leftOf();
    await store.set(entryOf('a'));
    const forever = await leftOf();

    expect(first).toBeGreaterThan(40_000);
    expect(first).toBeLessThanOrEqual(50_000);
    expect(touched).toBeGreaterThan(140_000);
    expect(touched).toBeLessThanOrEqual(150_000);
    expect(forever).toBe(-1);
  });

  it('does not keep what may be dropped already', async () => {
    const store = stores.make({ now: () => 1_000_000 });
    await store.set(entryOf('a', { text: 'before' }));

    await store.set(entryOf('a', { dropAt: 1_000_000 }));

    expect(await store.get('a')).toBeUndefined();
    expect((await store.size()).entries).toBe(0);
  });

  it('leaves no trace in the indexes, once somebody writes or counts', async () => {
    const prefix = freshPrefix();
    let now = 0;
    const store = stores.make({ prefix, now: () => now });
    await store.set(fullEntry('gone'));
    await other.unlink(...(await entryKeys(other, prefix)));
    now = 3e9;

    const size = await store.size();

    expect(size).toEqual({ entries: 0, bytes: 0 });
    expect((await keysOf(other, prefix)).filter((key) => key.includes(':i:'))).toEqual([]);
  });

  it('is noticed by whoever looks for the entry', async () => {
    const prefix = freshPrefix();
    const store = stores.make({ prefix });
    await store.set(fullEntry('gone'));
    await store.set(fullEntry('stays'));
    const [first] = await entryKeys(other, prefix);
    await other.unlink(first!);

    const found = await listed(store.find({ tag: 'x' }));

    expect(found).toHaveLength(1);
    expect((await store.size()).entries).toBe(1);
  });
});

describeOn('a plain server', 'an entry that a full Redis let go of', (url) => {
  const { stores, other } = underTest(url);

  it.each<[string, Query]>([
    ['its tag', { tag: 'x' }],
    ['its id', { ids: ['evicted', 'unknown'] }],
    ['its age', { createdBefore: 1_700_000_000_001 }],
  ])('is forgotten by the memory of another process, too, when it is deleted by %s', async (_, query) => {
    const prefix = freshPrefix();
    const [here, there] = [stores.make({ prefix }), memoryTier(stores.make({ prefix }))];
    await there.open();
    await vi.waitUntil(async () => {
      await there.set(fullEntry('evicted'));
      await here.set(entryOf('evicted'));
      // Heard, and so listening.
      return (await there.get('evicted'))?.tags.length === 0;
    });
    await there.set(fullEntry('evicted'));
    await other.unlink(...(await entryKeys(other, prefix)));
    expect((await there.get('evicted'))?.id).toBe('evicted');

    await here.delete(query);

    await vi.waitFor(async () => expect(await there.get('evicted')).toBeUndefined());
    await there.close();
  });
});

for (const driver of DRIVERS) {
  describeOn('a plain server', `damage under our keys, by ${driver}`, (url) => {
    const { stores, other } = underTest(url, driver);

    const random = Buffer.from(Array.from({ length: 200 }, (_, at) => (at * 89) & 255));
    it.each([
      ['its head', async (key: string) => void (await other.hset(key, 'h', random))],
      ['its body', async (key: string) => void (await other.hset(key, 'b', random))],
      ['its body, which is gone', async (key: string) => void (await other.hdel(key, 'b'))],
      ['its head, which is gone', async (key: string) => void (await other.hdel(key, 'h'))],
      ['all of it, which is a text', async (key: string) => void (await other.set(key, random))],
      ['all of it, which is a list', async (key: string) => void (await other.multi().unlink(key).rpush(key, random).exec())],
    ])('is a miss and reported: %s', async (_, damage) => {
      const prefix = freshPrefix();
      const onDamage = vi.fn();
      const store = stores.make({ prefix, onDamage });
      await store.set(fullEntry('a'));
      await damage((await entryKeys(other, prefix))[0]!);

      expect(await store.get('a')).toBeUndefined();

      expect(onDamage).toHaveBeenCalledExactlyOnceWith('a', expect.any(String));
      await listed(store.find({}));
      await listed(store.find({ ids: ['a'] }));
      await store.set(fullEntry('a'));
      expect((await store.get('a'))?.id).toBe('a');
      expect(await store.delete({ tag: 'x' })).toBe(1);
    });
  });
}

describeOn('a cluster', 'a wrong password', (url) => {
  it.each(DRIVERS)('is told as such, by %s', async (driver) => {
    const store = redisStore({ url: url.replace('//', '//somebody:wrong@'), driver });

    await expect(store.open()).rejects.toThrow('WRONGPASS');

    await store.close();
  });
});

describeOn('a cluster', 'keys of the Redis store', (url) => {
  const nodes = url.replace('redis+cluster://', '').split(',').map((host) => ({ host: host.split(':')[0]!, port: Number(host.split(':')[1]) }));
  const stores = storesForTest(url, 'ioredis');
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster(nodes, { lazyConnect: true });
    await cluster.connect();
  });
  afterEach(() => stores.close());
  afterAll(() => cluster.disconnect());

  it('are in one hash slot for one entry, with its indexes, and spread over all servers for many', async () => {
    const prefix = freshPrefix();
    const store = stores.make({ prefix });
    await store.set(fullEntry('one'));
    const ofOne = (await Promise.all(cluster.nodes('master').map((node) => keysOf(node, prefix)))).flat().filter((key) => !/\{(layout|records)\}/.test(key));
    const slots = await Promise.all(ofOne.map((key) => cluster.cluster('KEYSLOT', key)));

    for (let at = 0; at < 60; at++) await store.set(fullEntry(`${at}`));
    const counts = await Promise.all(cluster.nodes('master').map(async (node) => (await entryKeys(node, prefix)).length));

    expect(ofOne.length).toBeGreaterThan(8);
    expect(new Set(slots).size).toBe(1);
    expect(slots[0]).toBe(slotOf(/\{(.*?)\}/.exec(ofOne[0]!)![1]!));
    for (const count of counts) expect(count).toBeGreaterThan(5);
    expect(await store.delete({})).toBe(61);
  });
});

describeOn('a plain server', 'records of which nothing can be read', (url) => {
  const { stores, other } = underTest(url);

  it.each([
    ['holds random bytes', 'not a record'],
    ['lost its value', '17 "cut o'],
  ])('are replaced where one %s', async (_, bytes) => {
    const prefix = freshPrefix();
    const { records } = stores.make({ prefix });
    await other.hset(`${prefix}{records}`, JSON.stringify('secret'), bytes);

    const found = await records.get('secret');
    const written = await records.put('secret', 'new', found?.version);

    expect(written).toBe(true);
    expect((await records.get('secret'))?.value).toBe('new');
    expect((await records.list('')).map(({ name }) => name)).toEqual(['secret']);
  });

  it('are replaced where something else stands under their keys', async () => {
    const prefix = freshPrefix();
    const { records } = stores.make({ prefix });
    await other.rpush(`${prefix}{records}`, 'a list');
    await other.rpush(`${prefix}{records}:version`, 'a list');

    const before = [await records.get('secret'), await records.list('')];
    await records.put('secret', 'new', undefined);

    expect(before).toEqual([undefined, []]);
    expect((await records.get('secret'))?.value).toBe('new');
  });

  it('never have a version of before, also when the server lost what it had', async () => {
    const prefix = freshPrefix();
    const { records } = stores.make({ prefix });
    await records.put('count', '1', undefined);
    const before = (await records.get('count'))!.version;
    await other.unlink(`${prefix}{records}`, `${prefix}{records}:version`);

    await records.put('count', '0', undefined);

    expect(await records.put('count', '2', before)).toBe(false);
  });
});
