import { isObject, type Json, type JsonObject } from '../base/json.ts';
import type { Conversation, RequestFacts } from '../model/request.ts';
import { bypassReason } from './anthropic-messages-bypass.ts';

/** Reads what the flow has to know of a request: see `Format.facts`. */
export function facts(body: JsonObject): RequestFacts {
  const bypass = bypassReason(body);
  const messages = messagesOf(body);
  const last = lastUser(messages);
  const text = textOf(messages[last]);
  const schema = schemaOf(body);
  return {
    ...(typeof body.model === 'string' && { model: body.model }),
    form: body.stream === true ? 'stream' : 'whole',
    ...(bypass !== undefined && { bypass }),
    // Usage is part of every stream, asked for or not.
    wish: { usage: true },
    ...(text !== undefined && { text }),
    matchable: text !== undefined && last === messages.length - 1,
    ...(schema !== undefined && { schema }),
    varies: body.temperature !== 0,
    kept: false,
  };
}

/**
 * Takes a body apart: see `Format.conversation`. The texts of the last user message give way to `null`; its images, documents and tool
 * results stay in the scope, and so does a prefilled answer behind it. `cache_control` is left out, being about the price of the
 * provider's own prompt cache and not about the answer. A content given as text is the same as one block of text, as the API has it.
 */
export function conversation(body: JsonObject): Conversation {
  const { messages: _, cache_control: __, ...rest } = body;
  const messages = messagesOf(body).map(plainMessage);
  const last = lastUser(messages);
  const asked = messages.slice(Math.max(last, 0)).map((message, at) => (at === 0 && last >= 0 ? withoutTexts(message) : message));
  const scope: JsonObject = { ...rest, messages: asked, ...eachPlain(body, 'system'), ...eachPlain(body, 'tools') };
  return { scope, turns: messages.slice(0, Math.max(last, 0)) };
}

const messagesOf = (body: JsonObject): readonly Json[] => (Array.isArray(body.messages) ? (body.messages as readonly Json[]) : []);

const lastUser = (messages: readonly Json[]): number => messages.findLastIndex((message) => isObject(message) && message.role === 'user');

/** The text of a message: its own, or that of its text blocks, one a line. */
function textOf(message: Json | undefined): string | undefined {
  if (!isObject(message)) return undefined;
  const { content } = message;
  const texts = Array.isArray(content)
    ? (content as readonly Json[]).flatMap((block) => (isObject(block) && block.type === 'text' && typeof block.text === 'string' ? [block.text] : []))
    : [typeof content === 'string' ? content : ''];
  return texts.join('\n') || undefined;
}

/** The JSON schema of `output_config.format`, or of the older `output_format`. */
function schemaOf(body: JsonObject): Json | undefined {
  const format = (isObject(body.output_config) ? body.output_config.format : undefined) ?? body.output_format;
  return isObject(format) && format.type === 'json_schema' ? format.schema : undefined;
}

function plainMessage(message: Json): Json {
  if (!isObject(message)) return message;
  const { content } = message;
  if (typeof content === 'string') return { ...message, content: [{ type: 'text', text: content }] };
  return { ...message, ...eachPlain(message, 'content') };
}

/** A member that is a list, with its items freed from `cache_control`; nothing when it is none. */
function eachPlain(holder: JsonObject, name: string): JsonObject {
  const list = holder[name];
  return Array.isArray(list) ? { [name]: (list as readonly Json[]).map(plainBlock) } : {};
}

/** A block or tool without `cache_control`, also on the blocks directly inside it: tool results and documents hold no deeper ones. */
function plainBlock(block: Json): Json {
  if (!isObject(block)) return block;
  const { cache_control: _, ...rest } = block;
  if (isObject(rest.source)) return { ...rest, source: { ...rest.source, ...withoutHints(rest.source) } };
  return { ...rest, ...withoutHints(rest) };
}

function withoutHints(holder: JsonObject): JsonObject {
  const { content } = holder;
  if (!Array.isArray(content)) return {};
  const items = (content as readonly Json[]).map((item) => {
    if (!isObject(item)) return item;
    const { cache_control: _, ...rest } = item;
    return rest;
  });
  return { content: items };
}

function withoutTexts(message: Json | undefined): Json {
  if (!isObject(message) || !Array.isArray(message.content)) return message ?? null;
  const content = (message.content as readonly Json[]).map((block) => (isObject(block) && block.type === 'text' ? { ...block, text: null } : block));
  return { ...message, content };
}
