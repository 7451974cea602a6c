import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json.ts';
import { parseObject, toBytes, toText } from '../../src/base/json.ts';
import type { EmbeddingItem } from '../../src/providers/openai-embeddings.ts';
import { openAiEmbeddings } from '../../src/providers/openai-embeddings.ts';

const ask = (input: Json, more: JsonObject = {}): JsonObject => ({ model: 'text-embedding-3-small', input, ...more });
/** Numbers in spellings that parsing and writing them would change. */
const vectors = ['[-0.0069292834,1.0,-4.547132266452536e-05]', '[-0.0,0.10,1E2]', '[\n 0.5, 0.25 ]'];
const answerOf = (texts: readonly string[], tokens = texts.length) =>
  toBytes(
    `{\n "object": "list",\n "data": [${texts.map((text, index) => `{"object": "embedding", "index": ${index}, "embedding": ${text}}`).join(',\n')}],` +
      ` "model": "text-embedding-3-small", "usage": {"prompt_tokens": ${tokens}, "total_tokens": ${tokens}}\n}\n`,
  );
const base64 = (floats: readonly number[]) => Buffer.from(new Float32Array(floats).buffer).toString('base64');
const record = (body: Uint8Array, status = 200) => ({ status, headers: {}, body });
const tokensOf = (answer: Uint8Array) => openAiEmbeddings.inspect(record(answer), 'whole').usage!.input;

/** What the official SDK makes of an answer; it asks for base64 itself and decodes it. */
async function received(answer: Uint8Array) {
  const client = new OpenAI({ apiKey: 'none', maxRetries: 0, fetch: async () => new Response(Buffer.from(answer), { headers: { 'content-type': 'application/json' } }) });
  return client.embeddings.create({ model: 'text-embedding-3-small', input: 'x' });
}

describe('the items of an embeddings request', () => {
  it.each<[string, Json, readonly EmbeddingItem[]]>([
    ['a text', 'one', ['one']],
    ['texts', ['one', 'two'], ['one', 'two']],
    ['the tokens of a text', [1, 2, 3], [[1, 2, 3]]],
    ['the tokens of texts', [[1, 2], [3]], [[1, 2], [3]]],
  ])('are those of %s', (_, input, items) => {
    expect(openAiEmbeddings.facts(ask(input)).bypass).toBeUndefined();
    expect(openAiEmbeddings.batch.items(ask(input))).toEqual(items);
  });

  it.each<Json>([[], 7, null, ['a', 1], [[]], [1.5], [{ type: 'image' }], {}])('are none where the shape is not known: %j', (input) => {
    expect(openAiEmbeddings.facts(ask(input)).bypass).toBe('`input` of unknown shape');
  });

  it('are known by the same body whatever request they come from, but not with another encoding or size', () => {
    const alone = openAiEmbeddings.batch.itemBody(ask('one'), 'one');

    expect(openAiEmbeddings.batch.itemBody(ask(['two', 'one']), 'one')).toEqual(alone);
    expect(openAiEmbeddings.batch.itemBody(ask('one', { encoding_format: 'base64' }), 'one')).not.toEqual(alone);
    expect(openAiEmbeddings.batch.itemBody(ask('one', { dimensions: 256 }), 'one')).not.toEqual(alone);
  });

  it('are asked for where they are missing, all at once', () => {
    const body = ask(['one', 'two', 'three'], { dimensions: 2 });

    expect(openAiEmbeddings.batch.batchBody(body, ['three', 'one'])).toEqual({ ...body, input: ['three', 'one'] });
    expect(openAiEmbeddings.batch.batchBody(body, ['one', 'two', 'three'])).toBe(body);
  });
});

describe('an embeddings answer', () => {
  it('is taken apart and put together again with every number as it was spelt', () => {
    const answer = answerOf(vectors, 12);

    const apart = openAiEmbeddings.batch.takeApart(answer, ['one', 'two', 'three'])!;
    const together = openAiEmbeddings.batch.putTogether(apart)!;

    for (const [at, vector] of vectors.entries()) expect(toText(apart[at]!)).toContain(`"index": 0, "embedding": ${vector}`);
    for (const vector of vectors) expect(toText(together)).toContain(vector);
    expect(parseObject(together)).toEqual(parseObject(answer));
  });

  it('is put together in the order of the items, from answers of different calls', async () => {
    const first = openAiEmbeddings.batch.takeApart(answerOf([`"${base64([1, 2])}"`, `"${base64([3, 4])}"`]), ['a', 'c'])!;
    const second = openAiEmbeddings.batch.takeApart(answerOf([`"${base64([0.1, -0])}"`]), ['b'])!;

    const together = await received(openAiEmbeddings.batch.putTogether([first[0]!, second[0]!, first[1]!])!);

    expect(together.data.map(({ index, embedding }) => [index, [...embedding]])).toEqual([
      [0, [1, 2]],
      [1, [Math.fround(0.1), -0]],
      [2, [3, 4]],
    ]);
    expect(together.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
  });

  it('is taken apart by the index of its vectors, not by their order', () => {
    const answer = toBytes('{"object":"list","data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1]}],"model":"m"}');

    const apart = openAiEmbeddings.batch.takeApart(answer, ['one', 'two'])!;

    expect(apart.map((item) => parseObject(item)!.data)).toEqual([[{ index: 0, embedding: [1] }], [{ index: 0, embedding: [2] }]]);
  });

  it.each([
    ['too few vectors', answerOf(['[1]'])],
    ['one vector twice', toBytes('{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}]}')],
    ['no index', toBytes('{"data":[{"embedding":[1]},{"embedding":[2]}]}')],
    ['no data', toBytes('{"object":"list"}')],
    ['half a body', answerOf(['[1]', '[2]']).subarray(0, 60)],
  ])('is not taken apart with %s', (_, answer) => {
    expect(openAiEmbeddings.batch.takeApart(answer, ['one', 'two'])).toBeUndefined();
  });

  it('has its usage spread by the length of the items, to the same sum', () => {
    const items = fc.array(fc.oneof(fc.string({ minLength: 1, maxLength: 300 }), fc.array(fc.nat(), { minLength: 1, maxLength: 60 })), { minLength: 1, maxLength: 20 });

    fc.assert(
      fc.property(items, fc.nat(100_000), (list, tokens) => {
        const answer = answerOf(list.map(() => '[1]'), tokens);

        const shares = openAiEmbeddings.batch.takeApart(answer, list)!;

        expect(shares.map(tokensOf).reduce((sum, share) => sum + share, 0)).toBe(tokens);
        expect(tokensOf(openAiEmbeddings.batch.putTogether(shares)!)).toBe(tokens);
      }),
    );
  });

  it('says exactly what items cost that came as tokens', () => {
    const apart = openAiEmbeddings.batch.takeApart(answerOf(['[1]', '[2]'], 7), [[5, 6], [1, 2, 3, 4, 5]])!;

    expect(apart.map(tokensOf)).toEqual([2, 5]);
  });
});

describe('inspecting an embeddings answer', () => {
  it('finds that it is complete, and its usage', () => {
    expect(openAiEmbeddings.inspect(record(answerOf(vectors, 12)), 'whole')).toMatchObject({
      complete: true,
      error: false,
      faults: [],
      model: 'text-embedding-3-small',
      usage: { input: 12, output: 0 },
    });
  });

  it('finds errors and vectors that are empty or missing', () => {
    const error = toBytes('{"error":{"message":"Too long"}}');

    expect(openAiEmbeddings.inspect(record(error), 'whole')).toMatchObject({ complete: false, error: true });
    expect(openAiEmbeddings.inspect(record(answerOf(['[1]']), 500), 'whole')).toMatchObject({ complete: false, error: true });
    expect(openAiEmbeddings.inspect(record(answerOf(['[]'])), 'whole').faults).toEqual(['empty']);
    expect(openAiEmbeddings.inspect(record(answerOf(['null'])), 'whole').complete).toBe(false);
    expect(openAiEmbeddings.inspect(record(toBytes('{"object":"list","data":[]}')), 'whole').complete).toBe(false);
  });
});

describe('any JSON at all', () => {
  it('is read without an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.json(), (input, text) => {
        const body = ask(input as Json);
        const items = openAiEmbeddings.batch.items(body);
        openAiEmbeddings.inspect(record(toBytes(text)), 'whole');
        openAiEmbeddings.batch.takeApart(toBytes(text), ['one']);
        openAiEmbeddings.batch.putTogether([toBytes(text)]);

        expect(openAiEmbeddings.facts(body).bypass === undefined).toBe(items !== undefined);
      }),
      { numRuns: 300 },
    );
  });
});
