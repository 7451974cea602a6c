import type { Json, JsonObject } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';
import { foreignResponsesTool } from './tools.ts';

/** Says why an item makes a request pass through. `unstored` is true when the request has `store: false`. */
type Check = (item: JsonObject, unstored: boolean) => string | undefined;

const keyed: Check = () => undefined;
const runByProvider: Check = (item) => `an input item that refers to state at the provider: ${String(item.type)}`;

/**
 * The one table of input items. What says all there is to say is keyed as it is (`keyed`). What stands for something that the provider
 * keeps, or makes it act, passes through. Records of tools that the provider ran in earlier turns say what came of them, and
 * nothing runs without its tool, which is looked for apart. On top of this table every item passes through that names a file kept by
 * the provider (`fileOf`). An item of a type that is not here is keyed as it is, but never matched by meaning.
 * Source: `ResponseInputItem` in the types of the npm package `openai` 7.
 */
const ITEMS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['message', keyed],
  ['function_call', keyed],
  ['function_call_output', keyed],
  ['custom_tool_call', keyed],
  ['custom_tool_call_output', keyed],
  ['local_shell_call', keyed],
  ['local_shell_call_output', keyed],
  ['shell_call', (item) => (isObject(item.environment) && item.environment.type !== 'local' ? 'a shell at the provider' : undefined)],
  ['shell_call_output', keyed],
  ['apply_patch_call', keyed],
  ['apply_patch_call_output', keyed],
  ['computer_call', keyed],
  ['computer_call_output', keyed],
  ['tool_search_call', keyed],
  ['tool_search_output', (item) => foreignResponsesTool(item.tools)],
  ['additional_tools', (item) => foreignResponsesTool(item.tools)],
  ['configuration_update', keyed],
  // Without its content a reasoning item is resolved by its id, from a response that was stored. The id never changes its meaning, and
  // what belongs to stored calls is reused within one credential only; a call that is not stored has no such bound.
  ['reasoning', (item, unstored) => (unstored && typeof item.encrypted_content !== 'string' && !isFilled(item.content) ? 'reasoning that the provider keeps' : undefined)],
  ['compaction', keyed],
  ['compaction_trigger', keyed],
  ['web_search_call', keyed],
  ['file_search_call', keyed],
  ['code_interpreter_call', keyed],
  ['mcp_list_tools', keyed],
  ['mcp_call', keyed],
  ['mcp_approval_request', keyed],
  // Makes the provider call a tool.
  ['mcp_approval_response', runByProvider],
  // May be an id alone, for an image that the provider keeps.
  ['image_generation_call', runByProvider],
  ['item_reference', runByProvider],
  // Code that the provider runs, and continues.
  ['program', runByProvider],
  ['program_output', runByProvider],
]);

/** Says why the input of a request cannot be cached, or `undefined` when it can. */
export function inputBypass(input: Json | undefined, unstored: boolean): string | undefined {
  if (!Array.isArray(input)) return undefined;
  for (const item of input as readonly Json[]) {
    if (!isObject(item)) continue;
    const reason = ITEMS.get(typeOf(item))?.(item, unstored) ?? fileOf(item);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** True for an item whose meaning is known, so that a near question may share the scope it belongs to. */
export const isKnownItem = (item: Json): boolean => isObject(item) && ITEMS.has(typeOf(item));

/** True for what the user said. */
export const isUserMessage = (item: Json): boolean => isObject(item) && typeOf(item) === 'message' && item.role === 'user';

/** True for an item that tells the model how to answer rather than what was said: it belongs to the scope. */
export function isSetting(item: Json): boolean {
  if (!isObject(item)) return false;
  const type = typeOf(item);
  return type === 'message' ? item.role === 'system' || item.role === 'developer' : type === 'additional_tools' || type === 'configuration_update';
}

/** The type may be left out of messages and of references. */
function typeOf(item: JsonObject): string {
  if (typeof item.type === 'string') return item.type;
  if (item.type !== undefined && item.type !== null) return '';
  if (item.role !== undefined || item.content !== undefined) return 'message';
  return item.id === undefined ? '' : 'item_reference';
}

/** A file that is named by its id is kept by the provider: it may be deleted, and belongs to one account. */
function fileOf(item: JsonObject): string | undefined {
  for (const owner of [item, item.content, item.output]) {
    for (const part of Array.isArray(owner) ? (owner as readonly Json[]) : [owner]) {
      if (isObject(part) && part.file_id !== undefined && part.file_id !== null) return 'a file that the provider keeps: file_id';
    }
  }
  return undefined;
}

const isFilled = (value: Json | undefined): boolean => Array.isArray(value) && value.length > 0;
