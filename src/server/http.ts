import { toBytes } from '../base/json.ts';
import type { MaybePromise } from '../base/maybe.ts';
import type { Bytes } from '../base/units.ts';
import type { OutcomeKind, Settled } from '../model/outcome.ts';

/** A request as handlers see it, without a port or a socket. */
export interface PlainRequest {
  readonly method: string;
  /** Path and query exactly as they came. */
  readonly target: string;
  /** The target up to its question mark. */
  readonly path: string;
  /** The target from its question mark on; empty when there is none. */
  readonly query: string;
  /** Names in lower case; repeated ones are joined, or the first counts, as `node:http` does it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values by turns, exactly as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: RequestBody;
  /** Aborted when the caller leaves before its answer is complete. */
  readonly signal: AbortSignal;
  /** Address of the caller. */
  readonly remote: string;
}

/** The body of a request, read once: either as a whole or piece by piece. */
export interface RequestBody {
  /** What the caller announced, if it did. 0 when there is no body; `undefined` for a chunked one. */
  readonly length: Bytes | undefined;
  /** All bytes, or `undefined` as soon as they are known to be more than `limit`. Rejects when the caller leaves half-way. */
  read(limit: Bytes): MaybePromise<Uint8Array | undefined>;
  /** The bytes as they come. Leaving early does not close the connection. */
  stream(): AsyncIterable<Uint8Array>;
}

/** Headers of a reply by name; or names and values by turns, where case, order and repetition are to be kept. */
export type ReplyHeaders = Readonly<Record<string, string>> | readonly string[];

/** A reply as handlers give it. */
export interface PlainReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  /** At once, or piece by piece. When an iterable throws, the connection is broken off, never ended as if all were well. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  /** Called once by whoever writes the reply: so many bytes of the body were handed over, all of them or not. */
  readonly onEnd?: (sent: Bytes, complete: boolean) => void;
  /** What the cache made of the request, for log and metrics. */
  readonly about?: About;
  /** Code of the error that this server itself replied with. */
  readonly code?: string;
  /** What the log says of a call of a further API. */
  readonly trace?: Trace;
}

/** See `PlainReply.trace`. */
export interface Trace {
  /** As the reply's `x-request-id` has it. */
  readonly requestId: string;
  /** Stands for the key that the caller came with. */
  readonly key?: string;
  /** What failed inside. */
  readonly error?: string;
}

/** See `PlainReply.about`. */
export interface About {
  readonly kind: OutcomeKind;
  readonly model?: string | undefined;
  /** Id of the entry that was served, or under which the new answer is stored if it is admitted. */
  readonly entry?: string | undefined;
  /** Size of the request's body, where it was read as a whole. */
  readonly received: Bytes;
  readonly settled?: Promise<Settled>;
}

export type Handler = (request: PlainRequest) => MaybePromise<PlainReply>;

const nothing = new Uint8Array(0);

/** A reply with a JSON body. */
export function jsonReply(status: number, value: unknown, headers?: Readonly<Record<string, string>>): PlainReply {
  const body = toBytes(JSON.stringify(value));
  return { status, headers: { 'content-type': 'application/json', 'content-length': String(body.length), ...headers }, body };
}

/** A reply without a body. */
export const emptyReply = (status: number, headers: Readonly<Record<string, string>> = {}): PlainReply => ({ status, headers, body: nothing });

/** What `plainRequest` is given. */
export interface PlainRequestInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly signal?: AbortSignal;
}

/** Makes a request by hand, for callers in the same process that need no port. */
export function plainRequest(target: string, init: PlainRequestInit = {}): PlainRequest {
  const body = typeof init.body === 'string' ? toBytes(init.body) : (init.body ?? nothing);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(init.headers ?? {})) headers[name.toLowerCase()] = value;
  const mark = target.indexOf('?');
  return {
    method: init.method ?? (init.body === undefined ? 'GET' : 'POST'),
    target,
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark),
    headers,
    rawHeaders: Object.entries(init.headers ?? {}).flat(),
    body: {
      length: body.length,
      read: (limit) => (body.length > limit ? undefined : body),
      async *stream() {
        if (body.length > 0) yield body;
      },
    },
    signal: init.signal ?? new AbortController().signal,
    remote: '127.0.0.1',
  };
}
