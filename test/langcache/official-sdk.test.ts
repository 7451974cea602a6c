import { HTTPClient as OfficialHttpClient, LangCache as Official } from '@redis-ai/langcache';
import { describe, expect, it } from 'vitest';
import { LangCache, type RequestOptions, SearchStrategy } from '../../src/langcache/index.ts';
import { PROBLEMS } from '../../src/langcache/wire-problems.ts';
import { deadUrl, type Scripted, scriptedServer, silence } from './support/scripted-server.ts';

/** What both clients can do. */
type Either = Pick<LangCache, 'set' | 'search' | 'deleteById' | 'deleteQuery' | 'flush'>;
type Call = (client: Either) => Promise<unknown>;

const ENTRY = { id: 'e1', prompt: 'Why?', response: 'Because.', attributes: { lang: 'en' }, similarity: 0.9, searchStrategy: 'semantic' };
const search: Call = (client) => client.search({ prompt: 'Why?' });

/** The official client and ours, of the same server, with the same options. */
function bothOf(serverURL: string, options: object = {}): [official: Either, ours: Either] {
  const given = { serverURL, cacheId: 'a cache/1', apiKey: 'key-1', ...options };
  return [new Official({ ...given }) as unknown as Either, new LangCache({ ...given })];
}

/** What becomes of a call: what it gave, or its error with all that both clients say of one. */
async function outcomeOf(call: Call, client: Either): Promise<unknown> {
  try {
    return { gave: await call(client) };
  } catch (error) {
    const { name, statusCode, body, contentType, title, status, detail, instance, type, fields } = error as Record<string, unknown>;
    return { name, statusCode, body, contentType, title, status, detail, instance, type, fields };
  }
}

/** Outcomes of one call by both clients, each with a server of its own that gives the same answers, and what these were asked. */
async function compare(call: Call, script: readonly Scripted[], options: object = {}) {
  const sides = await Promise.all(
    ([0, 1] as const).map(async (side) => {
      const server = await scriptedServer(...script);
      const outcome = await outcomeOf(call, bothOf(server.url, options)[side]);
      const asked = server.asked.map(({ method, path, headers, body }) => {
        const { authorization, accept } = headers;
        return { method, path, authorization, accept, contentType: headers['content-type'], length: headers['content-length'], body: body === '' ? '' : (JSON.parse(body) as unknown) };
      });
      return { outcome, asked };
    }),
  );
  return { official: sides[0]!, ours: sides[1]! };
}

describe('the same request and the same answer', () => {
  it.each<[string, Call, Scripted]>([
    ['set', (client) => client.set({ prompt: 'Why?', response: 'Because.' }), { status: 201, body: { entryId: 'e1' } }],
    [
      'set with all there is',
      (client) => client.set({ prompt: 'Why "é"?\n', response: '', attributes: { lang: 'en' }, ttlMillis: 1000 }),
      { status: 201, body: { entryId: 'e1', more: true } },
    ],
    ['search', search, { status: 200, body: { data: [] } }],
    [
      'search with all there is',
      (client) => client.search({ prompt: 'Why?', similarityThreshold: 0.5, searchStrategies: [SearchStrategy.Exact, SearchStrategy.Semantic], attributes: { a: 'b' } }),
      { status: 200, body: { data: [{ ...ENTRY, more: 1 }, { ...ENTRY, id: 'e2', searchStrategy: 'exact' }] } },
    ],
    ['deleteById', (client) => client.deleteById('5b84acef3ce360988d1b35adbaaaccb1'), { status: 204 }],
    ['deleteById of an odd id', (client) => client.deleteById("a/b?c#d %é~!'()*"), { status: 204 }],
    ['deleteQuery', (client) => client.deleteQuery({ attributes: { language: 'en', topic: 'ai' } }), { status: 200, body: { deletedEntriesCount: 42 } }],
    ['deleteQuery of everything', (client) => client.deleteQuery({ attributes: {} }), { status: 200, body: { deletedEntriesCount: 0 } }],
    ['flush', (client) => client.flush(), { status: 204 }],
  ])('%s', async (_, call, answer) => {
    const { official, ours } = await compare(call, [answer]);

    expect(official.asked.length).toBe(1);
    expect(ours).toEqual(official);
  });

  it('below a path', async () => {
    const server = await scriptedServer({ status: 204 });

    for (const client of bothOf(`${server.url}/v2/langcache/`)) await client.flush();

    expect(server.asked.map(({ path }) => path)).toEqual(Array.from({ length: 2 }, () => '/v2/langcache/v1/caches/a%20cache%2F1/flush'));
  });

  it('through the HTTP client of the official SDK', async () => {
    const server = await scriptedServer({ status: 200, body: { data: [ENTRY] } });
    const httpClient = new OfficialHttpClient();
    httpClient.addHook('beforeRequest', (request) => request.headers.set('x-hook', 'ran'));

    const found = await new LangCache({ serverURL: server.url, cacheId: 'c', httpClient }).search({ prompt: 'Why?' });

    expect(found).toEqual({ data: [ENTRY] });
    expect(server.asked[0]!.headers['x-hook']).toBe('ran');
  });
});

describe('the same error', () => {
  it.each(Object.values(PROBLEMS))('on $status with $older', async ({ status, title, older }) => {
    const { official, ours } = await compare(search, [{ status, body: { title, status, type: older, detail: 'more', instance: '/i' } }]);

    expect(ours).toEqual(official);
    expect(ours.outcome).toMatchObject({ statusCode: status, name: expect.stringMatching(/ErrorResponseContent$/) as string });
  });

  it.each<[string, Scripted]>([
    ['a document without a status', { status: 404, body: { title: 'Not found', type: '/errors/cache/not-found' } }],
    ['a document with fields', { status: 400, body: { title: 'Bad', type: '/errors/invalid-data', fields: [{ field: 'prompt', rule: 'maxLength', message: 'too long' }] } }],
    ['a document without a title', { status: 403, body: { type: '/errors/insufficient-permissions' } }],
    ['a status that is not documented', { status: 418, body: { title: 'Teapot', type: '/errors/teapot' } }],
    ['a server error that is not documented', { status: 503, body: 'busy', headers: { 'content-type': 'text/plain' } }],
    ['an error page', { status: 500, body: '<h1>Oops</h1>', headers: { 'content-type': 'text/html' } }],
    ['a page in place of an answer', { status: 200, body: '<form>', headers: { 'content-type': 'text/html' } }],
    ['a success that is not documented', { status: 202, body: { data: [] } }],
    ['an answer of the wrong shape', { status: 200, body: { data: [{ ...ENTRY, similarity: 'high' }] } }],
    ['a strategy that nobody knows', { status: 200, body: { data: [{ ...ENTRY, searchStrategy: 'fuzzy' }] } }],
  ])('on %s', async (_, answer) => {
    const { official, ours } = await compare(search, [answer]);

    expect(official.outcome).toHaveProperty('name');
    expect(ours).toEqual(official);
  });

  it.each<[string, Call]>([
    ['a prompt that is no text', (client) => client.search({ prompt: 5 as unknown as string })],
    ['a time to live of half a millisecond', (client) => client.set({ prompt: 'a', response: 'b', ttlMillis: 0.5 })],
    ['attributes that are no text', (client) => client.deleteQuery({ attributes: { a: 1 as unknown as string } })],
    ['no attributes', (client) => client.deleteQuery({} as never)],
    ['a strategy that nobody knows', (client) => client.search({ prompt: 'a', searchStrategies: ['fuzzy' as 'exact'] })],
  ])('on %s, and nothing is sent', async (_, call) => {
    const { official, ours } = await compare(call, [{ status: 204 }]);

    expect(ours).toEqual(official);
    expect(ours).toMatchObject({ asked: [], outcome: { name: 'SDKValidationError' } });
  });

  it('where nobody listens, in time-outs, and when the caller gives up', async () => {
    const server = await scriptedServer(silence);
    const [dead, options] = [await deadUrl(), [{ timeoutMs: 30 }, { signal: AbortSignal.abort() }] as RequestOptions[]];
    const names: string[][] = [];

    for (const [side] of ['official', 'ours'].entries()) {
      const calls = [bothOf(dead)[side]!.search({ prompt: 'Why?' }), ...options.map((each) => bothOf(server.url)[side]!.search({ prompt: 'Why?' }, each))];
      names.push(await Promise.all(calls.map((call) => call.then(() => 'answered', (error: Error) => error.name))));
    }

    expect(names[1]).toEqual(names[0]);
    expect(names[1]).toEqual(['ConnectionError', 'RequestTimeoutError', 'RequestAbortedError']);
  });
});

describe('the same tries', () => {
  const quick = { initialInterval: 1, maxInterval: 2, exponent: 1.1, maxElapsedTime: 5000 };
  const found: Scripted = { status: 200, body: { data: [] } };

  it.each<[string, Scripted[], object, number]>([
    ['one, where nothing is said', [{ status: 503 }, found], {}, 1],
    ['until it works', [{ status: 429 }, { status: 500 }, { status: 502 }, { status: 503 }, { status: 504 }, found], { strategy: 'backoff', backoff: quick }, 6],
    ['one on what is not listed', [{ status: 424 }, found], { strategy: 'backoff', backoff: quick }, 1],
    ['one where the connection breaks', [(response) => void response.destroy(), found], { strategy: 'backoff', backoff: quick }, 1],
    ['more where the connection breaks and that is asked for', [(response) => void response.destroy(), found], { strategy: 'backoff', backoff: quick, retryConnectionErrors: true }, 2],
  ])('%s', async (_, script, retryConfig, tries) => {
    const { official, ours } = await compare(search, script, 'strategy' in retryConfig ? { retryConfig } : {});

    expect(ours).toEqual(official);
    expect(ours.asked.length).toBe(tries);
  });
});

it('knows error types of the newer generation, where the official SDK of 0.11.1 takes them for a broken answer', async () => {
  const { official, ours } = await compare(search, [{ status: 424, body: { title: 'Unavailable', type: PROBLEMS['database-unavailable'].newer } }]);

  expect([official.outcome, ours.outcome]).toMatchObject([{ name: 'ResponseValidationError' }, { name: 'ResourceUnavailableErrorResponseContent' }]);
});
