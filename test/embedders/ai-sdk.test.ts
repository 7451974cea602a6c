import { createOpenAI } from '@ai-sdk/openai';
import { describe, expect, it } from 'vitest';
import { aiSdkEmbedder, type AiSdkEmbeddingModel } from '../../src/embedders/ai-sdk.ts';
import { steadyEmbedder } from '../../src/embedders/steady.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { drive, outcomeOf } from './controlled.ts';
import { never, reply, serve, unit, vectorOf } from './server.ts';

const answerOf = (texts: readonly string[]) => ({
  object: 'list',
  data: texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) })),
  model: 'm',
  usage: { prompt_tokens: 1000, total_tokens: 1000 },
});

/** A model as older versions of the SDK have it. */
const modelOf = (most: AiSdkEmbeddingModel['maxEmbeddingsPerCall'], calls: string[][]) => ({
  specificationVersion: 'v2',
  provider: 'acme.embedding',
  modelId: 'm',
  maxEmbeddingsPerCall: most,
  supportsParallelCalls: true,
  doEmbed: async ({ values }: { values: string[] }) => {
    calls.push(values);
    return { embeddings: values.map(vectorOf) };
  },
});

describe('an embedder by a model of the AI SDK', () => {
  it('embeds by the OpenAI provider itself, and says what it cost', async () => {
    const server = await serve(({ body }, response) => reply(response, answerOf(body.input as string[])));
    const model = createOpenAI({ baseURL: server.url, apiKey: 'k' }).embedding('text-embedding-3-small');
    const embedder = aiSdkEmbedder(model, { providerOptions: { openai: { dimensions: 8 } } });

    const { vectors, cost } = await embedder.embed(['one', 'two'], never);

    expect(vectors.map((vector) => [...vector])).toEqual([vectorOf('one'), vectorOf('two')]);
    expect(cost).toBe(0.00002);
    expect(server.asked[0]).toMatchObject({ path: '/embeddings', body: { input: ['one', 'two'], dimensions: 8 } });
    expect(embedder.fingerprint).toBe('ai-sdk:openai.embedding:text-embedding-3-small:{"openai":{"dimensions":8}}');
    expect(embedder.batchSize).toBe(96);
  });

  it('tries again what the provider says is worth it, and nothing else', async () => {
    const server = await serve(({ body }, response) => {
      if (server.asked.length === 1) return reply(response, { error: { message: 'slow down', type: 'rate_limit', code: null, param: null } }, 429, { 'retry-after': '0' });
      if (server.asked.length === 3) return reply(response, { error: { message: 'who are you?', type: 'auth', code: null, param: null } }, 401);
      reply(response, answerOf(body.input as string[]));
    });
    const clock = fakeClock();
    const steady = steadyEmbedder(aiSdkEmbedder(createOpenAI({ baseURL: server.url, apiKey: 'k' }).embedding('m')), { clock, timeout: '10h' });

    const vector = await drive(clock, steady.embed('one'));
    const error = await drive(clock, outcomeOf(steady.embed('two')));

    expect(vector).toEqual(unit(vectorOf('one')));
    expect(error).toMatchObject({ code: 'EMBEDDER_FAILED', reason: 'refused', status: 401, message: expect.stringContaining('who are you?') as string });
    expect(server.asked).toHaveLength(3);
  });

  it('lets the provider hang up when nobody waits any more', async () => {
    const server = await serve(() => {});
    const over = new AbortController();
    const asking = aiSdkEmbedder(createOpenAI({ baseURL: server.url, apiKey: 'k' }).embedding('m')).embed(['one'], over.signal);
    await server.arrived(1);

    over.abort();

    await expect(asking).rejects.toThrow();
    await server.asked[0]!.gone;
  });

  it.each([
    ['a number', 2],
    ['a promise', Promise.resolve(2)],
  ])('sends no more texts in a call than the model takes, told as %s', async (_, most) => {
    const calls: string[][] = [];
    const embedder = aiSdkEmbedder(modelOf(most, calls));

    const { vectors } = await embedder.embed(['a', 'b', 'c'], never);

    expect(calls).toEqual([['a', 'b'], ['c']]);
    expect(vectors.map((vector) => [...vector])).toEqual(['a', 'b', 'c'].map(vectorOf));
  });

  it('takes a model without a limit', () => {
    expect(aiSdkEmbedder(modelOf(Infinity, [])).batchSize).toBe(96);
    expect(aiSdkEmbedder(modelOf(undefined, []), { batchSize: 7 }).batchSize).toBe(7);
    expect(aiSdkEmbedder(modelOf(2, []), { batchSize: 7 }).batchSize).toBe(2);
  });

  it('refuses what is no embedding model', () => {
    expect(() => aiSdkEmbedder('openai/text-embedding-3-small' as unknown as AiSdkEmbeddingModel)).toThrow('an embedding model of the AI SDK');
  });
});
