import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../../base/json.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { Gate } from './gate.ts';

/** The wire formats the fake provider speaks. */
export type FakeFormat = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'openai-embeddings';

/** One request as it arrived. */
export interface FakeRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  /** What has arrived of the body. */
  readonly body: Uint8Array;
  /** The body, where it is a JSON object. */
  readonly json: JsonObject | undefined;
  /** When it arrived. */
  readonly at: Milliseconds;
  /** The wire format, for model calls. */
  readonly format: FakeFormat | undefined;
  /** The bearer token or `x-api-key`. */
  readonly key: string | undefined;
  /** True once the whole body has arrived. */
  readonly complete: boolean;
  /** True when the client left before the answer was out. */
  readonly aborted: boolean;
}

/** A tool the model asks for. An object as `arguments` is written as JSON; a text stands as it is, valid or not. */
export interface FakeToolCall {
  readonly name: string;
  readonly arguments?: JsonObject | string;
  /** OpenAI only: a call of a custom tool, whose `arguments` are free text. @default false */
  readonly custom?: boolean;
  /** @default one that no other call has */
  readonly id?: string;
}

/** Tokens. What is not given is estimated from the texts. */
export interface FakeUsage {
  /** All of the prompt, read from and written to the provider's own cache included. */
  readonly input?: number;
  /** All of the answer, reasoning included. */
  readonly output?: number;
  /** Part of `input`: read from the provider's cache. */
  readonly cached?: number;
  /** Part of `input`: written to the provider's cache for 5 minutes (OpenAI: for its one term). */
  readonly cacheWrite?: number;
  /** Part of `input`: written to the provider's cache for an hour. Anthropic only. */
  readonly cacheWrite1h?: number;
  /** Part of `output`. */
  readonly reasoning?: number;
}

/** The facts of an error; what is not given is what the provider says for that status. */
export interface FakeError {
  readonly message?: string;
  readonly type?: string;
  readonly code?: string | null;
}

/** One answer of the fake provider. All is optional: `{}` is the default answer. */
export interface FakeReply {
  /** @default `Answer N to: ` and the last user message, N counting all model calls; absent beside tool calls, audio or a refusal. */
  readonly text?: string;
  /** How the text is cut for a stream: into so many pieces, or these pieces (then `text` may be left out). @default by words */
  readonly chunks?: number | readonly string[];
  readonly toolCalls?: readonly FakeToolCall[];
  /** Chat: `reasoning_content`; Responses: a reasoning item with a summary; Anthropic: a thinking block with a signature. */
  readonly reasoning?: string;
  readonly refusal?: string;
  /** Chat only: spoken words. `data` is base64. */
  readonly audio?: { readonly transcript: string; readonly data: string };
  /** Citations (Anthropic) or annotations (OpenAI) in the provider's own form. */
  readonly citations?: readonly JsonObject[];
  /** Why it stopped: `length`, `content_filter`, or any word of the provider's, such as `pause_turn`; Responses also `failed`. */
  readonly stop?: string;
  /** `null`: the answer reports no usage. */
  readonly usage?: FakeUsage | null;
  /** Choices of a chat completion. @default what the request says */
  readonly n?: number;
  /** @default what the request says */
  readonly logprobs?: boolean;
  /** Members that are put on the whole answer, and on the first object of a stream that carries it. */
  readonly extra?: JsonObject;
  /** Events that the format does not have, put into a stream after so many of its own. */
  readonly insert?: readonly { readonly after: number; readonly event?: string; readonly data: JsonObject | string }[];

  /** From 400 up the answer is an error in the provider's own format. @default 200, or 500 beside `error` */
  readonly status?: number;
  readonly error?: FakeError;
  /** An error inside a 200: in a stream after so many events (and then the end), as the body of a whole answer. */
  readonly streamError?: FakeError & { readonly after?: number };
  /** Added to the provider's own headers; an empty text takes one away. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;

  /** Before anything is sent. */
  readonly delayMs?: Milliseconds;
  /** Before each event of a stream. 0 sends each by itself; not given, they go out together. */
  readonly chunkDelayMs?: Milliseconds;
  /** Passed before each event of a stream, once the head is out; of a whole answer before its head. */
  readonly gate?: Gate;
  /** Sends a stream in pieces of so many bytes, wherever the events end. */
  readonly sliceBytes?: number;
  /** The connection is closed after so many events of a stream; of a whole answer half is sent, or with 0 nothing. */
  readonly cutAfterChunks?: number;
  /** With `cutAfterChunks`: by a reset in place of an orderly close. */
  readonly reset?: boolean;
  /** Nothing is ever sent; or of a stream only so many events. */
  readonly hang?: boolean | number;
  /** The JSON is broken: that of a whole answer, or that of one event after a stream's first. */
  readonly malformed?: boolean;
  /** Exactly these bytes, a list as one write each. @default contentType 'application/json' */
  readonly raw?: { readonly body: string | Uint8Array | readonly (string | Uint8Array)[]; readonly contentType?: string };
}

/** An answer, or a function that gives one; `undefined` is the default answer. */
export type FakeScript = FakeReply | ((request: FakeRequest) => FakeReply | undefined | Promise<FakeReply | undefined>);

export interface ReplyOptions {
  /** Not once but for every request that nothing queued answers; the latest such script counts. @default false */
  readonly always?: boolean;
  /** For so many requests. @default 1 */
  readonly times?: number;
  /** Only for requests whose path (without the query) is this, pass-through ones too. @default all model calls */
  readonly path?: string;
}

/** The answers that a test has laid out. */
export class Scripts {
  #queue: { script: FakeScript; left: number; path?: string }[] = [];
  #standing: { script: FakeScript; path?: string }[] = [];

  add(script: FakeScript, { always = false, times = 1, path }: ReplyOptions): void {
    const where = path === undefined ? {} : { path };
    if (always) this.#standing.unshift({ script, ...where });
    else this.#queue.push({ script, left: times, ...where });
  }

  /** The script for a request, taken off the queue. */
  take(path: string, modelCall: boolean): FakeScript | undefined {
    if (this.#queue.length === 0 && this.#standing.length === 0) return undefined;
    const fits = (item: { path?: string }) => (item.path === undefined ? modelCall : item.path === path);
    const queued = this.#queue.find(fits);
    if (queued === undefined) return this.#standing.find(fits)?.script;
    if (--queued.left === 0) this.#queue.splice(this.#queue.indexOf(queued), 1);
    return queued.script;
  }

  clear(): void {
    this.#queue = [];
    this.#standing = [];
  }
}
