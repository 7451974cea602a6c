import type { Json, JsonObject } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';

/**
 * The tools that the caller executes, each with what still speaks against it. Whatever is not here is run by the provider (web_search,
 * file_search, code_interpreter, image_generation, mcp, programmatic_tool_calling), or is not known, and passes through. So do
 * `computer` and `computer_use_preview`: the caller moves the mouse, but the calls carry the provider's safety checks, which hold
 * for the moment they were made in.
 * Source: `Tool` and `ResponseSteerRequiredInput` (which outputs a caller has to give) in the types of the npm package `openai` 7.
 */
const CLIENT_TOOLS: ReadonlyMap<string, (tool: JsonObject) => string | undefined> = new Map<string, (tool: JsonObject) => string | undefined>([
  ['function', () => undefined],
  ['custom', () => undefined],
  ['local_shell', () => undefined],
  ['apply_patch', () => undefined],
  // Without `local` the commands run in a container of the provider, or it is not said where.
  ['shell', (tool) => (isObject(tool.environment) && tool.environment.type === 'local' ? undefined : 'a shell that is not said to be local')],
  // Finds deferred tools; at the provider unless said otherwise.
  ['tool_search', (tool) => (tool.execution === 'client' ? undefined : 'a tool that the provider runs: tool_search')],
  // A group of tools, which are functions or custom tools; it holds no other groups.
  ['namespace', (tool) => (Array.isArray(tool.tools) && (tool.tools as readonly Json[]).every(isFunction) ? undefined : 'a group of tools of unknown shape')],
]);

const isFunction = (tool: Json): boolean => isObject(tool) && (tool.type === 'function' || tool.type === 'custom');

/** Says why the tools of a request cannot be cached, or `undefined` when each is executed by the caller. */
export function foreignResponsesTool(tools: Json | undefined): string | undefined {
  if (tools === undefined || tools === null) return undefined;
  if (!Array.isArray(tools)) return 'tools that are no list';
  for (const tool of tools as readonly Json[]) {
    if (!isObject(tool) || typeof tool.type !== 'string') return 'a tool of unknown shape';
    const check = CLIENT_TOOLS.get(tool.type);
    const reason = check ? check(tool) : `a tool that the provider runs: ${tool.type}`;
    if (reason !== undefined) return reason;
  }
  return undefined;
}
