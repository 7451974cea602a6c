import type { Json, JsonObject } from '../../base/json.ts';
import { isObject, parseObject, toText } from '../../base/json.ts';
import { survivesParsing, TEXTS } from './events.ts';
import type { TextEvents } from './events.ts';
import { writeSse } from '../sse.ts';

/**
 * See `Format.play`. Tells a whole answer as the events that the provider would have sent: the answer is announced empty, then every
 * item with its parts grows, and the last event carries the whole. An answer with anything whose events are not known for
 * certain, such as an item without an id, is not played.
 */
export function playResponses(whole: Uint8Array): Uint8Array[] | undefined {
  const json = toText(whole);
  const response = parseObject(json);
  const status = response?.status;
  if (!response || !Array.isArray(response.output) || typeof response.id !== 'string') return undefined;
  if (status !== 'completed' && status !== 'incomplete' && status !== 'failed') return undefined;
  const items = response.output as readonly Json[];
  if (!haveIds(items) || !survivesParsing(json)) return undefined;

  const script = new Script();
  const begun = beginning(response);
  script.add('response.created', { response: begun });
  script.add('response.in_progress', { response: begun });
  for (const [index, item] of items.entries()) {
    if (!playItem(new ItemScript(script, item, index))) return undefined;
  }
  script.add(`response.${status}`, { response });
  return script.events;
}

/** Events refer to their item by its id. */
function haveIds(items: readonly Json[]): items is readonly (JsonObject & { readonly id: string })[] {
  const ids = items.map((item) => (isObject(item) && typeof item.id === 'string' && item.id !== '' ? item.id : undefined));
  return !ids.includes(undefined) && new Set(ids).size === items.length;
}

/** The answer as it was before the model said a word: what is known only at the end is not there yet. */
function beginning(response: JsonObject): JsonObject {
  const { tool_usage: _, output_text: __, ...begun } = response;
  const empty: Record<string, Json | undefined> = { ...begun, status: 'in_progress', output: [], usage: null };
  for (const late of ['completed_at', 'error', 'incomplete_details', 'moderation', 'prompt_cache_diagnostics']) if (late in begun) empty[late] = null;
  return empty;
}

/** The events so far, numbered from 0. */
class Script {
  readonly events: Uint8Array[] = [];

  add(type: string, members: JsonObject): void {
    this.events.push(writeSse(JSON.stringify({ type, sequence_number: this.events.length, ...members }), type));
  }
}

/** The events of one item of the output. */
class ItemScript {
  readonly item: JsonObject & { readonly id: string };
  readonly #script: Script;
  readonly #index: number;

  constructor(script: Script, item: JsonObject & { readonly id: string }, index: number) {
    this.#script = script;
    this.item = item;
    this.#index = index;
  }

  /** The item comes up with `empty` in place of what grows. */
  added(empty: JsonObject): true {
    const running = this.item.status === undefined || this.item.status === null ? {} : { status: 'in_progress' };
    return this.bare('response.output_item.added', { item: { ...this.item, ...running, ...empty } });
  }

  done(): true {
    return this.bare('response.output_item.done', { item: this.item });
  }

  /** An event about this item. */
  add(type: string, members: JsonObject): true {
    return this.bare(type, { item_id: this.item.id, ...members });
  }

  /** An event about this item that has its place only. */
  bare(type: string, members: JsonObject): true {
    this.#script.add(type, { output_index: this.#index, ...members });
    return true;
  }

  /** A text in pieces. `pieces` when they are given with what else their events carry; `more` goes into the last event. */
  text(kind: TextEvents, text: string, index?: number, pieces: readonly Piece[] = cutText(text).map((delta) => ({ delta })), more: JsonObject = {}): true {
    const place = kind.index === undefined ? {} : { [kind.index]: index };
    // Of all events these alone have no `item_id`.
    const item = kind === TEXTS.command ? {} : { item_id: this.item.id };
    for (const piece of pieces) this.bare(`${kind.stem}.delta`, { ...item, ...place, ...piece });
    return this.bare(`${kind.stem}.done`, { ...item, ...place, [kind.done]: text, ...more });
  }
}

/** One piece of a text, with what its event carries besides. */
interface Piece extends JsonObject {
  readonly delta: string;
}

/** Tells one item; false when its type has events that are not known. */
function playItem(script: ItemScript): boolean {
  const { item } = script;
  switch (item.type) {
    case 'message':
      return Array.isArray(item.content) && script.added({ content: [] }) && playParts(script, item.content as readonly Json[]) && script.done();
    case 'reasoning':
      return playReasoning(script);
    case 'function_call':
      return typeof item.arguments === 'string' && script.added({ arguments: '' }) && script.text(TEXTS.arguments, item.arguments) && script.done();
    case 'custom_tool_call':
      return typeof item.input === 'string' && script.added({ input: '' }) && script.text(TEXTS.input, item.input) && script.done();
    case 'shell_call':
      return playShell(script);
    // These have no events but their beginning and end.
    case 'local_shell_call':
    case 'apply_patch_call':
    case 'tool_search_call':
      return script.added({}) && script.done();
    default:
      return false;
  }
}

function playParts(script: ItemScript, parts: readonly Json[]): boolean {
  return parts.every((part, index) => {
    if (!isObject(part)) return false;
    const around = (empty: JsonObject, grow: () => boolean): boolean =>
      script.add('response.content_part.added', { content_index: index, part: { ...part, ...empty } }) &&
      grow() &&
      script.add('response.content_part.done', { content_index: index, part });

    if (part.type === 'output_text' && typeof part.text === 'string') {
      const { text } = part;
      return around({ text: '', annotations: [], ...(part.logprobs !== undefined && { logprobs: [] }) }, () => playText(script, part, text, index));
    }
    if (part.type === 'refusal' && typeof part.refusal === 'string') {
      const { refusal } = part;
      return around({ refusal: '' }, () => script.text(TEXTS.refusal, refusal, index));
    }
    if (part.type === 'reasoning_text' && typeof part.text === 'string' && script.item.type === 'reasoning') {
      const { text } = part;
      return around({ text: '' }, () => script.text(TEXTS.reasoning, text, index));
    }
    return false;
  });
}

/** Annotations come when the text they are about is there, and before it is called done. */
function playText(script: ItemScript, part: JsonObject, text: string, index: number): boolean {
  const logprobs = Array.isArray(part.logprobs) ? (part.logprobs as readonly Json[]) : [];
  if (part.annotations !== undefined && !Array.isArray(part.annotations)) return false;
  const pieces = cutByToken(text, logprobs);
  for (const piece of pieces) script.add(`${TEXTS.text.stem}.delta`, { content_index: index, ...piece });
  for (const [annotation_index, annotation] of ((part.annotations ?? []) as readonly Json[]).entries()) {
    script.add('response.output_text.annotation.added', { content_index: index, annotation_index, annotation });
  }
  return script.text(TEXTS.text, text, index, [], { logprobs });
}

function playReasoning(script: ItemScript): boolean {
  const { summary, content } = script.item;
  if (!Array.isArray(summary) || (content !== undefined && content !== null && !Array.isArray(content))) return false;
  script.added({ summary: [], ...(Array.isArray(content) && { content: [] }) });
  for (const [summary_index, part] of (summary as readonly Json[]).entries()) {
    if (!isObject(part) || part.type !== 'summary_text' || typeof part.text !== 'string') return false;
    script.add('response.reasoning_summary_part.added', { summary_index, part: { ...part, text: '' } });
    script.text(TEXTS.summary, part.text, summary_index);
    script.add('response.reasoning_summary_part.done', { summary_index, part });
  }
  return playParts(script, (content ?? []) as readonly Json[]) && script.done();
}

function playShell(script: ItemScript): boolean {
  const { action } = script.item;
  if (!isObject(action) || !Array.isArray(action.commands)) return false;
  script.added({ action: { ...action, commands: [] } });
  for (const [command_index, command] of (action.commands as readonly Json[]).entries()) {
    if (typeof command !== 'string') return false;
    script.bare('response.shell_call_command.added', { command_index, command: '' });
    script.text(TEXTS.command, command, command_index);
  }
  return script.done();
}

/** Pieces of up to 32 characters that end with a word where they can, and never inside a surrogate pair. Joined they are the text. */
const cutText = (text: string): readonly string[] => text.match(/[\s\S]{1,16}\S{0,16}/gu) ?? [];

/** A text in pieces with the log probabilities of their tokens; where tokens do not join to the text, all of them go with the first. */
function cutByToken(text: string, logprobs: readonly Json[]): readonly Piece[] {
  const tokens = logprobs.map((one) => (isObject(one) && typeof one.token === 'string' ? one.token : ''));
  if (logprobs.length === 0 || tokens.join('') !== text) return cutText(text).map((delta, at) => ({ delta, logprobs: at === 0 ? logprobs : [] }));
  const pieces: { delta: string; logprobs: Json[] }[] = [];
  for (const [at, token] of tokens.entries()) {
    const last = pieces.at(-1);
    // Half a character is no text of its own.
    if (last && /[\uD800-\uDBFF]$/.test(last.delta)) {
      last.delta += token;
      last.logprobs.push(logprobs[at]!);
    } else pieces.push({ delta: token, logprobs: [logprobs[at]!] });
  }
  return pieces;
}
