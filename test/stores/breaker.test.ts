import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreError } from '../../src/base/errors.ts';
import { breakerBefore } from '../../src/stores/breaker.ts';
import { guardStore } from '../../src/stores/guard.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { memoryTier } from '../../src/stores/memory-tier.ts';
import type { Abilities, Store } from '../../src/stores/store.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { type FaultyStore, faultyStore } from '../../src/testing/faulty-store.ts';
import { storeContract } from '../../src/testing/store-contract.ts';
import type { WriteQueueBounds } from '../../src/stores/write-queue.ts';
import { entryOf } from './entry.ts';

/** A store that says it is asked over a network. */
const remotely = (store: Store, abilities: Abilities = {}): Store => ({ ...store, open: async () => ({ ...(await store.open()), ...abilities, remote: true }) });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A store that can be made to fail, a breaker before it, and a clock for both. */
async function breakable({ remote = true, queue }: { remote?: boolean; queue?: WriteQueueBounds } = {}) {
  const clock = fakeClock();
  const faulty = faultyStore(memoryStore());
  const reported: StoreError[] = [];
  const store = breakerBefore(guardStore(remote ? remotely(faulty) : faulty), {
    clock,
    readTimeout: 250,
    onDropped: (error) => reported.push(error),
    ...(queue && { queue }),
  });
  await store.open();
  const goOn = async (delay: number) => {
    vi.advanceTimersByTime(delay);
    await clock.advance(delay);
  };
  return { store, faulty, clock, goOn, reported };
}

/** How an operation ended, in a word. */
const end = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'done';
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return (error as StoreError).message;
  }
};

const readsThatFail = async (store: Store, faulty: FaultyStore, count: number) => {
  faulty.fail('get');
  for (let number = 0; number < count; number++) await end(() => store.get('id'));
};

describe('a circuit breaker before a store on a server', () => {
  it('asks the store no more after five failures in a row, and answers at once', async () => {
    const { store, faulty } = await breakable();

    await readsThatFail(store, faulty, 20);

    expect(faulty.calls.get).toBe(5);
    expect(await end(() => store.get('id'))).toMatch(/left alone for some seconds/);
  });

  it('takes a read without an answer in time for a failure', async () => {
    const { store, faulty, clock } = await breakable();
    faulty.hang('get');

    for (let number = 0; number < 5; number++) {
      const read = end(() => store.get('id'));
      await vi.waitUntil(() => clock.sleepers > 0);
      await clock.advance(250);
      expect(await read).toMatch(/no answer within 250 ms/);
    }

    expect(await end(() => store.get('id'))).toMatch(/left alone/);
    expect(faulty.calls.get).toBe(5);
  });

  it('counts failures in a row alone', async () => {
    const { store, faulty } = await breakable();

    for (let round = 0; round < 5; round++) {
      faulty.fail('get', new Error('lost'), 4);
      for (let number = 0; number < 5; number++) await end(() => store.get('id'));
    }

    expect(faulty.calls.get).toBe(25);
  });

  it('lets one operation try after five seconds, and all once that went well', async () => {
    const { store, faulty, goOn } = await breakable();
    await readsThatFail(store, faulty, 5);

    await goOn(4_999);
    await end(() => store.get('id'));
    const before = faulty.calls.get;
    await goOn(1);
    faulty.heal();
    faulty.hang('get');
    const trial = end(() => store.get('id'));
    await vi.waitUntil(() => faulty.calls.get > before);
    const meanwhile = await end(() => store.get('id'));
    faulty.heal();

    expect(before).toBe(5);
    expect(meanwhile).toMatch(/left alone/);
    expect(await trial).toBe('done');
    expect(await end(() => store.get('id'))).toBe('done');
    expect(faulty.calls.get).toBe(7);
  });

  it('stays open when the trial fails', async () => {
    const { store, faulty, goOn } = await breakable();
    await readsThatFail(store, faulty, 5);

    await goOn(5_000);
    await end(() => store.get('id'));
    await end(() => store.get('id'));

    expect(faulty.calls.get).toBe(6);
  });

  it('goes on reading where only writes fail', async () => {
    const { store, faulty } = await breakable();
    await store.set(entryOf('kept'));
    faulty.fail('set');

    for (let number = 0; number < 8; number++) await end(() => store.set(entryOf(`id-${number}`)));

    expect(faulty.calls.set).toBe(1 + 5);
    expect((await store.get('kept'))?.id).toBe('kept');
  });

  it('leaves it to the memory before it to serve meanwhile', async () => {
    const { store, faulty } = await breakable();
    const tier = memoryTier(store);
    await tier.open();
    await tier.set(entryOf('kept'));

    await readsThatFail(store, faulty, 6);

    expect((await tier.get('kept'))?.id).toBe('kept');
    expect(await end(() => tier.get('other'))).toMatch(/left alone/);
  });

  it('does nothing before a store in the process', async () => {
    const { store, faulty } = await breakable({ remote: false });
    faulty.fail('get', new Error('lost'), 20);

    for (let number = 0; number < 20; number++) await expect(store.get('id')).rejects.toThrow('lost');

    faulty.heal();
    expect(store.get('id')).toBeUndefined();
  });

  it('has exactly the abilities of the store', async () => {
    const lease = { name: 'call', fence: 7 };
    const given: Abilities = {
      changes: { subscribe: () => () => {} },
      search: { nearest: async () => [{ id: 'a', similarity: 1 }] },
      leases: { acquire: async () => lease, renew: async () => true, release: async () => {} },
      logs: { append: async () => {}, async *read() { yield new Uint8Array([1]); } },
    };
    const breaker = (abilities: Abilities) => breakerBefore(remotely(memoryStore(), abilities), { clock: fakeClock(), readTimeout: 250, onDropped: () => {} });

    const [all, none] = [await breaker(given).open(), await breaker({}).open()];

    expect(Object.keys(all).toSorted()).toEqual(['changes', 'leases', 'logs', 'remote', 'search']);
    expect(Object.keys(none)).toEqual(['remote']);
    expect(await all.leases!.acquire('call', 1000)).toBe(lease);
    expect(await all.leases!.renew(lease, 1000)).toBe(true);
    expect(await all.search!.nearest({} as never)).toEqual([{ id: 'a', similarity: 1 }]);
    for await (const piece of all.logs!.read('call', 0)) expect([...piece]).toEqual([1]);
  });
});

describe('writes to a store on a server', () => {
  it('wait in a queue, and what has no room is dropped and counted', async () => {
    const { store, faulty, reported } = await breakable({ queue: { maxEntries: 10 } });
    faulty.hang('set');

    const ends = Array.from({ length: 40 }, (_, number) => end(() => store.set(entryOf(`id-${number}`))));
    await vi.waitUntil(() => faulty.calls.set === 16);
    faulty.heal();
    const all = await Promise.all(ends);
    await store.close();

    expect(all.filter((one) => one === 'done')).toHaveLength(16 + 10);
    expect(all.filter((one) => /too much waits to be written/.test(one))).toHaveLength(14);
    expect(reported.map(({ message }) => message)).toEqual([expect.stringContaining('14 answers were dropped in all')]);
  });

  it('keep within a number of bytes', async () => {
    const { store, faulty } = await breakable({ queue: { maxBytes: 50_000 } });
    faulty.hang('set');

    const ends = Array.from({ length: 30 }, (_, number) => end(() => store.set(entryOf(`id-${number}`, { text: 'x'.repeat(10_000) }))));
    await vi.waitUntil(() => faulty.calls.set === 16);
    faulty.heal();
    const dropped = (await Promise.all(ends)).filter((one) => one !== 'done');

    expect(dropped.length).toBeGreaterThanOrEqual(30 - 16 - 5);
    expect(dropped.length).toBeLessThan(14);
  });

  it('are done before it is closed', async () => {
    const { store, faulty } = await breakable();
    const inner = vi.fn();
    const ends = Array.from({ length: 100 }, (_, number) => end(() => store.set(entryOf(`id-${number}`))).then(inner));

    await store.close();

    expect(faulty.calls.set).toBe(100);
    await Promise.all(ends);
    expect(inner.mock.calls.every(([how]) => how === 'done')).toBe(true);
  });

  it('do not bring back what was deleted while they waited', async () => {
    const { store, faulty } = await breakable();
    faulty.hang('set');
    const ends = Array.from({ length: 30 }, (_, number) => end(() => store.set(entryOf(`id-${number}`))));
    await vi.waitUntil(() => faulty.calls.set === 16);

    const deleting = store.delete({});
    faulty.heal();
    await Promise.all([deleting, ...ends]);

    expect((await store.size()).entries).toBe(0);
  });
});

describe('the store contract behind a circuit breaker', () => {
  const options = { clock: fakeClock(), readTimeout: 250, onDropped: () => {} };
  for (const { name, run } of storeContract(() => breakerBefore(remotely(memoryStore()), options))) it(name, run);
});
