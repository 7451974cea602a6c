import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import type * as T from '../../../src/langcache/wire-types.ts';
import { functionJudge } from '../../../src/semantic/judges/function-judge.ts';
import { serviceForTest, wordsSemantic } from './service-for-test.ts';

const cache = '/v1/caches/docs';
const prompt = 'How do I reset the password?';
const reworded = 'Please, how do I reset password?';
const other = 'How do I reset the router?';

type Caller = Awaited<ReturnType<typeof serviceForTest>>['call'];
const set = async (call: Caller, request: T.SetRequest, at = cache) => ((await call('POST', `${at}/entries`, request)).json as T.SetResponse).entryId;
const search = async (call: Caller, request: T.SearchRequest, at = cache) => (await call('POST', `${at}/entries/search`, request)).json as T.SearchResponse;
const responses = ({ data }: T.SearchResponse) => data.map(({ response }) => response);

/** A clock that stands still until it is turned. */
function turnable() {
  let time = 1_700_000_000_000;
  return { clock: { ...systemClock, now: () => time, elapsed: () => time }, turn: (by: number) => void (time += by) };
}

describe('a search', () => {
  it('gives several entries of one prompt, exact ones before those of equal meaning, none twice', async () => {
    const { call } = await serviceForTest();
    for (const response of ['one', 'two']) await set(call, { prompt, response });
    await set(call, { prompt: reworded, response: 'three' });

    const { data } = await search(call, { prompt, searchStrategies: ['exact', 'semantic'], maxResults: 10 });

    expect(data.map(({ response }) => response).toSorted()).toEqual(['one', 'three', 'two']);
    expect(data.map(({ searchStrategy }) => searchStrategy)).toEqual(['exact', 'exact', 'semantic']);
  });

  it('tries the strategies in the order given', async () => {
    const { call } = await serviceForTest();
    await set(call, { prompt, response: 'one' });

    const { data: [first] } = await search(call, { prompt, searchStrategies: ['semantic', 'exact'] });
    const { data: [second] } = await search(call, { prompt, searchStrategies: ['exact', 'semantic'] });

    expect([first?.searchStrategy, second?.searchStrategy]).toEqual(['semantic', 'exact']);
  });

  it('lets guards and judge refuse what is near, and says why when it is asked', async () => {
    const { call } = await serviceForTest();
    const near = await set(call, { prompt: other, response: 'router' });
    const same = await set(call, { prompt, response: 'password' });

    const answer = await search(call, { prompt: reworded, similarityThreshold: 0.5, explain: true });

    expect(responses(answer)).toEqual(['password']);
    expect(answer.explanation!.candidates).toMatchObject([
      { entryId: same, served: true, why: 'the judge says that one answer serves both', vetoes: [], probability: 1 },
      { entryId: near, served: false, why: 'the judge function says they differ', probability: 0 },
    ]);
  });

  it('goes by similarity alone where the cache says judge: off', async () => {
    const { call } = await serviceForTest();
    await call('POST', '/admin/caches', { id: 'docs', judge: 'off', similarityThreshold: 0.7 });
    await set(call, { prompt: other, response: 'router' });

    expect(responses(await search(call, { prompt }))).toEqual(['router']);
    expect(responses(await search(call, { prompt, similarityThreshold: 0.99 }))).toEqual([]);
  });

  it('finds the one entry with an attribute among many nearer ones without it', async () => {
    const { call } = await serviceForTest();
    const many = Array.from({ length: 100 }, (_, at) => ({ prompt, response: `${at}`, attributes: { language: 'en' } }));
    await call('POST', `${cache}/entries/bulk`, { entries: many });
    await set(call, { prompt: reworded, response: 'de', attributes: { language: 'de' } });

    expect(responses(await search(call, { prompt, attributes: { language: 'de' } }))).toEqual(['de']);
  });

  it('takes attributes that the cache declares, and refuses others by name', async () => {
    const { call } = await serviceForTest();
    await call('POST', '/admin/caches', { id: 'docs', attributes: ['language'] });

    const refused = await call('POST', `${cache}/entries/search`, { prompt, attributes: { topic: 'x' } });

    expect(refused.json).toMatchObject({ type: '/errors/invalid-data', fields: [{ field: 'attributes.topic', rule: 'declared' }] });
    expect((await call('POST', `${cache}/entries`, { prompt, response: 'x', attributes: { language: 'en' } })).status).toBe(201);
  });

  it('takes longer prompts where the cache does', async () => {
    const { call } = await serviceForTest();
    const long = 'word '.repeat(400);
    expect((await call('POST', `${cache}/entries`, { prompt: long, response: 'x' })).status).toBe(400);
    await call('POST', '/admin/caches', { id: 'docs', maxPromptLength: 5000 });

    await set(call, { prompt: long, response: 'long' });

    expect(responses(await search(call, { prompt: long }))).toEqual(['long']);
  });

  it('is a miss where the judge fails', async () => {
    const judge = functionJudge(() => Promise.reject(new Error('broken')), { fingerprint: 'broken', decides: true });
    const { call, troubles } = await serviceForTest({ semantic: wordsSemantic({ judge }) });
    await set(call, { prompt, response: 'one' });

    const answer = await search(call, { prompt: reworded, similarityThreshold: 0.5, explain: true });

    expect(answer).toEqual({ data: [], explanation: { candidates: [], why: 'the judge gave no verdict' } });
    expect(troubles).toHaveLength(1);
  });
});

describe('a conversation', () => {
  const found = async (call: Caller, request: T.ConversationalSearchRequest) => (await call('POST', `${cache}/conversations/search`, request)).json as T.ConversationalSearchResponse;

  it('is searched for by its last question alone where nothing was asked before', async () => {
    const { call } = await serviceForTest();
    await set(call, { prompt, response: 'one' });

    expect(await found(call, { prompt: reworded })).toMatchObject({ actualPrompt: reworded, data: [{ response: 'one' }] });
  });

  it('is not served what was stored for the same words without the questions before them', async () => {
    const { call } = await serviceForTest();
    await set(call, { prompt: 'How large is it?', response: 'of something else' });

    const byMeaning = await found(call, { prompt: 'How large is it?', context: ['Tell me about Paris'] });
    const exactly = await found(call, { prompt: 'How large is it?', context: ['Tell me about Paris'], searchStrategies: ['exact'] });

    expect([byMeaning.data, exactly.data]).toEqual([[], []]);
  });

  it('is rewritten by a model first, and as it is when that fails', async () => {
    const asked: string[] = [];
    let isUp = true;
    const fetch = async (_: unknown, init?: RequestInit) => {
      asked.push(Buffer.from(init!.body as Uint8Array).toString());
      return isUp ? Response.json({ choices: [{ finish_reason: 'stop', message: { content: 'How large is Paris?' } }] }) : new Response('no', { status: 500 });
    };
    const { call, troubles } = await serviceForTest({ rewriter: { model: 'm', baseURL: 'http://127.0.0.1:1/v1', fetch: fetch as typeof globalThis.fetch } });
    await set(call, { prompt: 'How large is Paris?', response: 'large' });
    const request = { prompt: 'How large is it?', context: ['Tell me about Paris'] };

    expect(await found(call, request)).toMatchObject({ actualPrompt: 'How large is Paris?', data: [{ response: 'large' }] });
    expect(asked[0]).toContain('Tell me about Paris');
    isUp = false;
    expect(await found(call, request)).toEqual({ actualPrompt: 'How large is it?', data: [] });
    expect(troubles).toHaveLength(1);
  });
});

describe('an entry', () => {
  it('is shown, listed page by page, and changed', async () => {
    const { call } = await serviceForTest();
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) ids.push(await set(call, { prompt: `question ${at}`, response: `answer ${at}`, tags: at % 2 ? ['odd'] : ['even'] }));

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = (await call('GET', `${cache}/entries?limit=2${cursor ? `&cursor=${cursor}` : ''}`)).json as T.ListResponse;
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    const tagged = (await call('GET', `${cache}/entries?tag=odd`)).json as T.ListResponse;
    const changed = (await call('PATCH', `${cache}/entries/${ids[0]}`, { response: 'better', tags: ['new'], ttlMillis: 60_000 })).json as T.StoredEntry;

    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(tagged.data.map(({ prompt: asked }) => asked).toSorted()).toEqual(['question 1', 'question 3']);
    expect((await call('GET', `${cache}/entries/${ids[0]}`)).json).toEqual(changed);
    expect(changed).toMatchObject({ prompt: 'question 0', response: 'better', tags: ['new'], expiresAt: expect.any(Number) });
    expect((await call('GET', `${cache}/entries?cursor=x`)).status).toBe(400);
  });

  it('is deleted by tag', async () => {
    const { call } = await serviceForTest();
    await set(call, { prompt, response: 'one', tags: ['a b', 'c'] });
    await set(call, { prompt: other, response: 'two' });

    expect((await call('DELETE', `${cache}/tags/a%20b`)).json).toEqual({ deletedEntriesCount: 1 });
    expect(responses(await search(call, { prompt, maxResults: 10, similarityThreshold: 0 }))).toEqual([]);
    expect(responses(await search(call, { prompt: other }))).toEqual(['two']);
  });

  it('that was called wrong for a prompt is not served for it again, until it is called right', async () => {
    const { call } = await serviceForTest();
    const id = await set(call, { prompt, response: 'one' });
    const say = (verdict: string, asked: string) => call('POST', `${cache}/entries/${id}/feedback`, { prompt: asked, verdict });

    expect((await say('wrong', reworded)).status).toBe(204);
    expect(responses(await search(call, { prompt: reworded }))).toEqual([]);
    expect(responses(await search(call, { prompt }))).toEqual(['one']);
    await say('right', reworded);
    expect(responses(await search(call, { prompt: reworded }))).toEqual(['one']);
  });

  it('that was called wrong for its own prompt gives way to a better one', async () => {
    const { call } = await serviceForTest();
    const id = await set(call, { prompt, response: 'bad' });
    await call('POST', `${cache}/entries/${id}/feedback`, { prompt, verdict: 'wrong' });
    expect(responses(await search(call, { prompt, searchStrategies: ['exact', 'semantic'] }))).toEqual([]);

    await set(call, { prompt, response: 'good' });

    expect(responses(await search(call, { prompt, searchStrategies: ['exact'] }))).toEqual(['good']);
    expect(responses(await search(call, { prompt }))).toEqual(['good']);
  });
});

describe('a cache', () => {
  it('keeps the newest entries within its limit', async () => {
    const { clock, turn } = turnable();
    const { call } = await serviceForTest({ clock });
    await call('POST', '/admin/caches', { id: 'docs', maxEntries: 3 });

    for (let at = 0; at < 5; at++) {
      await set(call, { prompt: `question ${at}`, response: `${at}` });
      turn(10);
    }

    const { data } = (await call('GET', `${cache}/entries`)).json as T.ListResponse;
    expect(data.map(({ response }) => response)).toEqual(['4', '3', '2']);
  });

  it('gives its entries its time to live, threshold and strategies', async () => {
    const { clock, turn } = turnable();
    const { call } = await serviceForTest({ clock });
    await call('POST', '/admin/caches', { id: 'docs', ttlMillis: 1000, searchStrategies: ['exact'] });
    await set(call, { prompt, response: 'one' });

    expect(responses(await search(call, { prompt: reworded }))).toEqual([]);
    expect(responses(await search(call, { prompt: prompt.toLowerCase() }))).toEqual(['one']);
    turn(1000);
    expect(responses(await search(call, { prompt }))).toEqual([]);
  });

  it('counts', async () => {
    const { call } = await serviceForTest();
    await call('POST', `${cache}/entries/bulk`, { entries: [{ prompt, response: 'one' }, { prompt: other, response: 'two' }] });
    const { results } = (await call('POST', `${cache}/entries/search/bulk`, { searches: [{ prompt: reworded }, { prompt, searchStrategies: ['exact'] }, { prompt: 'Something else' }] })).json as T.SearchManyResponse;

    const stats = (await call('GET', `${cache}/stats`)).json as T.CacheStats;

    expect(results.map((each) => responses(each))).toEqual([['one'], ['one'], []]);
    expect(stats).toMatchObject({ entries: 2, searches: 3, exactHits: 1, semanticHits: 1, misses: 1, sets: 2, deletes: 0 });
  });

  it('is made, changed and deleted by the admin API, with its entries', async () => {
    const { call } = await serviceForTest();
    const made = await call('POST', '/admin/caches', { id: 'docs', name: 'Documents' });
    expect([made.status, (await call('POST', '/admin/caches', { id: 'docs' })).status]).toEqual([201, 400]);
    await set(call, { prompt, response: 'one' });

    const changed = await call('PATCH', '/admin/caches/docs', { ttlMillis: 5000, judge: 'off' });
    expect(changed.json).toMatchObject({ id: 'docs', name: 'Documents', ttlMillis: 5000, judge: 'off', similarityThreshold: 0.85 });
    expect((await call('PATCH', '/admin/caches/docs', { ttlMillis: null })).json).not.toHaveProperty('ttlMillis');
    expect((await call('PATCH', '/admin/caches/docs', { thresold: 1 })).json).toMatchObject({ fields: [{ field: 'thresold', rule: 'unknown' }] });
    expect((await call('GET', '/admin/caches')).json).toMatchObject({ data: [{ id: 'docs' }] });
    expect((await call('DELETE', '/admin/caches/docs')).status).toBe(204);

    expect((await call('GET', '/admin/caches/docs')).status).toBe(404);
    expect(responses(await search(call, { prompt }))).toEqual([]);
  });
});
