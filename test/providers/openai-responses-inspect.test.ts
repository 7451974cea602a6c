import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { toBytes, toText } from '../../src/base/json.ts';
import type { Form } from '../../src/model/entry.ts';
import { openAiResponses } from '../../src/providers/openai-responses.ts';
import { answer, around, customStream, customWhole, errorStream, failedStream, failedWhole, incompleteStream, incompleteWhole, refusalStream, refusalWhole, shellStream, shellWhole, sse, textStream, textWhole, toolsStream, toolsWhole } from './openai-responses-samples.ts';

const inspect = (body: Uint8Array, form: Form, status = 200) => openAiResponses.inspect({ status, headers: {}, body }, form);
const inspectWhole = (body: JsonObject, status = 200) => inspect(toBytes(JSON.stringify(body)), 'whole', status);
const message = (text: string, more: JsonObject = {}) => ({ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [] }], ...more });

describe('a finding about a Responses answer', () => {
  it.each([
    ['text', textStream, textWhole, { stops: ['completed'], faults: [], toolCalls: false, text: 'Paris 🗼 it is.', error: false }],
    ['function calls', toolsStream, toolsWhole, { stops: ['completed'], faults: [], toolCalls: true, text: 'Looking.', error: false }],
    ['a custom tool call', customStream, customWhole, { faults: [], toolCalls: true, text: '' }],
    ['a shell call', shellStream, shellWhole, { faults: [], toolCalls: true }],
    ['a refusal', refusalStream, refusalWhole, { stops: ['completed'], faults: ['refused'], toolCalls: false, text: '' }],
    ['too few tokens', incompleteStream, incompleteWhole, { stops: ['max_output_tokens'], faults: ['truncated'], text: 'Once upon' }],
    ['a failure', failedStream, failedWhole, { stops: ['failed'], error: true }],
  ])('is the same for the stream and for the whole: %s', (_, stream, whole, expected) => {
    expect(inspect(stream, 'stream')).toMatchObject({ complete: true, model: 'gpt-5.2-2025-12-11', ...expected });
    expect(inspectWhole(whole)).toEqual(inspect(stream, 'stream'));
  });

  it('counts every token once', () => {
    expect(inspect(textStream, 'stream').usage).toEqual({ input: 40, cacheRead: 64, cacheWrite5m: 16, cacheWrite1h: 0, output: 30, reasoning: 12 });
    expect(inspect(failedStream, 'stream').usage).toBeUndefined();
  });

  it.each([
    ['filtered', answer([message('Well')], { status: 'incomplete', incomplete_details: { reason: 'content_filter' } })],
    ['incomplete', answer([message('Well')], { status: 'incomplete', incomplete_details: { reason: 'steered' } })],
    ['incomplete', answer([message('Well')], { status: 'cancelled' })],
    ['incomplete', answer([message('Well', { status: 'incomplete' })])],
    ['empty', answer([])],
    ['empty', answer([message(''), { id: 'rs_1', type: 'reasoning', summary: [] }])],
  ])('calls it %s', (fault, whole) => {
    expect(inspectWhole(whole)).toMatchObject({ complete: true, error: false, faults: [fault] });
  });

  it('is complete and an error for an error event and an error body', () => {
    expect(inspect(errorStream, 'stream')).toMatchObject({ complete: true, error: true });
    expect(inspect(toBytes('event: error\ndata: {"error":{"message":"no"},"type":"error"}\n\n'), 'stream')).toMatchObject({ complete: true, error: true });
    expect(inspectWhole({ error: { message: 'no', type: 'server_error', code: null, param: null } })).toMatchObject({ complete: true, error: true });
    expect(inspectWhole(textWhole, 500).error).toBe(true);
  });

  it('is an error when an error event came before the end', () => {
    const stream = around(textWhole, [['error', { code: 'server_error', message: 'no', param: null }]]);

    expect(inspect(stream, 'stream').error).toBe(true);
  });

  it('still says how a stream ended whose events are not all known', () => {
    const stream = around(textWhole, [['response.hologram.delta', { delta: 'x' }]]);

    expect(inspect(stream, 'stream')).toEqual(inspect(textStream, 'stream'));
  });

  it.each([
    ['has no end', sse([['response.created', { response: answer([], { status: 'in_progress' }) }]])],
    ['has an event that is no JSON', toBytes(toText(textStream).replace('"delta":"Paris"', '"delta":"Paris'))],
    ['is empty', new Uint8Array()],
    ['is no stream', toBytes('<html>Bad gateway</html>')],
  ])('is not complete when the stream %s', (_, stream) => {
    expect(inspect(stream, 'stream').complete).toBe(false);
  });

  it.each([
    ['is still being made', toBytes(JSON.stringify(answer([], { status: 'queued' })))],
    ['is cut short', toBytes(JSON.stringify(textWhole).slice(0, -1))],
    ['is of another kind', toBytes('{"object":"chat.completion","choices":[]}')],
  ])('is not complete when the body %s', (_, body) => {
    expect(inspect(body, 'whole').complete).toBe(false);
  });
});
