import { isObject, parseJson, type JsonObject } from '../../base/json.ts';
import { readSse, SseSplitter } from '../sse.ts';

/**
 * The events and blocks of a streamed message. Source for all of it: the types `RawMessageStreamEvent`, `RawContentBlockDelta`,
 * `ContentBlock` and their beta kin of `@anthropic-ai/sdk` 1.12.
 */

/** One event of a stream. */
export interface MessageEvent {
  readonly type: string;
  readonly body: JsonObject;
  /** `body` as it came. */
  readonly json: string;
}

/** An event that cannot be read: no JSON object, or one that contradicts its `event:` line. */
export const unreadableEvent: MessageEvent = { type: 'unreadable', body: {}, json: '{}' };

/**
 * The events of a recorded stream, pings and comments left out. A last event without its blank line is none, as the standard of
 * server-sent events has it.
 */
export function* eventsOf(stream: Uint8Array): Generator<MessageEvent> {
  for (const block of new SseSplitter().push(stream)) {
    const { event, data } = readSse(block);
    if (data === undefined || event === 'ping') continue;
    const body = parseJson(data);
    const type = isObject(body) ? body.type : undefined;
    if (event === 'error') yield { type: 'error', body: isObject(body) ? body : {}, json: data };
    else if (!isObject(body) || typeof type !== 'string' || (event !== undefined && event !== type)) yield unreadableEvent;
    else if (type !== 'ping') yield { type, body, json: data };
  }
}

/** How a block comes in a stream: by deltas of its kind, or whole in its `content_block_start`. */
export type BlockKind = 'text' | 'thinking' | 'input' | 'compaction' | 'whole';

const BLOCK_KINDS: ReadonlyMap<string, BlockKind> = new Map([
  ['text', 'text'],
  ['thinking', 'thinking'],
  ['tool_use', 'input'],
  ['server_tool_use', 'input'],
  ['mcp_tool_use', 'input'],
  ['compaction', 'compaction'],
  ['redacted_thinking', 'whole'],
  ['web_search_tool_result', 'whole'],
  ['web_fetch_tool_result', 'whole'],
  ['advisor_tool_result', 'whole'],
  ['code_execution_tool_result', 'whole'],
  ['bash_code_execution_tool_result', 'whole'],
  ['text_editor_code_execution_tool_result', 'whole'],
  ['tool_search_tool_result', 'whole'],
  ['mcp_tool_result', 'whole'],
  ['mcp_tool_listing', 'whole'],
  ['container_upload', 'whole'],
  ['fallback', 'whole'],
]);

/** How blocks of this type come in a stream; `undefined` for a type that is not known. */
export const blockKind = (type: unknown): BlockKind | undefined => (typeof type === 'string' ? BLOCK_KINDS.get(type) : undefined);

/** True when an object has no members but these. */
export const hasOnly = (object: JsonObject, ...names: string[]): boolean => Object.keys(object).every((name) => names.includes(name));
