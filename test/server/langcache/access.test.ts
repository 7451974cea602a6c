import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { localUpstream } from '../support/upstream.ts';
import { serviceForTest } from './service-for-test.ts';

const prompt = 'What does my contract say about dogs?';
const entries = (cache: string) => `/v1/caches/${cache}/entries`;
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe('keys', () => {
  it('of two caches with equal prompts never see each other', async () => {
    const { call, keyFor } = await serviceForTest();
    const one = bearer(await keyFor('one'));
    const two = bearer(await keyFor('two'));
    await serviceSetUp(call, one, two);
    const search = async (cache: string, key: Record<string, string>, more = {}) => (await call('POST', `${entries(cache)}/search`, { prompt, maxResults: 100, similarityThreshold: 0, ...more }, key));

    for (const searchStrategies of [['exact'], ['semantic'], ['exact', 'semantic']]) {
      expect((await search('one', one, { searchStrategies, explain: true })).text).not.toContain('TWO');
      expect((await search('two', two, { searchStrategies, explain: true })).text).not.toContain('ONE');
    }
    expect((await search('one', one)).json).toMatchObject({ data: [{ response: 'ONE' }] });
    expect([(await search('two', one)).status, (await search('one', two)).status]).toEqual([403, 403]);
  });

  it('cannot reach entries of another cache by id, list, count or deletion', async () => {
    const { call, keyFor } = await serviceForTest();
    const one = bearer(await keyFor('one'));
    const two = bearer(await keyFor('two'));
    const [, theirs] = await serviceSetUp(call, one, two);

    const byId = await call('GET', `${entries('one')}/${theirs}`, undefined, one);
    const change = await call('PATCH', `${entries('one')}/${theirs}`, { response: 'mine' }, one);
    const said = await call('POST', `${entries('one')}/${theirs}/feedback`, { prompt, verdict: 'wrong' }, one);
    const gone = await call('DELETE', `${entries('one')}/${theirs}`, undefined, one);
    const all = await call('DELETE', entries('one'), { attributes: {} }, one);

    expect([byId, change, said, gone].map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(all.json).toEqual({ deletedEntriesCount: 1 });
    expect((await call('GET', entries('two'), undefined, two)).json).toMatchObject({ data: [{ id: theirs, response: 'TWO' }] });
    expect((await call('GET', '/v1/caches/two/stats', undefined, two)).json).toMatchObject({ entries: 1 });
  });

  it('that expired, were revoked, are wrong or missing open nothing', async () => {
    let time = 1_000_000;
    const { call, store, service } = await serviceForTest({ clock: { ...systemClock, now: () => time, elapsed: () => time } });
    await store.open();
    const short = await service.keys.create({ scope: 'read', cache: 'docs', expiresAt: time + 1000 });
    const revoked = await service.keys.create({ scope: 'read', cache: 'docs' });
    const statusWith = async (headers: Record<string, string>) => (await call('GET', entries('docs'), undefined, headers)).status;
    await service.keys.revoke(revoked.key.id);
    const wrong = `${short.token.slice(0, -1)}${short.token.endsWith('A') ? 'B' : 'A'}`;

    expect(await statusWith(bearer(short.token))).toBe(404);   // good, but nobody has made the cache
    expect(await Promise.all([{}, bearer(wrong), bearer(revoked.token), bearer(''), bearer('x'.repeat(10_000))].map(statusWith))).toEqual([401, 401, 401, 401, 401]);
    time += 1000;
    expect(await statusWith(bearer(short.token))).toBe(401);
  });

  it('that only read may not write, and only admin keys open the admin API, which opens no entries', async () => {
    const { call, keyFor, service } = await serviceForTest();
    await call('POST', '/admin/caches', { id: 'docs' });
    const read = bearer(await keyFor('docs', 'read'));
    const admin = bearer((await service.keys.create({ scope: 'admin' })).token);
    const status = async (method: string, path: string, key: Record<string, string>, body?: unknown) => (await call(method, path, body, key)).status;

    expect(await status('POST', `${entries('docs')}/search`, read, { prompt })).toBe(200);
    expect(await status('POST', entries('docs'), read, { prompt, response: 'x' })).toBe(403);
    expect(await status('POST', '/v1/caches/docs/flush', read)).toBe(403);
    expect(await status('GET', '/admin/caches', read)).toBe(403);
    expect(await status('GET', '/admin/caches', admin)).toBe(200);
    expect(await status('GET', entries('docs'), admin)).toBe(403);
  });

  it('are kept as hashes, and are named in the log by their ids', async () => {
    const { call, keyFor, store, log } = await serviceForTest();
    await call('POST', '/admin/caches', { id: 'docs' });
    const key = await keyFor('docs');
    const { headers } = await call('POST', entries('docs'), { prompt, response: 'The dogs may stay.' }, bearer(key));

    const kept = (await store.records.list('')).map(({ value }) => value).join();
    await expect.poll(() => log.join('')).toContain(`/v1/caches/docs/entries"`);

    const lines = log.join('').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(kept).not.toContain(key.slice(-20));
    expect(lines.at(-1)).toMatchObject({ status: 201, key: key.split('_')[1], requestId: headers.get('x-request-id') });
    expect(log.join('')).not.toContain(key.slice(-20));
    expect(log.join('')).not.toMatch(/dogs/);
  });

  it('are not passed on to a provider', async () => {
    const upstream = await localUpstream((_, response) => void response.end('{}'));
    const { call, keyFor } = await serviceForTest({ server: { upstreams: { openai: upstream.url, anthropic: upstream.url } } });
    const key = await keyFor('docs');

    const replies = [
      await call('POST', '/v1/chat/completions', { model: 'm', messages: [] }, bearer(key)),
      await call('POST', '/v1/messages', { model: 'm', messages: [] }, { 'x-api-key': key }),
      await call('GET', '/v1/models', undefined, bearer(key)),
      await call('GET', '/v1/caches', undefined, bearer(key)),
    ];
    await upstream.close();

    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401, 404]);
    expect(replies[0]!.json).toMatchObject({ error: { code: 'KEY_MISPLACED' } });
    expect(upstream.asked).toEqual([]);
  });

  it('of a cache that was deleted do not open one that is made later under its id', async () => {
    const { call, keyFor, service } = await serviceForTest();
    await call('POST', '/admin/caches', { id: 'docs' });
    const admin = bearer((await service.keys.create({ scope: 'admin' })).token);
    const key = bearer(await keyFor('docs'));
    expect((await call('GET', entries('docs'), undefined, key)).status).toBe(200);

    await call('DELETE', '/admin/caches/docs', undefined, admin);
    await call('POST', '/admin/caches', { id: 'docs' }, admin);

    expect((await call('GET', entries('docs'), undefined, key)).status).toBe(401);
  });
});

describe('without keys', () => {
  it('an address that others can reach answers with why, while the proxy runs', async () => {
    const { call } = await serviceForTest({ door: 'keys' });

    const refused = [await call('POST', `${entries('docs')}/search`, { prompt }), await call('GET', '/admin/caches')];

    expect(refused.map(({ status }) => status)).toEqual([401, 401]);
    expect(refused[0]!.text).toContain('reprise keys create');
    expect((await call('GET', '/healthz')).status).toBe(200);
  });

  it('this machine comes in, until the first key is made', async () => {
    const { call, keyFor } = await serviceForTest();
    expect((await call('POST', entries('docs'), { prompt, response: 'x' })).status).toBe(201);

    await keyFor('docs');

    expect((await call('POST', entries('docs'), { prompt, response: 'x' })).status).toBe(401);
  });
});

describe('web pages', () => {
  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a name that was pointed here', { host: 'evil.example' }],
    ['a request that a page made', { 'sec-fetch-site': 'cross-site' }],
  ])('cannot reach it: %s', async (_, headers) => {
    const { service, url } = await serviceForTest();
    const { createServer } = await import('../../../src/server/server.ts');
    const { plainRequest } = await import('../../../src/server/http.ts');
    const { emptyCache } = await import('../support/proxy.ts');
    const server = createServer({ cache: emptyCache, groups: service.groups });

    const reply = await server.handle(plainRequest('/v1/caches/docs/flush', { method: 'POST', headers: { host: new URL(url).host, ...headers } }));

    expect(reply.status).toBe(403);
    expect(JSON.parse(Buffer.from(reply.body as Uint8Array).toString())).toMatchObject({ type: '/errors/insufficient-permissions', status: 403 });
    expect(reply.headers).toContain('x-request-id');
    expect(JSON.stringify(reply.headers)).not.toContain('access-control');
  });

  it('of an origin that is allowed are let in', async () => {
    const { call } = await serviceForTest({ server: { allowedOrigins: ['http://localhost:5173'] } });

    const { status, headers } = await call('POST', `${entries('docs')}/search`, { prompt }, { origin: 'http://localhost:5173' });

    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, 'http://localhost:5173']);
  });
});

async function serviceSetUp(call: Awaited<ReturnType<typeof serviceForTest>>['call'], one: Record<string, string>, two: Record<string, string>): Promise<string[]> {
  const ids: string[] = [];
  for (const [cache, key, response] of [['one', one, 'ONE'], ['two', two, 'TWO']] as const) {
    const { json } = await call('POST', entries(cache), { prompt, response }, key);
    ids.push((json as { entryId: string }).entryId);
  }
  return ids;
}
