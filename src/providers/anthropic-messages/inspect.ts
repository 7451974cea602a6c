import { isObject, parseObject, type Json, type JsonObject } from '../../base/json.ts';
import type { Form, Recorded } from '../../model/entry.ts';
import type { Usage } from '../../model/usage.ts';
import { blockKind, eventsOf } from './events.ts';
import { unreadable, type Fault, type Finding } from '../format.ts';

/** Reads a recorded answer: see `Format.inspect`. */
export function inspect(recorded: Recorded, form: Form): Finding {
  return form === 'stream' ? inspectStream(recorded.body) : inspectWhole(recorded.body);
}

/** What was read of an answer so far. */
interface Reading {
  model?: string;
  text: string;
  toolCalls: boolean;
  /** Something to show for the tokens: text, a tool call, a tool's result. Thinking alone is none. */
  substance: boolean;
  stop?: string;
  counts?: JsonObject;
}

function inspectStream(stream: Uint8Array): Finding {
  const reading: Reading = { text: '', toolCalls: false, substance: false };
  let [begun, ended, error] = [false, false, false];
  for (const { type, body } of eventsOf(stream)) {
    if (type === 'error') error = true;
    else if (type === 'message_start' && isObject(body.message)) {
      begun = true;
      readHead(reading, body.message);
    } else if (type === 'content_block_start') readBlock(reading, body.content_block);
    else if (type === 'content_block_delta' && isObject(body.delta) && body.delta.type === 'text_delta') readText(reading, body.delta.text);
    else if (type === 'message_delta') {
      readStop(reading, body.delta);
      if (isObject(body.usage)) reading.counts = { ...reading.counts, ...withoutNulls(body.usage) };
    } else if (type === 'message_stop') ended = true;
  }
  return conclude(reading, begun && ended, error);
}

function inspectWhole(body: Uint8Array): Finding {
  const message = parseObject(body);
  if (!message) return unreadable;
  const reading: Reading = { text: '', toolCalls: false, substance: false };
  readHead(reading, message);
  const blocks = Array.isArray(message.content) ? (message.content as readonly Json[]) : undefined;
  for (const block of blocks ?? []) readBlock(reading, block);
  const error = message.type === 'error' || isObject(message.error);
  return conclude(reading, message.type === 'message' && blocks !== undefined && !error, error);
}

function readHead(reading: Reading, message: JsonObject): void {
  if (typeof message.model === 'string') reading.model = message.model;
  if (isObject(message.usage)) reading.counts = message.usage;
  readStop(reading, message);
}

function readStop(reading: Reading, from: Json | undefined): void {
  if (isObject(from) && typeof from.stop_reason === 'string') reading.stop = from.stop_reason;
}

/** Blocks that are no answer by themselves. */
const NO_SUBSTANCE = new Set<unknown>(['text', 'thinking', 'redacted_thinking', 'fallback', 'mcp_tool_listing']);

function readBlock(reading: Reading, block: Json | undefined): void {
  if (!isObject(block)) return;
  if (block.type === 'text') readText(reading, block.text);
  if (blockKind(block.type) === 'input') reading.toolCalls = true;
  if (!NO_SUBSTANCE.has(block.type)) reading.substance = true;
  // The model that took over is the one that is paid.
  if (block.type === 'fallback' && isObject(block.to) && typeof block.to.model === 'string') reading.model = block.to.model;
}

function readText(reading: Reading, text: Json | undefined): void {
  if (typeof text !== 'string' || text === '') return;
  reading.text += text;
  reading.substance = true;
}

/**
 * What each stop reason says of the answer. One that is not listed is a fault, so that a new one is not stored before it is understood.
 * Source: `StopReason` and `BetaStopReason` of `@anthropic-ai/sdk` 1.12.
 */
const FAULT_OF_STOP: ReadonlyMap<string | undefined, Fault | undefined> = new Map([
  ['end_turn', undefined],
  ['stop_sequence', undefined],
  ['tool_use', undefined],
  ['max_tokens', 'truncated'],
  ['model_context_window_exceeded', 'truncated'],
  ['pause_turn', 'paused'],
  ['compaction', 'paused'],
  ['refusal', 'refused'],
]);

function conclude(reading: Reading, complete: boolean, error: boolean): Finding {
  const { text, toolCalls, model, stop, substance } = reading;
  const faults: Fault[] = [];
  if (complete) {
    const fault = FAULT_OF_STOP.has(stop) ? FAULT_OF_STOP.get(stop) : 'incomplete';
    if (fault) faults.push(fault);
    if (!substance) faults.push('empty');
  }
  const usage = reading.counts && usageOf(reading.counts);
  const stops = stop === undefined ? [] : [stop];
  return { complete, error, stops, faults, toolCalls, text, ...(model !== undefined && { model }), ...(usage && { usage }) };
}

/**
 * Tokens as billed. `input_tokens` is only what was neither read from the prompt cache nor written to it. What was written counts as
 * five-minute tokens unless `cache_creation` says otherwise. A compaction that the provider ran on the way is billed beside the totals.
 * Source: the comments on `BetaUsage`.
 */
function usageOf(counts: JsonObject): Usage {
  const usage = countsOf(counts);
  const iterations = Array.isArray(counts.iterations) ? (counts.iterations as readonly Json[]) : [];
  for (const iteration of iterations) {
    if (!isObject(iteration) || iteration.type !== 'compaction') continue;
    const extra = countsOf(iteration);
    for (const name of Object.keys(usage) as (keyof Usage)[]) usage[name] += extra[name];
  }
  return usage;
}

function countsOf(counts: JsonObject): { -readonly [name in keyof Usage]: number } {
  const written = isObject(counts.cache_creation) ? counts.cache_creation : {};
  const cacheWrite1h = count(written.ephemeral_1h_input_tokens);
  const rest = count(counts.cache_creation_input_tokens) - cacheWrite1h;
  return {
    input: count(counts.input_tokens),
    cacheRead: count(counts.cache_read_input_tokens),
    cacheWrite5m: Math.max(count(written.ephemeral_5m_input_tokens), rest, 0),
    cacheWrite1h,
    output: count(counts.output_tokens),
    reasoning: isObject(counts.output_tokens_details) ? count(counts.output_tokens_details.thinking_tokens) : 0,
  };
}

const count = (value: Json | undefined): number => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0);

const withoutNulls = (object: JsonObject): JsonObject => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
