import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { parseObject, toBytes, toText } from '../../src/base/json.ts';
import { openAiResponses } from '../../src/providers/openai-responses.ts';
import { readSse, splitSse } from '../../src/providers/sse.ts';
import { answers, tell } from './openai-responses-generated.ts';
import { checkOrder } from './openai-responses-order.ts';
import { answer, around, customWhole, done, errorStream, refusalStream, samples, sse, textStream, textWhole, toolsStream } from './openai-responses-samples.ts';
import { assembledBySdk, asOnTheWire, cut, eventsBySdk, gatheredBySdk, readBySdk } from './openai-responses-sdk.ts';

const { assemble, play } = openAiResponses;
const bytesOf = (value: JsonObject) => toBytes(JSON.stringify(value));
const playedFrom = (whole: JsonObject) => Buffer.concat(play(bytesOf(whole))!);
const eventsOf = (stream: Uint8Array) => splitSse(stream).map((block) => parseObject(readSse(block).data!)!);

describe.each(samples)('a Responses stream of %s', (_, whole, stream) => {
  it('assembles to the whole answer', async () => {
    const assembled = assemble(stream)!;

    expect(parseObject(assembled)).toEqual(whole);
    expect(asOnTheWire(await readBySdk(assembled))).toEqual(asOnTheWire(await assembledBySdk([stream])));
  });

  it('is the same to the official SDK when it is assembled and played again', async () => {
    const replay = Buffer.concat(play(assemble(stream)!)!);

    expect(await assembledBySdk([replay])).toEqual(await assembledBySdk([stream]));
    expect(gatheredBySdk(replay)!.output).toEqual(gatheredBySdk(stream)!.output);
  });

  it('is the same to the official SDK when every byte comes alone', async () => {
    const bytes = cut(stream, [...stream.keys()]);

    expect(await assembledBySdk(bytes)).toEqual(await assembledBySdk([stream]));
    expect(await eventsBySdk(bytes)).toEqual(await eventsBySdk([stream]));
  });

  it('is cut into its events for pacing, and nothing is lost', () => {
    const parts = openAiResponses.split(stream);

    expect(Buffer.concat(parts).equals(stream)).toBe(true);
    expect(parts.map((part) => toText(part).match(/^event:/gm)?.length)).toEqual(parts.map(() => 1));
  });
});

describe.each(samples)('a whole Responses answer of %s', (_, whole) => {
  it('is played so that the official SDK assembles it again', async () => {
    const stream = playedFrom(whole);

    expect(asOnTheWire(await assembledBySdk([stream]))).toEqual(whole);
    expect(asOnTheWire(gatheredBySdk(stream)!.output)).toEqual(whole.output);
  });

  it('is played in an order that a stream can have', () => {
    const events = eventsOf(playedFrom(whole));

    expect(() => checkOrder(events)).not.toThrow();
    expect(events[0]!.response).toMatchObject({ id: whole.id, status: 'in_progress', output: [], usage: null, error: null });
  });
});

describe('generated Responses answers', () => {
  it('are assembled from streams in pieces of any size', () => {
    fc.assert(fc.property(answers, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), (whole, sizes) => {
      expect(parseObject(assemble(tell(whole, sizes))!)).toEqual(whole);
    }));
  });

  it('are the same to the official SDK from the original stream and from its replay, cut anywhere', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    await fc.assert(fc.asyncProperty(answers, sizes, fc.array(fc.nat(), { maxLength: 8 }), async (whole, pieces, places) => {
      const original = tell(whole, pieces);

      const replay = Buffer.concat(play(assemble(original)!)!);

      const fromOriginal = await assembledBySdk(cut(original, places));
      expect(fromOriginal).not.toHaveProperty('error', expect.any(String));
      expect(await assembledBySdk(cut(replay, places))).toEqual(fromOriginal);
      expect(asOnTheWire(gatheredBySdk(replay)!.output)).toEqual(whole.output);
    }));
  });

  it('are played in an order that a stream can have, and assembled again to the same bytes', () => {
    fc.assert(fc.property(answers, (whole) => {
      const stream = playedFrom(whole);

      checkOrder(eventsOf(stream));
      expect(toText(assemble(stream)!)).toBe(JSON.stringify(whole));
    }));
  });
});

describe('a Responses stream', () => {
  it('is the same to the official SDK wherever its replay is cut in two', async () => {
    const item = { id: 'c', type: 'custom_tool_call', call_id: 'c', name: 'f', input: 'ü 🗼' };
    const stream = playedFrom({ id: 'r', object: 'response', status: 'completed', output: [item], usage: null });
    const whole = await assembledBySdk([stream]);

    expect(whole).toMatchObject({ output: [item] });
    for (let place = 1; place < stream.length; place++) expect(await assembledBySdk(cut(stream, [place]))).toEqual(whole);
  });

  it('is neither complete nor assembled when it breaks off at any byte', () => {
    for (let end = 0; end < refusalStream.length; end++) {
      const part = refusalStream.subarray(0, end);

      expect(openAiResponses.inspect({ status: 200, headers: {}, body: part }, 'stream').complete).toBe(false);
      expect(assemble(part)).toBeUndefined();
    }
  });

  it('is assembled whatever ends its lines and whatever comments it has', () => {
    const stream = toBytes(`: hello\r\n\r\n${toText(toolsStream).replaceAll('\n', '\r\n')}data: [DONE]\r\n\r\n`);

    expect(assemble(stream)).toEqual(assemble(toolsStream));
  });

  it('is assembled from its finished items when its end leaves them out', async () => {
    const { output: _, ...short } = textWhole;
    const stream = toBytes(toText(textStream).replace(JSON.stringify(textWhole), JSON.stringify(short)));

    expect(parseObject(assemble(stream)!)).toEqual(textWhole);
    expect(asOnTheWire(await assembledBySdk([stream]))).toEqual(textWhole);
  });

  const otherwise = (from: string, to: string) => toBytes(toText(textStream).replace(from, to));
  const unfit: readonly (readonly [string, Uint8Array])[] = [
    ['an event of an unknown type', around(textWhole, [['response.hologram.delta', { delta: 'x' }]])],
    ['audio, which a whole answer has no place for', around(textWhole, [['response.audio.delta', { delta: 'AAAA' }]])],
    ['an error', errorStream],
    ['an event that is no JSON', otherwise('"delta":"Paris"', '"delta":"Paris')],
    ['an event without a type', otherwise('data: {"type":"keepalive"', 'data: {"kind":"keepalive"')],
    ['pieces that are not the text', otherwise('"delta":"Paris"', '"delta":"Rome"')],
    ['a finished text that is not the text', otherwise('"text":"Paris 🗼 it is.","logprobs"', '"text":"Rome it is.","logprobs"')],
    ['a finished item that the end does not have', otherwise('"response.output_item.done","sequence_number":11,"output_index":0,"item":{"id":"msg_1"', '"response.output_item.done","sequence_number":11,"output_index":0,"item":{"id":"msg_9"')],
    ['a finished item that the end has as another', around(textWhole, [done(0, { id: 'msg_1', type: 'local_shell_call' })])],
    ['more finished items than the end has', around(textWhole, [done(1, { id: 'lsh_1', type: 'local_shell_call' })])],
    ['another answer at the end', otherwise('"type":"response.completed","sequence_number":12,"response":{"id":"resp_68a1"', '"type":"response.completed","sequence_number":12,"response":{"id":"resp_2"')],
    ['something after its end', Buffer.concat([textStream, sse([['response.web_search_call.completed', { item_id: 'msg_1', output_index: 0 }]])])],
    ['two ends', Buffer.concat([textStream, textStream])],
    ['a number that no double has', otherwise('"created_at":1764000000', '"created_at":12345678901234567890')],
    ['a number beyond all doubles', otherwise('"created_at":1764000000', '"created_at":1e999')],
  ];
  it.each(unfit)('is not assembled with %s', (_, stream) => {
    expect(Buffer.from(stream).equals(textStream)).toBe(false);
    expect(assemble(stream)).toBeUndefined();
  });
});

describe('a whole Responses answer', () => {
  const message = (part: JsonObject) => answer([{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [part] }]);
  const unfit: readonly (readonly [string, JsonObject])[] = [
    ['is still being made', answer([], { status: 'in_progress' })],
    ['has no status', answer([], { status: null })],
    ['has an item of an unknown type', answer([{ id: 'x_1', type: 'hologram' }])],
    ['has a search that the provider ran', answer([{ id: 'ws_1', type: 'web_search_call', status: 'completed', action: { type: 'search' } }])],
    ['has an item without an id', answer([{ type: 'function_call', name: 'f', call_id: 'c', arguments: '{}' }])],
    ['has two items of one id', answer([...(customWhole.output as JsonObject[]), ...(customWhole.output as JsonObject[])])],
    ['has a part of an unknown type', message({ type: 'output_hologram', text: 'x' })],
    ['has a text that is none', message({ type: 'output_text', text: null, annotations: [] })],
    ['is an error', { error: { message: 'no', type: 'server_error', code: null, param: null } }],
  ];
  it.each(unfit)('is not played when it %s', (_, whole) => {
    expect(play(bytesOf(whole))).toBeUndefined();
  });

  it('is not played when it has a number that no double has', () => {
    expect(play(toBytes(JSON.stringify(textWhole).replace('1764000000', '12345678901234567890')))).toBeUndefined();
  });

  it('is played in several pieces when it is long, and characters stay in one piece', () => {
    const text = `a${'🗼'.repeat(100)}`;

    const deltas = eventsOf(playedFrom(message({ type: 'output_text', text, annotations: [] }))).filter((event) => event.type === 'response.output_text.delta').map((event) => String(event.delta));

    expect(deltas.length).toBeGreaterThan(2);
    expect(deltas.join('')).toBe(text);
    expect(deltas.every((delta) => delta.isWellFormed())).toBe(true);
  });

  it('is played with each log probability beside its piece', () => {
    const deltas = eventsOf(playedFrom(textWhole)).filter((event) => event.type === 'response.output_text.delta');

    expect(deltas.map(({ delta, logprobs }) => [delta, (logprobs as { token: string }[]).map(({ token }) => token)])).toEqual([['Paris', ['Paris']], [' 🗼', [' 🗼']], [' it is.', [' it is.']]]);
  });
});

describe('the log probabilities of a Responses answer', () => {
  const logprobsOf = (tokens: readonly string[]) => tokens.map((token) => ({ token, logprob: -1, bytes: [], top_logprobs: [] }));
  const played = (text: string, tokens: readonly string[]) =>
    eventsOf(playedFrom(answer([{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [], logprobs: logprobsOf(tokens) }] }])))
      .filter((event) => event.type === 'response.output_text.delta')
      .map(({ delta, logprobs }) => [delta, (logprobs as { token: string }[]).map(({ token }) => token)]);

  it('of half a character come with those of the other half', () => {
    expect(played('a🗼b', ['a', '\uD83D', '\uDDFC', 'b'])).toEqual([['a', ['a']], ['🗼', ['\uD83D', '\uDDFC']], ['b', ['b']]]);
  });

  it('come all at once when the tokens do not join to the text', () => {
    expect(played('ü', ['\\xc3', '\\xbc'])).toEqual([['ü', ['\\xc3', '\\xbc']]]);
  });
});

describe('the Responses format', () => {
  it('throws at nothing, whatever the bytes', () => {
    const types = fc.constantFrom('response.created', 'response.completed', 'response.output_item.done', 'response.output_text.delta', 'response.shell_call_command.done', 'error');
    const event = fc.record({ type: types, response: fc.jsonValue(), item: fc.jsonValue(), output_index: fc.jsonValue(), content_index: fc.jsonValue(), delta: fc.jsonValue() }, { requiredKeys: ['type'] });
    const stream = fc.array(event).map((events) => toBytes(events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')));
    const output = fc.array(fc.record({ id: fc.string(), type: fc.constantFrom('message', 'reasoning', 'shell_call', 'function_call'), content: fc.jsonValue(), summary: fc.jsonValue(), action: fc.jsonValue() }, { requiredKeys: ['type'] }));
    const whole = fc.oneof(fc.jsonValue(), fc.record({ id: fc.string(), status: fc.constantFrom('completed', 'failed'), output, usage: fc.jsonValue(), error: fc.jsonValue() }));
    fc.assert(fc.property(fc.oneof(fc.uint8Array(), stream, whole.map((value) => toBytes(JSON.stringify(value)))), fc.constantFrom('stream' as const, 'whole' as const), (body, form) => {
      openAiResponses.inspect({ status: 200, headers: {}, body }, form);
      assemble(body);
      play(body);
      openAiResponses.split(body);
    }), { numRuns: 500 });
  });

  it('throws at nothing, however deep it is nested', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const whole = JSON.stringify(textWhole).replace('"metadata":{"team":"a"}', `"metadata":${deep}`);

    expect(() => play(toBytes(whole))).not.toThrow();
    expect(() => assemble(toBytes(`data: {"type":"response.completed","sequence_number":0,"response":${whole.replace('1764000000', '12345678901234567890')}}\n\n`))).not.toThrow();
  });

  it('asks the provider for nothing more, and so has nothing to take out', () => {
    const body = { model: 'm', input: 'q', stream: true };

    expect(openAiResponses.upstreamBody(body)).toBe(body);
    expect(openAiResponses.filter({ usage: false })).toBeUndefined();
  });
});
