import { describe, expect, it } from 'vitest';
import { createStats, forgetStats, persistStats, readStats, type Stats } from '../../src/stats/stats.ts';
import { noUsage } from '../../src/model/usage.ts';
import { memoryRecords } from '../../src/stores/memory-records.ts';
import type { Records } from '../../src/stores/store.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';

const place = { namespace: 'default', id: 'process 1' };

function counting(): { stats: Stats; count: (requests: number, model?: string) => void } {
  const stats = createStats({ clock: fakeClock(1000) });
  const settled = { stored: true, usage: { ...noUsage, input: 10 }, cost: 0.5 };
  return {
    stats,
    count(requests, model = 'gpt-4o') {
      for (let index = 0; index < requests; index++) stats.add({ tenant: 't', model, provider: 'openai', kind: 'miss', latencyMs: 100, settled, why: undefined });
    },
  };
}

const requestsIn = async (records: Records): Promise<number | undefined> => (await readStats(records, 'default'))?.requests;

describe('persistent statistics', () => {
  it('are what the process itself shows', async () => {
    const records = memoryRecords();
    const { stats, count } = counting();
    count(3);
    stats.add({ tenant: 't', model: undefined, provider: 'openai', kind: 'bypass', latencyMs: 1, settled: { stored: false }, why: 'files' });

    const done = await persistStats(stats, records, place);

    expect(done).toBe(true);
    expect(await readStats(records, 'default')).toEqual(stats.snapshot());
  });

  it('take only what is new each time', async () => {
    const records = memoryRecords();
    const { stats, count } = counting();

    for (let round = 0; round < 5; round++) {
      count(2);
      await persistStats(stats, records, place);
    }
    const version = (await records.get('stats/default'))?.version;
    await persistStats(stats, records, place);

    expect(await requestsIn(records)).toBe(10);
    expect(stats.snapshot().requests).toBe(10);
    expect((await records.get('stats/default'))?.version).toBe(version);
  });

  it('are the sum of all processes, and lose nothing when these write at once', async () => {
    const records = slowly(memoryRecords());
    const processes = Array.from({ length: 5 }, counting);
    for (const { count } of processes) count(4);

    const done = await Promise.all(processes.map(({ stats }, index) => persistStats(stats, records, { namespace: 'default', id: `process ${index}` })));

    expect(done).toEqual([true, true, true, true, true]);
    expect(await requestsIn(records)).toBe(20);
    expect((await readStats(records, 'default'))?.money.spent).toBe(10);
    expect((await readStats(records, 'default'))?.latency.misses.count).toBe(20);
  });

  it('are written once by calls that overlap', async () => {
    const records = slowly(memoryRecords());
    const { stats, count } = counting();
    count(4);

    await Promise.all([persistStats(stats, records, place), persistStats(stats, records, place), persistStats(stats, records, place)]);

    expect(await requestsIn(records)).toBe(4);
  });

  it('of a new process with an old id are added, too', async () => {
    const records = memoryRecords();
    for (let start = 0; start < 3; start++) {
      const { stats, count } = counting();
      count(1);
      await persistStats(stats, records, place);
    }

    expect(await requestsIn(records)).toBe(3);
  });

  it('that could not be written are written the next time', async () => {
    const records = memoryRecords();
    const { stats, count } = counting();
    count(2);
    const broken = { ...records, put: () => Promise.reject(new Error('disk full')) };

    await expect(persistStats(stats, broken, place)).rejects.toThrow('disk full');
    count(3);
    await persistStats(stats, records, place);

    expect(await requestsIn(records)).toBe(5);
  });

  it('that were written although the store said it failed are not added twice', async () => {
    const records = memoryRecords();
    const { stats, count } = counting();
    count(2);
    const deaf: Records = {
      ...records,
      put: async (name, value, version) => {
        await records.put(name, value, version);
        throw new Error('time-out');
      },
    };

    await expect(persistStats(stats, deaf, place)).rejects.toThrow('time-out');
    count(3);
    await persistStats(stats, records, place);

    expect(await requestsIn(records)).toBe(5);
  });

  it('give way when others always come first, and are kept', async () => {
    const records = memoryRecords();
    const { stats, count } = counting();
    count(2);
    let tries = 0;

    const done = await persistStats(stats, { ...records, put: () => (tries++, false) }, place);

    expect(done).toBe(false);
    expect(tries).toBe(10);
    expect(await persistStats(stats, records, place)).toBe(true);
    expect(await requestsIn(records)).toBe(2);
  });

  it('of a newer version are left alone, and damaged ones begun anew', async () => {
    const { stats, count } = counting();
    count(2);
    const newer = memoryRecords([{ name: 'stats/default', value: '{"v":2}', version: 1 }]);
    const damaged = memoryRecords([{ name: 'stats/default', value: '{"v":1,"tally":{"rows":{"m":7}}', version: 1 }]);

    expect(await persistStats(stats, newer, place)).toBe(false);
    expect(await readStats(newer, 'default')).toBeUndefined();
    expect((await newer.get('stats/default'))?.value).toBe('{"v":2}');
    expect(await persistStats(stats, damaged, place)).toBe(true);
    expect(await requestsIn(damaged)).toBe(2);
  });

  it('that were reset before they could be written are not written later', async () => {
    const records = memoryRecords();
    const { stats, count } = counting();
    count(2);
    await persistStats(stats, { ...records, put: () => false }, place);

    stats.reset();
    count(1);
    await persistStats(stats, records, place);

    expect(await requestsIn(records)).toBe(1);
  });

  it('are apart by namespace, and can be forgotten', async () => {
    const records = memoryRecords();
    const { stats, count } = counting();
    count(2);
    await persistStats(stats, records, place);

    expect(await readStats(records, 'another')).toBeUndefined();
    await forgetStats(records, 'default');
    expect(await readStats(records, 'default')).toBeUndefined();
  });
});

/** The same records, but other work comes between any two calls, as with a store on a network. */
function slowly(records: Records): Records {
  const later = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    ...records,
    get: async (name) => (await later(), records.get(name)),
    put: async (name, value, version) => (await later(), records.put(name, value, version)),
  };
}
