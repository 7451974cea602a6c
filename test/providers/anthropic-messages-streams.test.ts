import { describe, expect, it } from 'vitest';
import { toText } from '../../src/base/json.ts';
import { anthropicMessages } from '../../src/providers/anthropic-messages.ts';
import { outOfOrder } from './anthropic-messages-order.ts';
import { betaSamples, block, end, json, samples, start, streamOf, text, textBlock } from './anthropic-messages-samples.ts';
import { betaFinalMessage, eventsIn, finalMessage, iterated, wholeMessage } from './anthropic-messages-sdk.ts';

const { assemble, play, split } = anthropicMessages;
const replay = (stream: Uint8Array) => Buffer.concat(play(assemble(stream)!)!);

describe.each(Object.entries(samples))('a streamed message with %s', (_, stream) => {
  it('is for the SDK the same message when it is played from the whole one', async () => {
    const original = await finalMessage(stream);

    expect(await finalMessage(replay(stream))).toEqual(original);
    expect(await wholeMessage(assemble(stream)!)).toEqual(original);
  });

  it('is the same for the beta half of the SDK', async () => {
    expect(await betaFinalMessage(replay(stream))).toEqual(await betaFinalMessage(stream));
  });

  it('is played in the order of the protocol, one chunk an event', async () => {
    const chunks = play(assemble(stream)!)!;

    expect(outOfOrder(Buffer.concat(chunks))).toBeUndefined();
    expect(split(Buffer.concat(chunks)).map(toText)).toEqual(chunks.map(toText));
    expect(await iterated(Buffer.concat(chunks))).toEqual(eventsIn(Buffer.concat(chunks)).map(({ data }) => data));
  });

  it('survives being played and assembled again to the byte', () => {
    const whole = assemble(stream)!;

    expect(toText(assemble(Buffer.concat(play(whole)!))!)).toBe(toText(whole));
  });
});

describe.each(Object.entries(betaSamples))('a streamed beta message with %s', (_, stream) => {
  it('is for the SDK the same message when it is played from the whole one', async () => {
    const original = await betaFinalMessage(stream);

    expect(await betaFinalMessage(replay(stream))).toEqual(original);
    expect(JSON.parse(toText(assemble(stream)!))).toEqual(original);
    expect(outOfOrder(replay(stream))).toBeUndefined();
  });
});

it.each(['parallel tool calls', 'thinking with its signature', 'a text'])('a replay of %s may arrive cut at every byte', async (name) => {
  const stream = replay(samples[name]!);
  const original = await finalMessage(stream);

  for (let at = 1; at < stream.length; at++) expect(await finalMessage(stream, [at])).toEqual(original);
  expect(await finalMessage(stream, Array.from(stream, (_, at) => at))).toEqual(original);
});

describe('a message', () => {
  it('keeps the input of a tool as the model wrote it: numbers beyond 2^53 and the order of members', () => {
    const whole = toText(assemble(samples['parallel tool calls']!)!);

    expect(whole).toContain('"input":{"city": "Paris", "big": 12345678901234567890, "2": 1, "1": 2}');
    expect(whole).toContain('"name":"now","input":{}');
  });

  it('keeps numbers that come whole in a block exactly', () => {
    const result = '{"type":"tool_search_tool_result","tool_use_id":"x","content":{"score":0.10000000000000000555,"2":1,"1":12345678901234567890}}';
    const stream = streamOf(
      start(),
      `event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":${result}}\n\n`,
      { type: 'content_block_stop', index: 0 },
      ...end('end_turn'),
    );

    expect(toText(assemble(stream)!)).toContain(result);
    expect(toText(replay(stream))).toContain(result);
  });

  it('counts tokens in the end as the provider did', () => {
    const { usage } = JSON.parse(toText(assemble(samples['thinking with its signature']!)!)) as { usage: Record<string, unknown> };
    const events = eventsIn(replay(samples['a text']!));
    const [thoughts] = eventsIn(replay(samples['thinking with its signature']!));

    expect(usage).toMatchObject({ output_tokens: 89, output_tokens_details: { thinking_tokens: 40 }, service_tier: 'standard' });
    expect(events.at(0)!.data).toMatchObject({ message: { usage: { input_tokens: 12, output_tokens: 1 } } });
    expect(thoughts!.data).toMatchObject({ message: { usage: { output_tokens: 1, output_tokens_details: null } } });
    expect(events.at(-2)!.data).toMatchObject({ usage: { input_tokens: 12, cache_read_input_tokens: 2048, output_tokens: 89 } });
  });

  it('written over several lines is played on one line an event', async () => {
    const whole = Buffer.from(JSON.stringify(JSON.parse(toText(assemble(samples['parallel tool calls']!)!)), undefined, 2));

    const played = Buffer.concat(play(whole)!);

    expect(outOfOrder(played)).toBeUndefined();
    expect(await finalMessage(played)).toEqual(JSON.parse(toText(whole)));
  });

  it('breaks a long text into pieces and no character', () => {
    const long = 'a😀'.repeat(500);
    const stream = streamOf(start(), ...block(0, textBlock, ...text(long)), ...end('end_turn'));

    const pieces = eventsIn(replay(stream)).flatMap(({ data }) => (data.delta as { text?: string } | undefined)?.text ?? []);

    expect(pieces.length).toBeGreaterThan(10);
    expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
    expect(pieces.join('')).toBe(long);
  });

  it('of a block type that is not known is assembled when it came whole, and not played', () => {
    const stream = streamOf(start(), ...block(0, { type: 'hologram', data: [1, 2] }), ...end('end_turn'));

    const whole = assemble(stream)!;

    expect(JSON.parse(toText(whole))).toMatchObject({ content: [{ type: 'hologram', data: [1, 2] }] });
    expect(play(whole)).toBeUndefined();
  });
});

describe('a stream is not assembled', () => {
  const hello = block(0, textBlock, ...text('Hello'));
  const cases: Record<string, Uint8Array> = {
    'that breaks off': streamOf(start(), ...hello),
    'that breaks off inside its last event': samples['a text']!.subarray(0, -1),
    'with an error in the middle': streamOf(start(), ...hello, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    'with an unknown event': streamOf(start(), { type: 'shimmer' }, ...hello, ...end('end_turn')),
    'with an unknown delta': streamOf(start(), ...block(0, textBlock, { type: 'sparkle_delta', text: 'x' }), ...end('end_turn')),
    'with an unknown member of a delta': streamOf(start(), ...block(0, textBlock, { type: 'text_delta', text: 'x', logprob: -1 }), ...end('end_turn')),
    'with a delta of another kind of block': streamOf(start(), ...block(0, textBlock, ...json('{}')), ...end('end_turn')),
    'with deltas in an unknown block': streamOf(start(), ...block(0, { type: 'hologram', text: '' }, ...text('x')), ...end('end_turn')),
    'with a tool input that is not JSON': streamOf(start(), ...block(0, { type: 'tool_use', id: 't', name: 'n', input: {} }, ...json('{"a":')), ...end('tool_use')),
    'with a tool input that is not Unicode': streamOf(start(), ...block(0, { type: 'tool_use', id: 't', name: 'n', input: {} }, ...json('{"a":"\ud83d"}')), ...end('tool_use')),
    'with a tool input both at once and in pieces': streamOf(start(), ...block(0, { type: 'tool_use', id: 't', name: 'n', input: { a: 1 } }, ...json('{}')), ...end('tool_use')),
    'whose blocks are out of order': streamOf(start(), ...block(1, textBlock, ...text('x')), ...end('end_turn')),
    'with a block that is not ended': streamOf(start(), ...hello.slice(0, 2), ...end('end_turn')),
    'without a start': streamOf(...hello, ...end('end_turn')),
    'with something after its end': streamOf(start(), ...hello, ...end('end_turn'), ...end('end_turn')),
    'whose event line contradicts the data': streamOf(start(), `event: message_stop\ndata: ${JSON.stringify(hello[0])}\n\n`, ...end('end_turn')),
    'with an event that is not JSON': streamOf(start(), 'event: message_delta\ndata: {"type":\n\n', ...hello, ...end('end_turn')),
    'with news beside the delta that are not known': streamOf(start(), ...hello, { ...end('end_turn')[0]!, forecast: 1 }, { type: 'message_stop' }),
  };

  it.each(Object.entries(cases))('%s', (_, stream) => {
    expect(assemble(stream)).toBeUndefined();
  });
});
