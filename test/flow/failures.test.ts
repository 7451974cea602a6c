import { describe, expect, it, vi } from 'vitest';
import { faultyStore } from '../../src/testing/faulty-store.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { createCache } from '../../src/integrations/library.ts';
import { pathForTest, contentOf } from './path-for-test.ts';

describe('a secret that cannot be read', () => {
  it('lets requests go on without the cache, reported once for all who came together', async () => {
    const store = faultyStore(memoryStore(), { fail: ['records.get'] });
    const { ask, cache, provider } = await pathForTest({ store });
    const codes: string[] = [];
    cache.on('error', ({ error }) => codes.push(error.code));

    const answers = await Promise.all([ask('One?'), ask('Two?'), ask('Three?')]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(codes).toEqual(['STORE_FAILED']);
    expect(provider.calls).toBe(3);
  });

  it('is tried again, and then what is asked is kept', async () => {
    const store = faultyStore(memoryStore(), { fail: ['records.get'] });
    const { askAndSettle, ask, cache, clock } = await pathForTest({ store });
    cache.on('error', () => {});
    await askAndSettle('Again?');
    store.heal();
    await clock.advance(5_000);

    await askAndSettle('Again?');

    expect(await contentOf(await ask('Again?'))).toBe('Answer 2 to: Again?');
  });
});

describe('warnings of the process', () => {
  it('come once a code where nobody listens', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const store = faultyStore(memoryStore(), {});
    const cache = createCache({ store, memory: false });
    const make = cache.wrap(async (x: number) => x, { name: 'make' });
    await make(0);
    store.fail('get');
    store.fail('set');

    for (let i = 1; i < 10; i++) expect(await make(i)).toBe(i);

    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
    store.heal();
    await cache.close();
  });
});
