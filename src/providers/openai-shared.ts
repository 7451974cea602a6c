import type { Json, JsonObject } from '../base/json.ts';
import { isObject } from '../base/json.ts';
import type { Usage } from '../model/usage.ts';

/**
 * What the wire formats of OpenAI have in common.
 * Source: https://platform.openai.com/docs/api-reference and the types of the npm package `openai` 7.
 */

/** A count of tokens from the wire; what is no count is 0. */
export const countOf = (value: Json | undefined): number => (typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : 0);

/**
 * Reads the `usage` of a Chat Completions or Embeddings answer, or `undefined` when there is none. OpenAI's prompt tokens include
 * those read from and written to its prompt cache; DeepSeek says the parts as `prompt_cache_hit_tokens` and `prompt_cache_miss_tokens`.
 */
export function openAiUsage(usage: Json | undefined): Usage | undefined {
  if (!isObject(usage) || (typeof usage.prompt_tokens !== 'number' && typeof usage.completion_tokens !== 'number')) return undefined;
  const input = isObject(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
  const output = isObject(usage.completion_tokens_details) ? usage.completion_tokens_details : {};
  return disjointUsage({
    input: countOf(usage.prompt_tokens),
    cached: countOf(input.cached_tokens) || countOf(usage.prompt_cache_hit_tokens),
    written: countOf(input.cache_write_tokens),
    output: countOf(usage.completion_tokens),
    reasoning: countOf(output.reasoning_tokens),
  });
}

/** Sums as OpenAI reports them: `input` includes `cached` and `written`, `output` includes `reasoning`. */
export interface OpenAiCounts {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly reasoning: number;
}

/** Turns OpenAI's overlapping sums into disjoint ones. A part that is larger than its sum is cut to it, so that no token counts twice. */
export function disjointUsage(counts: OpenAiCounts): Usage {
  const cacheRead = Math.min(counts.cached, counts.input);
  const cacheWrite5m = Math.min(counts.written, counts.input - cacheRead);
  return {
    input: counts.input - cacheRead - cacheWrite5m,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output: counts.output,
    reasoning: Math.min(counts.reasoning, counts.output),
  };
}

/** An error in OpenAI's format. `type` follows the status as OpenAI's own errors do. */
export function openAiError(status: number, code: string, message: string): JsonObject {
  return { error: { message, type: errorType(status), param: null, code } };
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 400 && status < 500 ? 'invalid_request_error' : 'server_error';
}

/** The tools that the caller executes itself. Every other type is run by the provider, or is not known to be harmless. */
const CLIENT_TOOLS: ReadonlySet<string> = new Set(['function', 'custom']);

/**
 * Says why the `tools` of a request cannot be cached, or `undefined` when every one is executed by the client.
 * `allowed` names the types that are; Responses knows more than Chat.
 */
export function foreignTool(tools: Json | undefined, allowed: ReadonlySet<string> = CLIENT_TOOLS): string | undefined {
  if (tools === undefined || tools === null) return undefined;
  if (!Array.isArray(tools)) return 'tools that are no list';
  for (const tool of tools as readonly Json[]) {
    if (!isObject(tool) || typeof tool.type !== 'string') return 'a tool of unknown shape';
    if (!allowed.has(tool.type)) return `a tool that the provider runs: ${tool.type}`;
  }
  return undefined;
}

/**
 * True when JSON text has an integer that a double cannot hold, so that parsing and writing it would change it. Looks for digits
 * first, which is cheap; only where there are enough of them does it look closely.
 */
export function hasInexactInteger(json: string): boolean {
  if (!/\d{16}/.test(json)) return false;
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    if (/^-?\d{16,}$/.test(token) && BigInt(token) !== BigInt(Number(token))) return true;
  }
  return false;
}
