import { isObject, type Json, type JsonObject } from '../../base/json.ts';

/**
 * Which requests go to the provider untouched. Source: `MessageCreateParams`, `ToolUnion`, `ContentBlockParam` and their beta kin of
 * `@anthropic-ai/sdk` 1.12. The rule is the design's: tools by a list of what is allowed, everything else by what has state or an
 * effect at the provider.
 *
 * | in the request | decision | why |
 * | --- | --- | --- |
 * | custom tools; `bash_`, `text_editor_`, `computer_`, `memory_`, `computer_toolset_`, `browser_toolset_` and a date | cached | the caller runs them |
 * | any other tool, also one added by a `tool_addition` block; `allowed_callers` other than `direct` | bypass | the provider runs it, or may |
 * | `mcp_servers`, `container`, `container_upload` blocks | bypass | servers and files outside the request take part |
 * | `file_id` in a block or a source | bypass | the content is kept at the provider, for one workspace, and can be deleted |
 * | `thread` | bypass | the conversation is kept at the provider |
 * | `diagnostics` | bypass | compares with an earlier call at the provider |
 * | `fallback_credit_token` | bypass | can be redeemed once |
 * | `context_management` | cached for the edits listed below, else bypass | those are worked out from the request alone |
 * | `max_tokens: 0` | bypass | fills the provider's prompt cache, has no answer |
 * | `compaction`, `fallbacks`, `service_tier`, `speed`, `inference_geo`, unknown members | cached | no state; they count in the key |
 */
export function bypassReason(body: JsonObject): string | undefined {
  if (typeof body.model !== 'string') return 'no model';
  if (!Array.isArray(body.messages)) return 'no list of messages';
  if (typeof (body.stream ?? false) !== 'boolean') return '`stream` is neither true nor false';
  if (body.max_tokens === 0) return 'a call that only fills the prompt cache: max_tokens 0';

  for (const [name, reason] of STATEFUL) {
    const value = body[name] ?? undefined;
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) return `${reason}: ${name}`;
  }
  return toolsReason(body.tools) ?? editsReason(body.context_management) ?? messagesReason(body.messages as readonly Json[]);
}

const STATEFUL = [
  ['mcp_servers', 'tools that the provider runs'],
  ['container', 'a container at the provider'],
  ['thread', 'a conversation that the provider keeps'],
  ['diagnostics', 'a comparison with an earlier call'],
  ['fallback_credit_token', 'a credit that is redeemed once'],
] as const;

const CLIENT_TOOL = /^(?:bash|text_editor|computer|memory|computer_toolset|browser_toolset)_\d{8}$/;

function toolsReason(tools: Json | undefined): string | undefined {
  if ((tools ?? undefined) === undefined) return undefined;
  if (!Array.isArray(tools)) return 'tools that are no list';
  for (const tool of tools as readonly Json[]) {
    const reason = toolReason(tool);
    if (reason) return reason;
  }
  return undefined;
}

function toolReason(tool: Json | undefined): string | undefined {
  if (!isObject(tool)) return 'a tool that is no object';
  const type = tool.type ?? 'custom';
  if (typeof type !== 'string') return 'a tool of no readable type';
  if (type === 'custom' ? typeof tool.name !== 'string' : !CLIENT_TOOL.test(type)) return `a tool that is not known to run at the caller: ${type}`;
  const callers = tool.allowed_callers ?? [];
  if (!Array.isArray(callers) || (callers as readonly Json[]).some((caller) => caller !== 'direct')) return 'a tool that the provider may call';
  return undefined;
}

const STATELESS_EDITS: readonly unknown[] = ['clear_tool_uses_20250919', 'clear_thinking_20251015', 'compact_20260112'];

function editsReason(management: Json | undefined): string | undefined {
  if ((management ?? undefined) === undefined) return undefined;
  const edits = isObject(management) ? (management.edits ?? []) : undefined;
  const known = Array.isArray(edits) && (edits as readonly Json[]).every((edit) => isObject(edit) && STATELESS_EDITS.includes(edit.type));
  return known ? undefined : 'context management that is not known';
}

/** Looks through all blocks, also those inside tool results and documents, but not into the inputs of tools. */
function messagesReason(messages: readonly Json[]): string | undefined {
  const queue: (Json | undefined)[] = [];
  for (const message of messages) {
    if (!isObject(message) || typeof message.role !== 'string') return 'a message that cannot be read';
    queue.push(message.content);
  }
  // A list instead of recursion: nesting is as deep as the caller likes.
  while (queue.length > 0) {
    const value = queue.pop();
    if (Array.isArray(value)) for (const item of value as readonly Json[]) queue.push(item);
    if (!isObject(value)) continue;
    if (value.type === 'container_upload') return 'a file for a container at the provider';
    if (typeof value.file_id === 'string') return 'a file at the provider: file_id';
    if (value.type === 'tool_addition') {
      const reason = additionReason(value.tool);
      if (reason) return reason;
    }
    queue.push(value.content, value.source);
  }
  return undefined;
}

function additionReason(tool: Json | undefined): string | undefined {
  if (isObject(tool) && tool.type === 'tool_reference') return undefined;
  if (isObject(tool) && tool.type === 'tool_definition') return toolReason(tool.definition);
  return 'a tool that is not known to run at the caller: tool_addition';
}
