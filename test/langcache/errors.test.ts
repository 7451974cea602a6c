import { describe, expect, it } from 'vitest';
import * as langcache from '../../src/langcache/index.ts';
import { PROBLEMS, type Problem } from '../../src/langcache/wire-problems.ts';
import { deadUrl, halfABody, type Scripted, scriptedServer, silence } from './support/scripted-server.ts';

const { LangCache } = langcache;

const CLASSES = {
  400: langcache.BadRequestErrorResponseContent,
  401: langcache.AuthenticationErrorResponseContent,
  403: langcache.ForbiddenErrorResponseContent,
  404: langcache.NotFoundErrorResponseContent,
  413: langcache.PayloadTooLargeErrorResponseContent,
  424: langcache.ResourceUnavailableErrorResponseContent,
  429: langcache.TooManyRequestsErrorResponseContent,
  500: langcache.UnexpectedErrorResponseContent,
} as const;

/** The error of a search with these answers. */
async function failureWith(script: Scripted, options: langcache.RequestOptions = {}): Promise<unknown> {
  const { url } = await scriptedServer(script);
  return new LangCache({ serverURL: url, cacheId: 'c', apiKey: 'key-1' }).search({ prompt: 'Why?' }, options).catch((error: unknown) => error);
}

describe('an error document', () => {
  const documents = Object.values(PROBLEMS).flatMap(({ status, title, older, newer }: Problem) => [...new Set([older, newer])].map((type) => ({ status, title, type })));

  it.each(documents)('of type $type is the class of $status', async ({ status, title, type }) => {
    const failure = await failureWith({ status, body: { title, status, type, detail: 'more', instance: '/i/1' }, headers: { 'x-request-id': 'r1' } });

    expect(failure).toBeInstanceOf(CLASSES[status]);
    expect(failure).toBeInstanceOf(langcache.LangCacheError);
    expect(failure).toBeInstanceOf(langcache.CacheError);
    const error = failure as langcache.ErrorResponseContent;
    expect(error).toMatchObject({ code: 'LANGCACHE_REFUSED', name: CLASSES[status].name, message: `${status} ${title}: more`, statusCode: status });
    expect(error).toMatchObject({ title, status, type, detail: 'more', instance: '/i/1' });
    expect(error.data).toEqual({ title, status, type, detail: 'more', instance: '/i/1' });
    expect(error.data$).toBe(error.data);
    expect(JSON.parse(error.body)).toEqual(error.data);
    expect(error.headers.get('x-request-id')).toBe('r1');
    expect(error.rawResponse.status).toBe(status);
  });

  it('of a type that nobody knows is the class of its status', async () => {
    const failure = await failureWith({ status: 424, body: { title: 'Moon in the way', type: '/errors/moon' } });

    expect(failure).toBeInstanceOf(langcache.FailedDependencyErrorResponseContent);
    expect(failure).toMatchObject({ status: 424, type: '/errors/moon' });
  });

  it('with fields says which are wrong', async () => {
    const fields = [{ field: 'prompt', rule: 'maxLength', message: 'at most 1024 characters' }];

    const failure = await failureWith({ status: 400, body: { title: 'Invalid request', type: '/errors/invalid-data', fields } });

    expect(failure).toMatchObject({ fields, message: '400 Invalid request (prompt: at most 1024 characters)' });
  });

  it('may be application/problem+json', async () => {
    const failure = await failureWith({ status: 404, body: { title: 'Not found', type: 'x' }, headers: { 'content-type': 'application/problem+json; charset=utf-8' } });

    expect(failure).toBeInstanceOf(langcache.NotFoundErrorResponseContent);
  });
});

describe('an answer that is none of the documented ones', () => {
  it.each([
    [418, 'application/json', '{}'],
    [502, 'text/html', '<h1>Bad gateway</h1>'],
    [500, 'text/plain', 'oops'],
    [200, 'text/html', '<form>Log in</form>'],
    [202, 'application/json', '{"data":[]}'],
  ])('%i with %s is a LangCacheDefaultError', async (status, type, body) => {
    const failure = await failureWith({ status, body, headers: { 'content-type': type } });

    expect(failure).toBeInstanceOf(langcache.LangCacheDefaultError);
    expect(failure).toMatchObject({ statusCode: status, contentType: type, body, data: undefined, message: expect.stringContaining(body) as string });
  });

  it.each([
    ['not JSON', 200, '{"data": ['],
    ['without data', 200, '{}'],
    ['with an entry without an id', 200, '{"data":[{"prompt":"Why?"}]}'],
    ['an error document without a title', 400, '{"error":"bad"}'],
  ])('%s is a ResponseValidationError with its cause', async (_, status, body) => {
    const failure = (await failureWith({ status, body })) as langcache.ResponseValidationError;

    expect(failure).toBeInstanceOf(langcache.ResponseValidationError);
    expect(failure).toMatchObject({ statusCode: status, body });
    expect(failure.cause).toBeInstanceOf(Error);
    expect(failure.message).toContain(failure.cause instanceof SyntaxError ? failure.cause.message : ': ');
  });

  it('shows no more than the beginning of a long body', async () => {
    const failure = (await failureWith({ status: 502, body: 'x'.repeat(100_000) })) as langcache.LangCacheError;

    expect(failure.message.length).toBeLessThan(1000);
    expect(failure.body.length).toBe(100_000);
  });
});

describe('no answer', () => {
  it('where nobody listens is a ConnectionError', async () => {
    const client = new LangCache({ serverURL: await deadUrl(), cacheId: 'c' });

    const failure = await client.search({ prompt: 'Why?' }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(langcache.ConnectionError);
    expect(failure).toMatchObject({ code: 'LANGCACHE_FAILED', name: 'ConnectionError', message: expect.stringContaining('ECONNREFUSED') as string });
  });

  it('but half of one is a ConnectionError', async () => {
    expect(await failureWith(halfABody)).toBeInstanceOf(langcache.ConnectionError);
  });

  it('but a connection that is cut is a ConnectionError', async () => {
    expect(await failureWith((response) => void response.destroy())).toBeInstanceOf(langcache.ConnectionError);
  });

  it('in time is a RequestTimeoutError', async () => {
    const failure = await failureWith(silence, { timeoutMs: 30 });

    expect(failure).toBeInstanceOf(langcache.RequestTimeoutError);
    expect(failure).toMatchObject({ cause: { name: 'TimeoutError' } });
  });

  it('whole in time is a RequestTimeoutError', async () => {
    const slow: Scripted = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"data":');
    };

    expect(await failureWith(slow, { timeoutMs: 30 })).toBeInstanceOf(langcache.RequestTimeoutError);
  });

  it('before the caller gave up is a RequestAbortedError with the caller\'s reason', async () => {
    const caller = new AbortController();
    const reason = new Error('the user went away');

    const failure = await failureWith(() => caller.abort(reason), { signal: caller.signal, timeoutMs: 10_000 });

    expect(failure).toBeInstanceOf(langcache.RequestAbortedError);
    expect(failure).toMatchObject({ cause: reason });
  });

  it('is a RequestTimeoutError where the caller\'s signal is a time-out', async () => {
    expect(await failureWith(silence, { signal: AbortSignal.timeout(30) })).toBeInstanceOf(langcache.RequestTimeoutError);
  });

  it('is a RequestAbortedError where the caller had given up before', async () => {
    const server = await scriptedServer({ status: 204 });
    const client = new LangCache({ serverURL: server.url, cacheId: 'c' });

    await expect(client.flush({}, { signal: AbortSignal.abort() })).rejects.toThrow(langcache.RequestAbortedError);

    expect(server.asked).toEqual([]);
  });

  it.each([
    ['an error', new Error('boom')],
    ['a TypeError of its own', new TypeError('x is not a function')],
    ['something that is no error', 'boom'],
  ])('as the HTTP client failed with %s is an UnexpectedClientError', async (_, thrown) => {
    const client = new LangCache({ serverURL: 'http://127.0.0.1', cacheId: 'c', fetch: () => Promise.reject(thrown) });

    const failure = await client.search({ prompt: 'Why?' }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(langcache.UnexpectedClientError);
    expect((failure as Error).cause).toBe(thrown);
  });

  it('as the key could not be had is an UnexpectedClientError', async () => {
    const vault = new Error('vault is sealed');
    const client = new LangCache({ serverURL: 'http://127.0.0.1', cacheId: 'c', apiKey: () => Promise.reject(vault) });

    await expect(client.flush()).rejects.toMatchObject({ name: 'UnexpectedClientError', cause: vault });
  });
});
