import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ClosedError, LangCache, SDKValidationError, SearchStrategy } from '../../src/langcache/index.ts';
import { serviceForTest } from '../server/langcache/service-for-test.ts';

/** The client of a server, and the one that needs none: both with the bundled model and a store of their own. */
const FORMS: Readonly<Record<string, () => Promise<LangCache>>> = {
  'a client of a server': async () => {
    const { url } = await serviceForTest({ semantic: {} });
    return new LangCache({ serverURL: url, cacheId: 'docs' });
  },
  'a client with a store in the process': async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reprise-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return new LangCache({ store: `sqlite:${join(folder, 'answers.db')}`, cacheId: 'docs' });
  },
};

const prompt = 'How do I reset my password?';
const polite = 'Please, how do I reset my password? Thanks!';

describe.each(Object.entries(FORMS))('%s', (_, make) => {
  async function client(): Promise<LangCache> {
    const cache = await make();
    onTestFinished(() => cache.close());
    return cache;
  }

  it('finds what was set: exactly whatever the letter case, and by meaning', async () => {
    const cache = await client();
    const { entryId } = await cache.set({ prompt, response: 'In Settings.', attributes: { language: 'en' }, tags: ['faq'] });

    const exact = await cache.search({ prompt: prompt.toUpperCase(), searchStrategies: [SearchStrategy.Exact, SearchStrategy.Semantic] });
    const semantic = await cache.search({ prompt: polite, explain: true });

    const entry = { id: entryId, prompt, response: 'In Settings.', attributes: { language: 'en' }, tags: ['faq'], similarity: 1 };
    expect(exact).toEqual({ data: [{ ...entry, searchStrategy: 'exact' }] });
    expect(semantic.data).toEqual([{ ...entry, searchStrategy: 'semantic' }]);
    expect(semantic.explanation!.candidates).toEqual([{ entryId, prompt, similarity: 1, served: true, why: expect.any(String), vetoes: [] }]);
  });

  it('finds nothing where nothing is', async () => {
    const cache = await client();

    expect(await cache.search({ prompt, searchStrategies: ['exact', 'semantic'] })).toEqual({ data: [] });
    expect(await cache.deleteQuery({ attributes: { language: 'en' } })).toEqual({ deletedEntriesCount: 0 });
    await expect(cache.flush()).resolves.toBeUndefined();
  });

  it('gives as many results as are wanted, and selects by attributes', async () => {
    const cache = await client();
    await cache.setMany([{ prompt, response: 'one', attributes: { v: '1' } }, { prompt, response: 'two', attributes: { v: '2' } }, { prompt, response: 'three' }]);
    const found = async (more: object) => (await cache.search({ prompt, searchStrategies: ['exact'], ...more })).data.map(({ response }) => response).toSorted();

    expect(await found({})).toHaveLength(1);
    expect(await found({ maxResults: 2 })).toHaveLength(2);
    expect(await found({ maxResults: 10 })).toEqual(['one', 'three', 'two']);
    expect(await found({ maxResults: 10, attributes: { v: '2' } })).toEqual(['two']);
  });

  it('says what was searched for in a conversation', async () => {
    const cache = await client();
    await cache.set({ prompt, response: 'In Settings.' });

    expect(await cache.conversationalSearch({ prompt: polite, context: [] })).toMatchObject({ actualPrompt: polite, data: [{ response: 'In Settings.' }] });
  });

  it('deletes by id, by attributes, by tag, and all', async () => {
    const cache = await client();
    const { entryIds } = await cache.setMany([
      { prompt: 'one', response: '1' }, { prompt: 'two', response: '2', attributes: { a: 'x', b: 'y' } }, { prompt: 'three', response: '3', tags: ['t'] }, { prompt: 'four', response: '4' },
    ]);
    const left = async () => (await cache.listEntries()).data.map(({ prompt: asked }) => asked).toSorted();

    await cache.deleteById(entryIds[0]!);
    expect(await left()).toEqual(['four', 'three', 'two']);
    expect(await cache.deleteQuery({ attributes: { a: 'x', b: 'other' } })).toEqual({ deletedEntriesCount: 0 });
    expect(await cache.deleteQuery({ attributes: { a: 'x' } })).toEqual({ deletedEntriesCount: 1 });
    expect(await cache.deleteByTag('t')).toEqual({ deletedEntriesCount: 1 });
    expect(await left()).toEqual(['four']);
    await cache.flush();
    expect(await left()).toEqual([]);
    expect(await cache.search({ prompt: 'four', searchStrategies: ['exact'] })).toEqual({ data: [] });
  });

  it('shows, lists page by page, and changes', async () => {
    const cache = await client();
    const { entryIds } = await cache.setMany(Array.from({ length: 5 }, (__, at) => ({ prompt: `question ${at}`, response: `${at}`, tags: [at % 2 ? 'odd' : 'even'] })));
    const first = await cache.listEntries({ limit: 3 });
    const second = await cache.listEntries({ limit: 3, cursor: first.nextCursor! });

    const changed = await cache.update(entryIds[1]!, { response: 'better', attributes: { a: 'b' }, ttlMillis: 60_000 });

    expect([...first.data, ...second.data].map(({ id }) => id).toSorted()).toEqual(entryIds.toSorted());
    expect(second).not.toHaveProperty('nextCursor');
    expect((await cache.listEntries({ tag: 'odd' })).data).toHaveLength(2);
    expect(changed).toMatchObject({ id: entryIds[1], prompt: 'question 1', response: 'better', attributes: { a: 'b' }, tags: ['odd'], expiresAt: expect.any(Number) });
    expect(await cache.getEntry(entryIds[1]!)).toEqual(changed);
  });

  it('never serves again what was called wrong, until it is called right, and counts what it did', async () => {
    const cache = await client();
    const { entryId } = await cache.set({ prompt, response: 'In Settings.' });

    await cache.feedback(entryId, { prompt: polite, verdict: 'wrong' });
    const refused = await cache.search({ prompt: polite });
    await cache.feedback(entryId, { prompt: polite, verdict: 'right' });
    const { results } = await cache.searchMany([{ prompt: polite }, { prompt, searchStrategies: ['exact'] }]);

    expect(refused.data).toEqual([]);
    expect(results.map(({ data }) => data[0]?.id)).toEqual([entryId, entryId]);
    expect(await cache.stats()).toEqual({ entries: 1, since: expect.any(Number), searches: 3, exactHits: 1, semanticHits: 1, misses: 1, vetoed: 1, sets: 1, deletes: 0 });
  });

  it('has the same errors', async () => {
    const cache = await client();

    await expect(cache.set({ prompt: 'x'.repeat(1025), response: '' })).rejects.toMatchObject({
      name: 'BadRequestErrorResponseContent', statusCode: 400, type: '/errors/invalid-data', instance: expect.stringMatching(/^\/requests\/[\w-]{36}$/),
      fields: [{ field: 'prompt', rule: 'max_length', message: 'expected: a string of 1 to 1,024 characters' }],
    });
    await expect(cache.getEntry('f'.repeat(32))).rejects.toMatchObject({ name: 'NotFoundErrorResponseContent', type: '/errors/resource-not-found' });
    await expect(cache.setMany([])).rejects.toMatchObject({ statusCode: 400, fields: [{ field: 'entries' }] });
    await expect(cache.set({ prompt: 1 } as never)).rejects.toBeInstanceOf(SDKValidationError);
    await expect(cache.search({ prompt }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'RequestAbortedError' });
    await expect(cache.set({ prompt, response: 'x', attributes: { a: '1,2' } })).rejects.toMatchObject({ fields: [{ field: 'attributes.a' }] });
  });

  it('is closed for good, and may be closed twice', async () => {
    const cache = await client();
    await cache.set({ prompt, response: 'In Settings.' });
    await cache.close();
    await cache.close();

    await expect(cache.search({ prompt })).rejects.toBeInstanceOf(ClosedError);
  });
});
