import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import type { APIError } from 'openai';
import { describe, expect, it } from 'vitest';
import { cachingProxy } from './support/engine.ts';

const chat = { model: 'gpt-5', messages: [{ role: 'user', content: 'Capital of France?' }] } satisfies OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
const responses = { model: 'gpt-5', input: 'Capital of France?', store: false } satisfies OpenAI.Responses.ResponseCreateParamsNonStreaming;
const messages = { model: 'claude-sonnet-5', max_tokens: 100, messages: [{ role: 'user', content: 'Capital of France?' }] } satisfies Anthropic.MessageCreateParamsNonStreaming;

const statusOf = (response: Response) => response.headers.get('cache-status');

describe('the official OpenAI SDK, unchanged', () => {
  it('gets its second equal chat answer from storage, the first\'s very bytes', async () => {
    const { openai, provider } = await cachingProxy();

    const first = await openai().chat.completions.create(chat).withResponse();
    const second = await openai().chat.completions.create(chat).withResponse();

    expect(second.data).toEqual(first.data);
    expect(statusOf(first.response)).toBe('Reprise; fwd=miss');
    expect(statusOf(second.response)).toMatch(/^Reprise; hit; ttl=60\d{4}$/);
    expect(second.response.headers.get('age')).toBe('0');
    expect(second.response.headers.get('x-reprise-entry')).toBe(first.response.headers.get('x-reprise-entry'));
    expect(provider.calls).toBe(1);
  });

  it('gets a recorded stream as a stream and as a whole', async () => {
    const { openai, provider } = await cachingProxy();
    const ask = async () => openai().chat.completions.stream(chat).finalChatCompletion();

    const first = await ask();
    const again = await ask();
    const whole = await openai().chat.completions.create(chat).withResponse();

    expect(again).toEqual(first);
    expect(whole.data.choices[0]!.message.content).toBe(first.choices[0]!.message.content);
    expect(statusOf(whole.response)).toMatch(/; hit/);
    expect(provider.calls).toBe(1);
  });

  it('gets a recorded whole answer as a stream', async () => {
    const { openai, provider } = await cachingProxy();

    const whole = await openai().chat.completions.create(chat);
    const streamed = await openai().chat.completions.stream({ ...chat, stream_options: { include_usage: true } }).finalChatCompletion();

    expect(streamed.choices[0]!.message.content).toBe(whole.choices[0]!.message.content);
    expect(streamed.usage).toEqual(whole.usage);
    expect(provider.calls).toBe(1);
  });

  it('sees no usage in a stream that it did not ask for, although the provider was asked', async () => {
    const { openai, provider } = await cachingProxy();
    const usages = async () => {
      const seen: unknown[] = [];
      for await (const chunk of await openai().chat.completions.create({ ...chat, stream: true })) if (chunk.usage) seen.push(chunk.usage);
      return seen;
    };

    const first = await usages();
    const second = await usages();

    expect([first, second]).toEqual([[], []]);
    expect(provider.requests[0]!.json!.stream_options).toEqual({ include_usage: true });
  });

  it('gets Responses both ways from one call', async () => {
    const { openai, provider } = await cachingProxy();

    const whole = await openai().responses.create(responses);
    const streamed = await openai().responses.stream(responses).finalResponse();
    const hit = await openai().responses.create(responses).withResponse();

    expect(streamed.output_text).toBe(whole.output_text);
    expect(statusOf(hit.response)).toMatch(/; hit/);
    expect(provider.calls).toBe(1);
  });

  it('gets embeddings of texts that were asked before without asking again, in its own order', async () => {
    const { openai, provider } = await cachingProxy();
    const embed = (input: string[]) => openai().embeddings.create({ model: 'text-embedding-3-small', input }).withResponse();

    const { data: first, response } = await embed(['one', 'two']);
    const { data: second } = await embed(['two', 'three', 'one']);
    const third = await embed(['three', 'one']);

    expect(second.data.map((item) => item.index)).toEqual([0, 1, 2]);
    expect(second.data[0]!.embedding).toEqual(first.data[1]!.embedding);
    expect(second.data[2]!.embedding).toEqual(first.data[0]!.embedding);
    expect(provider.requests.map((request) => request.json!.input)).toEqual([['one', 'two'], ['three']]);
    expect(statusOf(third.response)).toMatch(/; hit/);
    for (const { headers } of [response, third.response]) expect(headers.has('x-reprise-entry')).toBe(false);
  });

  it('gets the provider\'s own error, unchanged and not stored', async () => {
    const { openai, provider } = await cachingProxy();
    provider.reply({ status: 429, error: { message: 'Slow down.' }, headers: { 'retry-after': '7' } });

    const refused = await openai().chat.completions.create(chat).catch((error: unknown) => error as APIError);
    const after = await openai().chat.completions.create(chat).withResponse();

    expect(refused).toMatchObject({ status: 429, error: { message: 'Slow down.' } });
    expect((refused as APIError).headers!.get('retry-after')).toBe('7');
    expect(statusOf(after.response)).toBe('Reprise; fwd=miss');
  });

  it('reaches the same entries below the name of the provider, with /v1 and without', async () => {
    const { openai, provider, url } = await cachingProxy();
    const client = openai();

    await client.chat.completions.create(chat);
    for (const baseURL of [`${url}/openai/v1`, `${url}/openai`]) await client.withOptions({ baseURL }).chat.completions.create(chat);

    expect(provider.calls).toBe(1);
  });
});

describe('the official Anthropic SDK, unchanged', () => {
  it('gets its second equal answer from storage, streamed and whole, whichever was recorded', async () => {
    const { anthropic, provider } = await cachingProxy();
    const other = { ...messages, max_tokens: 200 };

    const whole = await anthropic().messages.create(messages).withResponse();
    const played = await anthropic().messages.stream(messages).finalMessage();
    const streamed = await anthropic().messages.stream(other).finalMessage();
    const replayed = await anthropic().messages.stream(other).finalMessage();
    const otherWhole = await anthropic().messages.create(other).withResponse();

    // The SDK adds members of its own to what it assembles.
    expect(played).toMatchObject(whole.data);
    expect(replayed).toEqual(streamed);
    expect(streamed).toMatchObject(otherWhole.data);
    expect(statusOf(otherWhole.response)).toMatch(/; hit/);
    expect(provider.calls).toBe(2);
  });

  it('is answered below /anthropic too, and passes on what is not cached', async () => {
    const { anthropic, provider, url } = await cachingProxy();
    const client = anthropic().withOptions({ baseURL: `${url}/anthropic` });

    await client.messages.create(messages);
    await anthropic().messages.create(messages);
    await client.messages.batches.list().catch(() => undefined);

    expect(provider.calls).toBe(1);
    expect(provider.callsOf('/v1/messages/batches')).toBe(1);
  });
});

describe('who gets what', () => {
  it('is kept apart by credential', async () => {
    const { openai, provider } = await cachingProxy();

    await openai('sk-one').chat.completions.create(chat);
    await openai('sk-two').chat.completions.create(chat);

    expect(provider.calls).toBe(2);
    expect(provider.requests.map((request) => request.key)).toEqual(['sk-one', 'sk-two']);
  });

  it('is shared where that was asked for, cookies and rate limits excepted', async () => {
    const { openai, provider } = await cachingProxy({ server: { tenant: 'shared' } });
    provider.reply({ headers: { 'set-cookie': 'session=1', 'x-ratelimit-remaining-requests': '9', 'openai-organization': 'org-one' } });

    const first = await openai('sk-one').chat.completions.create(chat).asResponse();
    const second = await openai('sk-two').chat.completions.create(chat).asResponse();

    expect(first.headers.get('set-cookie')).toBe('session=1');
    expect(statusOf(second)).toMatch(/; hit/);
    for (const name of ['set-cookie', 'x-ratelimit-remaining-requests', 'openai-organization', 'content-encoding', 'transfer-encoding']) {
      expect(second.headers.get(name)).toBeNull();
    }
  });

  it('never shows a credential in the store', async () => {
    const { openai, core } = await cachingProxy();

    await openai('sk-very-secret').chat.completions.create(chat);
    const heads = [];
    for await (const head of core.store.find({})) heads.push(await core.store.get(head.id));

    expect(heads).toHaveLength(1);
    expect(JSON.stringify(heads)).not.toContain('sk-very-secret');
  });
});
