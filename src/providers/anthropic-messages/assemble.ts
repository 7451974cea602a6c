import { isObject, parseJson, toBytes, type JsonObject } from '../../base/json.ts';
import { blockKind, eventsOf, hasOnly, type BlockKind, type MessageEvent } from './events.ts';
import { rawItems, rawMembers, rawObject, type RawObject } from './raw.ts';

/**
 * A stream as the whole message that the provider would have sent. Values that need no joining are carried over as text, so a tool's
 * input is exactly what the model wrote. `undefined` for everything that would have to be guessed: an event, a delta or a member of
 * one that is not known, a stream that is broken off or out of order, a tool input that is not JSON.
 */
export function assemble(stream: Uint8Array): Uint8Array | undefined {
  const draft: Draft = { blocks: [], stopped: false };
  for (const event of eventsOf(stream)) if (draft.stopped || !take(draft, event)) return undefined;
  if (!draft.stopped || !draft.head || !draft.usage) return undefined;

  const content = draft.blocks.map(finish);
  if (content.includes(undefined)) return undefined;
  draft.head.set('content', `[${content.join(',')}]`);
  draft.head.set('usage', rawObject(draft.usage));
  return toBytes(rawObject(draft.head));
}

/** A message in the making. */
interface Draft {
  head?: RawObject;
  usage?: RawObject;
  readonly blocks: Block[];
  stopped: boolean;
}

/** A block in the making: its members as they stand in `content_block_start`, and what deltas brought. */
interface Block {
  readonly type: string;
  readonly kind: BlockKind | undefined;
  readonly members: RawObject;
  readonly pieces: string[];
  readonly citations: string[];
  open: boolean;
}

/** Members of a message that come in `message_delta`: inside its `delta`, or beside it. */
const LATE_MEMBERS = ['stop_reason', 'stop_sequence', 'stop_details', 'container'];
const LATE_MEMBERS_BESIDE = ['context_management', 'input_transformations'];

/** Takes one event in; false when it cannot be done faithfully. */
function take(draft: Draft, { type, body, json }: MessageEvent): boolean {
  if (type === 'message_start') return !draft.head && hasOnly(body, 'type', 'message') && start(draft, memberOf(json, 'message'));
  if (!draft.head) return false;
  if (type === 'message_delta') return change(draft, json);
  if (type === 'message_stop') {
    draft.stopped = true;
    return hasOnly(body, 'type') && draft.blocks.every((block) => !block.open);
  }
  if (type === 'content_block_start') return hasOnly(body, 'type', 'index', 'content_block') && open(draft, body, json);

  const block = typeof body.index === 'number' ? draft.blocks[body.index] : undefined;
  if (!block?.open) return false;
  if (type === 'content_block_delta') return hasOnly(body, 'type', 'index', 'delta') && isObject(body.delta) && add(block, body.delta, json);
  if (type !== 'content_block_stop') return false;
  block.open = false;
  return hasOnly(body, 'type', 'index');
}

function start(draft: Draft, message: string): boolean {
  draft.head = rawMembers(message);
  draft.usage = rawMembers(draft.head?.get('usage') ?? '');
  return draft.usage !== undefined && draft.head?.get('type') === '"message"' && rawItems(draft.head.get('content') ?? '')?.length === 0;
}

/** Reads a `message_delta`. As in the official SDK, counts are totals that replace earlier ones, and `null` replaces nothing. */
function change({ head, usage }: Draft, json: string): boolean {
  const { type: _, delta, usage: counts, ...beside } = Object.fromEntries(rawMembers(json) ?? []);
  const late = rawMembers(delta ?? '');
  if (!head || !usage || !late) return false;

  for (const [name, value] of late) {
    if (!LATE_MEMBERS.includes(name) && !head.has(name)) return false;
    if (value !== 'null' || name.startsWith('stop_')) head.set(name, value);
  }
  for (const [name, value] of Object.entries(beside)) {
    if (!LATE_MEMBERS_BESIDE.includes(name)) return false;
    if (value !== 'null') head.set(name, value);
  }
  for (const [name, value] of rawMembers(counts ?? '') ?? []) if (value !== 'null') usage.set(name, value);
  return true;
}

function open({ head, blocks }: Draft, { index, content_block: block }: JsonObject, json: string): boolean {
  if (index !== blocks.length || !isObject(block) || typeof block.type !== 'string') return false;
  const members = rawMembers(memberOf(json, 'content_block')) ?? new Map<string, string>();
  blocks.push({ type: block.type, kind: blockKind(block.type), members, pieces: [], citations: [], open: true });

  // Another model has taken over; a whole answer names the one that served it.
  const model = block.type === 'fallback' && rawMembers(members.get('to') ?? '')?.get('model');
  if (model) head?.set('model', model);
  return true;
}

function add(block: Block, delta: JsonObject, json: string): boolean {
  const { kind, members, pieces } = block;
  const piece = (name: string): boolean => {
    const text = delta[name];
    if (typeof text === 'string') pieces.push(text);
    return typeof text === 'string';
  };
  switch (delta.type) {
    case 'text_delta':
      return kind === 'text' && hasOnly(delta, 'type', 'text') && piece('text');
    case 'thinking_delta':
      // `estimated_tokens` is a hint for progress bars, and part of no whole message.
      return kind === 'thinking' && hasOnly(delta, 'type', 'thinking', 'estimated_tokens') && piece('thinking');
    case 'input_json_delta':
      return kind === 'input' && hasOnly(delta, 'type', 'partial_json') && piece('partial_json');
    case 'citations_delta':
      block.citations.push(memberOf(memberOf(json, 'delta'), 'citation'));
      return kind === 'text' && hasOnly(delta, 'type', 'citation') && isObject(delta.citation);
    case 'signature_delta':
      members.set('signature', memberOf(memberOf(json, 'delta'), 'signature'));
      return kind === 'thinking' && hasOnly(delta, 'type', 'signature') && typeof delta.signature === 'string';
    case 'compaction_delta':
      // Carries final values, once.
      for (const [name, value] of rawMembers(memberOf(json, 'delta')) ?? []) if (name !== 'type') members.set(name, value);
      return kind === 'compaction' && hasOnly(delta, 'type', 'content', 'encrypted_content');
    default:
      return false;
  }
}

/** The finished block as JSON text. */
function finish({ kind, members, pieces, citations }: Block): string | undefined {
  const joined = pieces.join('');
  if ((kind === 'text' || kind === 'thinking') && pieces.length > 0) {
    const before = parseJson(members.get(kind) ?? 'null') ?? '';
    if (typeof before !== 'string') return undefined;
    members.set(kind, JSON.stringify(before + joined));
  }
  if (citations.length > 0) {
    const before = rawItems(members.get('citations') ?? 'null') ?? [];
    members.set('citations', `[${[...before, ...citations].join(',')}]`);
  }
  if (kind === 'input' && pieces.length > 0) {
    const before = rawMembers(members.get('input') ?? '{}');
    if (before?.size !== 0 || !joined.isWellFormed() || (joined !== '' && parseJson(joined) === undefined)) return undefined;
    members.set('input', joined || '{}');
  }
  return rawObject(members);
}

/** A member's value as text, `''` when there is none. */
const memberOf = (json: string, name: string): string => rawMembers(json)?.get(name) ?? '';
