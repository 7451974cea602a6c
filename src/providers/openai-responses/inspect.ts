import type { Json, JsonObject } from '../../base/json.ts';
import { isObject, parseObject } from '../../base/json.ts';
import type { Form, Recorded } from '../../model/entry.ts';
import type { Usage } from '../../model/usage.ts';
import type { Fault, Finding } from '../format.ts';
import { unreadable } from '../format.ts';
import { outputOf, readStream } from './events.ts';
import { countOf, disjointUsage } from '../openai-shared.ts';

/** See `Format.inspect`. */
export function inspectResponses(recorded: Recorded, form: Form): Finding {
  const failed = recorded.status >= 400;
  if (form === 'stream') {
    const { response, error, sound } = readStream(recorded.body);
    if (response) return findingOf(response, sound, error || failed);
    return error ? { ...unreadable, complete: true, error: true } : { ...unreadable, error: failed };
  }
  const body = parseObject(recorded.body);
  if (!body) return { ...unreadable, error: failed };
  if (Array.isArray(body.output)) return findingOf(body, true, failed);
  const error = failed || isGiven(body.error);
  return { ...unreadable, complete: error, error };
}

/** What a `response` object says of its end. */
function findingOf(response: JsonObject, sound: boolean, failed: boolean): Finding {
  const items = outputOf(response);
  const parts = items.flatMap((item) => (item.type === 'message' && Array.isArray(item.content) ? (item.content as readonly Json[]).filter(isObject) : []));
  const text = parts.map((part) => (part.type === 'output_text' && typeof part.text === 'string' ? part.text : '')).join('');
  const usage = usageOf(response.usage);
  const stop = stopOf(response);
  const error = failed || response.status === 'failed' || isGiven(response.error);
  return {
    complete: sound && response.status !== 'in_progress' && response.status !== 'queued',
    error,
    stops: stop === undefined ? [] : [stop],
    faults: error ? [] : faultsOf(response, items, parts, text),
    toolCalls: items.some(isCall),
    text,
    ...(typeof response.model === 'string' && { model: response.model }),
    ...(usage && { usage }),
  };
}

/** The reason of an incomplete answer; of any other its status. */
function stopOf(response: JsonObject): string | undefined {
  const details = response.incomplete_details;
  if (isObject(details) && typeof details.reason === 'string') return details.reason;
  return typeof response.status === 'string' ? response.status : undefined;
}

function faultsOf(response: JsonObject, items: readonly JsonObject[], parts: readonly JsonObject[], text: string): Fault[] {
  const faults: Fault[] = [];
  const stop = stopOf(response);
  if (stop === 'max_output_tokens') faults.push('truncated');
  else if (stop === 'content_filter') faults.push('filtered');
  else if (stop !== undefined && stop !== 'completed') faults.push('incomplete');
  else if (items.some((item) => item.status === 'incomplete')) faults.push('incomplete');
  if (parts.some((part) => part.type === 'refusal')) faults.push('refused');
  else if (text === '' && parts.every((part) => part.type === 'output_text') && items.every((item) => item.type === 'message' || item.type === 'reasoning')) faults.push('empty');
  return faults;
}

/** Whatever is neither said nor thought is taken for a call of a tool. */
const isCall = (item: JsonObject): boolean => item.type !== 'message' && item.type !== 'reasoning' && item.type !== 'compaction';

function usageOf(usage: Json | undefined): Usage | undefined {
  if (!isObject(usage) || (typeof usage.input_tokens !== 'number' && typeof usage.output_tokens !== 'number')) return undefined;
  const input = isObject(usage.input_tokens_details) ? usage.input_tokens_details : {};
  const output = isObject(usage.output_tokens_details) ? usage.output_tokens_details : {};
  return disjointUsage({
    input: countOf(usage.input_tokens),
    cached: countOf(input.cached_tokens),
    written: countOf(input.cache_write_tokens),
    output: countOf(usage.output_tokens),
    reasoning: countOf(output.reasoning_tokens),
  });
}

const isGiven = (value: Json | undefined): boolean => value !== undefined && value !== null;
