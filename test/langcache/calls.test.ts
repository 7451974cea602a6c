import { describe, expect, it } from 'vitest';
import { LangCache, SDKValidationError, SearchStrategy } from '../../src/langcache/index.ts';
import { type Scripted, scriptedServer } from './support/scripted-server.ts';

const ENTRY = { id: 'e1', prompt: 'Why?', response: 'Because.', attributes: { lang: 'en' }, similarity: 0.9, searchStrategy: 'semantic' };
const STORED = { id: 'e1', prompt: 'Why?', response: 'Because.', attributes: {}, tags: ['a'], createdAt: 1, expiresAt: 2 };
const STATS = { entries: 1, since: 0, searches: 2, exactHits: 3, semanticHits: 4, misses: 5, vetoed: 6, sets: 7, deletes: 8 };

interface Case {
  readonly name: string;
  readonly call: (client: LangCache) => Promise<unknown>;
  readonly asks: readonly [method: string, path: string, body?: unknown];
  readonly gets: { readonly status: number; readonly body?: unknown };
}

const CASES: readonly Case[] = [
  {
    name: 'set',
    call: (client) => client.set({ prompt: 'Why?', response: 'Because.', attributes: { lang: 'en' }, ttlMillis: 60_000, tags: ['a'] }),
    asks: ['POST', '/v1/caches/c/entries', { prompt: 'Why?', response: 'Because.', attributes: { lang: 'en' }, ttlMillis: 60_000, tags: ['a'] }],
    gets: { status: 201, body: { entryId: 'e1' } },
  },
  {
    name: 'search',
    call: (client) =>
      client.search({ prompt: 'Why?', similarityThreshold: 0.9, searchStrategies: [SearchStrategy.Exact, SearchStrategy.Semantic], attributes: {}, maxResults: 3, explain: true }),
    asks: [
      'POST', '/v1/caches/c/entries/search',
      { prompt: 'Why?', similarityThreshold: 0.9, searchStrategies: ['exact', 'semantic'], attributes: {}, maxResults: 3, explain: true },
    ],
    gets: {
      status: 200,
      body: {
        data: [{ ...ENTRY, tags: ['a'] }],
        explanation: { candidates: [{ entryId: 'e1', prompt: 'Why?', similarity: 0.9, served: true, why: 'judge', vetoes: [], probability: 0.99 }] },
      },
    },
  },
  {
    name: 'conversationalSearch',
    call: (client) => client.conversationalSearch({ prompt: 'And why?', context: ['What?'] }),
    asks: ['POST', '/v1/caches/c/conversations/search', { prompt: 'And why?', context: ['What?'] }],
    gets: { status: 200, body: { actualPrompt: 'Why?', data: [ENTRY] } },
  },
  { name: 'deleteById', call: (client) => client.deleteById('e/1'), asks: ['DELETE', '/v1/caches/c/entries/e%2F1'], gets: { status: 204 } },
  {
    name: 'deleteQuery',
    call: (client) => client.deleteQuery({ attributes: { lang: 'en' } }),
    asks: ['DELETE', '/v1/caches/c/entries', { attributes: { lang: 'en' } }],
    gets: { status: 200, body: { deletedEntriesCount: 3 } },
  },
  { name: 'flush', call: (client) => client.flush(), asks: ['POST', '/v1/caches/c/flush'], gets: { status: 204 } },
  { name: 'deleteByTag', call: (client) => client.deleteByTag('a b'), asks: ['DELETE', '/v1/caches/c/tags/a%20b'], gets: { status: 200, body: { deletedEntriesCount: 0 } } },
  { name: 'getEntry', call: (client) => client.getEntry('e1'), asks: ['GET', '/v1/caches/c/entries/e1'], gets: { status: 200, body: STORED } },
  {
    name: 'listEntries',
    call: (client) => client.listEntries({ limit: 10, cursor: 'a&b', tag: 'x' }),
    asks: ['GET', '/v1/caches/c/entries?limit=10&cursor=a%26b&tag=x'],
    gets: { status: 200, body: { data: [STORED], nextCursor: 'n' } },
  },
  {
    name: 'update',
    call: (client) => client.update('e1', { response: 'Since.', ttlMillis: null }),
    asks: ['PATCH', '/v1/caches/c/entries/e1', { response: 'Since.', ttlMillis: null }],
    gets: { status: 200, body: STORED },
  },
  {
    name: 'feedback',
    call: (client) => client.feedback('e1', { prompt: 'Why not?', verdict: 'wrong' }),
    asks: ['POST', '/v1/caches/c/entries/e1/feedback', { prompt: 'Why not?', verdict: 'wrong' }],
    gets: { status: 204 },
  },
  {
    name: 'setMany',
    call: (client) => client.setMany([{ prompt: 'Why?', response: 'Because.' }]),
    asks: ['POST', '/v1/caches/c/entries/bulk', { entries: [{ prompt: 'Why?', response: 'Because.' }] }],
    gets: { status: 201, body: { entryIds: ['e1'] } },
  },
  {
    name: 'searchMany',
    call: (client) => client.searchMany([{ prompt: 'Why?' }]),
    asks: ['POST', '/v1/caches/c/entries/search/bulk', { searches: [{ prompt: 'Why?' }] }],
    gets: { status: 200, body: { results: [{ data: [ENTRY] }] } },
  },
  { name: 'stats', call: (client) => client.stats(), asks: ['GET', '/v1/caches/c/stats'], gets: { status: 200, body: STATS } },
];

/** A client of a server that gives these answers. */
async function clientOf(...script: Scripted[]) {
  const server = await scriptedServer(...script);
  return { client: new LangCache({ serverURL: server.url, cacheId: 'c', apiKey: 'key-1' }), server };
}

it.each(CASES)('$name asks as the service wants it, and gives what it answered', async ({ call, asks, gets }) => {
  const { client, server } = await clientOf(gets);

  const got = await call(client);

  const [asked] = server.asked;
  expect([asked!.method, asked!.path, asked!.body === '' ? undefined : JSON.parse(asked!.body)]).toEqual([asks[0], asks[1], asks[2]]);
  expect(asked!.headers).toMatchObject({ authorization: 'Bearer key-1', accept: 'application/json' });
  expect(asked!.headers['content-type']).toBe(asks[2] === undefined ? undefined : 'application/json');
  expect(got).toEqual(gets.body);
});

it('keeps the path of the server, and encodes the id of the cache', async () => {
  const server = await scriptedServer({ status: 204 });

  await new LangCache({ serverURL: `${server.url}/behind/a proxy//`, cacheId: 'a/b c' }).flush();

  expect(server.asked[0]!.path).toBe('/behind/a%20proxy/v1/caches/a%2Fb%20c/flush');
});

it('sends no authorization without a key', async () => {
  const server = await scriptedServer({ status: 204 });

  await new LangCache({ serverURL: server.url, cacheId: 'c' }).flush();

  expect(server.asked[0]!.headers.authorization).toBeUndefined();
});

it('takes a key that says Bearer itself, and asks for a key before every call where it is a function', async () => {
  const server = await scriptedServer({ status: 204 });
  let calls = 0;

  await new LangCache({ serverURL: server.url, cacheId: 'c', apiKey: 'bearer abc' }).flush();
  const changing = new LangCache({ serverURL: server.url, cacheId: 'c', apiKey: async () => `key-${++calls}` });
  await changing.flush();
  await changing.flush();

  expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(['bearer abc', 'Bearer key-1', 'Bearer key-2']);
});

it('takes headers and another server for one call', async () => {
  const [first, second] = [await scriptedServer({ status: 204 }), await scriptedServer({ status: 204 })];
  const client = new LangCache({ serverURL: first.url, cacheId: 'c', apiKey: 'key-1' });

  await client.flush({}, { serverURL: second.url, headers: { 'X-Trace': 't1' } });

  expect(first.asked).toEqual([]);
  expect(second.asked[0]!.headers).toMatchObject({ 'x-trace': 't1', authorization: 'Bearer key-1' });
});

describe('what would reach further than it says is not sent', () => {
  it.each(['', '.', '..', undefined])('deleteById(%j), as its path would be that of all entries', async (entryId) => {
    const { client, server } = await clientOf({ status: 204 });

    await expect(client.deleteById(entryId as string)).rejects.toThrow(SDKValidationError);

    expect(server.asked).toEqual([]);
  });

  it.each(['{}', '{"attributes":null}', '{"attributes":["en"]}', '{"attributes":{"constructor":"x"}}', '{"attributes":{"__proto__":"x"}}', '{"attributes":{"lang":null}}'])(
    'deleteQuery(%s), as it would delete everything',
    async (request) => {
      const { client, server } = await clientOf({ status: 200, body: { deletedEntriesCount: 1000 } });

      await expect(client.deleteQuery(JSON.parse(request) as { attributes: Record<string, string> })).rejects.toThrow(SDKValidationError);

      expect(server.asked).toEqual([]);
    },
  );

  it('update with nothing to change', async () => {
    const { client } = await clientOf({ status: 200, body: STORED });

    await expect(client.update('e1', {})).rejects.toThrow('response, attributes, tags or ttlMillis');
  });
});

it.each([
  [{ prompt: 5 }, 'prompt: a string'],
  [{ prompt: 'Why?', similarityThreshold: NaN }, 'similarityThreshold: a number'],
  [{ prompt: 'Why?', searchStrategies: ['fuzzy'] }, "searchStrategies.0: 'exact' or 'semantic'"],
])('says what is wrong with a request of the wrong shape: %j', async (request, says) => {
  const { client, server } = await clientOf({ status: 200, body: { data: [] } });

  const failure = await client.search(request as { prompt: string }).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(SDKValidationError);
  expect(failure).toMatchObject({ code: 'INVALID_REQUEST', rawValue: request, message: expect.stringContaining(says) as string });
  expect(server.asked).toEqual([]);
});

it('leaves limits to the service', async () => {
  const { client, server } = await clientOf({ status: 200, body: { data: [] } });

  await client.search({ prompt: 'x'.repeat(5000), similarityThreshold: 7 });

  expect(server.asked.length).toBe(1);
});
