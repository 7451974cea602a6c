import { describe, expect, it } from 'vitest';
import type { EmbedderError } from '../../src/base/errors.ts';
import { openaiEmbedder } from '../../src/embedders/openai-compatible.ts';
import { base64, never, reply, serve, vectorOf } from './server.ts';

const TEXTS = ['first', 'second one', 'third'];

const answerOf = (texts: readonly string[], write: (vector: number[]) => unknown, usage: unknown = { prompt_tokens: 1000, total_tokens: 1000 }) => ({
  object: 'list',
  data: texts.map((text, index) => ({ object: 'embedding', index, embedding: write(vectorOf(text)) })),
  model: 'm',
  usage,
});

const failureOf = async (work: Promise<unknown>): Promise<EmbedderError> => work.then(() => expect.fail('it worked'), (error: unknown) => error as EmbedderError);

describe('an embedder that speaks like OpenAI', () => {
  it('reads vectors in base64, and says what they cost', async () => {
    const server = await serve(({ body }, response) => reply(response, answerOf(body.input as string[], base64)));
    const embedder = openaiEmbedder({ model: 'text-embedding-3-small', baseURL: `${server.url}/v1/`, apiKey: 'key-1', headers: { 'x-team': 'a' } });

    const { vectors, cost } = await embedder.embed(TEXTS, never);

    expect(vectors.map((vector) => [...vector])).toEqual(TEXTS.map(vectorOf));
    expect(cost).toBe(0.00002);
    expect(server.asked[0]).toMatchObject({
      method: 'POST',
      path: '/v1/embeddings',
      body: { model: 'text-embedding-3-small', input: TEXTS, encoding_format: 'base64' },
      headers: { authorization: 'Bearer key-1', 'x-team': 'a', 'content-type': 'application/json' },
    });
    expect(server.asked[0]!.body).not.toHaveProperty('dimensions');
  });

  it('understands who answers with numbers, in any order, and asks for the dimensions wanted', async () => {
    const server = await serve(({ body }, response) => {
      const answer = answerOf(body.input as string[], (vector) => vector, undefined);
      reply(response, { ...answer, data: answer.data.toReversed() });
    });
    const embedder = openaiEmbedder({ model: 'bge-m3', baseURL: server.url, dimensions: 8 });

    const { vectors, cost } = await embedder.embed(TEXTS, never);

    expect(vectors.map((vector) => [...vector])).toEqual(TEXTS.map(vectorOf));
    expect(cost).toBeUndefined();
    expect(embedder.dimensions).toBe(8);
    expect(server.asked[0]!.body.dimensions).toBe(8);
  });

  it('takes vectors without an index as they come', async () => {
    const server = await serve(({ body }, response) => reply(response, { data: (body.input as string[]).map((text) => ({ embedding: vectorOf(text) })) }));

    const { vectors } = await openaiEmbedder({ model: 'm', baseURL: server.url }).embed(TEXTS, never);

    expect(vectors.map((vector) => [...vector])).toEqual(TEXTS.map(vectorOf));
  });

  it('asks for numbers from then on when base64 is refused', async () => {
    const server = await serve(({ body }, response) => {
      if (body.encoding_format === 'base64') return reply(response, { object: 'error', message: 'base64 encoding is not currently supported', code: 400 }, 400);
      reply(response, answerOf(body.input as string[], (vector) => vector));
    });
    const embedder = openaiEmbedder({ model: 'm', baseURL: server.url });

    await embedder.embed(['a'], never);
    const { vectors } = await embedder.embed(['b'], never);

    expect([...vectors[0]!]).toEqual(vectorOf('b'));
    expect(server.asked.map(({ body }) => body.encoding_format)).toEqual(['base64', 'float', 'float']);
  });

  it.each([
    ['OpenAI', { error: { message: 'Incorrect API key provided: key-1.', type: 'invalid_request_error' } }],
    ['Ollama and TEI', { error: 'Incorrect API key provided: key-1.' }],
    ['Mistral', { message: 'Incorrect API key provided: key-1.' }],
    ['FastAPI', { detail: 'Incorrect API key provided: key-1.' }],
  ])('tells an error as %s words it, without the key', async (_, body) => {
    const server = await serve((_asked, response) => reply(response, body, 401));

    const error = await failureOf(openaiEmbedder({ model: 'm', baseURL: server.url, apiKey: 'key-1' }).embed(['a'], never));

    expect(error).toMatchObject({ code: 'EMBEDDER_FAILED', reason: 'refused', status: 401 });
    expect(error.message).toBe('The embedder openai:m answered with status 401: Incorrect API key provided: [key].');
  });

  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': 'Tue, 14 Nov 2023 22:13:25 GMT' }, 5000],
    [{ 'retry-after': '7', 'retry-after-ms': '40' }, 40],
    [{}, undefined],
  ])('says when it is to be asked again: %j', async (headers, after) => {
    const server = await serve((_, response) => reply(response, { error: { message: 'slow down' } }, 429, headers as Record<string, string>));
    const clock = { now: () => 1_700_000_000_000, elapsed: () => 0, sleep: () => Promise.reject(new Error('nothing sleeps here')) };

    const error = await failureOf(openaiEmbedder({ model: 'm', baseURL: server.url, clock }).embed(['a'], never));

    expect(error).toMatchObject({ reason: 'refused', status: 429, retryAfter: after });
  });

  it.each([
    ['no JSON', (text: string) => `<html>${text}`],
    ['half an answer that was ended in form', (text: string) => JSON.stringify(answerOf([text], base64)).slice(0, 40)],
    ['no vectors', () => '{}'],
    ['vectors that are neither numbers nor base64', () => '{"data":[{"index":0,"embedding":{"a":1}}]}'],
    ['bytes that are no floats', () => '{"data":[{"index":0,"embedding":"AAAA"}]}'],
    ['one number for two vectors', (text: string) => JSON.stringify({ data: [0, 0].map((index) => ({ index, embedding: vectorOf(text) })) })],
  ])('takes %s for unusable', async (_, write) => {
    const server = await serve(({ body }, response) => void response.end(write((body.input as string[])[0]!)));

    const error = await failureOf(openaiEmbedder({ model: 'm', baseURL: server.url }).embed(['a'], never));

    expect(error).toMatchObject({ code: 'EMBEDDER_FAILED', reason: 'unusable' });
  });

  it('takes an answer that breaks off, and a server that is not there, for unreachable', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '5000' }).write('{"data":[');
      setImmediate(() => response.destroy());
    });

    const broken = await failureOf(openaiEmbedder({ model: 'm', baseURL: server.url }).embed(['a'], never));
    const absent = await failureOf(openaiEmbedder({ model: 'm', baseURL: 'http://127.0.0.1:9' }).embed(['a'], never));

    expect([broken.reason, absent.reason]).toEqual(['unreachable', 'unreachable']);
    expect(absent.message).toContain('could not be reached');
  });

  it('follows no redirect', async () => {
    const elsewhere = await serve((_, response) => reply(response, answerOf(['a'], base64)));
    const server = await serve((_, response) => void response.writeHead(307, { location: `${elsewhere.url}/embeddings` }).end());

    const error = await failureOf(openaiEmbedder({ model: 'm', baseURL: server.url, apiKey: 'key-1' }).embed(['a'], never));

    expect(error).toMatchObject({ reason: 'refused', status: 307 });
    expect(elsewhere.asked).toEqual([]);
  });

  it('hangs up when nobody waits any more', async () => {
    const server = await serve(() => {});
    const over = new AbortController();
    const asking = openaiEmbedder({ model: 'm', baseURL: server.url }).embed(['a'], over.signal);
    await server.arrived(1);

    over.abort(new Error('enough'));

    await expect(asking).rejects.toThrow('enough');
    await server.asked[0]!.gone;
  });

  it('gives the key of the environment to OpenAI alone', async () => {
    const server = await serve(({ body }, response) => reply(response, answerOf(body.input as string[], base64)));
    const before = process.env.OPENAI_API_KEY;
    process.env.OPENAI_API_KEY = 'key-of-openai';
    const told: (string | null)[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      told.push(new Headers(init?.headers).get('authorization'));
      return Response.json(answerOf(['a'], base64));
    };

    await openaiEmbedder({ model: 'm', baseURL: server.url }).embed(['a'], never);
    await openaiEmbedder({ model: 'm', fetch }).embed(['a'], never);
    delete process.env.OPENAI_API_KEY;

    expect(server.asked[0]!.headers.authorization).toBeUndefined();
    expect(told).toEqual(['Bearer key-of-openai']);
    expect(() => openaiEmbedder({ model: 'm' })).toThrow('Option `embedder.apiKey` must be given, or OPENAI_API_KEY be set');
    if (before !== undefined) process.env.OPENAI_API_KEY = before;
  });

  it('is known by model, dimensions and address', () => {
    const prints = [
      openaiEmbedder({ model: 'm', apiKey: 'k' }),
      openaiEmbedder({ model: 'm', apiKey: 'k', dimensions: 256 }),
      openaiEmbedder({ model: 'm', baseURL: 'http://127.0.0.1:8000/v1/' }),
      openaiEmbedder({ model: 'm', baseURL: 'http://127.0.0.1:8000/v1', fingerprint: 'mine' }),
    ].map(({ fingerprint }) => fingerprint);

    expect(prints).toEqual(['openai:m', 'openai:m:256', 'openai:m@http://127.0.0.1:8000/v1', 'mine']);
  });

  it('refuses options that cannot be used, and shows no password', () => {
    expect(() => openaiEmbedder({ model: ' ' })).toThrow('embedder.model');
    expect(() => openaiEmbedder({ model: 'm', apiKey: 'k', dimensions: 0 })).toThrow('embedder.dimensions');
    expect(() => openaiEmbedder({ model: 'm', apiKey: 'k', batchSize: 1.5 })).toThrow('embedder.batchSize');
    expect(() => openaiEmbedder({ model: 'm', baseURL: 'ftp://127.0.0.1' })).toThrow('embedder.baseURL');
    expect(() => openaiEmbedder({ model: 'm', baseURL: 'http://me:hunter2@127.0.0.1' })).toThrow(/baseURL(?!.*hunter2)/);
  });
});
