import { describe, expect, it } from 'vitest';
import { ollamaEmbedder } from '../../src/embedders/ollama.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { type Asked, never, reply, serve, vectorOf } from './server.ts';
import type { ServerResponse } from 'node:http';

const DIGEST = 'a2af6cc3eb7fa8be8504abaf9b04e88f17a119ec3f04a3addf55f92841195f5a';

/** A server with one model. */
const ollama = (list: () => unknown) =>
  serve((asked: Asked, response: ServerResponse) => {
    if (asked.path === '/api/tags') return list() === undefined ? reply(response, { error: 'not found' }, 404) : reply(response, { models: list() });
    const input = asked.body.input as string[];
    if (input.some((text) => text.length > 20)) return reply(response, { error: 'the input length exceeds the context length' }, 400);
    reply(response, { model: asked.body.model, embeddings: input.map(vectorOf), total_duration: 1, load_duration: 1, prompt_eval_count: 8 });
  });

const listed = (digest: string) => [
  { name: 'other:latest', model: 'other:latest', digest: 'f'.repeat(64) },
  { name: 'nomic-embed-text:latest', model: 'nomic-embed-text:latest', digest },
];

describe('an embedder of Ollama', () => {
  it('embeds texts, and lets none be cut', async () => {
    const server = await ollama(() => listed(DIGEST));
    const embedder = ollamaEmbedder({ model: 'nomic-embed-text', baseURL: server.url, keepAlive: '10m' });

    const { vectors, cost } = await embedder.embed(['one', 'two'], never);

    expect(vectors.map((vector) => [...vector])).toEqual([vectorOf('one'), vectorOf('two')]);
    expect(cost).toBeUndefined();
    expect(server.asked.at(-1)).toMatchObject({
      method: 'POST',
      path: '/api/embed',
      body: { model: 'nomic-embed-text', input: ['one', 'two'], truncate: false, keep_alive: '10m' },
    });
    await expect(embedder.embed(['a text that is longer than the window'], never)).rejects.toMatchObject({ reason: 'refused', status: 400 });
  });

  it('is known by the digest of its model', async () => {
    const server = await ollama(() => listed(DIGEST));

    const prints = await Promise.all([
      ollamaEmbedder({ model: 'nomic-embed-text', baseURL: server.url }).identify!(never),
      ollamaEmbedder({ model: 'Nomic-Embed-Text:latest', baseURL: server.url, dimensions: 256 }).identify!(never),
    ]);

    expect(prints).toEqual(['ollama:nomic-embed-text@a2af6cc3eb7fa8be', 'ollama:Nomic-Embed-Text:latest@a2af6cc3eb7fa8be:256']);
  });

  it('is known by its name where no digest is to be had', async () => {
    const without = await ollama(() => undefined);
    const unlisted = await ollama(() => []);

    expect(await ollamaEmbedder({ model: 'm', baseURL: without.url }).identify!(never)).toBe('ollama:m');
    expect(await ollamaEmbedder({ model: 'm', baseURL: unlisted.url }).identify!(never)).toBe('ollama:m');
  });

  it('does not take a server in trouble for one without digests', async () => {
    const server = await serve((_, response) => reply(response, { error: 'starting' }, 503));

    await expect(ollamaEmbedder({ model: 'm', baseURL: server.url }).identify!(never)).rejects.toMatchObject({ reason: 'refused', status: 503 });
  });

  it('embeds no more when its name comes to stand for another model, until it stands for the first again', async () => {
    let digest = DIGEST;
    const server = await ollama(() => listed(digest));
    const clock = fakeClock();
    const embedder = ollamaEmbedder({ model: 'nomic-embed-text', baseURL: server.url, clock });
    await embedder.embed(['one'], never);

    digest = 'b'.repeat(64);
    await embedder.embed(['one'], never);
    await clock.advance(60_000);

    await expect(embedder.embed(['one'], never)).rejects.toMatchObject({ reason: 'changed' });
    await expect(embedder.embed(['one'], never)).rejects.toMatchObject({ reason: 'changed' });
    digest = DIGEST;
    expect((await embedder.embed(['one'], never)).vectors).toHaveLength(1);
  });

  it('says what the server says of a model that is not there', async () => {
    const server = await serve(({ path }, response) =>
      path === '/api/tags' ? reply(response, { models: [] }) : reply(response, { error: 'model "nope" not found, try pulling it first' }, 404));

    const error: unknown = await ollamaEmbedder({ model: 'nope', baseURL: server.url }).embed(['a'], never).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ reason: 'refused', status: 404, message: expect.stringContaining('try pulling it first') as string });
  });

  it('takes an answer without vectors for unusable', async () => {
    const server = await serve((_, response) => reply(response, { embeddings: [1, 2] }));

    await expect(ollamaEmbedder({ model: 'm', baseURL: server.url }).embed(['a'], never)).rejects.toMatchObject({ reason: 'unusable' });
  });
});
