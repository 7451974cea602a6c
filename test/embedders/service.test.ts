import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ollamaEmbedder } from '../../src/embedders/ollama.ts';
import { openaiEmbedder } from '../../src/embedders/openai-compatible.ts';
import { steadyEmbedder } from '../../src/embedders/steady.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { drive, outcomeOf } from './controlled.ts';
import { type Asked, base64, reply, serve, unit, vectorOf } from './server.ts';

const right = ({ body }: Asked, response: ServerResponse) =>
  reply(response, { data: (body.input as string[]).map((text, index) => ({ index, embedding: base64(vectorOf(text)) })), usage: { prompt_tokens: 5 } });

/** A server that answers the calls in turn, the last way over and over, with an embedder whose time stands still but when it is driven. */
async function troubled(...ways: ((asked: Asked, response: ServerResponse) => void)[]) {
  let calls = 0;
  const server = await serve((asked, response) => ways[Math.min(calls++, ways.length - 1)]!(asked, response));
  const clock = fakeClock();
  const steady = steadyEmbedder(openaiEmbedder({ model: 'm', baseURL: server.url, clock }), { clock, timeout: '10h' });
  return { server, clock, steady };
}

describe('over the network', () => {
  it('a text gets its vector though the first calls break off or are refused for the moment', async () => {
    const { server, clock, steady } = await troubled(
      (_, response) => response.destroy(),
      (_, response) => {
        response.writeHead(200, { 'content-length': '5000' }).write('{"data":[');
        setImmediate(() => response.destroy());
      },
      right,
    );

    const vector = await drive(clock, steady.embed('text'));

    expect(vector).toEqual(unit(vectorOf('text')));
    expect(server.asked).toHaveLength(3);
  });

  it('a rate limit is waited for as long as the service says', async () => {
    const { clock, steady } = await troubled((_, response) => reply(response, { error: { message: 'slow down' } }, 429, { 'retry-after': '60' }), right);

    await drive(clock, steady.embed('text'));

    expect(clock.elapsed()).toBeGreaterThanOrEqual(60_000);
  });

  it('a service that hangs is left when time is up', async () => {
    const server = await serve(() => {});
    const clock = fakeClock();
    const steady = steadyEmbedder(openaiEmbedder({ model: 'm', baseURL: server.url, clock }), { clock });
    const outcome = outcomeOf(steady.embed('text'));
    await clock.advance(3);
    await server.arrived(1);

    await clock.advance(2000);

    expect(await outcome).toMatchObject({ reason: 'late' });
    await server.asked[0]!.gone;
  });

  it('an answer with NaN, null, another size or too few vectors serves nobody wrongly', async () => {
    const { clock, steady } = await troubled(
      (asked, response) => right(asked, response),
      ({ body }, response) =>
        reply(response, {
          data: (body.input as string[]).map((text, index) => ({
            index,
            embedding: text === 'nan' ? base64([Number.NaN, ...vectorOf(text).slice(1)]) : text === 'null' ? [null, ...vectorOf(text).slice(1)] : text === 'short' ? base64([1, 2]) : base64(vectorOf(text)),
          })),
        }),
      (_, response) => reply(response, { data: [{ index: 0, embedding: base64(vectorOf('a')) }] }),
      (_, response) => void response.writeHead(200).end('{"data":[{"index":0,"embedding":[NaN]}]}'),
    );
    await drive(clock, steady.embed('first'));

    const mixed = await drive(clock, Promise.all(['nan', 'null', 'fine', 'short'].map((text) => outcomeOf(steady.embed(text)))));
    const few = await drive(clock, Promise.all(['a', 'b'].map((text) => outcomeOf(steady.embed(text)))));
    const literal = await drive(clock, outcomeOf(steady.embed('c')));

    const unusable = { code: 'EMBEDDER_FAILED', reason: 'unusable' };
    expect(mixed).toMatchObject([unusable, unusable, {}, unusable]);
    expect(mixed[2]).toBe('worked');
    expect(few).toMatchObject([unusable, unusable]);
    expect(literal).toMatchObject(unusable);
  });

  it('one text beyond the window of a model of Ollama takes no other with it', async () => {
    const server = await serve(({ path, body }, response) => {
      if (path === '/api/tags') return reply(response, { models: [{ name: 'm:latest', digest: 'd'.repeat(64) }] });
      const input = body.input as string[];
      if (input.some((text) => text.startsWith('long'))) return reply(response, { error: 'the input length exceeds the context length' }, 400);
      reply(response, { embeddings: input.map(vectorOf) });
    });
    const clock = fakeClock();
    const steady = steadyEmbedder(ollamaEmbedder({ model: 'm', baseURL: server.url, clock }), { clock, timeout: '10h' });

    const outcomes = await drive(clock, Promise.all(['one', 'long story', 'two'].map((text) => outcomeOf(steady.embed(text)))));

    expect(outcomes).toMatchObject(['worked', { status: 400, message: expect.stringContaining('context length') as string }, 'worked']);
    expect(await steady.fingerprint()).toBe('ollama:m@dddddddddddddddd');
  });
});
