import type { JsonObject } from '../../src/base/json.ts';

/** Streams and answers as the Responses API gives them, written by hand. */

type Event = readonly [type: string, members: JsonObject];

/** Numbers the events and writes them as a stream. */
export function sse(events: readonly Event[]): Uint8Array {
  return Buffer.from(events.map(([type, members], at) => `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: at, ...members })}\n\n`).join(''));
}

/** An answer with the members that each has. */
export function answer(output: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return {
    id: 'resp_68a1', object: 'response', created_at: 1_764_000_000, status: 'completed', background: false, completed_at: 1_764_000_002,
    error: null, incomplete_details: null, instructions: 'Be brief.', max_output_tokens: null, metadata: { team: 'a' }, model: 'gpt-5.2-2025-12-11',
    output, parallel_tool_calls: true, previous_response_id: null, reasoning: { effort: 'low', summary: null }, service_tier: 'default', store: true,
    temperature: 1, text: { format: { type: 'text' }, verbosity: 'medium' }, tool_choice: 'auto', tools: [], top_p: 1, truncation: 'disabled',
    usage: { input_tokens: 120, input_tokens_details: { cached_tokens: 64, cache_write_tokens: 16 }, output_tokens: 30, output_tokens_details: { reasoning_tokens: 12 }, total_tokens: 150 },
    user: null, ...more,
  };
}

/** Beginning and end of a stream around what happens in between. */
export function around(response: JsonObject, between: readonly Event[], end = 'response.completed'): Uint8Array {
  const begun = { ...response, status: 'in_progress', completed_at: null, error: null, incomplete_details: null, output: [], usage: null };
  return sse([['response.created', { response: begun }], ['response.in_progress', { response: begun }], ...between, [end, { response }]]);
}

export const added = (output_index: number, item: JsonObject): Event => ['response.output_item.added', { output_index, item }];
export const done = (output_index: number, item: JsonObject): Event => ['response.output_item.done', { output_index, item }];

const logprob = (token: string, logprob: number) => ({ token, logprob, bytes: [...Buffer.from(token)], top_logprobs: [{ token, logprob, bytes: [...Buffer.from(token)] }] });
const citation = { type: 'url_citation', url: 'https://example.org/a', title: 'A', start_index: 0, end_index: 5 };

const sentence = { type: 'output_text', text: 'Paris 🗼 it is.', annotations: [citation], logprobs: [logprob('Paris', -0.00012345678901234567), logprob(' 🗼', -0.5), logprob(' it is.', -1)] };
const message = { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', phase: 'final_answer', content: [sentence] };
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };

export const textWhole = answer([message]);
export const textStream = around(textWhole, [
  added(0, { ...message, status: 'in_progress', content: [] }),
  ['response.content_part.added', { ...at, part: { type: 'output_text', text: '', annotations: [], logprobs: [] } }],
  ['response.output_text.delta', { ...at, delta: 'Paris', logprobs: [sentence.logprobs[0]!], obfuscation: 'k3Jd' }],
  ['response.output_text.delta', { ...at, delta: ' 🗼', logprobs: [sentence.logprobs[1]!], obfuscation: 'x' }],
  ['keepalive', {}],
  ['response.output_text.annotation.added', { ...at, annotation_index: 0, annotation: citation }],
  ['response.output_text.delta', { ...at, delta: ' it is.', logprobs: [sentence.logprobs[2]!], obfuscation: '' }],
  ['response.output_text.done', { ...at, text: sentence.text, logprobs: sentence.logprobs }],
  ['response.content_part.done', { ...at, part: sentence }],
  done(0, message),
]);

const thought = {
  id: 'rs_1', type: 'reasoning', encrypted_content: 'gAAAAB-secret==', status: 'completed',
  summary: [{ type: 'summary_text', text: '**Weighing**\n\nTwo tools.' }, { type: 'summary_text', text: 'Both.' }], content: [{ type: 'reasoning_text', text: 'hm, both' }],
};
const call = (id: string, city: string) => ({ id, type: 'function_call', status: 'completed', arguments: JSON.stringify({ city }), call_id: `call_${id}`, name: 'get_weather' });
const [first, second] = [call('fc_1', 'Köln'), call('fc_2', 'Oslo')];
const note = { id: 'msg_2', type: 'message', status: 'completed', role: 'assistant', phase: 'commentary', content: [{ type: 'output_text', text: 'Looking.', annotations: [], logprobs: [] }] };
const rs = { item_id: 'rs_1', output_index: 0 };
const summaryOf = (summary_index: number, pieces: readonly string[]): Event[] => [
  ['response.reasoning_summary_part.added', { ...rs, summary_index, part: { type: 'summary_text', text: '' } }],
  ...pieces.map((delta): Event => ['response.reasoning_summary_text.delta', { ...rs, summary_index, delta }]),
  ['response.reasoning_summary_text.done', { ...rs, summary_index, text: pieces.join('') }],
  ['response.reasoning_summary_part.done', { ...rs, summary_index, part: { type: 'summary_text', text: pieces.join('') } }],
];

export const toolsWhole = answer([thought, note, first, second]);
/** Two calls whose arguments come interleaved, after thoughts and a remark. */
export const toolsStream = around(toolsWhole, [
  added(0, { ...thought, encrypted_content: 'gAAAAB-first==', status: 'in_progress', summary: [], content: [] }),
  ...summaryOf(0, ['**Weighing**\n', '\nTwo tools.']),
  ...summaryOf(1, ['Both.']),
  ['response.content_part.added', { ...rs, content_index: 0, part: { type: 'reasoning_text', text: '' } }],
  ['response.reasoning_text.delta', { ...rs, content_index: 0, delta: 'hm, ' }],
  ['response.reasoning_text.delta', { ...rs, content_index: 0, delta: 'both' }],
  ['response.reasoning_text.done', { ...rs, content_index: 0, text: 'hm, both' }],
  ['response.content_part.done', { ...rs, content_index: 0, part: thought.content[0]! }],
  done(0, thought),
  added(1, { ...note, status: 'in_progress', content: [] }),
  ['response.content_part.added', { item_id: 'msg_2', output_index: 1, content_index: 0, part: { type: 'output_text', text: '', annotations: [], logprobs: [] } }],
  ['response.output_text.delta', { item_id: 'msg_2', output_index: 1, content_index: 0, delta: 'Looking.', logprobs: [] }],
  ['response.output_text.done', { item_id: 'msg_2', output_index: 1, content_index: 0, text: 'Looking.', logprobs: [] }],
  ['response.content_part.done', { item_id: 'msg_2', output_index: 1, content_index: 0, part: note.content[0]! }],
  done(1, note),
  added(2, { ...first, status: 'in_progress', arguments: '' }),
  added(3, { ...second, status: 'in_progress', arguments: '' }),
  ['response.function_call_arguments.delta', { item_id: 'fc_1', output_index: 2, delta: '{"city":' }],
  ['response.function_call_arguments.delta', { item_id: 'fc_2', output_index: 3, delta: '{"ci' }],
  ['response.function_call_arguments.delta', { item_id: 'fc_1', output_index: 2, delta: '"Köln"}' }],
  ['response.function_call_arguments.delta', { item_id: 'fc_2', output_index: 3, delta: 'ty":"Oslo"}' }],
  ['response.function_call_arguments.done', { item_id: 'fc_1', output_index: 2, arguments: first.arguments }],
  done(2, first),
  ['response.function_call_arguments.done', { item_id: 'fc_2', output_index: 3, arguments: second.arguments }],
  done(3, second),
]);

const custom = { id: 'ctc_1', type: 'custom_tool_call', status: 'completed', call_id: 'call_9', name: 'run_sql', input: 'select 1;\n' };
export const customWhole = answer([custom]);
export const customStream = around(customWhole, [
  added(0, { ...custom, status: 'in_progress', input: '' }),
  ['response.custom_tool_call_input.delta', { item_id: 'ctc_1', output_index: 0, delta: 'select' }],
  ['response.custom_tool_call_input.delta', { item_id: 'ctc_1', output_index: 0, delta: ' 1;\n' }],
  ['response.custom_tool_call_input.done', { item_id: 'ctc_1', output_index: 0, input: custom.input }],
  done(0, custom),
]);

const shell = { id: 'sh_1', type: 'shell_call', status: 'completed', call_id: 'call_sh', action: { commands: ['ls -l', 'pwd'], max_output_length: null, timeout_ms: 1000 }, environment: { type: 'local' } };
export const shellWhole = answer([shell]);
export const shellStream = around(shellWhole, [
  added(0, { ...shell, status: 'in_progress', action: { ...shell.action, commands: [] } }),
  ['response.shell_call_command.added', { output_index: 0, command_index: 0, command: '' }],
  ['response.shell_call_command.delta', { output_index: 0, command_index: 0, delta: 'ls' }],
  ['response.shell_call_command.delta', { output_index: 0, command_index: 0, delta: ' -l' }],
  ['response.shell_call_command.done', { output_index: 0, command_index: 0, command: 'ls -l' }],
  ['response.shell_call_command.added', { output_index: 0, command_index: 1, command: '' }],
  ['response.shell_call_command.delta', { output_index: 0, command_index: 1, delta: 'pwd' }],
  ['response.shell_call_command.done', { output_index: 0, command_index: 1, command: 'pwd' }],
  done(0, shell),
]);

const no = { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content: [{ type: 'refusal', refusal: 'I cannot help with that.' }] };
export const refusalWhole = answer([no]);
export const refusalStream = around(refusalWhole, [
  added(0, { ...no, status: 'in_progress', content: [] }),
  ['response.content_part.added', { ...at, part: { type: 'refusal', refusal: '' } }],
  ['response.refusal.delta', { ...at, delta: 'I cannot' }],
  ['response.refusal.delta', { ...at, delta: ' help with that.' }],
  ['response.refusal.done', { ...at, refusal: 'I cannot help with that.' }],
  ['response.content_part.done', { ...at, part: no.content[0]! }],
  done(0, no),
]);

const half = { id: 'msg_1', type: 'message', status: 'incomplete', role: 'assistant', content: [{ type: 'output_text', text: 'Once upon', annotations: [], logprobs: [] }] };
export const incompleteWhole = answer([half], { status: 'incomplete', completed_at: null, incomplete_details: { reason: 'max_output_tokens' } });
export const incompleteStream = around(incompleteWhole, [
  added(0, { ...half, status: 'in_progress', content: [] }),
  ['response.content_part.added', { ...at, part: { type: 'output_text', text: '', annotations: [], logprobs: [] } }],
  ['response.output_text.delta', { ...at, delta: 'Once upon', logprobs: [] }],
  ['response.output_text.done', { ...at, text: 'Once upon', logprobs: [] }],
  ['response.content_part.done', { ...at, part: half.content[0]! }],
  done(0, half),
], 'response.incomplete');

export const failedWhole = answer([], { status: 'failed', completed_at: null, error: { code: 'server_error', message: 'The model failed.' }, usage: null });
export const failedStream = around(failedWhole, [], 'response.failed');

export const errorStream = sse([
  ['response.created', { response: answer([], { status: 'in_progress', usage: null }) }],
  ['error', { code: 'rate_limit_exceeded', message: 'Slow down.', param: null }],
]);

/** Name, the whole answer, and the stream that gives the same. */
export const samples: readonly (readonly [string, JsonObject, Uint8Array])[] = [
  ['text with annotations and log probabilities', textWhole, textStream],
  ['thoughts, a remark and parallel function calls', toolsWhole, toolsStream],
  ['a custom tool call', customWhole, customStream],
  ['commands for a local shell', shellWhole, shellStream],
  ['a refusal', refusalWhole, refusalStream],
  ['an answer cut short', incompleteWhole, incompleteStream],
  ['a failure', failedWhole, failedStream],
];
