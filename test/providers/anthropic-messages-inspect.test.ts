import { APIError, AuthenticationError, RateLimitError } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import type { Form } from '../../src/model/entry.ts';
import { noUsage } from '../../src/model/usage.ts';
import { anthropicMessages } from '../../src/providers/anthropic-messages.ts';
import { betaSamples, block, end, samples, start, streamOf, text, textBlock, usage } from './anthropic-messages-samples.ts';
import { thrownFor } from './anthropic-messages-sdk.ts';

const inspect = (body: Uint8Array, form: Form = 'stream') => anthropicMessages.inspect({ status: 200, headers: {}, body }, form);
const hello = block(0, textBlock, ...text('Hel', 'lo'));
const whole = (more: object = {}) =>
  Buffer.from(JSON.stringify({ type: 'message', model: 'claude-opus-5-5', content: [{ type: 'text', text: 'Hello' }], stop_reason: 'end_turn', usage, ...more }));

describe('a recorded message', () => {
  it('is complete, with its text, model, stop reason and usage, in either form', () => {
    const found = { complete: true, error: false, stops: ['end_turn'], faults: [], toolCalls: false, text: 'Hello', model: 'claude-opus-5-5' };
    const counts = { input: 12, cacheRead: 2048, cacheWrite5m: 20, cacheWrite1h: 10, reasoning: 0 };

    expect(inspect(streamOf(start(), ...hello, ...end('end_turn')))).toEqual({ ...found, usage: { ...counts, output: 89 } });
    expect(inspect(whole(), 'whole')).toEqual({ ...found, usage: { ...counts, output: 1 } });
  });

  it.each([
    ['end_turn', []],
    ['stop_sequence', []],
    ['tool_use', []],
    ['max_tokens', ['truncated']],
    ['model_context_window_exceeded', ['truncated']],
    ['pause_turn', ['paused']],
    ['compaction', ['paused']],
    ['refusal', ['refused']],
    ['a reason of the future', ['incomplete']],
    [null, ['incomplete']],
  ])('that stopped for %s has the faults %j', (reason, faults) => {
    expect(inspect(streamOf(start(), ...hello, ...end(reason as string)))).toMatchObject({ complete: true, faults });
    expect(inspect(whole({ stop_reason: reason }), 'whole')).toMatchObject({ complete: true, faults });
  });

  it('is empty when it has neither text nor a tool call', () => {
    const thinking = block(0, { type: 'thinking', thinking: '', signature: '' }, { type: 'thinking_delta', thinking: 'Hm.' });

    expect(inspect(samples['no content at all']!).faults).toEqual(['empty']);
    expect(inspect(streamOf(start(), ...thinking, ...end('end_turn'))).faults).toEqual(['empty']);
    expect(inspect(streamOf(start(), ...block(0, textBlock), ...end('end_turn'))).faults).toEqual(['empty']);
    expect(inspect(whole({ content: [] }), 'whole').faults).toEqual(['empty']);
    expect(inspect(streamOf(start(), ...block(0, { type: 'tool_use', id: 't', name: 'now', input: {} }), ...end('tool_use'))).faults).toEqual([]);
  });

  it('says whether it calls tools, also one that the provider runs', () => {
    expect(inspect(samples['parallel tool calls']!)).toMatchObject({ toolCalls: true, text: 'Let me look.' });
    expect(inspect(samples['a search that the provider ran']!).toolCalls).toBe(true);
    expect(inspect(samples['thinking with its signature']!)).toMatchObject({ toolCalls: false, text: 'Done.' });
  });

  it('with events of an unknown type still says that it ended, and what it cost', () => {
    const stream = streamOf(start(), { type: 'shimmer' }, ...hello, ...end('end_turn'));

    expect(inspect(stream)).toMatchObject({ complete: true, text: 'Hello', usage: { output: 89 } });
    expect(anthropicMessages.assemble(stream)).toBeUndefined();
  });
});

describe('a message that did not end well', () => {
  it('is incomplete when the stream breaks off, and tells what was counted so far', () => {
    expect(inspect(streamOf(start(), ...hello))).toMatchObject({ complete: false, error: false, faults: [], usage: { input: 12, output: 1 } });
    expect(inspect(streamOf(start(), ...hello, ...end('end_turn')).subarray(0, -1)).complete).toBe(false);
    expect(inspect(streamOf(...end('end_turn'))).complete).toBe(false);
  });

  it('is an error for an error event in the middle, also one with a damaged body', () => {
    const event = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };

    expect(inspect(streamOf(start(), ...hello, event))).toMatchObject({ complete: false, error: true });
    expect(inspect(streamOf(start(), 'event: error\ndata: oops\n\n'))).toMatchObject({ error: true });
  });

  it('is an error for an error body, whatever the status', () => {
    expect(inspect(Buffer.from('{"type":"error","error":{"type":"api_error","message":"x"}}'), 'whole')).toMatchObject({ complete: false, error: true });
    expect(inspect(Buffer.from('{"error":{"message":"from a gateway"}}'), 'whole')).toMatchObject({ complete: false, error: true });
  });

  it('is incomplete when the body is no message', () => {
    for (const body of ['', 'oops', '[]', '{}', '{"type":"message"}', whole().subarray(0, 40)]) {
      expect(inspect(Buffer.from(body), 'whole')).toMatchObject({ complete: false, error: false });
    }
  });
});

describe('usage', () => {
  const counted = (counts: object) => inspect(whole({ usage: counts }), 'whole').usage;

  it('counts what was written to the prompt cache as five-minute tokens unless it says more', () => {
    expect(counted({ input_tokens: 1, cache_creation_input_tokens: 30, output_tokens: 2 })).toEqual({ ...noUsage, input: 1, cacheWrite5m: 30, output: 2 });
    expect(counted({ cache_creation_input_tokens: 30, cache_creation: { ephemeral_1h_input_tokens: 30, ephemeral_5m_input_tokens: 0 } })).toEqual({ ...noUsage, cacheWrite1h: 30 });
  });

  it('has the tokens spent on thinking, where the provider says so', () => {
    expect(inspect(samples['thinking with its signature']!).usage).toMatchObject({ output: 89, reasoning: 40 });
  });

  it('adds a compaction that ran on the way, which the totals leave out', () => {
    expect(inspect(betaSamples['a compaction']!).usage).toMatchObject({ input: 1012, output: 59, cacheRead: 2055 });
  });

  it('is of the model that took over', () => {
    expect(inspect(betaSamples['another model that took over']!).model).toBe('claude-sonnet-5-5');
  });

  it('is not made up', () => {
    expect(inspect(whole({ usage: undefined }), 'whole')).not.toHaveProperty('usage');
    expect(counted({ input_tokens: -5, output_tokens: 'many' })).toEqual(noUsage);
  });
});

describe('an error of our own', () => {
  it('is for the SDK an error of the right class, with our code', async () => {
    const { errorBody } = anthropicMessages;

    expect(await thrownFor(401, errorBody(401, 'SOME_CODE', 'No.'))).toBeInstanceOf(AuthenticationError);
    expect(await thrownFor(429, errorBody(429, 'SOME_CODE', 'Slow down.'))).toBeInstanceOf(RateLimitError);
    const error = (await thrownFor(504, errorBody(504, 'ONLY_IF_CACHED', 'Nothing is stored.'))) as APIError;
    expect(error).toMatchObject({ status: 504, type: 'timeout_error', errorCode: 'ONLY_IF_CACHED', apiMessage: 'Nothing is stored.' });
  });

  it.each([
    [400, 'invalid_request_error'],
    [405, 'invalid_request_error'],
    [413, 'request_too_large'],
    [502, 'api_error'],
    [529, 'overloaded_error'],
  ])('of status %i is of type %s', (status, type) => {
    expect(anthropicMessages.errorBody(status, 'X', 'Y')).toMatchObject({ type: 'error', error: { type, message: 'Y' } });
  });
});
