import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { openCounts } from '../../../src/server/langcache/counts.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import { faultyStore } from '../../../src/testing/faulty-store.ts';

const nothing = { data: [] };

describe('counts', () => {
  it('of two that share a store are added up, each but once', async () => {
    const { records } = memoryStore();
    const [one, two] = [openCounts(records, systemClock, () => undefined), openCounts(records, systemClock, () => undefined)];
    one.add('docs', 'sets', 2);
    two.add('docs', 'sets', 3);
    two.searched('docs', nothing, 1);

    await Promise.all([one.close(), two.close()]);
    await one.close();

    expect(await one.of('docs')).toMatchObject({ sets: 5, searches: 1, misses: 1, vetoed: 1, exactHits: 0 });
    expect(await one.of('others')).toMatchObject({ sets: 0, searches: 0 });
  });

  it('are written some seconds after they were counted', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { records } = memoryStore();
    openCounts(records, systemClock, () => undefined).add('docs', 'deletes', 4);

    await vi.advanceTimersByTimeAsync(10_000);

    expect(await openCounts(records, systemClock, () => undefined).of('docs')).toMatchObject({ deletes: 4 });
  });

  it('that could not be written are told of, and written later', async () => {
    const store = faultyStore(memoryStore());
    const troubles: unknown[] = [];
    const counts = openCounts(store.records, systemClock, (error) => troubles.push(error));
    counts.add('docs', 'sets', 1);
    store.fail('records.put');
    await counts.close();
    expect(troubles).toHaveLength(1);
    store.heal();
    counts.add('docs', 'sets', 1);

    await counts.close();

    expect(await openCounts(store.records, systemClock, () => undefined).of('docs')).toMatchObject({ sets: 2 });
  });

  it('begin anew when they are forgotten', async () => {
    const { records } = memoryStore();
    const counts = openCounts(records, systemClock, () => undefined);
    counts.add('docs', 'sets', 1);
    await counts.close();
    counts.add('docs', 'sets', 1);

    await counts.forget('docs');

    expect(await counts.of('docs')).toMatchObject({ sets: 0 });
  });
});
