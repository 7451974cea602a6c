import type { Json, JsonObject } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';
import type { Conversation, RequestFacts } from '../../model/request.ts';
import { foreignTool } from '../openai-shared.ts';

/** Parameters by which the provider searches, acts or remembers on its own. OpenAI's first, then those of services that speak its format. */
const ACTING_PARAMETERS: Readonly<Record<string, string>> = {
  web_search_options: 'a tool that the provider runs: web_search',
  plugins: 'tools that the provider runs: plugins', // OpenRouter
  search_parameters: 'a tool that the provider runs: live search', // xAI
  data_sources: 'a tool that the provider runs: data sources', // Azure OpenAI
  enable_search: 'a tool that the provider runs: search', // DashScope
  deferred: 'an answer that is fetched later', // xAI
  previous_response_id: 'a conversation kept by the provider',
  conversation: 'a conversation kept by the provider',
  background: 'an answer that is made in the background',
};

/** Models that search the web without being asked to: OpenAI's search models, OpenRouter's `:online`, Perplexity's Sonar, Groq's Compound. */
const SEARCHING_MODEL = /-search(?:-|$)|:online$|(?:^|\/)(?:sonar|compound)(?:-|$)/;

const ROLES: ReadonlySet<string> = new Set(['developer', 'system', 'user', 'assistant', 'tool', 'function']);
const isSystem = (message: JsonObject) => message.role === 'system' || message.role === 'developer';

/** See `Format.facts`. */
export function chatFacts(body: JsonObject): RequestFacts {
  const { model, stream, stream_options: streamOptions, response_format: format } = body;
  const messages = messagesOf(body);
  const last = messages?.findLastIndex((message) => message.role === 'user') ?? -1;
  const text = last === -1 ? undefined : textOf(messages![last]!.content);
  const bypass = bypassReason(body, messages);
  const schema = isObject(format) && format.type === 'json_schema' && isObject(format.json_schema) ? format.json_schema.schema : undefined;
  return {
    ...(typeof model === 'string' && { model }),
    form: stream === true ? 'stream' : 'whole',
    ...(bypass !== undefined && { bypass }),
    wish: { usage: isObject(streamOptions) && streamOptions.include_usage === true },
    ...(text !== undefined && { text }),
    matchable: text !== undefined && text.trim() !== '' && last === messages!.length - 1,
    ...(schema !== undefined && schema !== null && { schema }),
    varies: body.temperature !== 0,
    kept: false,
  };
}

/** A message as far as its shape is known: a role of the list above, and content that is text, parts or nothing. */
function messagesOf(body: JsonObject): readonly JsonObject[] | undefined {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0) return undefined;
  const known = (messages as readonly Json[]).every(
    (message) => isObject(message) && ROLES.has(message.role as string) && isContent(message.content),
  );
  return known ? (messages as readonly JsonObject[]) : undefined;
}

const isContent = (content: Json | undefined) =>
  content === undefined || content === null || typeof content === 'string' || (Array.isArray(content) && content.every(isPart));
const isPart = (part: unknown) => isObject(part) && typeof part.type === 'string' && (part.type !== 'text' || typeof part.text === 'string');

/**
 * Why a request must pass through. `store: true` is among the reasons: what is stored that way (for evaluations, distillation, the
 * dashboard) is an effect that the caller asked for in so many words, and a hit would leave it out.
 */
function bypassReason(body: JsonObject, messages: readonly JsonObject[] | undefined): string | undefined {
  const { model, stream, stream_options: streamOptions, functions } = body;
  if (typeof model !== 'string' || model === '') return 'no model';
  if (!messages) return 'messages of unknown shape';
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') return '`stream` is no boolean';
  if (streamOptions !== undefined && streamOptions !== null && !isObject(streamOptions)) return '`stream_options` of unknown shape';
  if (SEARCHING_MODEL.test(model)) return 'a model that searches the web';
  if (body.store === true) return 'the provider is to store the answer';
  for (const name in ACTING_PARAMETERS) {
    const value = body[name];
    if (value !== undefined && value !== null && value !== false) return ACTING_PARAMETERS[name];
  }
  if (functions !== undefined && functions !== null && !(Array.isArray(functions) && functions.every(isObject))) return 'functions of unknown shape';
  for (const message of messages) {
    if (isObject(message.audio)) return 'audio kept by the provider';
    if (Array.isArray(message.content) && message.content.some(isKeptFile)) return 'a file kept by the provider';
  }
  return foreignTool(body.tools);
}

const isKeptFile = (part: JsonObject) => isObject(part.file) && part.file.file_id !== undefined && part.file.file_id !== null;

/** The text of a message: the string, or its text parts joined by line feeds. */
function textOf(content: Json | undefined): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.filter((part: JsonObject) => part.type === 'text').map((part: JsonObject) => part.text as string);
  return texts.length === 0 ? undefined : texts.join('\n');
}

/**
 * See `Format.conversation`. System and developer messages stay in the scope; those amid the turns are in the turns too, so that
 * their place counts. The text of the last user message is `null` in the scope, which no text can be. What follows that message
 * (tool results, say) stays in the scope as well.
 */
export function chatConversation(body: JsonObject): Conversation {
  const messages = (body.messages ?? []) as readonly JsonObject[];
  const last = messages.findLastIndex((message) => message.role === 'user');
  const end = last === -1 ? messages.length : last;
  const firstTurn = messages.findIndex((message) => !isSystem(message));
  return {
    scope: {
      ...body,
      messages: {
        system: messages.slice(0, end).filter(isSystem),
        last: last === -1 ? null : withoutText(messages[last]!),
        after: messages.slice(end + 1),
      },
    },
    turns: messages.slice(Math.min(firstTurn === -1 ? end : firstTurn, end), end),
  };
}

function withoutText(message: JsonObject): JsonObject {
  const { content } = message;
  if (typeof content === 'string') return { ...message, content: null };
  if (!Array.isArray(content)) return message;
  return { ...message, content: content.map((part: JsonObject) => (part.type === 'text' ? { ...part, text: null } : part)) };
}

/** See `Format.upstreamBody`. */
export function chatUpstreamBody(body: JsonObject): JsonObject {
  if (body.stream !== true) return body;
  const options = isObject(body.stream_options) ? body.stream_options : {};
  return options.include_usage === true ? body : { ...body, stream_options: { ...options, include_usage: true } };
}
