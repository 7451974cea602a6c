import { inspect } from 'node:util';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ClosedError, LangCache, type LangCacheOptions, OptionError, RequestAbortedError, type RequestOptions } from '../../src/langcache/index.ts';
import { scriptedServer, silence } from './support/scripted-server.ts';

const KEY = 'sk-lc/"secret"+1';

afterEach(() => vi.unstubAllEnvs());

describe('the environment', () => {
  it('names server, cache and key where the options do not', async () => {
    const server = await scriptedServer({ status: 204 });
    vi.stubEnv('LANGCACHE_SERVER_URL', server.url);
    vi.stubEnv('LANGCACHE_CACHE_ID', 'from-env');
    vi.stubEnv('LANGCACHE_API_KEY', 'env-key');

    await new LangCache().flush();
    await new LangCache({ cacheId: 'given', apiKey: 'given-key' }).flush();

    expect(server.asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/v1/caches/from-env/flush', 'Bearer env-key'],
      ['/v1/caches/given/flush', 'Bearer given-key'],
    ]);
  });

  it.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
    ['', false],
  ])('turns on the log by LANGCACHE_DEBUG=%s: %s', async (value, on) => {
    vi.stubEnv('LANGCACHE_DEBUG', value);
    const server = await scriptedServer({ status: 204 });
    const written: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);

    await new LangCache({ serverURL: server.url, cacheId: 'c', apiKey: KEY }).flush();
    write.mockRestore();

    expect(written.join('').includes('/v1/caches/c/flush')).toBe(on);
    expect(written.join('')).not.toContain('secret');
  });
});

describe('an option that cannot be used', () => {
  it.each<[string, LangCacheOptions]>([
    ['serverURL', { serverURL: 'example.com' }],
    ['serverURL', { serverURL: 'ftp://example.com' }],
    ['timeoutMs', { timeoutMs: NaN }],
    ['retryConfig.strategy', { retryConfig: { strategy: 'sometimes' } as never }],
    ['retryConfig.backoff.maxInterval', { retryConfig: { strategy: 'backoff', backoff: { maxInterval: -1 } } }],
    ['httpClient', { httpClient: {} as never }],
    ['httpClient', { fetch, httpClient: { request: fetch } }],
    ['debugLogger', { debugLogger: {} as never }],
    ['store', { store: 'memory:', serverURL: 'http://127.0.0.1' }],
  ])('%s is refused when the client is made: %j', (option, options) => {
    expect(() => new LangCache(options)).toThrow(expect.objectContaining({ name: 'OptionError', option }));
  });

  it.each<[string, RequestOptions]>([
    ['serverURL', { serverURL: 'example.com' }],
    ['timeoutMs', { timeoutMs: 'soon' as never }],
    ['retries.backoff.exponent', { retries: { strategy: 'backoff', backoff: { exponent: NaN } } }],
  ])('%s is refused when the call is made: %j', async (option, options) => {
    await expect(new LangCache({ serverURL: 'http://127.0.0.1', cacheId: 'c' }).flush({}, options)).rejects.toMatchObject({ name: 'OptionError', option });
  });

  it('is one that is missing when the first call is made', async () => {
    await expect(new LangCache({ cacheId: 'c' }).flush()).rejects.toThrow(OptionError);
    await expect(new LangCache({ serverURL: 'http://127.0.0.1' }).flush()).rejects.toThrow('LANGCACHE_CACHE_ID');
  });

  it.each(['a\nb', ' a', 'ключ', 5])('does not show the key %j', async (apiKey) => {
    const failure = await (async () => new LangCache({ serverURL: 'http://127.0.0.1', cacheId: 'c', apiKey: apiKey as string }).flush())().catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'INVALID_OPTION' });
    expect((failure as Error).message).toMatch(/^Option `apiKey` must be a string of printable ASCII [^0-9]*$/);
  });

  it('does not show the password of a URL', () => {
    expect(() => new LangCache({ serverURL: 'http://me:hush@host' })).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hush') as string }));
  });
});

describe('the debug log', () => {
  /** A logger that keeps its lines. */
  function keeper() {
    const lines: string[] = [];
    const write = (...parts: unknown[]) => void lines.push(parts.map(String).join(' '));
    return { lines, logger: { log: write, group: write, groupEnd: () => undefined } };
  }

  it('shows requests and answers, and never the key', async () => {
    const { lines, logger } = keeper();
    const echo = { title: `no such key: ${KEY}`, type: '/errors/authentication-failed' };
    const server = await scriptedServer({ status: 401, body: echo, headers: { 'set-cookie': 'session=abc', 'x-echo': encodeURIComponent(KEY), 'x-request-id': 'r1' } });
    const client = new LangCache({ serverURL: server.url, cacheId: 'c', apiKey: `Bearer ${KEY}`, debugLogger: logger });

    await client.search({ prompt: 'Why?' }, { headers: { 'x-api-key': 'other-secret' } }).catch(() => undefined);

    const log = lines.join('\n');
    expect(log).toContain(`> Request: POST ${server.url}/v1/caches/c/entries/search`);
    expect(log).toContain('{"prompt":"Why?"}');
    expect(log).toContain(': 401');
    expect(log).toContain('x-request-id: r1');
    expect(log).toContain('authorization: ***');
    expect(log).not.toMatch(/secret|session=abc/);
  });

  it('shows every try, and those that failed', async () => {
    const { lines, logger } = keeper();
    const server = await scriptedServer({ status: 503 }, (response) => void response.destroy());
    const client = new LangCache({ serverURL: server.url, cacheId: 'c', debugLogger: logger, retryConfig: { strategy: 'backoff', backoff: { initialInterval: 1, jitterMs: 0 } } });

    await client.flush().catch(() => undefined);

    expect(lines.filter((line) => /^[<>]/.test(line)).map((line) => line.split(':')[0])).toEqual(['> Request', '< Response', '> Request', '< No response']);
  });

  it('costs no answer when the logger fails', async () => {
    const server = await scriptedServer({ status: 204 });
    const debugLogger = { log: () => { throw new Error('disk full'); } };

    await expect(new LangCache({ serverURL: server.url, cacheId: 'c', debugLogger }).flush()).resolves.toBeUndefined();
  });

  it('is not needed to keep the key from being shown with the client', () => {
    const client = new LangCache({ serverURL: 'http://127.0.0.1', cacheId: 'c', apiKey: KEY });

    expect(inspect(client, { depth: 10, showHidden: true }) + JSON.stringify(client)).not.toContain('secret');
  });
});

describe('a client of another make', () => {
  it('may be a fetch', async () => {
    const asked: string[] = [];
    const client = new LangCache({
      serverURL: 'http://service',
      cacheId: 'c',
      async fetch(url, init) {
        asked.push(`${init.method} ${url.href} ${String(init.body)}`);
        return Response.json({ entryId: 'e1' }, { status: 201 });
      },
    });

    expect(await client.set({ prompt: 'Why?', response: 'Because.' })).toEqual({ entryId: 'e1' });
    expect(asked).toEqual(['POST http://service/v1/caches/c/entries {"prompt":"Why?","response":"Because."}']);
  });

  it('may be an HTTP client, and is given whole requests', async () => {
    const asked: string[] = [];
    const httpClient = {
      async request(request: Request) {
        asked.push(`${request.method} ${request.url} ${request.headers.get('authorization')} ${await request.text()}`);
        return Response.json({ deletedEntriesCount: 2 });
      },
    };

    await new LangCache({ serverURL: 'http://service', cacheId: 'c', apiKey: 'k', httpClient }).deleteQuery({ attributes: { a: 'b' } });

    expect(asked).toEqual(['DELETE http://service/v1/caches/c/entries Bearer k {"attributes":{"a":"b"}}']);
  });

  it('gets what else a call says for fetch', async () => {
    const inits: RequestInit[] = [];
    const client = new LangCache({ serverURL: 'http://service', cacheId: 'c', fetch: async (_, init) => (inits.push(init), new Response(null, { status: 204 })) });

    await client.flush({}, { fetchOptions: { redirect: 'error', headers: { 'x-trace': 't1' } } });
    const given = client.flush({}, { fetchOptions: { signal: AbortSignal.abort() } });

    expect(inits[0]).toMatchObject({ redirect: 'error', method: 'POST', headers: { 'x-trace': 't1' } });
    await expect(given).rejects.toThrow(RequestAbortedError);
    expect(inits.length).toBe(1);
  });
});

describe('closing', () => {
  it('gives up what is under way, and refuses what comes after', async () => {
    const server = await scriptedServer(silence);
    const client = new LangCache({ serverURL: server.url, cacheId: 'c' });
    const call = client.flush().catch((error: unknown) => error);
    while (server.asked.length === 0) await setImmediate();

    await client.close();
    await client.close();

    expect(await call).toBeInstanceOf(RequestAbortedError);
    await expect(client.flush()).rejects.toThrow(ClosedError);
  });

  it('comes with `await using`', async () => {
    let closed = 0;
    const transport = { send: () => Promise.reject(new Error('not asked')), close: () => void closed++ };
    {
      await using client = new LangCache({ cacheId: 'c', transport });
      void client;
    }

    expect(closed).toBe(1);
  });

  it('comes by itself for a client that was forgotten, but not while a call of it is under way', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const events: string[] = [];
    let answer!: () => void;
    const transport = {
      send: () => new Promise<{ status: number; headers: Headers; body: string }>((resolve) => (answer = () => resolve({ status: 204, headers: new Headers(), body: '' }))),
      close: () => void events.push('closed'),
    };
    const collect = async (rounds: number) => {
      for (let round = 0; round < rounds && events.at(-1) !== 'closed'; round++) {
        gc();
        await setImmediate();
      }
    };

    const call = (() => new LangCache({ serverURL: 'http://service', cacheId: 'c', transport }).flush().then(() => void events.push('answered')))();
    await collect(5);
    answer();
    await call;
    await collect(200);

    expect(events).toEqual(['answered', 'closed']);
  });
});

describe('a store', () => {
  it('is served from within the process: no server is asked, whatever the environment names', async () => {
    vi.stubEnv('LANGCACHE_SERVER_URL', 'http://127.0.0.1:1');
    await using cache = new LangCache({ store: 'memory:', cacheId: 'docs' });
    const { entryId } = await cache.set({ prompt: 'What is it?', response: 'This.' });

    const { data } = await cache.search({ prompt: 'WHAT IS IT?', searchStrategies: ['exact'] });

    expect(data).toMatchObject([{ id: entryId, response: 'This.', similarity: 1 }]);
    await expect(cache.deleteById('f'.repeat(32))).rejects.toMatchObject({ statusCode: 404 });
  });

  it('that is not known is refused at once', () => {
    expect(() => new LangCache({ store: 'nothing:', cacheId: 'docs' })).toThrow('No store is known');
  });
});
