import { parseJson, type JsonObject } from '../../base/json.ts';
import { cut, cutArguments, fakeId, type Plan, type Written } from './plan.ts';

const STOPS: Readonly<Record<string, string>> = { length: 'max_tokens', content_filter: 'refusal', stop: 'end_turn', tool_calls: 'tool_use' };

/**
 * Anthropic Messages, written by hand in the order in which the service sends it.
 * Source: types of the npm package `@anthropic-ai/sdk`, https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export function writeAnthropic(plan: Plan): Written {
  const pieces = plan.refusal !== undefined ? cut(plan.refusal) : (plan.choices[0] ?? []);
  const stop = plan.stop === undefined ? ownStop(plan) : (STOPS[plan.stop] ?? plan.stop);
  const signature = Buffer.from(`signature of answer ${plan.serial}`).toString('base64');

  const message = (content: readonly JsonObject[], stopReason: string | null, usage: JsonObject): JsonObject => ({
    id: fakeId('msg_', plan.serial),
    type: 'message',
    role: 'assistant',
    model: plan.model,
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage,
    ...plan.extra,
  });

  return {
    whole() {
      const content: JsonObject[] = [];
      if (plan.reasoning !== undefined) content.push({ type: 'thinking', thinking: plan.reasoning, signature });
      if (pieces.length > 0) content.push({ type: 'text', text: pieces.join(''), ...(plan.citations.length > 0 && { citations: plan.citations }) });
      for (const call of plan.toolCalls) content.push({ type: 'tool_use', id: call.id, name: call.name, input: parseJson(call.arguments) ?? {} });
      return message(content, stop, usageOf(plan, plan.usage?.output ?? 0));
    },

    stream() {
      const blocks: string[] = [];
      let index = 0;
      const emit = (data: { readonly type: string } & JsonObject) => blocks.push(`event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
      const block = (start: JsonObject, deltas: readonly JsonObject[]) => {
        emit({ type: 'content_block_start', index, content_block: start });
        if (index === 0) emit({ type: 'ping' });
        for (const delta of deltas) emit({ type: 'content_block_delta', index, delta });
        emit({ type: 'content_block_stop', index });
        index++;
      };

      emit({ type: 'message_start', message: message([], null, usageOf(plan, 1)) });
      if (plan.reasoning !== undefined) {
        const deltas = cut(plan.reasoning).map((thinking): JsonObject => ({ type: 'thinking_delta', thinking }));
        block({ type: 'thinking', thinking: '', signature: '' }, [...deltas, { type: 'signature_delta', signature }]);
      }
      if (pieces.length > 0) {
        block({ type: 'text', text: '', ...(plan.citations.length > 0 && { citations: [] }) }, [
          ...pieces.map((text): JsonObject => ({ type: 'text_delta', text })),
          ...plan.citations.map((citation): JsonObject => ({ type: 'citations_delta', citation })),
        ]);
      }
      for (const call of plan.toolCalls) {
        const deltas = ['', ...cutArguments(call.arguments)].map((json): JsonObject => ({ type: 'input_json_delta', partial_json: json }));
        block({ type: 'tool_use', id: call.id, name: call.name, input: {} }, deltas);
      }
      emit({ type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: finalUsage(plan) });
      emit({ type: 'message_stop' });
      return blocks;
    },
  };
}

function ownStop(plan: Plan): string {
  if (plan.refusal !== undefined) return 'refusal';
  return plan.toolCalls.length > 0 ? 'tool_use' : 'end_turn';
}

/** `input_tokens` is what neither came from nor went to the provider's cache. */
function usageOf({ usage }: Plan, output: number): JsonObject {
  if (usage === undefined) return {};
  return {
    input_tokens: usage.input - usage.cached - usage.cacheWrite - usage.cacheWrite1h,
    cache_creation_input_tokens: usage.cacheWrite + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cached,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite, ephemeral_1h_input_tokens: usage.cacheWrite1h },
    output_tokens: output,
    service_tier: 'standard',
  };
}

/** The counts at the end of a stream are cumulative, and say nothing of the tier. */
function finalUsage(plan: Plan): JsonObject {
  if (plan.usage === undefined) return {};
  const { cache_creation: _parts, service_tier: _tier, ...counts } = usageOf(plan, plan.usage.output);
  return counts;
}
