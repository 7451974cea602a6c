import type { Json, JsonObject } from '../../base/json.ts';
import { logprob } from './chat.ts';
import { cut, cutArguments, fakeId, type Plan, type Written } from './plan.ts';

const INCOMPLETE: Readonly<Record<string, string>> = { length: 'max_output_tokens', max_output_tokens: 'max_output_tokens', content_filter: 'content_filter' };

/** Members of a response that repeat the request, with what the service says when they were not sent. */
const ECHOED: JsonObject = {
  background: false, instructions: null, max_output_tokens: null, max_tool_calls: null, metadata: {}, parallel_tool_calls: true,
  previous_response_id: null, reasoning: { effort: null, summary: null }, store: true, temperature: 1, text: { format: { type: 'text' } },
  tool_choice: 'auto', tools: [], top_p: 1, truncation: 'disabled', user: null,
};

/**
 * OpenAI Responses, written by hand in the order in which the service sends it.
 * Source: types of the npm package `openai`, https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function writeResponses(plan: Plan, body: JsonObject): Written {
  const reason = plan.stop === undefined ? undefined : INCOMPLETE[plan.stop];
  const failed = plan.stop === 'failed';
  const status = failed ? 'failed' : reason === undefined ? 'completed' : 'incomplete';
  const itemStatus = status === 'completed' ? 'completed' : 'incomplete';
  const texts = plan.choices[0] ?? [];

  const response = (now: string, output: readonly JsonObject[], done: boolean): JsonObject => ({
    id: fakeId('resp_', plan.serial),
    object: 'response',
    created_at: plan.created,
    status: now,
    ...(done && { completed_at: status === 'completed' ? plan.created : null }),
    error: done && failed ? { code: 'server_error', message: 'The fake provider was told to fail.' } : null,
    incomplete_details: done && reason !== undefined ? { reason } : null,
    model: plan.model,
    output,
    ...Object.fromEntries(Object.entries(ECHOED).map(([name, otherwise]) => [name, body[name] ?? otherwise])),
    service_tier: 'default',
    usage: done && !failed && plan.usage ? usage(plan.usage) : null,
    ...plan.extra,
  });

  const blocks: string[] = [];
  const output: JsonObject[] = [];
  const emit = (type: string, data: JsonObject) => {
    blocks.push(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: blocks.length, ...data })}\n\n`);
  };
  const item = (started: JsonObject, ended: JsonObject, between: (at: { item_id: Json; output_index: number }) => void) => {
    const output_index = output.length;
    emit('response.output_item.added', { output_index, item: started });
    between({ item_id: started.id ?? null, output_index });
    emit('response.output_item.done', { output_index, item: ended });
    output.push(ended);
  };

  emit('response.created', { response: response('in_progress', [], false) });
  emit('response.in_progress', { response: response('in_progress', [], false) });
  if (plan.reasoning !== undefined) writeReasoning(plan.reasoning);
  if (texts.length > 0 || plan.refusal !== undefined) writeMessage(plan.refusal);
  plan.toolCalls.forEach(writeToolCall);
  const whole = response(status, output, true);
  emit(`response.${status}`, { response: whole });
  return { whole: () => whole, stream: () => blocks };

  function writeReasoning(text: string): void {
    const base = { id: fakeId('rs_', plan.serial), type: 'reasoning' };
    const part = { type: 'summary_text', text };
    item({ ...base, summary: [] }, { ...base, summary: [part] }, (at) => {
      const where = { ...at, summary_index: 0 };
      emit('response.reasoning_summary_part.added', { ...where, part: { type: 'summary_text', text: '' } });
      for (const delta of cut(text)) emit('response.reasoning_summary_text.delta', { ...where, delta });
      emit('response.reasoning_summary_text.done', { ...where, text });
      emit('response.reasoning_summary_part.done', { ...where, part });
    });
  }

  function writeMessage(refusal: string | undefined): void {
    const base = { id: fakeId('msg_', plan.serial), type: 'message', role: 'assistant' };
    const text = texts.join('');
    const logprobs = plan.logprobs ? texts.map(logprob) : [];
    const part: JsonObject = refusal !== undefined ? { type: 'refusal', refusal } : { type: 'output_text', annotations: plan.citations, logprobs, text };
    item({ ...base, status: 'in_progress', content: [] }, { ...base, status: itemStatus, content: [part] }, (at) => {
      const where = { ...at, content_index: 0 };
      if (refusal !== undefined) {
        emit('response.content_part.added', { ...where, part: { type: 'refusal', refusal: '' } });
        for (const delta of cut(refusal)) emit('response.refusal.delta', { ...where, delta });
        emit('response.refusal.done', { ...where, refusal });
      } else {
        emit('response.content_part.added', { ...where, part: { type: 'output_text', annotations: [], logprobs: [], text: '' } });
        for (const delta of texts) emit('response.output_text.delta', { ...where, delta, logprobs: plan.logprobs ? [logprob(delta)] : [] });
        plan.citations.forEach((annotation, annotation_index) => {
          emit('response.output_text.annotation.added', { ...where, annotation_index, annotation });
        });
        emit('response.output_text.done', { ...where, text, logprobs });
      }
      emit('response.content_part.done', { ...where, part });
    });
  }

  function writeToolCall(call: Plan['toolCalls'][number], index: number): void {
    if (call.custom) return writeCustomCall(call, index);
    const base = { id: fakeId('fc_', plan.serial, index), type: 'function_call', call_id: call.id, name: call.name };
    item({ ...base, status: 'in_progress', arguments: '' }, { ...base, status: itemStatus, arguments: call.arguments }, (at) => {
      for (const delta of cutArguments(call.arguments)) emit('response.function_call_arguments.delta', { ...at, delta });
      emit('response.function_call_arguments.done', { ...at, arguments: call.arguments });
    });
  }

  function writeCustomCall(call: Plan['toolCalls'][number], index: number): void {
    const base = { id: fakeId('ctc_', plan.serial, index), type: 'custom_tool_call', call_id: call.id, name: call.name };
    item({ ...base, status: 'in_progress', input: '' }, { ...base, status: itemStatus, input: call.arguments }, (at) => {
      for (const delta of cutArguments(call.arguments)) emit('response.custom_tool_call_input.delta', { ...at, delta });
      emit('response.custom_tool_call_input.done', { ...at, input: call.arguments });
    });
  }
}

function usage(tokens: NonNullable<Plan['usage']>): JsonObject {
  return {
    input_tokens: tokens.input,
    input_tokens_details: { cached_tokens: tokens.cached, ...(tokens.cacheWrite > 0 && { cache_write_tokens: tokens.cacheWrite }) },
    output_tokens: tokens.output,
    output_tokens_details: { reasoning_tokens: tokens.reasoning },
    total_tokens: tokens.input + tokens.output,
  };
}
