import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { cutArguments, fakeId, type Plan, type Written } from './plan.ts';

/**
 * OpenAI Chat Completions, written by hand in the order in which the service sends it, so that it can stand as the oracle for the
 * code that reads it. Source: types of the npm package `openai`, https://platform.openai.com/docs/api-reference/chat-streaming
 */
export function writeChat(plan: Plan, body: JsonObject): Written {
  const includeUsage = isObject(body.stream_options) && body.stream_options.include_usage === true;
  const id = fakeId('chatcmpl-', plan.serial);
  const audioId = fakeId('audio_', plan.serial);
  const stop = plan.stop ?? (plan.toolCalls.length > 0 ? 'tool_calls' : 'stop');

  return {
    whole: () => ({
      id,
      object: 'chat.completion',
      created: plan.created,
      model: plan.model,
      choices: plan.choices.map((pieces, index) => ({
        index,
        message: {
          role: 'assistant',
          content: pieces.length === 0 ? null : pieces.join(''),
          ...(plan.reasoning !== undefined && { reasoning_content: plan.reasoning }),
          ...(plan.toolCalls.length > 0 && {
            tool_calls: plan.toolCalls.map((call) => ({ id: call.id, ...calling(call, { name: call.name }, call.arguments, true) })),
          }),
          ...(plan.audio && { audio: { id: audioId, ...plan.audio, expires_at: plan.created + 3600 } }),
          refusal: plan.refusal ?? null,
          annotations: plan.citations,
        },
        logprobs: plan.logprobs ? { content: pieces.map(logprob), refusal: null } : null,
        finish_reason: stop,
      })),
      ...(plan.usage && { usage: usage(plan.usage) }),
      service_tier: 'default',
      system_fingerprint: 'fp_fake',
      ...plan.extra,
    }),

    stream() {
      const blocks: string[] = [];
      const head = { id, object: 'chat.completion.chunk', created: plan.created, model: plan.model, service_tier: 'default', system_fingerprint: 'fp_fake' };
      const emit = (index: number, delta: JsonObject, logprobs: JsonObject | null = null, finish: string | null = null) => {
        const extra = blocks.length === 0 ? plan.extra : {};
        const choices = [{ index, delta, logprobs, finish_reason: finish }];
        blocks.push(`data: ${JSON.stringify({ ...head, choices, ...(includeUsage && { usage: null }), ...extra })}\n\n`);
      };

      plan.choices.forEach((pieces, index) => emit(index, { role: 'assistant', content: pieces.length === 0 ? null : '', refusal: null }));
      plan.choices.forEach((_, index) => {
        if (plan.reasoning !== undefined) for (const piece of words(plan.reasoning)) emit(index, { reasoning_content: piece });
      });
      const longest = Math.max(0, ...plan.choices.map((pieces) => pieces.length));
      for (let at = 0; at < longest; at++) {
        plan.choices.forEach((pieces, index) => {
          const piece = pieces[at];
          if (piece !== undefined) emit(index, { content: piece }, plan.logprobs ? { content: [logprob(piece)], refusal: null } : null);
        });
      }
      plan.choices.forEach((_, index) => {
        if (plan.refusal !== undefined) for (const piece of words(plan.refusal)) emit(index, { refusal: piece });
        plan.toolCalls.forEach((call, toolIndex) => {
          emit(index, { tool_calls: [{ index: toolIndex, id: call.id, ...calling(call, { name: call.name }, '', true) }] });
          for (const piece of cutArguments(call.arguments)) emit(index, { tool_calls: [{ index: toolIndex, ...calling(call, {}, piece) }] });
        });
        if (plan.audio) {
          for (const transcript of words(plan.audio.transcript)) emit(index, { audio: { id: audioId, transcript } });
          for (const data of plan.audio.data.match(/.{1,8}/g) ?? []) emit(index, { audio: { data } });
          emit(index, { audio: { expires_at: plan.created + 3600 } });
        }
        if (plan.citations.length > 0) emit(index, { annotations: plan.citations });
      });
      plan.choices.forEach((_, index) => emit(index, {}, null, stop));
      if (includeUsage && plan.usage) blocks.push(`data: ${JSON.stringify({ ...head, choices: [], usage: usage(plan.usage) })}\n\n`);
      blocks.push('data: [DONE]\n\n');
      return blocks;
    },
  };
}

function usage(tokens: NonNullable<Plan['usage']>): JsonObject {
  return {
    prompt_tokens: tokens.input,
    completion_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
    prompt_tokens_details: { cached_tokens: tokens.cached, audio_tokens: 0, ...(tokens.cacheWrite > 0 && { cache_write_tokens: tokens.cacheWrite }) },
    completion_tokens_details: { reasoning_tokens: tokens.reasoning, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
  };
}

/** A tool call or a piece of one; only the first piece tells the type. */
function calling(call: Plan['toolCalls'][number], name: JsonObject, input: string, first = false): JsonObject {
  if (call.custom) return { ...(first && { type: 'custom' }), custom: { ...name, input } };
  return { ...(first && { type: 'function' }), function: { ...name, arguments: input } };
}

/** A probability for a piece of text, as if it were one token. */
export function logprob(piece: string): JsonObject {
  const bytes: Json = [...Buffer.from(piece)];
  const value = -(piece.length % 7) / 8;
  return { token: piece, logprob: value, bytes, top_logprobs: [{ token: piece, logprob: value, bytes }] };
}

const words = (text: string): readonly string[] => text.match(/\S+\s*|\s+/g) ?? [];
