import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toText } from '../../src/base/json.ts';
import { anthropicMessages } from '../../src/providers/anthropic-messages.ts';
import { outOfOrder } from './anthropic-messages-order.ts';
import { block, ping, streamOf } from './anthropic-messages-samples.ts';
import { betaFinalMessage, finalMessage, wholeMessage } from './anthropic-messages-sdk.ts';

const { assemble, play, split, inspect, facts, conversation } = anthropicMessages;

type Fields = Record<string, unknown>;

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 120 }), fc.string({ unit: 'grapheme', maxLength: 120 }), fc.constantFrom('\ud83d', 'a\u2028b\r\n\n', '"\\\\"'));
const name = fc.stringMatching(/^[a-z_]{1,12}$/);
const object = fc.dictionary(fc.oneof(name, text, fc.constantFrom('1', '0', '__proto__')), fc.jsonValue(), { maxKeys: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Fields);
const citation = fc.record({ type: fc.constant('char_location'), cited_text: text, start_char_index: fc.nat(), file_id: fc.constant(null) });

const content = fc.oneof(
  fc.record({ type: fc.constant('text'), text, citations: fc.oneof(fc.constant(null), fc.array(citation, { maxLength: 3 })) }),
  fc.record({ type: fc.constant('text'), text }),
  fc.record({ type: fc.constant('thinking'), thinking: text, signature: fc.base64String() }),
  fc.record({ type: fc.constant('redacted_thinking'), data: fc.base64String() }),
  fc.record({ type: fc.constant('tool_use'), id: name, name, input: object, caller: fc.constant({ type: 'direct' }) }),
  fc.record({ type: fc.constant('server_tool_use'), id: name, name: fc.constant('web_search'), input: object }),
  fc.record({ type: fc.constantFrom('web_search_tool_result', 'web_fetch_tool_result', 'tool_search_tool_result'), tool_use_id: name, content: object }),
  fc.record({ type: fc.constant('container_upload'), file_id: name }),
);

const message = fc
  .record({
    id: name,
    type: fc.constant('message'),
    role: fc.constant('assistant'),
    model: name,
    content: fc.array(content, { maxLength: 5 }),
    stop_reason: fc.constantFrom('end_turn', 'tool_use', 'stop_sequence', 'max_tokens', 'refusal'),
    stop_sequence: fc.option(text),
    stop_details: fc.option(fc.record({ type: fc.constant('refusal'), explanation: fc.option(text) })),
    container: fc.option(fc.record({ id: name, expires_at: name })),
    usage: fc.record({
      input_tokens: fc.nat(),
      cache_creation_input_tokens: fc.option(fc.nat()),
      cache_read_input_tokens: fc.option(fc.nat()),
      output_tokens: fc.nat(),
      output_tokens_details: fc.option(fc.record({ thinking_tokens: fc.nat() })),
      service_tier: fc.constantFrom('standard', 'priority'),
    }),
    glimmer: object,
  })
  .map((value) => JSON.parse(JSON.stringify(value)) as Fields & { content: Fields[]; usage: Fields });

/** Cuts a text anywhere, also inside a surrogate pair or an escape, as a provider may. */
const pieces = (whole: string, places: readonly number[]): string[] => {
  const ends = places.map((place) => place % (whole.length + 1)).toSorted((a, b) => a - b);
  return [...ends, whole.length].map((end, at) => whole.slice(at === 0 ? 0 : ends[at - 1], end));
};

/** A message as the provider might have streamed it; written from its documentation, without the code under test. */
function streamed(whole: Fields & { content: Fields[]; usage: Fields }, places: readonly number[]): Uint8Array {
  const { stop_reason, stop_sequence, stop_details, container, usage } = whole;
  const started = { ...whole, content: [], stop_reason: null, stop_sequence: null, stop_details: null, container: null };
  const blocks = whole.content.flatMap((item, index): Fields[] => {
    if (item.type === 'text') {
      const deltas = pieces(item.text as string, places).map((piece) => ({ type: 'text_delta', text: piece }));
      const citations = ((item.citations as Fields[] | null | undefined) ?? []).map((one) => ({ type: 'citations_delta', citation: one }));
      return block(index, { ...item, text: '', ...(citations.length > 0 && { citations: [] }) }, ...deltas.slice(0, 1), ...citations, ...deltas.slice(1));
    }
    if (item.type === 'thinking') {
      const deltas = pieces(item.thinking as string, places).map((piece) => ({ type: 'thinking_delta', thinking: piece }));
      return block(index, { ...item, thinking: '', signature: '' }, ...deltas, { type: 'signature_delta', signature: item.signature });
    }
    if (item.input === undefined) return block(index, item);
    const deltas = pieces(JSON.stringify(item.input), places).map((piece) => ({ type: 'input_json_delta', partial_json: piece }));
    return block(index, { ...item, input: {} }, { type: 'input_json_delta', partial_json: '' }, ...deltas);
  });
  return streamOf(
    { type: 'message_start', message: { ...started, usage: { ...usage, output_tokens: 1, output_tokens_details: null } } },
    ...blocks.flatMap((event, at) => (places.includes(at) ? [ping, event] : [event])),
    { type: 'message_delta', delta: { stop_reason, stop_sequence, stop_details, container }, usage },
    { type: 'message_stop' },
  );
}

const places = fc.array(fc.nat(4000), { maxLength: 6 });

describe('any message', () => {
  it('is the same for the SDK streamed by the provider, assembled and played', async () => {
    await fc.assert(
      fc.asyncProperty(message, places, places, async (whole, cuts, chunks) => {
        const stream = streamed(whole, cuts);
        const assembled = assemble(stream)!;
        const played = Buffer.concat(play(assembled)!);

        expect(JSON.parse(toText(assembled))).toEqual(whole);
        expect(outOfOrder(played)).toBeUndefined();
        expect(await finalMessage(played, chunks)).toEqual(await finalMessage(stream));
        expect(await betaFinalMessage(played, chunks)).toEqual(await betaFinalMessage(stream));
      }),
      { numRuns: 150 },
    );
  });

  it('that came whole is for the SDK the same when it is played', async () => {
    await fc.assert(
      fc.asyncProperty(message, places, async (whole, chunks) => {
        const body = Buffer.from(JSON.stringify(whole, undefined, 1));
        const played = Buffer.concat(play(body)!);

        expect(await finalMessage(played, chunks)).toEqual(await wholeMessage(body));
        expect(JSON.parse(toText(assemble(played)!))).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  it('is found the same streamed and whole', () => {
    fc.assert(
      fc.property(message, places, (whole, cuts) => {
        const [stream, body] = [streamed(whole, cuts), Buffer.from(JSON.stringify(whole))];

        expect(inspect({ status: 200, headers: {}, body: stream }, 'stream')).toEqual(inspect({ status: 200, headers: {}, body }, 'whole'));
      }),
    );
  });
});

/** JSON that looks a little like a request or an answer. */
const hint = fc.constantFrom('type', 'messages', 'content', 'tools', 'role', 'user', 'text', 'model', 'usage', 'message', 'delta', 'index', 'input', 'source', 'file_id', 'edits');
const types = fc.constantFrom('text', 'message', 'message_start', 'message_delta', 'content_block_start', 'content_block_delta', 'content_block_stop', 'message_stop', 'error', 'tool_use', 'thinking');
const { tree } = fc.letrec<{ tree: unknown; node: unknown }>((tie) => ({
  tree: fc.oneof({ maxDepth: 6, depthSize: 'medium' }, types, hint, fc.jsonValue({ maxDepth: 1 }), tie('node')),
  node: fc.oneof(fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(hint, tie('tree'), { maxKeys: 6 })),
}));
const wild = fc.dictionary(hint, tree, { maxKeys: 8 }).map((value) => JSON.parse(JSON.stringify(value)) as Record<string, never>);

describe('nothing is thrown', () => {
  it('for any request', () => {
    fc.assert(
      fc.property(wild, (body) => {
        expect(facts(body).wish).toEqual({ usage: true });
        expect(conversation(body)).toHaveProperty('scope');
      }),
      { numRuns: 1000 },
    );
  });

  it('for a request nested without end', () => {
    const depth = 200_000;
    const body = JSON.parse(`{"model":"m","messages":[{"role":"user","content":${'[{"content":'.repeat(depth)}""${'}]'.repeat(depth)}}]}`) as Record<string, never>;

    expect(facts(body).bypass).toBeUndefined();
  });

  it('for any bytes, events or bodies', () => {
    const event = fc.oneof(fc.string(), fc.tuple(types, wild).map(([type, body]) => `event: ${type}\ndata: ${JSON.stringify({ ...body, type })}\n\n`));
    const bytes = fc.oneof(fc.uint8Array(), fc.array(event).map((events) => Buffer.from(events.join(''))), wild.map((body) => Buffer.from(JSON.stringify({ ...body, type: 'message' }))));
    fc.assert(
      fc.property(bytes, (body) => {
        for (const form of ['stream', 'whole'] as const) expect(inspect({ status: 200, headers: {}, body }, form)).toHaveProperty('complete');
        expect(Buffer.concat(split(body)).equals(body)).toBe(true);
        expect([assemble(body), play(body)].every((made) => made === undefined || made.length > 0)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
