import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import type { Conversation, RequestFacts } from '../../model/request.ts';
import { bypassReason } from './bypass.ts';

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
 * results stay in the scope, and so does a prefilled answer behind it. A content given as text is the same as one block of text, as
 * the API has it. Markers for the provider's own prompt cache are gone by then: see `keys/not-counting.ts`.
 */
export function conversation(body: JsonObject): Conversation {
  const messages = messagesOf(body).map(inBlocks);
  const last = lastUser(messages);
  const asked = messages.slice(Math.max(last, 0));
  if (last >= 0) asked[0] = withoutTexts(asked[0]);
  return { scope: { ...body, messages: asked }, turns: messages.slice(0, Math.max(last, 0)) };
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

function inBlocks(message: Json): Json {
  if (!isObject(message) || typeof message.content !== 'string') return message;
  return { ...message, content: [{ type: 'text', text: message.content }] };
}

function withoutTexts(message: Json | undefined): Json {
  if (!isObject(message) || !Array.isArray(message.content)) return message ?? null;
  const content = (message.content as readonly Json[]).map((block) => (isObject(block) && block.type === 'text' ? { ...block, text: null } : block));
  return { ...message, content };
}
