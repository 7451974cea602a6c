import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { isObject, parseObject, toBytes } from '../../src/base/json.ts';
import { openAiChat } from '../../src/providers/openai-chat.ts';
import { accumulated, plain, received, streamOf } from './openai-chat-sdk.ts';
import { streams } from './openai-chat-streams.ts';

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
const pieces = fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { minLength: 1, maxLength: 5 });
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1741570283, model: 'gpt-test', system_fingerprint: 'fp_1' };
const usage = fc.record({ prompt_tokens: fc.nat(9999), completion_tokens: fc.nat(9999), total_tokens: fc.nat(9999) });
const token = fc.record({ token: word, logprob: fc.double({ min: -50, max: 0, noNaN: true }), bytes: fc.constant(null), top_logprobs: fc.constant([]) });
const logprobsOf = (tokens: fc.Arbitrary<object[] | null>) => maybe(fc.record({ content: tokens, refusal: tokens }));
const audio = fc.record({ id: word, transcript: word, data: fc.constantFrom('', 'AAAA', 'AAAABBBB'), expires_at: fc.nat() });
const annotation = fc.record({ type: fc.constant('url_citation'), url_citation: fc.record({ url: fc.webUrl(), start_index: fc.nat(9) }) });
const finish = fc.constantFrom('stop', 'length', 'tool_calls', 'content_filter');

/** The deltas of one tool call, its name first. */
const callDeltas = fc.tuple(fc.boolean(), word, pieces).map(([custom, name, texts]) => {
  const [kind, text] = custom ? ['custom', 'input'] : ['function', 'arguments'];
  return (index: number) => [
    { index, id: `call_${index}`, type: kind, [kind!]: { name, [text!]: '' } },
    ...texts.map((piece) => ({ index, [kind!]: { [text!]: piece } })),
  ];
});

/** Lists merged into one, each in its own order. */
const interleaved = <T>(lists: T[][], picks: number[]): T[] => {
  const queues = lists.map((list) => [...list]);
  const merged: T[] = [];
  for (let turn = 0; queues.some((queue) => queue.length > 0); turn++) {
    const waiting = queues.filter((queue) => queue.length > 0);
    merged.push(waiting[(picks[turn % picks.length] ?? 0) % waiting.length]!.shift()!);
  }
  return merged;
};
const picks = fc.array(fc.nat(9), { minLength: 1, maxLength: 20 });

/** The chunks of one choice, in an order that the API could have sent. */
const choiceChunks = fc
  .record({ content: maybe(pieces), refusal: maybe(pieces), calls: fc.array(callDeltas, { maxLength: 3 }), logprobs: logprobsOf(fc.array(token, { maxLength: 2 })), finish, picks })
  .map(({ content, refusal, calls, logprobs, finish: reason, picks: order }) => (index: number) => {
    const said = interleaved(
      [
        ...calls.map((deltas, call) => deltas(call).map((delta) => ({ tool_calls: [delta] }) as JsonObject)),
        (content ?? []).map((piece) => ({ content: piece })),
        (refusal ?? []).map((piece) => ({ refusal: piece })),
      ],
      order,
    );
    const first = { index, delta: { role: 'assistant', content: content ? '' : null, refusal: null }, logprobs: null, finish_reason: null };
    return [
      first,
      ...said.map((delta) => ({ index, delta, logprobs: logprobs ?? null, finish_reason: null })),
      { index, delta: {}, logprobs: null, finish_reason: reason },
    ] as object[];
  });

const generatedStream = fc.record({ choices: fc.array(choiceChunks, { minLength: 1, maxLength: 3 }), usage: maybe(usage), picks }).map(({ choices, usage: used, picks: order }) =>
  streamOf([
    ...interleaved(choices.map((chunks, index) => chunks(index)), order).map((choice) => ({ ...base, choices: [choice], ...(used && { usage: null }) })),
    ...(used ? [{ ...base, choices: [], usage: used }] : []),
  ]),
);

const text = maybe(fc.constantFrom(null, '')).chain((none) => (none === undefined ? fc.string({ unit: 'grapheme', maxLength: 200, size: 'max' }) : fc.constant(none)));
const toolCall = fc.tuple(fc.boolean(), word, fc.string({ maxLength: 120 })).map(([custom, name, said]) => ({
  id: `call_${name}`,
  type: custom ? 'custom' : 'function',
  ...(custom ? { custom: { name, input: said } } : { function: { name, arguments: said } }),
}));
const message = fc.record(
  { role: fc.constant('assistant'), content: text, refusal: fc.option(word), tool_calls: fc.array(toolCall, { minLength: 1, maxLength: 3 }), annotations: fc.array(annotation, { maxLength: 2 }), audio },
  { requiredKeys: ['role', 'content', 'refusal'] },
);
const generatedWhole = fc.record(
  {
    id: fc.constant('chatcmpl-2'),
    object: fc.constant('chat.completion'),
    created: fc.nat(),
    model: word,
    choices: fc
      .array(fc.record({ message, logprobs: fc.option(fc.record({ content: fc.option(fc.array(token, { maxLength: 3 })), refusal: fc.constant(null) })), finish_reason: finish }), { minLength: 1, maxLength: 3 })
      .map((choices) => choices.map((choice, index) => ({ index, ...choice }))),
    usage,
    service_tier: fc.constantFrom('default', 'flex'),
    system_fingerprint: word,
    x_groq: fc.record({ id: word }),
  },
  { requiredKeys: ['id', 'object', 'created', 'model', 'choices'] },
);

describe('a generated Chat Completions stream', () => {
  it('becomes the whole answer, and a replay, of which the SDK makes the same, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(generatedStream, fc.array(fc.nat(5000)), async (stream, cuts) => {
        const original = await accumulated(stream, cuts);

        const whole = openAiChat.assemble(stream)!;
        const replay = Buffer.concat(openAiChat.play(whole)!);

        expect(await received(whole)).toEqual(original);
        expect(await accumulated(replay, cuts)).toEqual(original);
        expect(openAiChat.assemble(replay)).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a generated whole answer', () => {
  it('is played as a stream that the SDK assembles to it', async () => {
    await fc.assert(
      fc.asyncProperty(generatedWhole, fc.array(fc.nat(5000)), async (whole, cuts) => {
        const bytes = toBytes(JSON.stringify(whole));

        const replay = Buffer.concat(openAiChat.play(bytes)!);

        expect(await accumulated(replay, cuts)).toEqual(await received(bytes));
        expect(parseObject(openAiChat.assemble(replay)!)).toEqual(plain(whole));
      }),
      { numRuns: 150 },
    );
  });

  it('is played in short pieces of whole characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '👩', 'ü', '東'), maxLength: 400, size: 'max' }), (content) => {
        const choice = { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' };

        const events = openAiChat.play(toBytes(JSON.stringify({ id: 'x', object: 'chat.completion', choices: [choice] })))!;

        const texts = events.slice(0, -1).map((event) => (JSON.parse(Buffer.from(event).toString().slice('data: '.length)).choices[0].delta.content ?? '') as string);
        expect(texts.join('')).toBe(content);
        for (const piece of texts) expect([piece.isWellFormed(), piece.length <= 64]).toEqual([true, true]);
      }),
    );
  });

  it('is played with its log probabilities beside the text they belong to', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
        const tokens = words.map((said) => ({ token: said, logprob: -1, bytes: [...Buffer.from(said)], top_logprobs: [] }));
        const choice = { index: 0, message: { role: 'assistant', content: words.join(''), refusal: null }, logprobs: { content: tokens, refusal: null }, finish_reason: 'stop' };

        const events = openAiChat.play(toBytes(JSON.stringify({ id: 'x', object: 'chat.completion', choices: [choice] })))!;

        for (const event of events.slice(0, -1)) {
          const [{ delta, logprobs }] = JSON.parse(Buffer.from(event).toString().slice('data: '.length)).choices;
          expect((logprobs?.content ?? []).map((said: { token: string }) => said.token).join('')).toBe(delta.content ?? '');
        }
      }),
    );
  });
});

describe('a whole answer with any members', () => {
  const odd = fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
  const oddWhole = fc.tuple(generatedWhole, odd, odd, odd, odd).map(([whole, top, choice, said, logprobs]) => {
    const [first, ...others] = whole.choices;
    const changed = { ...first!, ...choice, message: { ...first!.message, ...said }, ...(Object.keys(logprobs).length > 0 && { logprobs }) };
    return { ...whole, ...top, choices: [changed, ...others] };
  });

  it('is played without losing any, or not at all', () => {
    fc.assert(
      fc.property(oddWhole, (whole) => {
        const bytes = toBytes(JSON.stringify(whole));

        const events = openAiChat.play(bytes);

        fc.pre(events !== undefined);
        expect(parseObject(openAiChat.assemble(Buffer.concat(events!))!)).toEqual(parseObject(bytes));
      }),
      { numRuns: 300 },
    );
  });
});

describe('any bytes at all', () => {
  const noise = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(toBytes), fc.array(fc.jsonValue()).map((events) => streamOf(events as object[])));
  const record = (body: Uint8Array) => ({ status: 200, headers: {}, body });
  /** A recorded stream with one value in it replaced. */
  const damaged = fc.tuple(fc.constantFrom(...Object.values(streams)), fc.nat(), fc.jsonValue()).map(([stream, at, value]) => {
    const spots = [...Buffer.from(stream).toString().matchAll(/:(null|\d+|"[^"]*")/g)];
    const spot = spots[at % spots.length]!;
    const raw = Buffer.from(stream).toString();
    return toBytes(`${raw.slice(0, spot.index + 1)}${JSON.stringify(value)}${raw.slice(spot.index + spot[0].length)}`);
  });

  it('are read without an exception', () => {
    fc.assert(
      fc.property(fc.oneof(noise, damaged), (bytes) => {
        openAiChat.inspect(record(bytes), 'stream');
        openAiChat.inspect(record(bytes), 'whole');
        openAiChat.play(bytes);
        const whole = openAiChat.assemble(bytes);
        const filter = openAiChat.filter({ usage: false })!;
        filter.push(bytes);
        filter.end();

        if (whole) expect(isObject(parseObject(whole))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('nested ever so deep are read without an exception', () => {
    const deep = toBytes(`{"object":"chat.completion","choices":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);

    expect(openAiChat.play(deep)).toBeUndefined();
    expect(openAiChat.inspect(record(deep), 'whole').complete).toBe(false);
  });
});
