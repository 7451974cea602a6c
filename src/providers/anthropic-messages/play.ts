import { parseObject, toText, type JsonObject } from '../../base/json.ts';
import { blockKind } from './events.ts';
import { rawItems, rawMembers, rawObject, type RawObject } from './raw.ts';
import { writeSse } from '../sse.ts';

/** Longest piece of text or of a tool's input in one event, in characters. About what the provider sends at a time. */
const PIECE = 40;

/** The counts that `message_delta` repeats, as totals. Source: `MessageDeltaUsage` and `BetaMessageDeltaUsage`. */
const DELTA_COUNTS = [
  'input_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'output_tokens',
  'output_tokens_details',
  'server_tool_use',
  'iterations',
  'fallback_credit',
];

/**
 * A whole message as the events the provider would have streamed, one chunk an event. `undefined` when it is no message, or has a block
 * whose streamed form is not known.
 */
export function play(whole: Uint8Array): Uint8Array[] | undefined {
  const text = toText(whole);
  const message = parseObject(text);
  const head = message && rawMembers(text);
  const usage = rawMembers(head?.get('usage') ?? '');
  const blocks = rawItems(head?.get('content') ?? '');
  if (message?.type !== 'message' || !head || !usage || !blocks) return undefined;

  const events = [event('message_start', ['message', opening(head, usage)])];
  for (const [index, block] of blocks.entries()) {
    const played = playBlock(block, String(index));
    if (!played) return undefined;
    events.push(...played);
  }
  events.push(event('message_delta', ...closing(head, usage)), event('message_stop'));
  return events;
}

/** The message as it stands when a stream begins: nothing said yet, hardly a token counted. */
function opening(head: RawObject, usage: RawObject): string {
  const counts = new Map(usage);
  if (Number(counts.get('output_tokens')) > 0) counts.set('output_tokens', '1');
  if (counts.has('output_tokens_details')) counts.set('output_tokens_details', 'null');
  const start = new Map(head).set('content', '[]').set('stop_reason', 'null').set('stop_sequence', 'null').set('usage', rawObject(counts));
  if (start.has('stop_details')) start.set('stop_details', 'null');
  return rawObject(start);
}

/** How it ended. What the SDKs read here only in part also stands in `message_start`, so that no reader misses it. */
function closing(head: RawObject, usage: RawObject): [string, string][] {
  const pick = (from: RawObject, names: readonly string[]) => names.flatMap((name) => given(name, from.get(name)));
  const delta = rawObject([
    ['stop_reason', head.get('stop_reason') ?? 'null'],
    ['stop_sequence', head.get('stop_sequence') ?? 'null'],
    ...pick(head, ['stop_details', 'container']),
  ]);
  return [['delta', delta], ['usage', rawObject(pick(usage, DELTA_COUNTS))], ...pick(head, ['context_management'])];
}

/** The events of one block. */
function playBlock(json: string, index: string): Uint8Array[] | undefined {
  const members = rawMembers(json);
  const block = parseObject(json);
  if (!members || !block) return undefined;
  const parts = takeApart(members, block);
  if (!parts) return undefined;
  return [
    event('content_block_start', ['index', index], ['content_block', rawObject(parts.start)]),
    ...parts.deltas.map((delta) => event('content_block_delta', ['index', index], ['delta', delta])),
    event('content_block_stop', ['index', index]),
  ];
}

/** A block as it starts, and the deltas that complete it. */
interface Parts {
  readonly start: RawObject;
  readonly deltas: readonly string[];
}

function takeApart(members: RawObject, block: JsonObject): Parts | undefined {
  const start = new Map(members);
  switch (blockKind(block.type)) {
    case 'text': {
      if (typeof block.text !== 'string') return undefined;
      const citations = rawItems(members.get('citations') ?? '') ?? [];
      start.set('text', '""');
      if (citations.length > 0) start.set('citations', '[]');
      const deltas = inPieces(block.text).map((text) => delta('text_delta', ['text', JSON.stringify(text)]));
      return { start, deltas: [...deltas, ...citations.map((citation) => delta('citations_delta', ['citation', citation]))] };
    }
    case 'thinking': {
      if (typeof block.thinking !== 'string') return undefined;
      start.set('thinking', '""');
      const deltas = inPieces(block.thinking).map((text) => delta('thinking_delta', ['thinking', JSON.stringify(text)]));
      if (typeof block.signature !== 'string' || block.signature === '') return { start, deltas };
      start.set('signature', '""');
      return { start, deltas: [...deltas, delta('signature_delta', ['signature', JSON.stringify(block.signature)])] };
    }
    case 'input': {
      const input = members.get('input') ?? '';
      const size = rawMembers(input)?.size;
      if (size === undefined) return undefined;
      start.set('input', '{}');
      const pieces = ['', ...(size === 0 ? [] : inPieces(input))];
      return { start, deltas: pieces.map((text) => delta('input_json_delta', ['partial_json', JSON.stringify(text)])) };
    }
    case 'compaction': {
      const late = ['content', 'encrypted_content'].flatMap((name) => given(name, members.get(name)));
      for (const [name] of late) start.set(name, 'null');
      return members.has('content') ? { start, deltas: [delta('compaction_delta', ...late)] } : undefined;
    }
    case 'whole':
      return { start, deltas: [] };
    default:
      return undefined;
  }
}

/** Text in short pieces, none of which ends inside a surrogate pair. */
function inPieces(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0, to; from < text.length; from = to) {
    to = Math.min(from + PIECE, text.length);
    const last = text.charCodeAt(to - 1);
    if (last >= 0xd800 && last < 0xdc00 && to < text.length) to++;
    pieces.push(text.slice(from, to));
  }
  return pieces;
}

const given = (name: string, value: string | undefined): [string, string][] => (value === undefined ? [] : [[name, value]]);

const delta = (type: string, ...members: [string, string][]): string => jsonOf(type, members);

/** One event. JSON text that came over several lines is put on one: between values a line end is mere space. */
function event(type: string, ...members: [string, string][]): Uint8Array {
  const json = jsonOf(type, members);
  return writeSse(json.includes('\n') || json.includes('\r') ? json.replace(/[\r\n]/g, ' ') : json, type);
}

/** An object of this type. All names are the protocol's own and need no escapes. */
function jsonOf(type: string, members: readonly [string, string][]): string {
  let json = `{"type":"${type}"`;
  for (const [name, value] of members) json += `,"${name}":${value}`;
  return `${json}}`;
}
