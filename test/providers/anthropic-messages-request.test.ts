import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { anthropicMessages } from '../../src/providers/anthropic-messages.ts';

const { facts, conversation, upstreamBody } = anthropicMessages;

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const ask = (more: object = {}) => ({ model: 'claude-opus-5-5', max_tokens: 100, messages: [user('Capital of France?')], ...more }) as unknown as JsonObject;
const withTool = (tool: object) => ask({ tools: [tool] });

describe('what is read of a request', () => {
  it('is its model, form, text, and that answers vary', () => {
    expect(facts(ask({ stream: true }))).toEqual({
      model: 'claude-opus-5-5',
      form: 'stream',
      wish: { usage: true },
      text: 'Capital of France?',
      matchable: true,
      varies: true,
      kept: false,
    });
    expect(facts(ask({ temperature: 0 }))).toMatchObject({ form: 'whole', varies: false });
  });

  it('takes the text from the text blocks of the last user message', () => {
    const content = [{ type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } }, { type: 'text', text: 'What is this,' }, { type: 'text', text: 'and where?' }];

    expect(facts(ask({ messages: [user('Hi'), assistant('Hello'), user(content)] }))).toMatchObject({ text: 'What is this,\nand where?', matchable: true });
  });

  it('does not match by meaning what has no text, or an answer already begun', () => {
    expect(facts(ask({ messages: [user([{ type: 'tool_result', tool_use_id: 't', content: '21 degrees' }])] }))).toMatchObject({ matchable: false });
    expect(facts(ask({ messages: [user('Capital of France?'), assistant('It is')] }))).toMatchObject({ text: 'Capital of France?', matchable: false });
  });

  it('finds the schema of the answer, by its new and its old name', () => {
    const format = { type: 'json_schema', schema: { type: 'object' } };

    expect(facts(ask({ output_config: { effort: 'low', format } })).schema).toEqual({ type: 'object' });
    expect(facts(ask({ output_format: format })).schema).toEqual({ type: 'object' });
    expect(facts(ask({ output_config: { effort: 'low' } }))).not.toHaveProperty('schema');
  });

  it('goes to the provider as it is', () => {
    const body = ask({ stream: true });

    expect(upstreamBody(body)).toBe(body);
  });
});

describe('a request is cached', () => {
  const documents = [{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } }, { type: 'text', text: 'Sum it up' }];
  it.each(
    Object.entries({
      'with a tool of the caller': withTool({ name: 'weather', input_schema: { type: 'object' } }),
      'with a tool that says it is custom': withTool({ type: 'custom', name: 'weather', input_schema: {}, allowed_callers: ['direct'] }),
      'with the bash tool': withTool({ type: 'bash_20250124', name: 'bash' }),
      'with the text editor': withTool({ type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' }),
      'with a computer': withTool({ type: 'computer_20251124', name: 'computer', display_width_px: 1, display_height_px: 1 }),
      'with memory': withTool({ type: 'memory_20250818', name: 'memory' }),
      'with the browser toolset': withTool({ type: 'browser_toolset_20260801' }),
      'with a tool added on the way': ask({ messages: [user('Hi'), { role: 'system', content: [{ type: 'tool_addition', tool: { type: 'tool_reference', name: 'x' } }] }] }),
      'with a document': ask({ messages: [user(documents)] }),
      'with edits of the context': ask({ context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } }),
      'with a schema, fast, of a tier and with a future parameter': ask({ speed: 'fast', service_tier: 'auto', sparkle: 3 }),
      'with empty and absent lists': ask({ tools: [], mcp_servers: [], container: null, diagnostics: null, thread: null }),
      'with a tool call that only looks like a file': ask({ messages: [user('Hi'), assistant([{ type: 'tool_use', id: 't', name: 'n', input: { type: 'file', file_id: 'f' } }])] }),
    }),
  )('%s', (_, body) => {
    expect(facts(body).bypass).toBeUndefined();
  });
});

describe('a request goes past the cache', () => {
  const file = { type: 'image', source: { type: 'file', file_id: 'file_1' } };
  it.each(
    Object.entries({
      'with web search': withTool({ type: 'web_search_20250305', name: 'web_search' }),
      'with web fetch': withTool({ type: 'web_fetch_20260318', name: 'web_fetch' }),
      'with code execution': withTool({ type: 'code_execution_20260521', name: 'code_execution' }),
      'with code execution that begins like bash': withTool({ type: 'bash_code_execution_20250825', name: 'bash' }),
      'with tool search': withTool({ type: 'tool_search_tool_bm25', name: 'tool_search_tool_bm25' }),
      'with an advisor': withTool({ type: 'advisor_20260301', name: 'advisor' }),
      'with an MCP toolset': withTool({ type: 'mcp_toolset', mcp_server_name: 'x' }),
      'with a tool of the future': withTool({ type: 'teleport_20300101', name: 'teleport' }),
      "with another API's tool": withTool({ type: 'function', function: { name: 'x' } }),
      'with a tool that code at the provider may call': withTool({ name: 'x', input_schema: {}, allowed_callers: ['direct', 'code_execution_20260120'] }),
      'with one such tool among others': ask({ tools: [{ name: 'x', input_schema: {} }, { type: 'web_search_20260318', name: 'web_search' }] }),
      'with tools that are no list': ask({ tools: { name: 'x' } }),
      'with a tool of the provider added on the way': ask({
        messages: [user('Hi'), { role: 'system', content: [{ type: 'tool_addition', tool: { type: 'tool_definition', definition: { type: 'web_search_20260318' } } }] }],
      }),
      'with an MCP tool added on the way': ask({
        messages: [user('Hi'), { role: 'system', content: [{ type: 'tool_addition', tool: { type: 'mcp_tool_reference', server_name: 's', name: 'n' } }] }],
      }),
      'with MCP servers': ask({ mcp_servers: [{ type: 'url', name: 'x', url: 'https://x.test' }] }),
      'with a container': ask({ container: 'container_1' }),
      'with a thread': ask({ thread: { type: 'create' } }),
      'that asks why the prompt cache missed': ask({ diagnostics: { previous_message_id: 'msg_1' } }),
      'with a credit': ask({ fallback_credit_token: 'x' }),
      'with an unknown edit of the context': ask({ context_management: { edits: [{ type: 'recall_20300101' }] } }),
      'that only warms the prompt cache': ask({ max_tokens: 0 }),
      'with a file kept at the provider': ask({ messages: [user([file])] }),
      'with such a file inside a tool result': ask({ messages: [user([{ type: 'tool_result', tool_use_id: 't', content: [file] }])] }),
      'with such a file inside a document': ask({ messages: [user([{ type: 'document', source: { type: 'content', content: [file] } }])] }),
      'with a file for a container': ask({ messages: [user([{ type: 'container_upload', file_id: 'file_1' }])] }),
      'without a model': ask({ model: undefined }),
      'without messages': ask({ messages: 'Hi' }),
      'with a message that is none': ask({ messages: ['Hi'] }),
      'with a stream of neither kind': ask({ stream: 'yes' }),
    }),
  )('%s', (_, body) => {
    expect(facts(body).bypass).toEqual(expect.any(String));
  });
});

describe('the conversation', () => {
  const scopeOf = (body: JsonObject) => conversation(body).scope;
  const image = { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } };

  it('leaves the scope the same when only the last text differs', () => {
    expect(scopeOf(ask())).toEqual(scopeOf(ask({ messages: [user('Capital of Spain?')] })));
    expect(scopeOf(ask())).toEqual(scopeOf(ask({ messages: [user([{ type: 'text', text: 'Capital of Spain?' }])] })));
    expect(JSON.stringify(scopeOf(ask()))).not.toContain('France');
  });

  it.each(
    Object.entries({
      'the system prompt': ask({ system: 'Be brief.' }),
      'a parameter': ask({ top_k: 1 }),
      'a tool': withTool({ name: 'x', input_schema: {} }),
      'an image in the last message': ask({ messages: [user([image, { type: 'text', text: 'Capital of France?' }])] }),
      'a tool result in the last message': ask({ messages: [user([{ type: 'tool_result', tool_use_id: 't', content: '21' }, { type: 'text', text: 'Capital of France?' }])] }),
      'a prefilled answer': ask({ messages: [user('Capital of France?'), assistant('The')] }),
      'how many texts the last message has': ask({ messages: [user([{ type: 'text', text: 'Capital' }, { type: 'text', text: 'of France?' }])] }),
    }),
  )('has in its scope %s', (_, body) => {
    expect(scopeOf(body)).not.toEqual(scopeOf(ask()));
  });

  it('has all earlier turns apart, a text being the same as one block of it', () => {
    const [asText, asBlocks] = [ask({ messages: [user('Hi'), assistant('Hello'), user('Bye')] }), ask({ messages: [user([{ type: 'text', text: 'Hi' }]), assistant('Hello'), user('Bye')] })];

    expect(conversation(asText).turns).toEqual([user([{ type: 'text', text: 'Hi' }]), assistant([{ type: 'text', text: 'Hello' }])]);
    expect(conversation(asText)).toEqual(conversation(asBlocks));
    expect(conversation(asText).scope).toEqual(scopeOf(ask()));
    expect(conversation(ask()).turns).toEqual([]);
  });

  it('without a user message is all scope', () => {
    const body = ask({ messages: [assistant([{ type: 'text', text: 'Once' }])] });

    expect(conversation(body)).toEqual({ scope: body, turns: [] });
  });
});
