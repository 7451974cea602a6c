import { expect, it, onTestFinished } from 'vitest';
import { LangCache } from '../../../src/langcache/langcache.ts';
import { inProcessTransport } from '../../../src/server/langcache/in-process.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import { wordsSemantic } from './service-for-test.ts';

function client() {
  const cache = new LangCache({ cacheId: 'docs', serverURL: 'http://in-process', transport: inProcessTransport({ store: memoryStore(), semantic: wordsSemantic() }) });
  onTestFinished(() => cache.close());
  return cache;
}

it('a client needs no server: set, search, change, feedback, delete', async () => {
  const cache = client();
  const { entryId } = await cache.set({ prompt: 'How do I log in?', response: 'one', tags: ['t'] });

  const { data } = await cache.search({ prompt: 'Please, how do I log in?' });
  const changed = await cache.update(entryId, { response: 'two' });
  await cache.feedback(entryId, { prompt: 'Please, how do I log in?', verdict: 'wrong' });

  expect(data).toMatchObject([{ id: entryId, response: 'one', tags: ['t'] }]);
  expect(changed.response).toBe('two');
  expect((await cache.search({ prompt: 'Please, how do I log in?' })).data).toEqual([]);
  expect(await cache.deleteQuery({ attributes: {} })).toEqual({ deletedEntriesCount: 1 });
});

it('the errors are those of a server', async () => {
  await expect(client().deleteById('f'.repeat(32))).rejects.toMatchObject({ statusCode: 404, type: '/errors/resource-not-found' });
  await expect(client().set({ prompt: '', response: 'x' })).rejects.toMatchObject({ statusCode: 400, fields: [{ field: 'prompt' }] });
});

it('a call that is given up ends at once', async () => {
  const cache = client();
  const giveUp = AbortSignal.abort();

  await expect(cache.search({ prompt: 'x' }, { signal: giveUp })).rejects.toMatchObject({ name: 'RequestAbortedError' });
});
