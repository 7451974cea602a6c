import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as anthropic from '../../src/integrations/anthropic.ts';
import { createCache } from '../../src/integrations/library.ts';
import * as openai from '../../src/integrations/openai.ts';
import { fakeProvider } from '../../src/testing/fake-provider.ts';

async function sdksForTest() {
  const provider = await fakeProvider();
  const cache = createCache({ store: 'memory:' });
  onTestFinished(async () => {
    await cache.close();
    await provider.close();
  });
  const plainOpenAi = new OpenAI({ apiKey: 'sk-test', baseURL: provider.openaiUrl, maxRetries: 0 });
  const plainAnthropic = new Anthropic({ apiKey: 'sk-test', baseURL: provider.anthropicUrl, maxRetries: 0 });
  return { provider, cache, plainOpenAi, openAi: openai.cached(plainOpenAi, cache), anthropic: anthropic.cached(plainAnthropic, cache) };
}

const question = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'What is Python?' }] };
const claudeQuestion = { model: 'claude-sonnet-5', max_tokens: 100, messages: [{ role: 'user' as const, content: 'What is Python?' }] };

describe('a cached OpenAI client', () => {
  it('answers the second time from storage, with the same result and what became of it', async () => {
    const { openAi, provider } = await sdksForTest();

    const first = await openAi.chat.completions.create(question);
    await openai.outcomeOf(first)!.settled;
    const second = await openAi.chat.completions.create(question);

    expect(second).toEqual(first);
    expect(Object.keys(second)).toEqual(Object.keys(first));
    expect([openai.outcomeOf(first)?.kind, openai.outcomeOf(second)?.kind]).toEqual(['miss', 'exact']);
    expect(provider.calls).toBe(1);
  });

  it('leaves the client it was made from as it was', async () => {
    const { openAi, plainOpenAi, provider } = await sdksForTest();
    await openai.outcomeOf(await openAi.chat.completions.create(question))!.settled;

    const plain = await plainOpenAi.chat.completions.create(question);

    expect(openai.outcomeOf(plain)).toBeUndefined();
    expect(provider.calls).toBe(2);
  });

  it('streams from storage what was recorded whole, with the helpers of the SDK', async () => {
    const { openAi, provider } = await sdksForTest();
    const whole = await openAi.chat.completions.create(question);
    await openai.outcomeOf(whole)!.settled;

    const final = await openAi.chat.completions.stream(question).finalChatCompletion();
    const stream = await openAi.chat.completions.create({ ...question, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';

    expect(final.choices[0]!.message.content).toBe(whole.choices[0]!.message.content);
    expect(text).toBe(whole.choices[0]!.message.content);
    expect(openai.outcomeOf(stream)?.kind).toBe('exact');
    expect(provider.calls).toBe(1);
  });

  it('still gives response and result apart, and raises the SDK’s own errors', async () => {
    const { openAi, provider } = await sdksForTest();
    const { data, response } = await openAi.chat.completions.create(question).withResponse();
    provider.reply({ status: 429 });

    expect(data.choices[0]!.message.content).toContain('What is Python?');
    expect(response.headers.get('cache-status')).toContain('fwd=miss');
    await expect(openAi.chat.completions.create({ ...question, seed: 1 })).rejects.toThrow(OpenAI.RateLimitError);
  });

  it('caches Responses and embeddings', async () => {
    const { openAi, provider } = await sdksForTest();
    const ask = () => openAi.responses.create({ model: 'gpt-5-mini', input: 'Hello' });
    const first = await ask();
    await openai.outcomeOf(first)!.settled;

    expect((await ask()).output_text).toBe(first.output_text);
    expect(provider.calls).toBe(1);
  });
});

describe('a cached Anthropic client', () => {
  it('answers the second time from storage, whole and streamed', async () => {
    const { anthropic: client, provider } = await sdksForTest();

    const first = await client.messages.create(claudeQuestion);
    await anthropic.outcomeOf(first)!.settled;
    const second = await client.messages.create(claudeQuestion);
    const streamed = await client.messages.stream(claudeQuestion).finalMessage();

    expect(second).toEqual(first);
    expect(streamed.content).toEqual(first.content);
    expect(anthropic.outcomeOf(second)?.kind).toBe('exact');
    expect(provider.calls).toBe(1);
  });
});

describe('embeddings', () => {
  const embed = (openAi: OpenAI, input: string | string[], format?: 'float' | 'base64') =>
    openAi.embeddings.create({ model: 'text-embedding-3-small', input, ...(format && { encoding_format: format }) });

  it('are cached text by text, in the order of the request, and only the missing are asked for', async () => {
    const { openAi, plainOpenAi, provider } = await sdksForTest();
    const once = await embed(openAi, ['a', 'b', 'c']);
    await openai.outcomeOf(once)!.settled;

    const mixed = await embed(openAi, ['c', 'x', 'a', 'c', 'y']);
    await openai.outcomeOf(mixed)!.settled;
    const sent = provider.requests.map(({ json }) => (json as { input: unknown }).input);
    const direct = await embed(plainOpenAi, ['c', 'x', 'a', 'c', 'y']);

    expect(sent).toEqual([['a', 'b', 'c'], ['x', 'y']]);
    expect(mixed.data).toEqual(direct.data);
    expect(mixed.usage.total_tokens).toBeGreaterThan(0);
    expect(openai.outcomeOf(mixed)?.kind).toBe('miss');
  });

  it('are a hit when all are stored, one text or many, and base64 is apart from float', async () => {
    const { openAi, provider } = await sdksForTest();
    const first = await embed(openAi, ['a', 'b'], 'float');
    await openai.outcomeOf(first)!.settled;

    const single = await embed(openAi, 'b', 'float');
    const other = await embed(openAi, 'b', 'base64');

    expect(single.data[0]!.embedding).toEqual(first.data[1]!.embedding);
    expect([openai.outcomeOf(single)?.kind, openai.outcomeOf(other)?.kind]).toEqual(['exact', 'miss']);
    expect(provider.calls).toBe(2);
  });

  it('asked for at once by many in any order are each asked for once', async () => {
    const { openAi, provider } = await sdksForTest();

    const all = await Promise.all([embed(openAi, ['a', 'b']), embed(openAi, ['b', 'a']), embed(openAi, ['b', 'c'])]);
    const asked = provider.requests.flatMap(({ json }) => (json as { input: string[] }).input);

    expect(all[0]!.data[0]!.embedding).toEqual(all[1]!.data[1]!.embedding);
    expect(asked.sort()).toEqual(['a', 'b', 'c']);
  });

  it('hand on a provider’s error', async () => {
    const { openAi, provider } = await sdksForTest();
    provider.reply({ status: 400, error: { message: 'Too long.', type: 'invalid_request_error' } });

    await expect(embed(openAi, ['a', 'b'])).rejects.toThrow('Too long.');
    expect((await embed(openAi, ['a', 'b'])).data.length).toBe(2);
  });
});
