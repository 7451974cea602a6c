import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { toBytes } from '../../src/base/json.ts';
import { openAiChat } from '../../src/providers/openai-chat.ts';
import { streamOf } from './openai-chat-sdk.ts';
import { reasoningStreams, streams } from './openai-chat-streams.ts';

const whole = (choice: JsonObject, more: JsonObject = {}, status = 200) =>
  openAiChat.inspect(
    { status, headers: {}, body: toBytes(JSON.stringify({ id: 'c', object: 'chat.completion', model: 'gpt-4o', choices: [{ index: 0, ...choice }], ...more })) },
    'whole',
  );
const stream = (body: Uint8Array) => openAiChat.inspect({ status: 200, headers: {}, body }, 'stream');
const said = (content: string | null, finish = 'stop', more: JsonObject = {}) => ({ message: { role: 'assistant', content, refusal: null, ...more }, finish_reason: finish });

describe('inspecting a whole answer', () => {
  it('finds that it is complete, its text, its model and disjoint sums of its usage', () => {
    const usage = {
      prompt_tokens: 2000,
      completion_tokens: 300,
      total_tokens: 2300,
      prompt_tokens_details: { cached_tokens: 1024, cache_write_tokens: 512 },
      completion_tokens_details: { reasoning_tokens: 128 },
    };

    expect(whole(said('Paris.'), { usage })).toEqual({
      complete: true,
      error: false,
      stops: ['stop'],
      faults: [],
      toolCalls: false,
      text: 'Paris.',
      model: 'gpt-4o',
      usage: { input: 464, cacheRead: 1024, cacheWrite5m: 512, cacheWrite1h: 0, output: 300, reasoning: 128 },
    });
  });

  it.each([
    ['truncated', said('Par', 'length')],
    ['filtered', said('Par', 'content_filter')],
    ['refused', said(null, 'stop', { refusal: 'No.' })],
    ['empty', said(null)],
    ['empty', said(' \n')],
    ['incomplete', said('Par', 'insufficient_system_resource')],
  ])('finds that it is %s', (fault, choice) => {
    expect(whole(choice)).toMatchObject({ complete: true, faults: [fault] });
  });

  it('finds nothing wrong with calls and spoken answers that have no text', () => {
    const calls = { tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] };

    expect(whole(said(null, 'tool_calls', calls))).toMatchObject({ faults: [], toolCalls: true });
    expect(whole(said(null, 'function_call', { function_call: { name: 'f', arguments: '{}' } }))).toMatchObject({ faults: [], toolCalls: true });
    expect(whole(said(null, 'stop', { audio: { id: 'a' } }))).toMatchObject({ faults: [], toolCalls: false });
  });

  it('finds errors, also inside a 200', () => {
    const error = { error: { message: 'Overloaded', code: 503 } };

    expect(whole(said('Paris.'), error)).toMatchObject({ complete: false, error: true });
    expect(whole(said('Paris.'), {}, 500)).toMatchObject({ complete: false, error: true });
    expect(whole(said('Par', 'error'))).toMatchObject({ complete: false, error: true });
  });

  it('does not take half a body for complete', () => {
    const body = toBytes('{"object":"chat.completion","choices":[{"index":0,"mess');

    expect(openAiChat.inspect({ status: 200, headers: {}, body }, 'whole').complete).toBe(false);
    expect(whole({ message: { role: 'assistant', content: 'Hi' } }).complete).toBe(false);
  });
});

describe('inspecting a stream', () => {
  it.each(Object.entries({ ...streams, ...reasoningStreams }))('finds that one with %s is complete and what it cost', (_, body) => {
    const found = stream(body);

    expect(found).toMatchObject({ complete: true, error: false });
    expect(found.usage?.output).toBeGreaterThan(0);
  });

  it('finds its text, its calls and its faults', () => {
    expect(stream(streams.text!).text).toBe('Grüße aus 東京 👩‍🚀!\n\n"quoted" \\ data: [DONE]');
    expect(stream(streams['parallel tool calls']!)).toMatchObject({ toolCalls: true, stops: ['tool_calls'] });
    expect(stream(streams['two choices']!)).toMatchObject({ stops: ['stop', 'length'], faults: ['truncated'] });
    expect(stream(streams['a refusal']!).faults).toEqual(['refused']);
  });

  it("reads DeepSeek's words for what came from its cache", () => {
    expect(stream(reasoningStreams.reasoning_content!).usage).toMatchObject({ input: 4, cacheRead: 16, output: 10 });
  });

  it('finds that one is broken off wherever it ends before its last event', () => {
    const body = streams.text!;
    const end = Buffer.from(body).indexOf('data: [DONE]\n\n', body.length - 14);

    for (let cut = 0; cut < end; cut++) expect(stream(body.subarray(0, cut)).complete).toBe(false);
  });

  it('finds an error event', () => {
    const begun = { id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { role: 'assistant', content: 'Par' }, finish_reason: null }] };

    expect(stream(streamOf([begun, { error: { message: 'The server had an error', type: 'server_error' } }]))).toMatchObject({ complete: false, error: true });
    expect(stream(streamOf([{ error: { message: 'The server had an error' } }]))).toMatchObject({ complete: false, error: true });
  });

  it('still finds the end and the usage where an event is not known, of which no whole answer is made', () => {
    const body = Buffer.concat([Buffer.from('event: telepathy\ndata: {"thought":1}\n\n'), streams.text!]);

    expect(stream(body)).toMatchObject({ complete: true, usage: { output: 46 } });
    expect(openAiChat.assemble(body)).toBeUndefined();
  });
});

describe('a stream of which no whole answer is made', () => {
  const chunk = (...deltas: JsonObject[]) =>
    streamOf([
      ...deltas.map((delta) => ({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null }] })),
      { id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ]);

  const unfinished = (audio: JsonObject) =>
    streamOf([{ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { role: 'assistant', audio }, finish_reason: null }] }]);

  it.each<[string, Uint8Array]>([
    ['an unknown text that comes twice', chunk({ role: 'assistant', mood: 'gl' }, { mood: 'ad' })],
    ['an unknown list that comes twice', chunk({ role: 'assistant', token_ids: [1] }, { token_ids: [2] })],
    ['a tool call without an index', chunk({ role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '' } }] })],
    ['two tool calls under one index', chunk({ role: 'assistant', tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] }, { tool_calls: [{ index: 0, id: 'b', type: 'function', function: { name: 'f', arguments: '{}' } }] })],
    ['a missing tool call', chunk({ role: 'assistant', tool_calls: [{ index: 1, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] })],
    ['audio that is padded in its midst', chunk({ role: 'assistant', audio: { id: 'a', data: 'AA==' } }, { audio: { data: 'BBBB' } })],
    ['content in parts', chunk({ role: 'assistant', content: [{ type: 'thinking' }] })],
    ['an integer that no double holds', Buffer.from(chunk({ role: 'assistant', content: 'Hi', seed: 1 }).toString().replace('"seed":1', '"seed":12345678901234567891'))],
    ['audio that goes on after its last detail, and no finish reason', unfinished({ id: 'a', data: 'AAAA', transcript: 'Hi', expires_at: 1 })],
    ['nobody who speaks', chunk({ content: 'Hi' })],
  ])('has %s', (_, body) => {
    expect(openAiChat.assemble(body)).toBeUndefined();
  });

  it('is made of one that only repeats what it said', () => {
    expect(openAiChat.assemble(chunk({ role: 'assistant', content: 'Hi', mood: 'glad' }, { role: 'assistant', mood: null }))).toBeDefined();
  });
});
