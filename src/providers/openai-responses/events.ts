import type { Json, JsonObject } from '../../base/json.ts';
import { isObject, parseObject, toText } from '../../base/json.ts';
import { readSse, splitSse } from '../sse.ts';

/**
 * The events of a Responses stream.
 * Source: `ResponseStreamEvent` in the types of the npm package `openai` 7.
 */

/** Events that end a stream, and carry the whole answer. */
export const TERMINAL: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** A text that comes in pieces: `STEM.delta` with `delta`, then `STEM.done` with the whole. */
export interface TextEvents {
  readonly stem: string;
  /** The member of the done event that has the text. */
  readonly done: string;
  /** The member of both events that says which of the item's texts it is. */
  readonly index?: 'content_index' | 'summary_index' | 'command_index';
  /** Where the finished item has the same text. */
  of(item: JsonObject, index: number): Json | undefined;
}

const part = (list: Json | undefined, index: number): JsonObject => {
  const found: unknown = Array.isArray(list) ? list[index] : undefined;
  return isObject(found) ? found : {};
};

const defineTexts = <Name extends string>(texts: Readonly<Record<Name, TextEvents>>) => texts;

/** All texts that come in pieces. */
export const TEXTS = defineTexts({
  text: { stem: 'response.output_text', done: 'text', index: 'content_index', of: (item, index) => part(item.content, index).text },
  refusal: { stem: 'response.refusal', done: 'refusal', index: 'content_index', of: (item, index) => part(item.content, index).refusal },
  reasoning: { stem: 'response.reasoning_text', done: 'text', index: 'content_index', of: (item, index) => part(item.content, index).text },
  summary: { stem: 'response.reasoning_summary_text', done: 'text', index: 'summary_index', of: (item, index) => part(item.summary, index).text },
  arguments: { stem: 'response.function_call_arguments', done: 'arguments', of: (item) => item.arguments },
  input: { stem: 'response.custom_tool_call_input', done: 'input', of: (item) => item.input },
  mcp: { stem: 'response.mcp_call_arguments', done: 'arguments', of: (item) => item.arguments },
  code: { stem: 'response.code_interpreter_call_code', done: 'code', of: (item) => item.code },
  command: {
    stem: 'response.shell_call_command', done: 'command', index: 'command_index',
    of: (item, index) => (isObject(item.action) && Array.isArray(item.action.commands) ? (item.action.commands[index] as Json | undefined) : undefined),
  },
});

/** Events whose content is in the whole answer too, or that only tell how the work goes on. */
const OTHERS = [
  'response.created', 'response.queued', 'response.in_progress',
  'response.output_item.added', 'response.output_item.done',
  'response.content_part.added', 'response.content_part.done',
  'response.output_text.annotation.added',
  'response.reasoning_summary_part.added', 'response.reasoning_summary_part.done',
  'response.shell_call_command.added',
  'response.shell_call_output_content.delta', 'response.shell_call_output_content.done',
  'response.compaction.compacting',
  'response.web_search_call.in_progress', 'response.web_search_call.searching', 'response.web_search_call.completed',
  'response.file_search_call.in_progress', 'response.file_search_call.searching', 'response.file_search_call.completed',
  'response.code_interpreter_call.in_progress', 'response.code_interpreter_call.interpreting', 'response.code_interpreter_call.completed',
  'response.image_generation_call.in_progress', 'response.image_generation_call.generating', 'response.image_generation_call.completed',
  'response.image_generation_call.partial_image',
  'response.mcp_call.in_progress', 'response.mcp_call.completed', 'response.mcp_call.failed',
  'response.mcp_list_tools.in_progress', 'response.mcp_list_tools.completed', 'response.mcp_list_tools.failed',
  // In no type, but the official SDK reads it: keeps the connection open.
  'keepalive',
];

/**
 * Every event that a stream may hold and still be told as a whole. Not among them: `error`, after which there is no answer, and the
 * `response.audio.*` events, whose content no whole answer has a place for.
 */
export const ASSEMBLED: ReadonlySet<string> = new Set([
  ...OTHERS,
  ...TERMINAL,
  ...Object.values(TEXTS).flatMap(({ stem }) => [`${stem}.delta`, `${stem}.done`]),
]);

/** A stream's events, in their order. */
export interface ReadStream {
  readonly events: readonly JsonObject[];
  /** Their JSON texts. */
  readonly data: readonly string[];
  /** False when a block holds no JSON object, or the last one has no end. */
  readonly sound: boolean;
  /** True when an event of type `error` came. */
  readonly error: boolean;
  /** The last event that ends a stream. */
  readonly terminal?: JsonObject;
  /** The answer that it carries, with its output. */
  readonly response?: JsonObject;
}

/** Reads a recorded stream. Never throws. */
export function readStream(stream: Uint8Array): ReadStream {
  const events: JsonObject[] = [];
  const texts: string[] = [];
  let sound = true;
  let error = false;
  let terminal: JsonObject | undefined;
  for (const block of splitSse(stream)) {
    const { event: name, data } = readSse(block);
    if (data === undefined || data === '[DONE]') continue;
    const event = isEnded(block) ? parseObject(data) : undefined;
    if (!event) {
      sound = false;
      error ||= name === 'error';
      continue;
    }
    events.push(event);
    texts.push(data);
    if (event.type === 'error') error = true;
    if (TERMINAL.has(String(event.type))) terminal = event;
  }
  const response = isObject(terminal?.response) ? withOutput(terminal.response, events) : undefined;
  return { events, data: texts, sound, error, ...(terminal && { terminal }), ...(response && { response }) };
}

/** Only a blank line ends an event. */
const isEnded = (block: Uint8Array): boolean => /(?:\n\n|\r\r|\n\r\n|\r\r\n|\n\r)$/.test(toText(block.subarray(-4)));

/** Some servers leave the output out of the terminal event; the official SDK then takes the finished items, and so does this. */
function withOutput(response: JsonObject, events: readonly JsonObject[]): JsonObject {
  if (response.output !== undefined && response.output !== null) return response;
  const items = new Map<number, Json>();
  for (const event of events) {
    if (event.type === 'response.output_item.done' && typeof event.output_index === 'number' && event.item !== undefined) items.set(event.output_index, event.item);
  }
  return { ...response, output: [...items].toSorted(([a], [b]) => a - b).map(([, item]) => item) };
}

/** The items of an answer's output that are objects. */
export function outputOf(response: JsonObject): readonly JsonObject[] {
  return Array.isArray(response.output) ? (response.output as readonly Json[]).filter(isObject) : [];
}

/**
 * False when the JSON text has a number that would change when read and written again: an integer that no double has, or one beyond
 * all doubles. (Fractions are read as the nearest double by every reader.)
 */
export function survivesParsing(json: string): boolean {
  if (!/(?<![.\d])\d{16,}(?![.\d])|\d[eE]\+?\d{3}/.test(json)) return true;
  let exact = true;
  JSON.parse(json, (_, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    if (typeof value !== 'number' || source === undefined) return value;
    if (!Number.isFinite(value) || (/^-?\d{16,}$/.test(source) && String(value) !== source)) exact = false;
    return value;
  });
  return exact;
}
