import { eventsIn } from './anthropic-messages-sdk.ts';

type Fields = Record<string, unknown>;

const DELTAS: Record<string, readonly string[]> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
  server_tool_use: ['input_json_delta'],
  mcp_tool_use: ['input_json_delta'],
  compaction: ['compaction_delta'],
};

/**
 * Walks through a stream as the provider's documentation describes it: message_start, blocks one after the other, message_delta,
 * message_stop. Says what is out of order; `undefined` when nothing is.
 */
export function outOfOrder(stream: Uint8Array): string | undefined {
  let state: 'new' | 'between' | 'block' | 'ending' | 'over' = 'new';
  let block: { type: string; index: number; last?: unknown } | undefined;
  let next = 0;

  for (const { event, data } of eventsIn(stream)) {
    const type = data.type as string;
    const at = `${type} while ${state}`;
    if (event !== type) return `event: ${event} for ${type}`;
    if (type === 'message_start') {
      const message = data.message as Fields;
      if (state !== 'new') return at;
      if ((message.content as unknown[]).length > 0 || message.stop_reason !== null) return 'a message that is not empty at its start';
      state = 'between';
    } else if (type === 'content_block_start') {
      if (state !== 'between' || data.index !== next) return at;
      block = { type: (data.content_block as Fields).type as string, index: next++ };
      state = 'block';
    } else if (type === 'content_block_delta') {
      const delta = (data.delta as Fields).type as string;
      if (state !== 'block' || !block || data.index !== block.index) return at;
      if (!DELTAS[block.type]?.includes(delta)) return `${delta} in ${block.type}`;
      if (block.last === 'signature_delta') return `${delta} after the signature`;
      block.last = delta;
    } else if (type === 'content_block_stop') {
      if (state !== 'block' || data.index !== block?.index) return at;
      state = 'between';
    } else if (type === 'message_delta') {
      if (state !== 'between') return at;
      state = 'ending';
    } else if (type === 'message_stop') {
      if (state !== 'ending') return at;
      state = 'over';
    } else return at;
  }
  return state === 'over' ? undefined : `ends while ${state}`;
}
