import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { guardStore } from '../../../src/stores/guard.ts';
import { memoryTier } from '../../../src/stores/memory-tier.ts';
import { openStore } from '../../../src/stores/open.ts';
import { serviceForTest } from './service-for-test.ts';

const entries = '/v1/caches/docs/entries';

async function sqlite(): Promise<() => ReturnType<typeof openStore>> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return () => memoryTier(guardStore(openStore(`sqlite:${join(folder, 'cache.db')}`, { now: Date.now, onDamage: () => {} })));
}

it('a restart keeps caches, keys, entries, what they are found by, and what was called wrong', async () => {
  const open = await sqlite();
  const before = await serviceForTest({ store: open() });
  const authorization = `Bearer ${await before.keyFor('docs')}`;
  const call = (service: typeof before, method: string, path: string, body?: unknown) => service.call(method, path, body, { authorization });
  await call(before, 'POST', entries, { prompt: 'How do I log in?', response: 'one' });
  const { json } = await call(before, 'POST', entries, { prompt: 'How do I log out?', response: 'two', attributes: { language: 'en' }, tags: ['t'] });
  const { entryId } = json as { entryId: string };
  await call(before, 'POST', `${entries}/${entryId}/feedback`, { prompt: 'How do I log the out?', verdict: 'wrong' });
  await before.close();

  const after = await serviceForTest({ store: open() });

  expect((await after.call('GET', entries)).status).toBe(401);
  expect((await call(after, 'GET', `${entries}/${entryId}`)).json).toMatchObject({ prompt: 'How do I log out?', response: 'two', attributes: { language: 'en' }, tags: ['t'] });
  expect((await call(after, 'POST', `${entries}/search`, { prompt: 'Please, how do I log in?' })).json).toMatchObject({ data: [{ response: 'one', searchStrategy: 'semantic' }] });
  expect((await call(after, 'POST', `${entries}/search`, { prompt: 'HOW DO I LOG OUT?', searchStrategies: ['exact'] })).json).toMatchObject({ data: [{ response: 'two' }] });
  expect((await call(after, 'POST', `${entries}/search`, { prompt: 'How do I log the out?' })).json).toEqual({ data: [] });
});

it('what is acknowledged is found by another process that shares the file, and what is deleted is not', async () => {
  const open = await sqlite();
  const one = await serviceForTest({ store: open() });
  const two = await serviceForTest({ store: open() });
  const found = async (prompt: string) => ((await two.call('POST', `${entries}/search`, { prompt })).json as { data: { response: string }[] }).data.map(({ response }) => response);
  await found('nothing yet');

  const { json } = await one.call('POST', entries, { prompt: 'How do I log in?', response: 'one' });
  await expect.poll(() => found('Please, how do I log in?')).toEqual(['one']);
  await one.call('DELETE', `${entries}/${(json as { entryId: string }).entryId}`);

  await expect.poll(() => found('Please, how do I log in?')).toEqual([]);
});

it('a restart keeps what was counted, and processes that share the file add up what they counted', async () => {
  const open = await sqlite();
  const statsOf = async (service: Awaited<ReturnType<typeof serviceForTest>>, cache = 'docs') => (await service.call('GET', `/v1/caches/${cache}/stats`)).json;
  const one = await serviceForTest({ store: open() });
  await one.call('POST', entries, { prompt: 'How do I log in?', response: 'one' });
  await one.call('POST', `${entries}/search`, { prompt: 'How do I log in?', searchStrategies: ['exact'] });
  const before = await statsOf(one);
  await one.close();

  const two = await serviceForTest({ store: open() });
  const three = await serviceForTest({ store: open() });
  expect(await statsOf(two)).toEqual(before);
  await two.call('POST', `${entries}/search`, { prompt: 'Nothing like it' });
  await three.call('POST', `${entries}/search`, { prompt: 'Please, how do I log in?' });
  await two.close();

  expect(await statsOf(three)).toEqual({ ...(before as object), searches: 3, exactHits: 1, semanticHits: 1, misses: 1, sets: 1 });
  await three.call('DELETE', '/admin/caches/docs');
  expect(await statsOf(three)).toMatchObject({ entries: 0, searches: 0, sets: 0 });
});
