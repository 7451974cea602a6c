type Fields = Record<string, unknown>;

/** Bytes of a stream in the provider's form, written without the code under test. */
export const streamOf = (...events: (Fields | string)[]): Uint8Array =>
  Buffer.from(events.map((event) => (typeof event === 'string' ? event : `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`)).join(''));

export const ping = { type: 'ping' };

export const usage = {
  input_tokens: 12,
  cache_creation_input_tokens: 30,
  cache_read_input_tokens: 2048,
  cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
  output_tokens: 1,
  service_tier: 'standard',
};

export const start = (more: Fields = {}) => ({
  type: 'message_start',
  message: {
    id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage,
    ...more,
  },
});

/** The events of one block. */
export const block = (index: number, content: Fields, ...deltas: Fields[]) => [
  { type: 'content_block_start', index, content_block: content },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];

export const end = (stopReason: string, more: Fields = {}, counts: Fields = {}) => [
  {
    type: 'message_delta',
    delta: { stop_reason: stopReason, stop_sequence: null, stop_details: null, ...more },
    usage: { input_tokens: 12, cache_creation_input_tokens: 30, cache_read_input_tokens: 2048, output_tokens: 89, ...counts },
  },
  { type: 'message_stop' },
];

export const text = (...pieces: string[]) => pieces.map((piece) => ({ type: 'text_delta', text: piece }));
export const json = (...pieces: string[]) => pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece }));
export const textBlock = { type: 'text', text: '' };

const citation = {
  type: 'char_location',
  cited_text: 'The grass is green.',
  document_index: 0,
  document_title: 'Facts',
  start_char_index: 0,
  end_char_index: 20,
  file_id: null,
};
const found = { type: 'web_search_result', title: 'Weather', url: 'https://weather.test/', encrypted_content: 'EqgfCioIARgB', page_age: null };

/** Streams as the provider sends them, by what is special about them. */
export const samples: Record<string, Uint8Array> = {
  'a text': streamOf(start(), ...block(0, textBlock, ...text('Hel', 'lo 😀, ', 'wörld')), ...end('end_turn')),
  'pings and comments': streamOf(start(), ping, ': keep-alive\n\n', ...block(0, textBlock, ...text('Hi')), ping, ...end('end_turn'), ping),
  'parallel tool calls': streamOf(
    start(),
    ...block(0, textBlock, ...text('Let me look.')),
    ...block(1, { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} }, ...json('', '{"city": "Pa', 'ris", "big": 12345678901234567890, "2": 1, "1": 2}')),
    ...block(2, { type: 'tool_use', id: 'toolu_2', name: 'now', input: {}, caller: { type: 'direct' } }, ...json('')),
    ...end('tool_use'),
  ),
  'thinking with its signature': streamOf(
    start(),
    ...block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'First ' },
      { type: 'thinking_delta', thinking: 'second', estimated_tokens: null },
      { type: 'signature_delta', signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h' },
    ),
    ...block(1, { type: 'redacted_thinking', data: 'EmwKAhgBEgy3va3pzix/LafPsn4a' }),
    ...block(2, textBlock, ...text('Done.')),
    ...end('end_turn', {}, { output_tokens_details: { thinking_tokens: 40 } }),
  ),
  'thinking that is not shown': streamOf(
    start(),
    ...block(0, { type: 'thinking', thinking: '', signature: '' }, { type: 'signature_delta', signature: 'EqQB' }),
    ...block(1, textBlock, ...text('42')),
    ...end('end_turn'),
  ),
  citations: streamOf(
    start(),
    ...block(0, { type: 'text', text: '', citations: [] }, ...text('the grass '), { type: 'citations_delta', citation }, ...text('is green'), {
      type: 'citations_delta',
      citation: { ...citation, start_char_index: 20, end_char_index: 36 },
    }),
    ...end('end_turn'),
  ),
  'a search that the provider ran': streamOf(
    start(),
    ...block(0, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }, ...json('', '{"query":', ' "weather"}')),
    ...block(1, { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [found] }),
    ...block(2, { type: 'text', text: '', citations: null }, ...text('Sunny.')),
    ...end('end_turn', { container: null }, { server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 } }),
  ),
  'code that the provider ran': streamOf(
    start({ container: null }),
    ...block(0, { type: 'server_tool_use', id: 'srvtoolu_2', name: 'bash_code_execution', input: {} }, ...json('{"command":"ls"}')),
    ...block(1, {
      type: 'bash_code_execution_tool_result',
      tool_use_id: 'srvtoolu_2',
      content: { type: 'bash_code_execution_result', stdout: 'a\n', stderr: '', return_code: 0, content: [] },
    }),
    ...end('end_turn', { container: { id: 'container_1', expires_at: '2026-11-21T00:00:00Z', skills: null } }),
  ),
  'a stop sequence': streamOf(start(), ...block(0, textBlock, ...text('one two')), ...end('stop_sequence', { stop_sequence: 'three' })),
  'a refusal': streamOf(
    start(),
    ...block(0, textBlock, ...text('I')),
    ...end('refusal', { stop_details: { type: 'refusal', category: 'bio', explanation: null } }),
  ),
  'stop details that only its end has': streamOf(start({ stop_details: undefined }), ...block(0, textBlock, ...text('Hi')), ...end('end_turn')),
  'no content at all': streamOf(start(), ...end('end_turn')),
};

/** Streams that only the beta half of the SDK knows. */
export const betaSamples: Record<string, Uint8Array> = {
  'a tool of an MCP server': streamOf(
    start(),
    ...block(0, { type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'echo', server_name: 'test', input: {} }, ...json('{"x":', '1}')),
    ...block(1, { type: 'mcp_tool_result', tool_use_id: 'mcptoolu_1', is_error: false, content: [{ type: 'text', text: 'Hello' }] }),
    ...end('end_turn'),
  ),
  'a compaction': streamOf(
    start({ context_management: null }),
    ...block(0, { type: 'compaction', content: null, encrypted_content: null }, { type: 'compaction_delta', content: 'In short: …', encrypted_content: 'Eo8' }),
    ...block(1, textBlock, ...text('Going on.')),
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null, container: null },
      usage: { output_tokens: 9, iterations: [{ type: 'compaction', input_tokens: 1000, output_tokens: 50, cache_read_input_tokens: 7 }, { type: 'message' }] },
      context_management: { applied_edits: [{ type: 'clear_tool_uses_20250919', cleared_tool_uses: 8, cleared_input_tokens: 50000 }] },
    },
    { type: 'message_stop' },
  ),
  'another model that took over': streamOf(
    start({ input_transformations: [] }),
    ...block(0, { type: 'fallback', from: { model: 'claude-opus-5-5' }, to: { model: 'claude-sonnet-5-5' }, trigger: { type: 'refusal' } }),
    ...block(1, textBlock, ...text('Gladly.')),
    ...end('end_turn'),
  ),
};
