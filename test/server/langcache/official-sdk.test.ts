import { SearchStrategy } from '@redis-ai/langcache/models/searchstrategy.js';
import * as errors from '@redis-ai/langcache/models/errors/index.js';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { serviceForTest } from './service-for-test.ts';

const prompt = 'How does semantic caching work?';
const response = 'Semantic caching stores and retrieves data based on meaning, not exact matches.';

describe('the official SDK', () => {
  it('saves an entry and finds it by meaning', async () => {
    const { sdk } = await serviceForTest();
    const { entryId } = await sdk().set({ prompt, response });

    const { data } = await sdk().search({ prompt: 'Please, how does the semantic caching work?' });

    expect(entryId).toMatch(/^[0-9a-f]{32}$/);
    expect(data).toEqual([{ id: entryId, prompt, response, attributes: {}, similarity: expect.any(Number), searchStrategy: 'semantic' }]);
    expect(data[0]!.similarity).toBeGreaterThan(0.85);
  });

  it('finds nothing in a cache that nobody has written to', async () => {
    const { sdk } = await serviceForTest();

    expect(await sdk('empty').search({ prompt })).toEqual({ data: [] });
  });

  it('searches exactly, whatever the letter case', async () => {
    const { sdk } = await serviceForTest();
    await sdk().set({ prompt, response });

    const { data } = await sdk().search({ prompt: prompt.toUpperCase(), searchStrategies: [SearchStrategy.Exact, SearchStrategy.Semantic] });

    expect(data).toMatchObject([{ prompt, similarity: 1, searchStrategy: 'exact' }]);
  });

  it('selects by attributes', async () => {
    const { sdk } = await serviceForTest();
    await sdk().set({ prompt, response: 'en', attributes: { language: 'en', topic: 'ai' } });
    await sdk().set({ prompt, response: 'de', attributes: { language: 'de', topic: 'ai' } });

    const { data } = await sdk().search({ prompt, attributes: { language: 'de' } });

    expect(data).toMatchObject([{ response: 'de', attributes: { language: 'de', topic: 'ai' } }]);
  });

  it('deletes by id, by attributes, and all', async () => {
    const { sdk } = await serviceForTest();
    const { entryId } = await sdk().set({ prompt: 'one', response });
    await sdk().set({ prompt: 'two', response, attributes: { language: 'en', topic: 'ai' } });
    await sdk().set({ prompt: 'three', response });
    const isThere = async (asked: string) => (await sdk().search({ prompt: asked, searchStrategies: ['exact'] })).data.length === 1;

    await sdk().deleteById(entryId);
    const { deletedEntriesCount } = await sdk().deleteQuery({ attributes: { language: 'en', topic: 'ai' } });
    expect(deletedEntriesCount).toBe(1);
    expect([await isThere('one'), await isThere('two'), await isThere('three')]).toEqual([false, false, true]);
    await sdk().flush({});

    expect(await isThere('three')).toBe(false);
  });

  it('lets entries end after their time to live', async () => {
    let time = 1_000_000;
    const clock = { ...systemClock, now: () => time, elapsed: () => time };
    const { sdk } = await serviceForTest({ clock });
    await sdk().set({ prompt, response, ttlMillis: 1000 });
    time += 999;
    expect((await sdk().search({ prompt })).data).toHaveLength(1);

    time += 1;

    expect((await sdk().search({ prompt })).data).toEqual([]);
  });
});

describe('the errors that the official SDK throws', () => {
  it('400, with the member that is wrong', async () => {
    const { sdk } = await serviceForTest();

    const thrown = await sdk().set({ prompt: 'x'.repeat(1025), response }).catch((error: unknown) => error);

    expect(thrown).toBeInstanceOf(errors.BadRequestErrorResponseContent);
    expect(thrown).toMatchObject({ type: '/errors/invalid-data', fields: [{ field: 'prompt', message: 'expected: a string of 1 to 1,024 characters' }] });
  });

  it('401 and 403', async () => {
    const { sdk, keyFor } = await serviceForTest();
    const key = await keyFor('mine', 'read');

    await expect(sdk('mine', 'other').search({ prompt })).rejects.toBeInstanceOf(errors.AuthenticationErrorResponseContent);
    await expect(sdk('theirs', key).search({ prompt })).rejects.toBeInstanceOf(errors.ForbiddenErrorResponseContent);
    await expect(sdk('mine', key).set({ prompt, response })).rejects.toBeInstanceOf(errors.ForbiddenErrorResponseContent);
  });

  it('404', async () => {
    const { sdk, service } = await serviceForTest();

    await expect(sdk().deleteById('f'.repeat(32))).rejects.toMatchObject({ type: '/errors/cache/entry/not-found' });
    const { token } = await service.keys.create({ scope: 'read', cache: 'gone' });
    await expect(sdk('gone', token).search({ prompt })).rejects.toBeInstanceOf(errors.NotFoundErrorResponseContent);
  });

  it('413', async () => {
    const { sdk } = await serviceForTest({ maxBodyBytes: 1000 });

    await expect(sdk().set({ prompt, response: 'x'.repeat(1000) })).rejects.toBeInstanceOf(errors.PayloadTooLargeErrorResponseContent);
  });

  it('429, and its retries come through when they wait as they are told', async () => {
    let time = 0;
    const clock = { ...systemClock, now: () => time, elapsed: () => time };
    const { sdk } = await serviceForTest({ perSecond: 1, clock });
    await sdk().search({ prompt });

    const thrown = await sdk().search({ prompt }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(errors.TooManyRequestsErrorResponseContent);
    expect((thrown as errors.TooManyRequestsErrorResponseContent).headers.get('retry-after')).toBe('1');
    time += 2000;

    expect(await sdk().search({ prompt })).toEqual({ data: [] });
  });
});
