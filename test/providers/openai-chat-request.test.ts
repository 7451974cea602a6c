import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json.ts';
import { openAiChat } from '../../src/providers/openai-chat.ts';

const user = (content: Json) => ({ role: 'user', content });
const ask = (more: JsonObject = {}, ...messages: JsonObject[]): JsonObject => ({
  model: 'gpt-4o',
  messages: messages.length > 0 ? messages : [user('What is the capital of France?')],
  ...more,
});
const bypass = (body: JsonObject) => openAiChat.facts(body).bypass;
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };

describe('the facts of a Chat Completions request', () => {
  it('are its model, its form, its text and that it may be matched', () => {
    expect(openAiChat.facts(ask())).toEqual({
      model: 'gpt-4o',
      form: 'whole',
      wish: { usage: false },
      text: 'What is the capital of France?',
      matchable: true,
      varies: true,
      kept: false,
    });
  });

  it('tell a stream, with usage or without', () => {
    expect(openAiChat.facts(ask({ stream: true }))).toMatchObject({ form: 'stream', wish: { usage: false } });
    expect(openAiChat.facts(ask({ stream: true, stream_options: { include_usage: true } }))).toMatchObject({ form: 'stream', wish: { usage: true } });
  });

  it('join the text parts of the last user message', () => {
    const content = [{ type: 'text', text: 'What is' }, image, { type: 'text', text: 'in this picture?' }];

    expect(openAiChat.facts(ask({}, user('Hello'), { role: 'assistant', content: 'Hi' }, user(content))).text).toBe('What is\nin this picture?');
  });

  it('forbid matching where something follows the last user message, or it has no text', () => {
    const call = { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] };

    expect(openAiChat.facts(ask({}, user('Weather?'), call, { role: 'tool', tool_call_id: 'c', content: '20 C' })).matchable).toBe(false);
    expect(openAiChat.facts(ask({}, user([image]))).matchable).toBe(false);
    expect(openAiChat.facts(ask({}, { role: 'system', content: 'Say hello.' })).matchable).toBe(false);
  });

  it('give the schema that was asked for', () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } } };

    expect(openAiChat.facts(ask({ response_format: { type: 'json_schema', json_schema: { name: 'city', schema } } })).schema).toEqual(schema);
    expect(openAiChat.facts(ask({ response_format: { type: 'json_object' } })).schema).toBeUndefined();
  });

  it('say that answers vary unless the temperature is 0', () => {
    expect(openAiChat.facts(ask({ temperature: 0 })).varies).toBe(false);
    expect(openAiChat.facts(ask({ temperature: 0.2 })).varies).toBe(true);
  });
});

describe('a Chat Completions request passes through', () => {
  it.each<[string, JsonObject]>([
    ['a tool that the provider runs: web_search', ask({ tools: [{ type: 'function', function: { name: 'f' } }, { type: 'web_search' }] })],
    ['a tool that the provider runs: web_search', ask({ web_search_options: {} })],
    ['a tool of unknown shape', ask({ tools: [{ function: { name: 'f' } }] })],
    ['tools that are no list', ask({ tools: {} })],
    ['a model that searches the web', ask({ model: 'gpt-4o-mini-search-preview-2025-03-11' })],
    ['a model that searches the web', ask({ model: 'openai/gpt-4o:online' })],
    ['the provider is to store the answer', ask({ store: true })],
    ['tools that the provider runs: plugins', ask({ plugins: [{ id: 'web' }] })],
    ['a file kept by the provider', ask({}, user([{ type: 'file', file: { file_id: 'file-1' } }]))],
    ['audio kept by the provider', ask({}, user('Hi'), { role: 'assistant', audio: { id: 'audio_1' } }, user('And?'))],
    ['no model', ask({ model: 7 })],
    ['messages of unknown shape', ask({ messages: 'Hello' })],
    ['messages of unknown shape', ask({ messages: [] })],
    ['messages of unknown shape', ask({}, { role: 'oracle', content: 'Hello' })],
    ['messages of unknown shape', ask({}, user({ text: 'Hello' }))],
    ['`stream` is no boolean', ask({ stream: 'yes' })],
  ])('when there is %s', (reason, body) => {
    expect(bypass(body)).toBe(reason);
  });

  it.each<[string, JsonObject]>([
    ['functions and custom tools', { tools: [{ type: 'function', function: { name: 'f' } }, { type: 'custom', custom: { name: 'c' } }] }],
    ['legacy functions', { functions: [{ name: 'f' }], function_call: 'auto' }],
    ['several choices', { n: 3 }],
    ['spoken answers', { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }],
    ['parameters that nobody knows yet', { telepathy: { level: 9 } }],
    ['members that are null', { tools: null, store: null, stream: null, stream_options: null, web_search_options: null }],
    ['a file by its bytes', { messages: [user([{ type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } }])] }],
  ])('but not for %s', (_, more) => {
    expect(bypass(ask(more))).toBeUndefined();
  });
});

describe('the conversation of a request', () => {
  const system = { role: 'system', content: 'Be brief.' };
  const turns = [user('Hello'), { role: 'assistant', content: 'Hi' }];
  const of = (body: JsonObject) => openAiChat.conversation(body);

  it('is apart from its scope, which holds all the rest', () => {
    const { scope, turns: before } = of(ask({ temperature: 0.5 }, system, ...turns, user('Why?')));

    expect(before).toEqual(turns);
    expect(scope).toEqual({ model: 'gpt-4o', temperature: 0.5, messages: { system: [system], last: { role: 'user', content: null }, after: [] } });
  });

  it('leaves the same scope whatever is asked and was said before', () => {
    expect(of(ask({}, system, user('Why?'))).scope).toEqual(of(ask({}, system, ...turns, user('Who?'))).scope);
  });

  it('leaves another scope for another picture, system prompt, name of the user or number of parts', () => {
    const scopes = [
      ask({}, user([{ type: 'text', text: 'What?' }, image])),
      ask({}, user([{ type: 'text', text: 'What?' }, { ...image, image_url: { url: 'https://example.org/b.png' } }])),
      ask({}, user([{ type: 'text', text: 'What?' }])),
      ask({}, user([{ type: 'text', text: 'What?' }, { type: 'text', text: 'Why?' }])),
      ask({}, system, user('What?')),
      ask({}, { ...system, role: 'developer' }, user('What?')),
      ask({}, { ...user('What?'), name: 'ann' }),
      ask({}, user('What?')),
    ].map((body) => JSON.stringify(of(body).scope));

    expect(new Set(scopes).size).toBe(scopes.length);
  });

  it('counts the place of a system message amid the turns', () => {
    expect(of(ask({}, user('Hello'), system, ...turns, user('Why?'))).turns).not.toEqual(of(ask({}, user('Hello'), ...turns, system, user('Why?'))).turns);
  });
});

describe('the body that the upstream is asked with', () => {
  it('wants usage of a stream and keeps its other options', () => {
    const body = ask({ stream: true, stream_options: { include_obfuscation: false } });

    expect(openAiChat.upstreamBody(body)).toEqual({ ...body, stream_options: { include_obfuscation: false, include_usage: true } });
  });

  it('is the same object where nothing has to change', () => {
    const bodies = [ask(), ask({ stream: true, stream_options: { include_usage: true } })];

    for (const body of bodies) expect(openAiChat.upstreamBody(body)).toBe(body);
  });
});

describe('any JSON object', () => {
  const names = fc.constantFrom('model', 'messages', 'tools', 'functions', 'stream', 'stream_options', 'response_format', 'temperature', 'store', 'plugins');
  const body = fc.dictionary(fc.oneof(names, fc.string()), fc.jsonValue()) as fc.Arbitrary<JsonObject>;
  const messages = fc.array(fc.record({ role: fc.constantFrom('user', 'system', 'assistant', 'tool'), content: fc.jsonValue() as fc.Arbitrary<Json>, audio: fc.jsonValue() }));

  it('is read without an exception', () => {
    fc.assert(
      fc.property(fc.oneof(body, messages.map((list) => ask({ messages: list as unknown as Json }))), (request) => {
        const facts = openAiChat.facts(request);

        expect(openAiChat.upstreamBody(request)).toBeTypeOf('object');
        if (facts.bypass === undefined) expect(openAiChat.conversation(request).turns).toBeInstanceOf(Array);
      }),
      { numRuns: 500 },
    );
  });
});
