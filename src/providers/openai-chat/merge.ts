import type { Json, JsonObject } from '../../base/json.ts';
import { isObject, parseJson } from '../../base/json.ts';
import type { Members } from './join.ts';
import { isIndex, Joiner } from './join.ts';
import { readSse, splitSse } from '../sse.ts';

/**
 * Reads a Chat Completions stream into the whole answer it amounts to. How members of many chunks become one:
 *
 * - In a delta, text is joined (`TEXTS`), tool calls are joined by their index, audio and function calls member by member.
 * - Any other member of a delta or a choice is taken when it comes once or stays the same; nothing (`null`, an empty text, list or
 *   object) is overridden by something, never the other way. Lists whose elements all have an `index` are joined by it.
 *   Whatever else comes twice is a guess, and the stream counts as not faithful: a label or a piece of text, who knows.
 * - Beside the choices, the last value that is not `null` holds: these members describe the answer, not a piece of it.
 *
 * Source of the facts: the accumulator of the npm package `openai` 7 (lib/ChatCompletionStream).
 */
export interface MergedChat {
  /** The whole answer, as far as it came. Absent when no chunk was readable. */
  readonly whole?: JsonObject;
  /** True when `whole` is exactly what the provider would have answered without a stream. */
  readonly faithful: boolean;
  /** True when `[DONE]` came. */
  readonly done: boolean;
  /** True when an event reported an error. */
  readonly error: boolean;
}

/** Members of a delta that are pieces of text. */
const TEXTS: ReadonlySet<string> = new Set(['content', 'refusal', 'reasoning_content', 'reasoning']);

interface ChoiceState {
  readonly message: Members;
  readonly toolCalls: Map<number, Members>;
  readonly rest: Members;
  logprobs: Members | undefined;
  finish: Json | undefined;
  /** The last chunk of spoken answers gives only `expires_at`, and may stand for the finish reason. */
  audioDone: boolean;
}

/** See `MergedChat`. Does not throw on any bytes that nest less than a few thousand levels deep. */
export function mergeChat(stream: Uint8Array): MergedChat {
  const merge = new Merge();
  for (const block of splitSse(stream)) merge.event(block);
  return { whole: merge.whole(), faithful: merge.faithful, done: merge.done, error: merge.error };
}

class Merge {
  readonly #joiner = new Joiner();
  done = false;
  error = false;
  readonly #top: Members = new Map();
  readonly #choices = new Map<number, ChoiceState>();
  #seen = false;

  event(block: Uint8Array): void {
    const { event, data } = readSse(block);
    if (data === undefined || data === '') return;
    if (data.trim() === '[DONE]') {
      this.done = true;
      return;
    }
    const chunk = parseJson(data);
    if (isObject(chunk) && (hasError(chunk) || event === 'error')) this.error = true;
    const known = isObject(chunk) && Array.isArray(chunk.choices) && isChunkObject(chunk.object);
    if (!known || this.done || this.error || (event !== undefined && event !== 'message')) this.#joiner.faithful = false;
    if (isObject(chunk)) this.#chunk(chunk);
  }

  #chunk(chunk: JsonObject): void {
    this.#seen = true;
    for (const [name, value] of Object.entries(chunk)) {
      // Padding against eavesdroppers on packet sizes; it belongs to no answer.
      if (name === 'choices' || name === 'object' || name === 'obfuscation' || value === undefined) continue;
      if (!this.#top.has(name) || (value !== null && !(isIdentity(name) && !value))) this.#top.set(name, value);
    }
    if (!Array.isArray(chunk.choices)) return;
    for (const choice of chunk.choices as readonly Json[]) {
      const index = isObject(choice) ? choice.index : undefined;
      if (isObject(choice) && isIndex(index)) this.#choice(choice, index);
      else this.#joiner.faithful = false;
    }
  }

  #choice(choice: JsonObject, index: number): void {
    const { index: _, delta, logprobs, finish_reason: finish, ...rest } = choice;
    let state = this.#choices.get(index);
    if (!state) {
      state = { message: new Map(), toolCalls: new Map(), rest: new Map(), logprobs: undefined, finish: undefined, audioDone: false };
      this.#choices.set(index, state);
    }
    for (const [name, value] of Object.entries(rest)) this.#joiner.keep(state.rest, name, value!);
    if ('message' in rest) this.#joiner.faithful = false;
    if (finish !== undefined && finish !== null) {
      if (typeof finish !== 'string' || (typeof state.finish === 'string' && state.finish !== finish)) this.#joiner.faithful = false;
      state.finish = finish;
    }
    if (isObject(logprobs)) this.#logprobs((state.logprobs ??= new Map()), logprobs);
    else if (logprobs !== undefined && logprobs !== null) this.#joiner.faithful = false;
    if (isObject(delta)) this.#delta(state, delta);
    else if (delta !== undefined && delta !== null) this.#joiner.faithful = false;
  }

  #delta(state: ChoiceState, delta: JsonObject): void {
    state.audioDone = isObject(delta.audio) && delta.audio.expires_at !== undefined && Object.keys(delta.audio).length === 1;
    for (const [name, value] of Object.entries(delta)) {
      if (value === undefined) continue;
      if (TEXTS.has(name)) this.#joiner.append(state.message, name, value);
      else if (name === 'tool_calls' && Array.isArray(value)) this.#toolCalls(state, value as readonly Json[]);
      else if (name === 'function_call' && isObject(value)) this.#joiner.parts(state.message, name, value, 'arguments');
      else if (name === 'audio' && isObject(value)) this.#audio(state.message, value);
      else this.#joiner.piece(state.message, name, value);
    }
  }

  #toolCalls(state: ChoiceState, calls: readonly Json[]): void {
    if (!Array.isArray(state.message.get('tool_calls'))) state.message.set('tool_calls', []);
    for (const call of calls) {
      const index = isObject(call) ? call.index : undefined;
      if (!isObject(call) || !isIndex(index)) {
        this.#joiner.faithful = false;
        continue;
      }
      let known = state.toolCalls.get(index);
      if (!known) state.toolCalls.set(index, (known = new Map()));
      for (const [name, value] of Object.entries(call)) {
        if (name === 'index' || value === undefined) continue;
        if ((name === 'function' || name === 'custom') && isObject(value)) this.#joiner.parts(known, name, value, calledText(name));
        else this.#joiner.keep(known, name, value);
      }
    }
  }

  #audio(message: Members, audio: JsonObject): void {
    const before = message.get('audio');
    // Base64 that is padded before its end cannot be joined as text.
    if (isObject(before) && typeof before.data === 'string' && before.data.endsWith('=') && typeof audio.data === 'string' && audio.data !== '') this.#joiner.faithful = false;
    this.#joiner.parts(message, 'audio', audio, 'data', 'transcript');
  }

  #logprobs(state: Members, logprobs: JsonObject): void {
    for (const [name, value] of Object.entries(logprobs)) {
      const before = state.get(name);
      if ((name === 'content' || name === 'refusal') && Array.isArray(value)) {
        if (Array.isArray(before)) (before as Json[]).push(...(value as readonly Json[]));
        else state.set(name, [...(value as readonly Json[])]);
      } else this.#joiner.keep(state, name, value!);
    }
  }

  /** True when nothing was a guess, every choice is there, has ended, and says who speaks. */
  get faithful(): boolean {
    return this.#joiner.faithful && this.#isWhole();
  }

  #isWhole(): boolean {
    if (!this.done || this.#choices.size === 0) return false;
    for (let index = 0; index < this.#choices.size; index++) {
      const state = this.#choices.get(index);
      if (!state || typeof finishOf(state) !== 'string' || typeof state.message.get('role') !== 'string') return false;
      for (let call = 0; call < state.toolCalls.size; call++) if (!isWholeCall(state.toolCalls.get(call))) return false;
      const { tool_calls: calls, function_call: legacy } = Object.fromEntries(state.message);
      if (calls !== undefined && calls !== null && !Array.isArray(calls)) return false;
      if (isObject(legacy) && !(typeof legacy.name === 'string' && typeof legacy.arguments === 'string')) return false;
    }
    return true;
  }

  whole(): JsonObject | undefined {
    if (!this.#seen) return undefined;
    const { id, created, model, usage, ...rest } = Object.fromEntries(this.#top);
    const choices = [...this.#choices].sort(([a], [b]) => a - b).map(([index, state]) => wholeChoice(index, state));
    return {
      ...(id !== undefined && { id }),
      object: 'chat.completion',
      ...(created !== undefined && { created }),
      ...(model !== undefined && { model }),
      choices,
      ...(usage !== undefined && usage !== null && { usage }),
      ...rest,
    };
  }
}

/** A choice as a whole. A stream may begin a refusal with an empty text that never goes on; a whole answer has `null` then. */
function wholeChoice(index: number, state: ChoiceState): JsonObject {
  const { role, content = null, refusal = null, ...rest } = Object.fromEntries(state.message);
  const calls = [...state.toolCalls].sort(([a], [b]) => a - b).map(([, call]) => wholeCall(call));
  const message = { ...(role !== undefined && { role }), content, refusal: refusal === '' ? null : refusal, ...rest, ...(calls.length > 0 && { tool_calls: calls }) };
  return {
    ...Object.fromEntries(state.rest),
    index,
    message,
    logprobs: state.logprobs ? Object.fromEntries(state.logprobs) : null,
    finish_reason: finishOf(state) ?? null,
  };
}

function finishOf(state: ChoiceState): Json | undefined {
  const audio = state.message.get('audio');
  if (state.finish !== undefined || !state.audioDone || !isObject(audio)) return state.finish;
  return ['id', 'data', 'transcript', 'expires_at'].every((name) => audio[name] !== undefined && audio[name] !== null) ? 'stop' : undefined;
}

/** A call needs its type, and a name for what is called; the SDK refuses it otherwise. */
function isWholeCall(call: Members | undefined): boolean {
  const type = call?.get('type');
  const called = call?.get(type === 'custom' ? 'custom' : 'function');
  return typeof type === 'string' && isObject(called) && typeof called.name === 'string';
}

/** A call without arguments may come without a piece of them; as a whole it has an empty text. */
function wholeCall(call: Members): JsonObject {
  const name = call.get('type') === 'custom' ? 'custom' : 'function';
  const called = call.get(name);
  return { ...Object.fromEntries(call), ...(isObject(called) && { [name]: { ...called, [calledText(name)]: called[calledText(name)] ?? '' } }) };
}

const calledText = (name: string) => (name === 'custom' ? 'input' : 'arguments');

const isIdentity = (name: string) => name === 'id' || name === 'model' || name === 'created';
const isChunkObject = (object: Json | undefined) => object === undefined || object === '' || object === 'chat.completion.chunk';

/** True when a body or an event reports an error: `error` itself, or Groq's under `x_groq`. */
export const hasError = (body: JsonObject): boolean =>
  (body.error !== undefined && body.error !== null) || (isObject(body.x_groq) && body.x_groq.error !== undefined && body.x_groq.error !== null);
