import type { Json, JsonObject } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';
import type { Conversation, RequestFacts } from '../../model/request.ts';
import { inputBypass, isKnownItem, isSetting, isUserMessage } from './input.ts';
import { foreignResponsesTool } from './tools.ts';

/**
 * Reads requests of OpenAI's Responses API.
 * Source: the types of the npm package `openai` 7 (`ResponseCreateParams`), https://platform.openai.com/docs/api-reference/responses
 */

/**
 * Parameters that refer to state at the provider, or have an effect there. A request that uses one passes through. Everything that is
 * not named here is keyed as it is, `context_management`, `moderation` and `access_programs` among it.
 */
const STATEFUL: ReadonlyMap<string, (value: Json) => string | undefined> = new Map<string, (value: Json) => string | undefined>([
  ['previous_response_id', () => 'it continues a response that the provider keeps: previous_response_id'],
  ['conversation', () => 'it continues a conversation that the provider keeps: conversation'],
  ['background', (value) => (value === false ? undefined : 'it runs in the background')],
  // A template is kept by the provider and may change behind its id; its version may be left out.
  ['prompt', () => 'a prompt template that the provider keeps'],
  ['prompt_cache_options', promptCacheBypass],
  // With `false` the provider prepares its prompt cache and answers nothing.
  ['generate', (value) => (value === true ? undefined : 'it generates no answer')],
]);

function promptCacheBypass(options: Json): string | undefined {
  if (!isObject(options)) return undefined;
  if (options.prewarm !== undefined && options.prewarm !== false) return "it prepares the provider's prompt cache";
  // Asks for a comparison with a response that the provider keeps.
  return isGiven(options.comparison_response_id) ? 'it compares with a response that the provider keeps' : undefined;
}

/**
 * See `Format.facts`. Usage is part of the terminal event whatever is asked for, so every caller wishes it.
 *
 * `stream_options.include_obfuscation` makes no difference: the `obfuscation` members of a stream are padding against those who watch
 * the sizes of packets while the model is thinking. A recorded stream is served with the padding it came with, a derived one
 * has none; readers pass it over.
 */
export function responsesFacts(body: JsonObject): RequestFacts {
  const bypass = bypassOf(body);
  const { text, matchable } = question(body.input);
  const schema = schemaOf(body);
  return {
    ...(typeof body.model === 'string' && { model: body.model }),
    form: body.stream === true ? 'stream' : 'whole',
    ...(bypass !== undefined && { bypass }),
    wish: { usage: true },
    ...(text !== undefined && { text }),
    matchable,
    ...(schema !== undefined && { schema }),
    varies: body.temperature !== 0,
    kept: body.store !== false,
  };
}

function bypassOf(body: JsonObject): string | undefined {
  if (isGiven(body.stream) && typeof body.stream !== 'boolean') return '`stream` is neither true nor false';
  for (const [name, reasonOf] of STATEFUL) {
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    const reason = isGiven(value) ? reasonOf(value) : undefined;
    if (reason !== undefined) return reason;
  }
  return foreignResponsesTool(body.tools) ?? inputBypass(body.input, body.store === false);
}

/** The text that is asked last, and whether a near one may be answered in its place. */
function question(input: Json | undefined): { text?: string; matchable: boolean } {
  if (typeof input === 'string') return input === '' ? { matchable: false } : { text: input, matchable: true };
  const items = listOf(input);
  const last = items.findLastIndex(isUserMessage);
  const text = textOf(items[last]);
  if (text === '') return { matchable: false };
  return { text, matchable: last === items.length - 1 && items.every(isKnownItem) };
}

/** The text parts of a message, each on lines of its own. */
function textOf(message: Json | undefined): string {
  if (!isObject(message)) return '';
  if (typeof message.content === 'string') return message.content;
  const texts: string[] = [];
  for (const part of listOf(message.content)) if (isText(part)) texts.push(part.text);
  return texts.join('\n');
}

/** The JSON schema in force: that of the last update of the configuration, else that of the request. */
function schemaOf(body: JsonObject): Json | undefined {
  const update = listOf(body.input).findLast((item) => isObject(item) && item.type === 'configuration_update' && formatOf(item) !== undefined);
  const format = formatOf(isObject(update) ? update : body);
  return format?.type === 'json_schema' && isGiven(format.schema) ? format.schema : undefined;
}

function formatOf(owner: JsonObject): JsonObject | undefined {
  const format = isObject(owner.text) ? owner.text.format : undefined;
  return isObject(format) ? format : undefined;
}

/**
 * See `Format.conversation`. In the scope stands all but the turns: parameters, the messages of system and developer and whatever else
 * configures the model, the last user message with `null` in place of each text, and what follows it. In the turns a `null` stands
 * where one of those settings stood, so that its place counts too. A plain string asks the same as one user message.
 */
export function responsesConversation(body: JsonObject): Conversation {
  const { input, ...rest } = body;
  if (typeof input === 'string') return { scope: { ...rest, input: { settings: [], last: withoutText({ role: 'user', content: input }), after: [] } }, turns: [] };

  if (!Array.isArray(input)) return { scope: { ...rest, input: input ?? null }, turns: [] };
  const items = listOf(input);
  const at = items.findLastIndex(isUserMessage);
  const before = at === -1 ? items : items.slice(0, at);
  const last = items[at];
  return {
    scope: {
      ...rest,
      input: { settings: before.filter(isSetting), last: isObject(last) ? withoutText(last) : null, after: at === -1 ? [] : items.slice(at + 1) },
    },
    turns: before.map((item) => (isSetting(item) ? null : item)),
  };
}

function withoutText(message: JsonObject): JsonObject {
  if (typeof message.content === 'string') return { ...message, content: null };
  if (!Array.isArray(message.content)) return message;
  return { ...message, content: listOf(message.content).map((part) => (isText(part) ? { ...part, text: null } : part)) };
}

function isText(part: Json): part is JsonObject & { readonly text: string } {
  return isObject(part) && part.type === 'input_text' && typeof part.text === 'string';
}

const isGiven = (value: Json | undefined): value is Exclude<Json, null> => value !== undefined && value !== null;

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
