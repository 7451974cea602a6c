import OpenAI, { APIError, AuthenticationError, InternalServerError, RateLimitError } from 'openai';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { fakeProvider, type FakeProvider, type FakeReply } from '../../src/testing/index.ts';
import { collect } from './collect.ts';

let provider: FakeProvider;
let client: OpenAI;

beforeEach(async () => {
  provider = await fakeProvider({ dimensions: 64 });
  client = new OpenAI({ baseURL: provider.openaiUrl, apiKey: 'sk-any', maxRetries: 0 });
});

afterEach(() => provider.close());

const ask = (content: string) => ({ model: 'gpt-test', messages: [{ role: 'user' as const, content }] });

const replies: Record<string, FakeReply> = {
  'text': { text: 'Paris is the capital. Naïve 🙂 text.' },
  'text in given pieces': { chunks: ['Pa', 'ris', '.'] },
  'parallel tool calls': { toolCalls: [{ name: 'weather', arguments: { city: 'Paris', days: 3 } }, { name: 'time' }] },
  'text and a tool call': { text: 'Let me see.', toolCalls: [{ name: 'weather', arguments: { city: 'Paris' } }] },
  'a refusal': { refusal: 'I cannot help with that.' },
  'a cut answer': { text: 'It was a dark and', stop: 'length' },
  'log probabilities': { text: 'One two', logprobs: true },
};

describe('chat completions', () => {
  it('answers the last user message, and each call differently', async () => {
    const first = await client.chat.completions.create(ask('Capital of France?'));
    const second = await client.chat.completions.create(ask('Capital of France?'));

    expect(first.choices[0]?.message.content).toBe('Answer 1 to: Capital of France?');
    expect(second.choices[0]?.message.content).toBe('Answer 2 to: Capital of France?');
    expect(second.id).not.toBe(first.id);
    expect(provider.calls).toBe(2);
  });

  it.each(Object.entries(replies))('streams %s that the SDK puts together to the whole answer', async (_, reply) => {
    provider.reply(reply);
    const whole = await client.chat.completions.create(ask('Go'));
    provider.reset();
    provider.reply(reply);
    const streamed = await client.chat.completions.stream({ ...ask('Go'), stream_options: { include_usage: true } }).finalChatCompletion();

    const ofWhole = whole.choices[0]?.message;
    const ofStream = streamed.choices[0]?.message;
    expect(ofStream?.content ?? null).toBe(ofWhole?.content ?? null);
    expect(ofStream?.refusal ?? null).toBe(ofWhole?.refusal ?? null);
    expect(ofStream?.tool_calls?.map((call) => call.type === 'function' && [call.id, call.function.name, call.function.arguments])).toEqual(
      ofWhole?.tool_calls?.map((call) => call.type === 'function' && [call.id, call.function.name, call.function.arguments]),
    );
    expect(streamed.choices[0]?.finish_reason).toBe(whole.choices[0]?.finish_reason);
    expect(streamed.choices[0]?.logprobs?.content ?? null).toEqual(whole.choices[0]?.logprobs?.content ?? null);
    expect(streamed.usage).toEqual(whole.usage);
    expect(streamed.id).toBe(whole.id);
  });

  it('reports usage in a stream only when asked', async () => {
    const chunks = await collect(await client.chat.completions.create({ ...ask('Go'), stream: true }));

    expect(chunks.every((chunk) => !('usage' in chunk))).toBe(true);
    expect(chunks.every((chunk) => chunk.choices.length === 1)).toBe(true);
  });

  it('streams spoken words whose pieces make up the whole', async () => {
    provider.reply({ audio: { transcript: 'Good day to you', data: 'AAECAwQFBgcICQ==' } });

    const chunks = await collect(await client.chat.completions.create({ ...ask('Go'), stream: true }));

    const pieces = chunks.map((chunk) => (chunk.choices[0]?.delta as { audio?: { transcript?: string; data?: string } } | undefined)?.audio);
    expect(pieces.map((piece) => piece?.transcript ?? '').join('')).toBe('Good day to you');
    expect(pieces.map((piece) => piece?.data ?? '').join('')).toBe('AAECAwQFBgcICQ==');
  });

  it('calls custom tools with free text', async () => {
    provider.reply({ toolCalls: [{ name: 'shell', arguments: 'ls -l', custom: true }] }, { times: 3 });

    const whole = await client.chat.completions.create(ask('Go'));
    const chunks = await collect(await client.chat.completions.create({ ...ask('Go'), stream: true }));
    const response = await client.responses.stream({ model: 'gpt-test', input: 'Go' }).finalResponse();

    expect(whole.choices[0]?.message.tool_calls?.[0]).toMatchObject({ type: 'custom', custom: { name: 'shell', input: 'ls -l' } });
    const pieces = chunks.map((chunk) => (chunk.choices[0]?.delta.tool_calls?.[0] as { custom?: { input: string } } | undefined)?.custom?.input ?? '');
    expect(pieces.join('')).toBe('ls -l');
    expect(response.output[0]).toMatchObject({ type: 'custom_tool_call', name: 'shell', input: 'ls -l' });
  });

  it('streams several choices side by side', async () => {
    const streamed = await client.chat.completions.stream({ ...ask('Go'), n: 2 }).finalChatCompletion();

    expect(streamed.choices.map((choice) => choice.message.content)).toEqual(['Answer 1 to: Go', 'Answer 1 (choice 2) to: Go']);
  });
});

describe('responses', () => {
  it.each(Object.entries({ ...replies, 'reasoning': { reasoning: 'Let me think.', text: 'Done.' } }))('streams %s that ends with the whole answer', async (_, reply) => {
    provider.reply(reply);
    const whole = await client.responses.create({ model: 'gpt-test', input: 'Go' });
    provider.reset();
    provider.reply(reply);
    const streamed = await client.responses.stream({ model: 'gpt-test', input: 'Go' }).finalResponse();

    const plain = (output: unknown): unknown => JSON.parse(JSON.stringify(output, (name, value: unknown) => (name === 'parsed' || name === 'parsed_arguments' ? undefined : value)));
    expect(plain(streamed.output)).toEqual(plain(whole.output));
    expect(streamed.usage).toEqual(whole.usage);
    expect(streamed.status).toBe(whole.status);
  });

  it('numbers the events of a stream without a gap', async () => {
    provider.reply({ reasoning: 'Hm.', text: 'Yes.', toolCalls: [{ name: 'f', arguments: { a: 1 } }] });

    const events = await collect(await client.responses.create({ model: 'gpt-test', input: 'Go', stream: true }));

    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.at(0)?.type).toBe('response.created');
    expect(events.at(-1)?.type).toBe('response.completed');
  });

  it('ends incomplete when it was cut', async () => {
    provider.reply({ text: 'It was', stop: 'length' });

    const answer = await client.responses.create({ model: 'gpt-test', input: 'Go' });

    expect(answer.status).toBe('incomplete');
    expect(answer.incomplete_details).toEqual({ reason: 'max_output_tokens' });
  });
});

describe('embeddings', () => {
  it('gives the same vector for the same text, packed or not', async () => {
    const packed = await client.embeddings.create({ model: 'embed', input: ['one', 'two'] });
    const plain = await client.embeddings.create({ model: 'embed', input: ['two', 'one'], encoding_format: 'float' });

    expect(packed.data.map((item) => item.index)).toEqual([0, 1]);
    expect(packed.data[0]?.embedding).toEqual(plain.data[1]?.embedding);
    expect(packed.data[1]?.embedding).toEqual(plain.data[0]?.embedding);
    expect(packed.data[0]?.embedding).not.toEqual(packed.data[1]?.embedding);
    expect(plain.data[0]?.embedding).toHaveLength(64);
  });

  it('puts texts that share words near to one another', async () => {
    const input = ['what is the capital of France', 'the capital of France', 'how to bake bread'];
    const { data } = await client.embeddings.create({ model: 'embed', input, dimensions: 256 });

    const cosine = (a: number, b: number) => (data[a]?.embedding ?? []).reduce((sum, value, index) => sum + value * (data[b]?.embedding[index] ?? 0), 0);
    expect(cosine(0, 0)).toBeCloseTo(1, 5);
    expect(cosine(0, 1)).toBeGreaterThan(0.6);
    expect(cosine(0, 2)).toBeLessThan(0.4);
  });
});

describe('errors', () => {
  it.each([
    [401, AuthenticationError],
    [429, RateLimitError],
    [500, InternalServerError],
  ])('answers %i in the words of OpenAI', async (status, type) => {
    provider.reply({ status, error: { message: 'As told.' } });

    const failure: unknown = await client.chat.completions.create(ask('Go')).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(type);
    expect((failure as APIError).message).toBe(`${status} As told.`);
    expect((failure as APIError).headers?.get('retry-after')).toBe(status === 429 ? '1' : null);
  });

  it('knows the credentials it was given and no others', async () => {
    const strict = await fakeProvider({ keys: { 'sk-good': true, 'sk-poor': 429 } });
    onTestFinished(() => strict.close());
    const statusOf = (apiKey: string) =>
      new OpenAI({ baseURL: strict.openaiUrl, apiKey, maxRetries: 0 }).chat.completions.create(ask('Go')).then(
        () => 200,
        (error: APIError) => error.status,
      );

    expect(await Promise.all(['sk-good', 'sk-poor', 'sk-unknown'].map(statusOf))).toEqual([200, 429, 401]);
  });

  it('breaks a stream off with an error inside a 200', async () => {
    provider.reply({ streamError: { after: 2, message: 'Out of breath.' } }, { times: 2 });
    const chat = await client.chat.completions.create({ ...ask('Go'), stream: true });
    const responses = await client.responses.create({ model: 'gpt-test', input: 'Go', stream: true });

    await expect(collect(chat)).rejects.toThrow(APIError);
    const events = await collect(responses).catch((error: unknown) => error);
    expect(JSON.stringify(events instanceof Error ? events.message : events)).toContain('Out of breath.');
  });

  it('refuses a body that is no request', async () => {
    const broken = await fetch(`${provider.openaiUrl}/chat/completions`, { method: 'POST', body: '{"model":' });

    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });
});

it('lists models', async () => {
  const models = await collect(await client.models.list());

  expect(models.map((model) => model.id)).toContain('gpt-4o-mini');
  expect((await client.models.retrieve('gpt-4o-mini')).object).toBe('model');
});
