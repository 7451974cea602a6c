import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json.ts';
import { openAiResponses } from '../../src/providers/openai-responses.ts';

const { facts, conversation } = openAiResponses;
const ask = (more: JsonObject): JsonObject => ({ model: 'gpt-5.2', input: 'Capital of France?', ...more });
const withInput = (...input: Json[]) => ask({ input });
const user = (content: Json) => ({ role: 'user', content });
const question = user('Capital of France?');
const parameters = { type: 'object', properties: {} };

describe('what is read from a Responses request', () => {
  it('is its model, form, text and defaults', () => {
    expect(facts(ask({}))).toEqual({ model: 'gpt-5.2', form: 'whole', wish: { usage: true }, text: 'Capital of France?', matchable: true, varies: true, kept: true });
  });

  it('is that a stream is wanted, that nothing is kept, that nothing varies', () => {
    expect(facts(ask({ stream: true, store: false, temperature: 0 }))).toMatchObject({ form: 'stream', kept: false, varies: false });
    expect(facts(ask({ stream: null, store: null, temperature: null }))).toMatchObject({ form: 'whole', kept: true, varies: true });
  });

  it('is the text parts of the last user message', () => {
    const parts = user([{ type: 'input_text', text: 'What is' }, { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'low' }, { type: 'input_text', text: 'this?' }]);

    expect(facts(withInput(user('Hello'), { role: 'assistant', content: 'Hi' }, parts))).toMatchObject({ text: 'What is\nthis?', matchable: true });
  });

  it.each<[string, JsonObject]>([
    ['something follows it', withInput(question, { type: 'function_call_output', call_id: 'c', output: 'Paris' })],
    ['an item is of an unknown type', withInput({ type: 'hologram', data: 'x' }, question)],
    ['an item is none', withInput(null, question)],
  ])('is a text that may not be matched by meaning when %s', (_, body) => {
    expect(facts(body)).toMatchObject({ text: 'Capital of France?', matchable: false });
    expect(facts(body).bypass).toBeUndefined();
  });

  it.each<[string, JsonObject]>([['nothing was said', ask({ input: '' })], ['there is no input', { model: 'm' }], ['only an image was sent', withInput(user([{ type: 'input_image', image_url: 'https://example.org/a.png' }]))]])(
    'is no text when %s', (_, body) => {
      expect(facts(body).text).toBeUndefined();
      expect(facts(body).matchable).toBe(false);
    });

  it('is the schema in force, that of the latest configuration', () => {
    const format = (title: string) => ({ text: { format: { type: 'json_schema', name: 'x', schema: { title } } } });

    expect(facts(ask(format('first'))).schema).toEqual({ title: 'first' });
    expect(facts({ ...withInput({ type: 'configuration_update', ...format('second') }, { type: 'configuration_update', reasoning: { effort: 'low' } }, question), ...format('first') }).schema).toEqual({ title: 'second' });
    expect(facts({ ...withInput({ type: 'configuration_update', text: { format: { type: 'text' } } }, question), ...format('first') }).schema).toBeUndefined();
    expect(facts(ask({ text: { format: { type: 'json_object' } } })).schema).toBeUndefined();
  });
});

describe('a Responses request passes through', () => {
  it.each<[string, JsonObject]>([
    ['a stored response', { previous_response_id: 'resp_1' }],
    ['a conversation', { conversation: { id: 'conv_1' } }],
    ['a conversation by name', { conversation: 'conv_1' }],
    ['work in the background', { background: true }],
    ['a prompt template', { prompt: { id: 'pmpt_1', version: '2' } }],
    ['a comparison with a stored response', { prompt_cache_options: { comparison_response_id: 'resp_1' } }],
    ['preparing the prompt cache', { prompt_cache_options: { prewarm: true } }],
    ['no answer', { generate: false }],
    ['a stream that is neither on nor off', { stream: 'yes' }],
    ...['web_search', 'web_search_preview', 'file_search', 'code_interpreter', 'image_generation', 'mcp', 'programmatic_tool_calling', 'computer', 'computer_use_preview', 'shell', 'tool_search', 'namespace', 'hologram', 'constructor']
      .map((type): [string, JsonObject] => [`the tool ${type}`, { tools: [{ type: 'function', name: 'f', parameters }, { type }] }]),
    ['a shell in a container', { tools: [{ type: 'shell', environment: { type: 'container_auto' } }] }],
    ['a search for tools at the provider', { tools: [{ type: 'tool_search', execution: 'server' }] }],
    ['a group with a foreign tool', { tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'mcp' }] }] }],
    ['tools that are none', { tools: { type: 'function' } }],
    ['a tool without a type', { tools: [{ name: 'f' }] }],
  ])('with %s', (_, more) => {
    expect(facts(ask(more)).bypass).toEqual(expect.any(String));
  });

  it.each<[string, Json]>([
    ['a reference', { type: 'item_reference', id: 'msg_1' }],
    ['a reference without a type', { id: 'msg_1' }],
    ['an image made before', { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: null }],
    ['an approval', { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true }],
    ['a program', { type: 'program', id: 'p', call_id: 'c', code: '1', fingerprint: 'f' }],
    ['a foreign tool', { type: 'additional_tools', role: 'developer', tools: [{ type: 'web_search' }] }],
    ['a foreign tool that was found', { type: 'tool_search_output', tools: [{ type: 'mcp', server_label: 's' }] }],
    ['an image by file id', user([{ type: 'input_image', file_id: 'file-1', detail: 'auto' }])],
    ['a file by its id', user([{ type: 'input_text', text: 'Read' }, { type: 'input_file', file_id: 'file-1' }])],
    ['a file by its id in the output of a tool', { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_file', file_id: 'file-1' }] }],
    ['a screenshot by file id', { type: 'computer_call_output', call_id: 'c', output: { type: 'computer_screenshot', file_id: 'file-1' } }],
    ['a shell in a container', { type: 'shell_call', call_id: 'c', action: { commands: [] }, environment: { type: 'container_reference', container_id: 'cntr_1' } }],
  ])('with an item that is %s', (_, item) => {
    expect(facts(withInput(question, item)).bypass).toEqual(expect.any(String));
  });

  it('with thoughts that only the provider has, unless the call is stored too', () => {
    const thought = { type: 'reasoning', id: 'rs_1', summary: [] };

    expect(facts({ ...withInput(thought, question), store: false }).bypass).toMatch('reasoning');
    expect(facts({ ...withInput({ ...thought, encrypted_content: 'gAAA' }, question), store: false }).bypass).toBeUndefined();
    expect(facts(withInput(thought, question)).bypass).toBeUndefined();
  });
});

describe('a Responses request is cacheable', () => {
  it.each<[string, JsonObject]>([
    ['nothing but nulls', { previous_response_id: null, conversation: null, prompt: null, tools: null, background: false, prompt_cache_options: { mode: 'explicit' } }],
    ['functions and custom tools', { tools: [{ type: 'function', name: 'f', parameters, strict: true }, { type: 'custom', name: 'c' }, { type: 'namespace', name: 'n', description: '', tools: [{ type: 'function', name: 'g' }] }] }],
    ['tools of the machine it runs on', { tools: [{ type: 'local_shell' }, { type: 'apply_patch' }, { type: 'shell', environment: { type: 'local' } }, { type: 'tool_search', execution: 'client' }] }],
    ['files by bytes and by address', { input: [user([{ type: 'input_file', file_data: 'AA', filename: 'a.pdf', file_id: null }, { type: 'input_file', file_url: 'https://example.org/a.pdf' }])] }],
    ['a parameter nobody knows', { hologram: true }],
  ])('with %s', (_, more) => {
    expect(facts(ask(more)).bypass).toBeUndefined();
  });
});

describe('the conversation of a Responses request', () => {
  const turns: Json[] = [{ role: 'developer', content: 'Be brief.' }, user('Hello'), { role: 'assistant', content: 'Hi' }];

  it('has the earlier turns apart from what configures them', () => {
    expect(conversation(withInput(...turns, question))).toEqual({
      scope: { model: 'gpt-5.2', input: { settings: [turns[0]], last: user(null), after: [] } },
      turns: [null, turns[1], turns[2]],
    });
  });

  it('is of one scope for different questions, asked as text or as a message', () => {
    const scopes = [ask({}), ask({ input: 'Hauptstadt von Frankreich?' }), withInput(user('Where is it?'))].map((body) => conversation(body).scope);

    expect(scopes[1]).toEqual(scopes[0]);
    expect(scopes[2]).toEqual(scopes[0]);
  });

  it.each<[string, JsonObject]>([
    ['the instructions', { ...withInput(...turns, question), instructions: 'Answer in French.' }],
    ['a setting', withInput({ role: 'developer', content: 'Be long.' }, ...turns.slice(1), question)],
    ['an image', withInput(...turns, user([{ type: 'input_text', text: 'Capital of France?' }, { type: 'input_image', image_url: 'https://example.org/a.png' }]))],
    ['what follows', withInput(...turns, question, { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' })],
    ['a parameter nobody knows', { ...withInput(...turns, question), hologram: 1 }],
  ])('is of another scope when this differs: %s', (_, body) => {
    expect(conversation(body).scope).not.toEqual(conversation(withInput(...turns, question)).scope);
  });

  it.each<[string, JsonObject]>([
    ['an earlier turn', withInput(turns[0]!, user('Good day'), turns[2]!, question)],
    ['the place of a setting', withInput(turns[1]!, turns[0]!, turns[2]!, question)],
  ])('has other turns when this differs: %s', (_, body) => {
    expect(conversation(body).turns).not.toEqual(conversation(withInput(...turns, question)).turns);
  });

  it('is read from anything without throwing', () => {
    const type = fc.constantFrom('message', 'reasoning', 'shell_call', 'additional_tools', 'tool_search_output', 'configuration_update', 'function', 'namespace', 'constructor', '__proto__');
    const item = fc.oneof(fc.jsonValue(), fc.record({ type, role: fc.constantFrom('user', 'system'), content: fc.jsonValue(), text: fc.jsonValue(), tools: fc.jsonValue(), output: fc.jsonValue() }, { requiredKeys: [] }));
    const list = fc.oneof(fc.jsonValue(), fc.array(item));
    const body = fc.record({ model: fc.jsonValue(), input: list, tools: list, stream: fc.jsonValue(), text: fc.jsonValue(), prompt_cache_options: fc.jsonValue(), temperature: fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(fc.property(body, (value) => {
      const request = value as unknown as JsonObject;

      const read = facts(request);

      expect(read.matchable && read.text === undefined).toBe(false);
      expect(conversation(request).scope).toBeTypeOf('object');
    }), { numRuns: 500 });
  });
});
