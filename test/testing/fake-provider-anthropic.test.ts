import Anthropic, { APIError, AuthenticationError, InternalServerError, RateLimitError } from '@anthropic-ai/sdk';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeProvider, type FakeProvider, type FakeReply } from '../../src/testing/index.ts';
import { collect } from './collect.ts';

let provider: FakeProvider;
let client: Anthropic;

beforeEach(async () => {
  provider = await fakeProvider();
  client = new Anthropic({ baseURL: provider.anthropicUrl, apiKey: 'sk-ant-any', maxRetries: 0 });
});

afterEach(() => provider.close());

const ask = (content: string) => ({ model: 'claude-test', max_tokens: 100, messages: [{ role: 'user' as const, content }] });

const replies: Record<string, FakeReply> = {
  'text': { text: 'Paris is the capital. Naïve 🙂 text.' },
  'thinking with its signature': { reasoning: 'Let me think.', text: 'Done.' },
  'parallel tool calls': { toolCalls: [{ name: 'weather', arguments: { city: 'Paris', days: 3 } }, { name: 'time' }] },
  'citations': { text: 'So it says.', citations: [{ type: 'char_location', cited_text: 'It is so.', document_index: 0, document_title: 'Book', start_char_index: 0, end_char_index: 9 }] },
  'a refusal': { refusal: 'I cannot help with that.' },
  'a paused turn': { text: 'Wait', stop: 'pause_turn' },
  'tokens of the provider\'s cache': { usage: { input: 5000, cached: 3000, cacheWrite: 1000, cacheWrite1h: 500, output: 7 } },
};

it.each(Object.entries(replies))('streams %s that the SDK puts together to the whole answer', async (_, reply) => {
  provider.reply(reply);
  const whole = await client.messages.create(ask('Go'));
  provider.reset();
  provider.reply(reply);
  const streamed = await client.messages.stream(ask('Go')).finalMessage();

  const { parsed_output: _ofTheSdk, ...put } = streamed;
  expect(put).toEqual(JSON.parse(JSON.stringify(whole)));
});

it('counts tokens of its own cache apart from the rest of the prompt', async () => {
  provider.reply({ usage: { input: 5000, cached: 3000, cacheWrite: 1000, cacheWrite1h: 500, output: 7 } });

  const { usage } = await client.messages.create(ask('Go'));

  expect(usage).toMatchObject({ input_tokens: 500, cache_read_input_tokens: 3000, cache_creation_input_tokens: 1500, output_tokens: 7 });
});

it.each([
  [401, AuthenticationError, 'authentication_error'],
  [429, RateLimitError, 'rate_limit_error'],
  [529, InternalServerError, 'overloaded_error'],
])('answers %i in the words of Anthropic', async (status, type, word) => {
  provider.reply({ status });

  const failure: unknown = await client.messages.create(ask('Go')).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(type);
  expect((failure as APIError).error).toMatchObject({ type: 'error', error: { type: word } });
});

it('breaks a stream off with an error inside a 200', async () => {
  provider.reply({ streamError: { after: 3, type: 'overloaded_error' } });

  const stream = await client.messages.create({ ...ask('Go'), stream: true });

  await expect(collect(stream)).rejects.toMatchObject({ type: 'overloaded_error' });
});

it('speaks under any prefix', async () => {
  const behind = new Anthropic({ baseURL: `${provider.url}/some/where`, apiKey: 'sk-ant-any', maxRetries: 0 });

  const answer = await behind.messages.create(ask('Go'));

  expect(answer.content[0]).toMatchObject({ type: 'text', text: 'Answer 1 to: Go' });
  expect(provider.callsOf('/some/where/v1/messages')).toBe(1);
});
