import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/stores/memory.ts';
import { pathForTest } from './path-for-test.ts';

const bodyOf = (temperature: number) => ({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'What is Python?' }], temperature });

describe('explaining a miss', () => {
  it('looks at the newest entries, however many old ones there are', async () => {
    const store = memoryStore();
    const { cache, provider, askAndSettle } = await pathForTest({ store });
    const { id } = await askAndSettle('What is Python?', { body: { temperature: 0.1 } });
    const near = (await store.get(id))!;
    for (let count = 1; count <= 5000; count++) await store.set({ ...near, id: `old-${count}`, fields: {}, createdAt: near.createdAt - count });

    const { nearest } = await cache.explain(`${provider.openaiUrl}/chat/completions`, { body: bodyOf(0.2) });

    expect(nearest).toMatchObject({ id, differs: [{ field: '/temperature', how: 'changed' }] });
  });

  it('names the newest of those that are equally near', async () => {
    const { cache, clock, provider, askAndSettle } = await pathForTest();
    await askAndSettle('What is Python?', { body: { temperature: 0.1 } });
    await clock.advance(1000);
    const { id } = await askAndSettle('What is Python?', { body: { temperature: 0.3 } });

    const { nearest } = await cache.explain(`${provider.openaiUrl}/chat/completions`, { body: bodyOf(0.2) });

    expect(nearest?.id).toBe(id);
  });
});
