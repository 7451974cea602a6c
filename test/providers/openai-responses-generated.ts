import fc from 'fast-check';
import type { JsonObject } from '../../src/base/json.ts';
import { added, answer, around, done } from './openai-responses-samples.ts';

/** Answers of every shape that can be played, and streams that tell them in pieces of every size. */

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.lorem({ maxCount: 30 }), fc.constant(''));
const token = fc.string({ unit: 'binary', minLength: 1, maxLength: 5 });
const extra = fc.option(fc.jsonValue({ maxDepth: 2 }).map((value) => ({ x_future: JSON.parse(JSON.stringify(value)) as JsonObject })), { nil: {} });

const annotation = fc.record({ type: fc.constantFrom('url_citation', 'file_path', 'unheard_of'), url: fc.webUrl(), start_index: fc.nat(9), end_index: fc.nat(9) });
const outputText = fc.record({ text, annotations: fc.array(annotation, { maxLength: 3 }) }).map((part): JsonObject => ({ type: 'output_text', ...part, logprobs: [] }));
const withLogprobs = fc.array(fc.tuple(token, fc.double({ max: 0, min: -20, noNaN: true }).map((value) => value + 0)), { maxLength: 12 }).map((tokens): JsonObject => ({
  type: 'output_text', text: tokens.map(([one]) => one).join(''), annotations: [],
  logprobs: tokens.map(([one, logprob]) => ({ token: one, logprob, bytes: [...Buffer.from(one)], top_logprobs: [] })),
}));
const refusal = text.map((value): JsonObject => ({ type: 'refusal', refusal: value }));
const status = fc.constantFrom('completed', 'incomplete');

const item = fc.oneof(
  fc.record({ status, content: fc.array(fc.oneof(outputText, withLogprobs, refusal), { maxLength: 3 }) }).map((one) => ({ type: 'message', role: 'assistant', ...one })),
  fc.record({ summary: fc.array(text.map((value) => ({ type: 'summary_text', text: value })), { maxLength: 3 }), encrypted_content: fc.option(fc.base64String()) }).map((one) => ({ type: 'reasoning', ...one })),
  fc.record({ content: fc.array(text.map((value) => ({ type: 'reasoning_text', text: value })), { maxLength: 2 }), status }).map((one) => ({ type: 'reasoning', summary: [], ...one })),
  fc.record({ status, arguments: fc.oneof(text, fc.json()), name: fc.string() }).map((one) => ({ type: 'function_call', ...one })),
  fc.record({ input: text, name: fc.string() }).map((one) => ({ type: 'custom_tool_call', ...one })),
  fc.record({ status, commands: fc.array(text, { maxLength: 3 }) }).map(({ commands, ...one }) => ({ type: 'shell_call', ...one, action: { commands, timeout_ms: null, max_output_length: null }, environment: { type: 'local' } })),
  status.map((one) => ({ type: 'local_shell_call', status: one, action: { type: 'exec', command: ['ls'], env: {} } })),
  fc.record({ diff: text, path: text }).map((one) => ({ type: 'apply_patch_call', status: 'completed', operation: { type: 'create_file', ...one } })),
  fc.jsonValue({ maxDepth: 2 }).map((value) => ({ type: 'tool_search_call', execution: 'client', status: 'completed', arguments: JSON.parse(JSON.stringify(value)) as JsonObject })),
);

const ending = fc.constantFrom<JsonObject>(
  {},
  { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
  { status: 'incomplete', incomplete_details: { reason: 'content_filter' } },
  { status: 'failed', error: { code: 'server_error', message: 'no' } },
);

/** Any answer, with members that nobody knows yet. */
export const answers: fc.Arbitrary<JsonObject> = fc.tuple(fc.array(fc.tuple(item, extra), { maxLength: 5 }), ending, extra).map(([items, end, more]) =>
  answer(items.map(([one, strange], at): JsonObject => ({ id: `it_${at}`, ...(one.type.endsWith('_call') && { call_id: `call_${at}` }), ...one, ...strange })), { ...end, ...more }));

/** A stream that tells `response` in pieces of so many characters each, in turn; written without the code that is tested. */
export function tell(response: JsonObject, sizes: readonly number[]): Uint8Array {
  let turn = 0;
  const pieces = (whole: string): string[] => {
    const characters = [...whole];
    const cut: string[] = [];
    while (characters.length > 0) cut.push(characters.splice(0, sizes[turn++ % sizes.length]).join(''));
    return cut;
  };
  const events: (readonly [string, JsonObject])[] = [];
  const grow = (stem: string, member: string, whole: string, place: JsonObject, more: JsonObject = {}) => {
    for (const delta of pieces(whole)) events.push([`${stem}.delta`, { ...place, delta, obfuscation: 'p'.repeat(turn % 7), ...more }]);
    events.push([`${stem}.done`, { ...place, [member]: whole, ...more }]);
  };

  for (const [output_index, one] of (response.output as readonly JsonObject[]).entries()) {
    const place = { item_id: one.id!, output_index };
    const content = (one.content ?? []) as readonly { type: string; text: string; refusal: string; annotations?: JsonObject[] }[];
    events.push(added(output_index, { ...one, ...(one.content !== undefined && { content: [] }), ...(one.summary !== undefined && { summary: [] }), ...(one.arguments !== undefined && { arguments: one.type === 'function_call' ? '' : one.arguments }), ...(one.input !== undefined && { input: '' }), ...(one.type === 'shell_call' && { action: { commands: [] } }) }));
    for (const [summary_index, part] of ((one.summary ?? []) as readonly { text: string }[]).entries()) {
      events.push(['response.reasoning_summary_part.added', { ...place, summary_index, part: { type: 'summary_text', text: '' } }]);
      grow('response.reasoning_summary_text', 'text', part.text, { ...place, summary_index });
      events.push(['response.reasoning_summary_part.done', { ...place, summary_index, part }]);
    }
    for (const [content_index, part] of content.entries()) {
      const here = { ...place, content_index };
      events.push(['response.content_part.added', { ...here, part: { ...part, ...(part.type === 'refusal' ? { refusal: '' } : { text: '' }), ...(part.annotations && { annotations: [], logprobs: [] }) } }]);
      if (part.type === 'refusal') grow('response.refusal', 'refusal', part.refusal, here);
      else grow(part.type === 'output_text' ? 'response.output_text' : 'response.reasoning_text', 'text', part.text, here, part.type === 'output_text' ? { logprobs: [] } : {});
      for (const [annotation_index, annotation] of (part.annotations ?? []).entries()) events.push(['response.output_text.annotation.added', { ...here, annotation_index, annotation }]);
      events.push(['response.content_part.done', { ...here, part: part as unknown as JsonObject }]);
    }
    if (one.type === 'function_call') grow('response.function_call_arguments', 'arguments', String(one.arguments), place);
    if (one.type === 'custom_tool_call') grow('response.custom_tool_call_input', 'input', String(one.input), place);
    if (one.type === 'shell_call') {
      for (const [command_index, command] of (one.action as unknown as { commands: string[] }).commands.entries()) {
        events.push(['response.shell_call_command.added', { output_index, command_index, command: '' }]);
        grow('response.shell_call_command', 'command', command, { output_index, command_index });
      }
    }
    events.push(done(output_index, one));
  }
  return around(response, events, `response.${String(response.status)}`);
}
