import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MaybePromise } from '../../src/base/maybe.ts';
import type { Change, Store } from '../../src/stores/store.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { tieredStore } from '../../src/stores/tiered.ts';
import { type FakeClock, fakeClock } from '../../src/testing/fake-clock.ts';
import { faultyStore } from '../../src/testing/faulty-store.ts';
import { storeContract } from '../../src/testing/store-contract.ts';
import { entryOf } from './entry.ts';

const opened: Store[] = [];
afterEach(async () => void (await Promise.all(opened.splice(0).map((store) => store.close()))));

/** Two tiers in memory that fail on demand, and a clock that stands. */
function tiers(options: { readonly redisTtl?: string } = {}) {
  const clock = fakeClock();
  const mirror = faultyStore(memoryStore());
  const durable = faultyStore(memoryStore());
  const another = () => {
    const store = tieredStore([mirror, durable], { clock, ...options });
    opened.push(store);
    return store;
  };
  return { clock, mirror, durable, store: another(), another };
}

/** What comes of work that waits for the clock. */
async function whileTimeGoesOn<T>(clock: FakeClock, work: MaybePromise<T>): Promise<T> {
  let done = false;
  const settled = Promise.resolve(work).finally(() => (done = true));
  settled.catch(() => {});
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(10);
  }
  return settled;
}

describe('a memory store before another', () => {
  for (const { name, run } of storeContract(() => tieredStore([memoryStore(), memoryStore()], { clock: fakeClock(0) }))) it(name, run);
});

describe('two tiers', () => {
  it('answer from the copy without asking the durable store, member for member', async () => {
    const { store, durable } = tiers();
    const entry = entryOf('a', { expiresAt: 1_700_000_060_000, dropAt: 1_800_000_000_000, lookups: ['other'] });
    await store.set(entry);
    const before = durable.calls.get;

    const found = await store.get('a');

    expect(found).toEqual(entry);
    expect(durable.calls.get).toBe(before);
  });

  it('copy what was read from the durable store', async () => {
    const { store, durable, mirror } = tiers();
    await durable.set(entryOf('a'));

    await store.get('a');
    await vi.waitFor(async () => expect(await mirror.get('a')).toBeDefined());
    durable.fail('get');

    expect(await store.get('a')).toEqual(entryOf('a'));
  });

  it('keep a copy for its time, and the entry for longer', async () => {
    const { store, durable, clock } = tiers({ redisTtl: '1m' });
    await store.set(entryOf('a'));
    const before = durable.calls.get;

    await clock.advance(60_001);

    expect(await store.get('a')).toEqual(entryOf('a'));
    expect(durable.calls.get).toBeGreaterThan(before);
  });

  it('move the times of entry and copy alike', async () => {
    const { store, durable } = tiers({ redisTtl: '1m' });
    const at = 1_700_000_000_000;
    await store.set(entryOf('a', { expiresAt: at + 30_000, dropAt: at + 900_000 }));

    await store.touch('a', at + 40_000);
    durable.fail('get');

    expect(await store.get('a')).toMatchObject({ expiresAt: at + 40_000, dropAt: at + 910_000 });
  });

  it('acknowledge a write when the durable store has it, and not before', async () => {
    const { store, durable, mirror } = tiers();
    durable.fail('set');

    await expect(store.set(entryOf('a'))).rejects.toThrow('told to fail');

    expect(await mirror.get('a')).toBeUndefined();
  });

  it('read copies while the durable store is down', async () => {
    const { store, durable } = tiers();
    await store.set(entryOf('a'));
    for (const operation of ['get', 'set', 'find', 'delete', 'records.get', 'records.put'] as const) durable.fail(operation);

    expect(await store.get('a')).toEqual(entryOf('a'));
    await expect(store.get('b')).rejects.toThrow('told to fail');
  });

  it.each(['fail', 'hang'] as const)('read and write the durable store while operations of the other %s', async (how) => {
    const { store, clock, mirror, durable } = tiers();
    for (const operation of ['get', 'set', 'touch', 'delete'] as const) mirror[how](operation);

    await whileTimeGoesOn(clock, store.set(entryOf('a')));
    const read = await whileTimeGoesOn(clock, store.get('a'));

    expect(read).toEqual(entryOf('a'));
    expect(await durable.get('a')).toEqual(entryOf('a'));
    mirror.heal();
  });

  it('ask a failing mirror once a second, so that it costs the others no time', async () => {
    const { store, clock, mirror } = tiers();
    await store.set(entryOf('a'));
    mirror.fail('get');

    for (let count = 0; count < 20; count++) await store.get('a');
    const asked = mirror.calls.get;
    await clock.advance(1_001);
    await store.get('a');

    expect(asked).toBe(1);
    expect(mirror.calls.get).toBe(2);
  });
});

describe('a deletion that does not reach the copies', () => {
  it.each(['fail', 'hang'] as const)('is not undone by them while they %s, nor when they are back', async (how) => {
    const { store, clock, mirror } = tiers();
    await store.set(entryOf('a'));
    mirror[how]('delete');

    const deleted = await whileTimeGoesOn(clock, store.delete({ ids: ['a'] }));
    const during = await whileTimeGoesOn(clock, store.get('a'));
    mirror.heal();
    await clock.advance(2_000);

    expect([deleted, during]).toEqual([1, undefined]);
    expect(await whileTimeGoesOn(clock, store.get('a'))).toBeUndefined();
    expect(await mirror.get('a')).toBeUndefined();
  });

  it('stops other processes from reading copies, and those that begin later', async () => {
    const { store, clock, mirror, durable, another } = tiers();
    const listeners: ((change: Change) => void)[] = [];
    const open = durable.open.bind(durable);
    durable.open = async () => ({ ...(await open()), changes: { subscribe: (listener) => (listeners.push(listener), () => {}) } });
    const other = another();
    await other.open();
    await store.set(entryOf('a'));
    const deletesFailHere = tieredStore([faultyStore(mirror, { fail: ['delete'] }), durable], { clock });
    opened.push(deletesFailHere);

    await deletesFailHere.delete({ tag: 'none', ids: ['a'] });
    await deletesFailHere.delete({ ids: ['a'] });
    for (const listener of listeners) listener({ kind: 'delete', ids: ['a'] });
    const later = another();
    await later.open();

    await vi.waitFor(async () => expect(await other.get('a')).toBeUndefined());
    expect(await later.get('a')).toBeUndefined();
    expect(await mirror.get('a')).toBeUndefined();
  });

  it('is rejected where it cannot even be noted down', async () => {
    const { store, mirror, durable } = tiers();
    await store.set(entryOf('a'));
    mirror.fail('delete');
    durable.fail('records.put');

    await expect(store.delete({ ids: ['a'] })).rejects.toThrow('told to fail');

    expect(await durable.get('a')).toBeDefined();
  });

  it('lets copies be read again once it could be made up for', async () => {
    const { store, clock, mirror, durable } = tiers();
    await store.set(entryOf('a'));
    mirror.fail('delete');
    await store.delete({ ids: ['a'] });
    mirror.heal();
    await clock.advance(1_001);

    await store.set(entryOf('b'));
    const before = durable.calls.get;

    expect(await store.get('b')).toEqual(entryOf('b'));
    expect(durable.calls.get).toBe(before);
    expect((await durable.records.get('tiered/mirror'))?.value).toBe('settled');
  });
});

describe('an entry that is deleted while it is read', () => {
  it('leaves no copy', async () => {
    const { store, durable, mirror } = tiers();
    await durable.set(entryOf('a'));
    durable.hang('get');
    const reading = store.get('a');
    await vi.waitFor(() => expect(durable.calls.get).toBe(1));

    const deleted = store.delete({ ids: ['a'] });
    await deleted;
    durable.heal();
    await reading;

    expect(await store.get('a')).toBeUndefined();
    expect(await mirror.get('a')).toBeUndefined();
  });

  it('leaves no copy either where another process deletes it', async () => {
    const { store, durable, mirror, another } = tiers();
    await durable.set(entryOf('a'));
    mirror.hang('set');
    await store.get('a');
    await vi.waitFor(() => expect(mirror.calls.set).toBe(1));

    await another().delete({ ids: ['a'] });
    const before = mirror.calls.delete;
    mirror.heal();

    await vi.waitFor(() => expect(mirror.calls.delete).toBe(before + 1));
    expect(await mirror.get('a')).toBeUndefined();
    expect(await store.get('a')).toBeUndefined();
  });
});

describe('abilities of tiers', () => {
  const search = { nearest: async () => [] };
  const meeting = { leases: { acquire: async () => undefined, renew: async () => false, release: async () => {} }, logs: { append: async () => {}, async *read() {} } };
  const withAbilities = (abilities: object): Store => ({ ...memoryStore(), open: async () => abilities });

  it('are search of the durable store, and leases of the quick one', async () => {
    const store = tieredStore([withAbilities({ ...meeting, remote: true }), withAbilities({ search })]);

    expect(await store.open()).toEqual({ search, ...meeting, remote: true });
  });

  it('leave out a search that knows copies alone', async () => {
    const store = tieredStore([withAbilities({ search }), withAbilities({ ...meeting })]);

    expect(await store.open()).toEqual(meeting);
  });

  it('are those of the durable store where the mirror cannot be opened', async () => {
    const store = tieredStore([faultyStore(memoryStore(), { fail: ['open'] }), withAbilities({ ...meeting })]);

    expect(await store.open()).toEqual(meeting);
  });

  it('refuse times that are none', () => {
    expect(() => tieredStore([memoryStore(), memoryStore()], { redisTtl: 0 })).toThrow('redisTtl');
    expect(() => tieredStore([memoryStore(), memoryStore()], { mirrorTimeout: 'soon' })).toThrow('mirrorTimeout');
  });
});
