import OpenAI from 'openai';
import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import * as openai from '../../src/integrations/openai.ts';
import { cachedClient } from '../../src/integrations/sdk-client.ts';
import { pathForTest } from '../flow/path-for-test.ts';

const question = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'What is Python?' }] };

describe('an official SDK on the caching fetch', () => {
  it('times out and retries by itself, and the call that timed out is ended', async () => {
    const { cache, provider } = await pathForTest();
    provider.reply({ hang: true });
    const client = new OpenAI({ apiKey: 'sk', baseURL: provider.openaiUrl, fetch: cache.fetch, timeout: 300, maxRetries: 1 });

    const answer = await client.chat.completions.create(question);

    expect(answer.choices[0]!.message.content).toBe('Answer 2 to: What is Python?');
    expect(provider.aborted).toBe(1);
  });

  it('retries after a provider’s error, and keeps what comes then', async () => {
    const { cache, provider } = await pathForTest();
    provider.reply({ status: 529, headers: { 'retry-after-ms': '1' } });
    const client = new Anthropic({ apiKey: 'sk', baseURL: provider.anthropicUrl, fetch: cache.fetch, maxRetries: 1 });
    const ask = () => client.messages.create({ model: 'claude-sonnet-5', max_tokens: 10, messages: question.messages });

    const first = await ask();

    expect(await ask()).toEqual(first);
    expect(provider.calls).toBe(2);
  });

  it('stops a stream midway, which ends the call', async () => {
    const { cache, provider } = await pathForTest();
    provider.reply({ text: 'one two three', chunks: 3, hang: 2 });
    const client = new OpenAI({ apiKey: 'sk', baseURL: provider.openaiUrl, fetch: cache.fetch, maxRetries: 0 });
    const stream = await client.chat.completions.create({ ...question, stream: true });

    for await (const _ of stream) {
      stream.controller.abort();
      break;
    }

    expect((await provider.nextAbort()).path).toContain('/chat/completions');
  });

  it('of a version that gives plain promises works all the same', async () => {
    const create = async () => ({ said: 'plain' });
    const plain = { withOptions: () => ({ chat: { completions: { create } } }), chat: { completions: { create } } };
    const { cache } = await pathForTest();

    const client = cachedClient(plain, ['chat.completions.create'], cache);

    expect(await client.chat.completions.create()).toEqual({ said: 'plain' });
    expect(openai.outcomeOf(await client.chat.completions.create())).toBeUndefined();
  });
});

describe('warming', () => {
  it('refuses a number of calls at once that is none', async () => {
    const { cache } = await pathForTest();

    for (const concurrency of [0, Number.NaN, 1.5, 101]) {
      await expect(cache.warm([], { concurrency })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    }
  });
});
