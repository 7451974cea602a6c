import type { Json, JsonObject } from '../../base/json.ts';
import { isObject, toBytes } from '../../base/json.ts';
import { hasError } from './merge.ts';
import { textPieces } from '../openai-shared-pieces.ts';
import { writeSse } from '../sse.ts';

/**
 * Plays a whole Chat Completions answer as the chunks of a stream, in the order OpenAI sends them: who speaks; reasoning, refusal,
 * content, other members, calls (name first, then arguments), audio; why it ended; usage; `[DONE]`. Several choices take turns.
 * What `mergeChat` makes of the chunks is the answer again. Members that are empty go with the first chunk, so that none is lost.
 * `undefined` for an answer of a shape that chunks cannot carry.
 */
export function playChat(whole: JsonObject): Uint8Array[] | undefined {
  const { object, choices, usage, ...top } = whole;
  if ((object !== undefined && object !== 'chat.completion') || 'obfuscation' in top || hasError(whole) || !Array.isArray(choices)) return undefined;
  if (usage !== undefined && usage !== null && !isObject(usage)) return undefined;
  const played: JsonObject[][] = [];
  for (const [position, choice] of (choices as readonly Json[]).entries()) {
    const chunks = isObject(choice) ? playChoice(choice, position) : undefined;
    if (!chunks) return undefined;
    played.push(chunks);
  }
  if (played.length === 0) return undefined;

  const [head, once] = partition(top, (value) => typeof value !== 'object' || value === null);
  // What all chunks share is written once: playing stands between a hit and its caller.
  const open = JSON.stringify({ ...head, object: 'chat.completion.chunk' }).slice(0, -1);
  const ending = Object.keys(once).length === 0 ? '' : `,${JSON.stringify(once).slice(1, -1)}`;
  const noUsage = isObject(usage) ? ',"usage":null' : '';
  const turns = takeTurns(played);
  const events = turns.map((choice, at) =>
    writeSse(`${open}${at === turns.length - 1 ? ending : ''},"choices":[${JSON.stringify(choice)}]${noUsage}}`),
  );
  if (isObject(usage)) events.push(writeSse(`${open},"choices":[],"usage":${JSON.stringify(usage)}}`));
  events.push(writeSse('[DONE]'));
  return events;
}

/** The chunks of one choice, or `undefined`. */
function playChoice(choice: JsonObject, position: number): JsonObject[] | undefined {
  const { index = position, message, logprobs, finish_reason: finish, ...rest } = choice;
  if (!isObject(message) || typeof finish !== 'string' || finish === '' || index !== position || 'delta' in rest) return undefined;
  if (typeof message.role !== 'string') return undefined;
  if (logprobs !== undefined && logprobs !== null && !isObject(logprobs)) return undefined;
  const deltas = playMessage(message);
  if (!deltas) return undefined;

  const chunks = withLogprobs(deltas, message, logprobs ?? undefined);
  const shown = logprobs === undefined ? {} : { logprobs: null };
  return [
    ...chunks.map((chunk) => ({ index, ...shown, finish_reason: null, ...chunk })),
    { ...rest, index, delta: {}, ...shown, finish_reason: finish },
  ];
}

/** One chunk of a choice: what is said, and the log probabilities of just that. */
interface Piece {
  readonly delta: JsonObject;
  readonly logprobs?: JsonObject;
}

/** A message as deltas. */
function playMessage(message: JsonObject): JsonObject[] | undefined {
  const { role, content, tool_calls: calls, function_call: legacy, audio } = message;
  const [empty, full] = partition(message, (value) => !isFull(value));
  const texts = TEXTS.filter((name) => name in full);
  if (texts.some((name) => typeof full[name] !== 'string')) return undefined;
  if (isFull(legacy) && !(isObject(legacy) && typeof legacy.name === 'string' && typeof legacy.arguments === 'string')) return undefined;
  if (isFull(audio) && !isObject(audio)) return undefined;
  if (isFull(calls) && !Array.isArray(calls)) return undefined;
  const playedCalls = isFull(calls) ? (calls as readonly Json[]).map(playCall) : [];
  if (playedCalls.includes(undefined)) return undefined;

  const others = Object.entries(full).filter(([name]) => name !== 'role' && !TEXTS.includes(name) && !PARTS.has(name));
  return [
    { role, ...(typeof content === 'string' && { content: '' }), ...empty },
    ...texts.flatMap((name) => textPieces(full[name] as string).map((piece) => ({ [name]: piece }))),
    ...others.map((entry) => Object.fromEntries([entry])),
    ...(playedCalls as JsonObject[][]).flat(),
    ...(isObject(legacy) && isFull(legacy) ? playParts(legacy, 'arguments').map((part) => ({ function_call: part })) : []),
    ...(isObject(audio) && isFull(audio) ? playAudio(audio) : []),
  ];
}

/** Texts of a message, in the order in which they are played, and the members that are played part by part. */
const TEXTS = ['reasoning', 'reasoning_content', 'refusal', 'content'];
const PARTS: ReadonlySet<string> = new Set(['tool_calls', 'function_call', 'audio']);

/** A tool call as deltas: its name, then its arguments. */
function playCall(call: Json, index: number): JsonObject[] | undefined {
  if (!isObject(call) || (call.index !== undefined && call.index !== index) || typeof call.type !== 'string') return undefined;
  const name = call.type === 'custom' ? 'custom' : 'function';
  const text = name === 'custom' ? 'input' : 'arguments';
  const { index: _, [name]: called, ...rest } = call;
  if (!isObject(called) || typeof called.name !== 'string' || typeof called[text] !== 'string') return undefined;
  const [first, ...pieces] = playParts(called, text);
  return [{ tool_calls: [{ index, ...rest, [name]: first! }] }, ...pieces.map((piece) => ({ tool_calls: [{ index, [name]: piece }] }))];
}

/** An object with one long text: all but the text first, then the text in pieces. */
function playParts(object: JsonObject, text: string): JsonObject[] {
  const { [text]: value, ...rest } = object;
  return [{ ...rest, [text]: '' }, ...textPieces(value as string).map((piece) => ({ [text]: piece }))];
}

/** Audio as deltas: its id, the transcript, the data (cut between groups of four base64 characters), until when it can be referred to. */
function playAudio(audio: JsonObject): JsonObject[] {
  const { data, transcript, expires_at: expires, ...rest } = audio;
  const texts = { ...(transcript !== undefined && { transcript }), ...(data !== undefined && { data }) };
  const [whole, split] = partition(texts, (value) => typeof value !== 'string' || value === '');
  const pieces = Object.entries(split).flatMap(([name, value]) =>
    (name === 'data' ? (value as string).match(/[^]{1,8192}/g)! : textPieces(value as string)).map((piece) => ({ [name]: piece })),
  );
  const last = expires === undefined ? [] : [{ expires_at: expires }];
  return [{ ...rest, ...whole }, ...pieces, ...last].filter(isFull).map((part) => ({ audio: part }));
}

/**
 * Puts log probabilities beside the text they belong to. Tokens and pieces are cut at the same places where the tokens are the text,
 * byte by byte; where they are not, all of them come at once.
 */
function withLogprobs(deltas: readonly JsonObject[], message: JsonObject, logprobs: JsonObject | undefined): Piece[] {
  if (!logprobs) return deltas.map((delta) => ({ delta }));
  const [first, ...others] = deltas;
  const { content, refusal, ...rest } = logprobs;
  const shell = { ...rest, ...(content !== undefined && { content: emptied(content) }), ...(refusal !== undefined && { refusal: emptied(refusal) }) };
  let pieces: Piece[] = others.map((delta) => ({ delta }));
  for (const name of ['refusal', 'content'] as const) {
    const tokens = logprobs[name];
    if (!Array.isArray(tokens) || tokens.length === 0) continue;
    const text = message[name];
    const grouped = (typeof text === 'string' && tokenGroups(text, tokens as readonly Json[])) || [{ text: typeof text === 'string' ? text : undefined, tokens }];
    const own = grouped.map((group) => ({ delta: group.text === undefined ? {} : { [name]: group.text }, logprobs: { ...nulled(shell), [name]: group.tokens } }));
    const at = pieces.findIndex((piece) => name in piece.delta);
    const others = pieces.filter((piece) => !(name in piece.delta));
    pieces = others.toSpliced(at === -1 ? 0 : at, 0, ...own);
  }
  return [{ delta: first!, logprobs: shell }, ...pieces];
}

const emptied = (value: Json): Json => (Array.isArray(value) ? [] : value);
const nulled = (shell: JsonObject): JsonObject => ({
  ...(shell.content !== undefined && { content: null }),
  ...(shell.refusal !== undefined && { refusal: null }),
});

/** Tokens grouped so that each group is a run of whole characters of about the length of a piece, or `undefined`. */
function tokenGroups(text: string, tokens: readonly Json[]): { text: string; tokens: Json[] }[] | undefined {
  const bytes = Buffer.from(text);
  if (bytes.toString() !== text) return undefined;
  const groups: { text: string; tokens: Json[] }[] = [];
  let start = 0;
  let at = 0;
  let group: Json[] = [];
  for (const token of tokens) {
    const said = isObject(token) ? bytesOf(token) : undefined;
    if (!said || said.some((byte, offset) => bytes[at + offset] !== byte)) return undefined;
    at += said.length;
    group.push(token);
    const betweenCharacters = at === bytes.length || (bytes[at]! & 0xc0) !== 0x80;
    if (at - start < 32 || !betweenCharacters) continue;
    groups.push({ text: bytes.toString(undefined, start, at), tokens: group });
    start = at;
    group = [];
  }
  if (at !== bytes.length) return undefined;
  if (group.length > 0) groups.push({ text: bytes.toString(undefined, start), tokens: group });
  return groups;
}

function bytesOf(token: JsonObject): Uint8Array | undefined {
  if (Array.isArray(token.bytes)) return Uint8Array.from(token.bytes as number[]);
  return typeof token.token === 'string' ? toBytes(token.token) : undefined;
}

/** Chunks of several choices, one of each in turn. */
function takeTurns(played: readonly JsonObject[][]): JsonObject[] {
  const rounds = Math.max(...played.map((chunks) => chunks.length));
  return Array.from({ length: rounds }, (_, round) => played.flatMap((chunks) => chunks.slice(round, round + 1))).flat();
}

function partition(object: JsonObject, test: (value: Json) => boolean): [JsonObject, JsonObject] {
  const entries = Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return [Object.fromEntries(entries.filter(([, value]) => test(value))), Object.fromEntries(entries.filter(([, value]) => !test(value)))];
}

const isFull = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0) && !(isObject(value) && Object.keys(value).length === 0);
