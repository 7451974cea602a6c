import type { Json, JsonObject } from '../base/json.ts';
import type { Form, Recorded } from '../model/entry.ts';
import type { Conversation, RequestFacts, Wish } from '../model/request.ts';
import type { Usage } from '../model/usage.ts';

/**
 * One wire format: reads a request, reads an answer or a stream, writes either from what was recorded. The one truth about that
 * format, for library and proxy alike. Pure: no clock, no network, no state between calls.
 */
export interface Format {
  /** Name as kept in entries, such as `openai-chat`. */
  readonly name: string;
  /** Whose format it is, for prices and statistics: `openai`, `anthropic`, or `value` for wrapped functions. */
  readonly provider: string;

  /** Reads what the flow has to know. Never throws: what is not understood is a `bypass` with its reason. */
  facts(body: JsonObject): RequestFacts;
  /** Takes a body apart for the key. Only called for bodies without `bypass`. */
  conversation(body: JsonObject): Conversation;
  /** The body as the upstream is asked, with usage wanted in streams. The same object when nothing has to change. */
  upstreamBody(body: JsonObject): JsonObject;

  /**
   * Reads a recorded answer: did it end well, how, what did it cost. Never throws. For a stream whose events are not all known it
   * still says whether it ended, and what usage it reported.
   */
  inspect(recorded: Recorded, form: Form): Finding;
  /** A stream's bytes as one whole body, or `undefined` when that cannot be done faithfully (an event of an unknown type). */
  assemble(stream: Uint8Array): Uint8Array | undefined;
  /** A whole body as the events of a stream, one chunk of bytes an event, or `undefined` when that cannot be done faithfully. */
  play(whole: Uint8Array): Uint8Array[] | undefined;
  /** Splits a recorded stream into its events, one chunk an event, for pacing. Joined they are the stream. */
  split(stream: Uint8Array): Uint8Array[];

  /**
   * A filter that takes out of a stream what the caller did not ask for but the upstream was asked on its behalf; `undefined` when
   * nothing has to go. Fed with bytes as they come, cut anywhere; gives back what may be passed on. `end` gives the rest.
   */
  filter(wish: Wish): StreamFilter | undefined;

  /** Where one request asks for several things that are answered, and so cached, each on its own. */
  readonly batch?: Batch;

  /** The content type of a stream and of a whole answer. */
  readonly contentType: Readonly<Record<Form, string>>;
  /** An error of our own in the provider's error format. */
  errorBody(status: number, code: string, message: string): JsonObject;
}

/** See `Format.batch`. */
export interface Batch<Item extends Json = Json> {
  /** The items of a request, in order; `undefined` for an input of unknown shape. Only requests without `bypass` have items. */
  items(body: JsonObject): readonly Item[] | undefined;
  /** The request for one item alone. Equal items of different requests have equal bodies. */
  itemBody(body: JsonObject, item: Item): JsonObject;
  /** The request for some of the items, in order. The same object when these are all there are. */
  batchBody(body: JsonObject, items: readonly Item[]): JsonObject;
  /** The answer to `items` as one answer an item, in their order; `undefined` when it does not answer just these. */
  takeApart(answer: Uint8Array, items: readonly Item[]): Uint8Array[] | undefined;
  /** One answer from those of the items, in order, its usage their sum; `undefined` when one of them cannot be read. */
  putTogether(answers: readonly Uint8Array[]): Uint8Array | undefined;
}

/** See `Format.filter`. */
export interface StreamFilter {
  push(bytes: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

/** How a recorded answer ended. */
export interface Finding {
  /** Complete in its form: the stream's terminal event came, or the body is JSON of the right shape. */
  readonly complete: boolean;
  /** True for an error event or an error body, whatever the status says. */
  readonly error: boolean;
  /** Why the model stopped, in the provider's words; one per choice, without repeats. */
  readonly stops: readonly string[];
  /** The faults by which answers are refused unless an option admits them. */
  readonly faults: readonly Fault[];
  /** True when the answer calls tools. Such answers are never served by meaning. */
  readonly toolCalls: boolean;
  /** The text of the answer (of the first choice), for schema checks and comparison. */
  readonly text: string;
  readonly model?: string;
  readonly usage?: Usage;
}

/** What can be wrong with a complete answer that is no error. */
export type Fault = 'truncated' | 'filtered' | 'paused' | 'incomplete' | 'refused' | 'empty';

/** A finding for an answer that cannot be read at all. */
export const unreadable: Finding = { complete: false, error: false, stops: [], faults: [], toolCalls: false, text: '' };
