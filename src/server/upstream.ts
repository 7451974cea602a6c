import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { OptionError, UpstreamError } from '../base/errors.ts';
import type { Milliseconds } from '../base/units.ts';
import { endWith } from './end-with.ts';

// Not imported, for the same reason as in `listen.ts`.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

/** How long an unused connection is kept. Shorter than providers keep theirs, since a request on one that just closed would fail. */
const IDLE: Milliseconds = 15_000;
const MAX_IDLE_CONNECTIONS = 256;

export interface UpstreamOptions {
  /** How long a connection may take to be made. @default 10 s */
  readonly connectTimeout?: Milliseconds;
  /** How long the provider may take until the head of its answer arrives, and between two pieces of its body. @default 10 min */
  readonly answerTimeout?: Milliseconds;
}

/** One call to a provider. */
export interface UpstreamCall {
  readonly method: string;
  /** Path and query, as on the request line, below the provider's base. */
  readonly target: string;
  /** Names and values by turns, without `host` and `content-length`. */
  readonly headers: readonly string[];
  /** Bytes; or a stream, of which `length` is known or not. */
  readonly body: Uint8Array | { readonly length: number | undefined; stream(): AsyncIterable<Uint8Array> };
  readonly signal: AbortSignal;
}

/** A provider's answer, when its head is there. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  /** The `Connection` header, which names others that are not to be passed on. */
  readonly connection: string | undefined;
  /** The body as it arrives. */
  readonly message: IncomingMessage;
}

/** The one server that calls for a provider go to. Nothing in a request changes which. */
export interface Upstream {
  /** Scheme and authority, such as `https://api.openai.com`, and the base path if there is one. */
  readonly base: string;
  /** The whole address of a call, for the key. */
  urlOf(target: string): string;
  /** Asks once; redirects are answers. Rejects with an `UpstreamError`. */
  call(call: UpstreamCall): Promise<UpstreamAnswer>;
  close(): void;
}

/** Makes the client of one provider. `url` may have a base path; one that ends in `/v1` says it in place of the caller. */
export function openUpstream(option: string, url: string, options: UpstreamOptions = {}): Upstream {
  const { connectTimeout = 10_000, answerTimeout = 600_000 } = options;
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.username !== '' || parsed.password !== '') {
    throw new OptionError(option, 'an http or https address without credentials and query', parsed?.password ? 'one with credentials' : url);
  }
  const secure = parsed.protocol === 'https:';
  const client = secure ? https : http;
  const connected = secure ? 'secureConnect' : 'connect';
  const agent = new client.Agent({ keepAlive: true, maxFreeSockets: MAX_IDLE_CONNECTIONS, timeout: IDLE });
  const basePath = parsed.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
  const fixed = { host: parsed.hostname.replace(/^\[|\]$/g, ''), port: parsed.port === '' ? undefined : Number(parsed.port), agent };

  return {
    base: parsed.origin + basePath,
    urlOf: (target) => parsed.origin + basePath + target,
    call(call) {
      return new Promise((resolve, reject) => {
        if (call.signal.aborted) return reject(call.signal.reason as Error);
        const headers = ['host', parsed.host, ...call.headers];
        const { length } = call.body;
        if (length === undefined) headers.push('transfer-encoding', 'chunked');
        else if (length > 0 || !BODILESS.has(call.method)) headers.push('content-length', String(length));
        const request = client.request({ ...fixed, method: call.method, path: basePath + call.target, headers });
        const timed = watch(request, connected, connectTimeout, answerTimeout);
        // The option `signal` does the same with several times the listeners.
        const abort = () => request.destroy(call.signal.reason as Error);
        call.signal.addEventListener('abort', abort, { once: true });
        request.on('close', () => call.signal.removeEventListener('abort', abort));
        request.on('response', (message) => {
          timed.answered();
          message.setTimeout(answerTimeout, () => message.destroy(new UpstreamError(`${parsed.host} sent nothing for ${answerTimeout} ms.`, { timedOut: true })));
          resolve({ status: message.statusCode!, rawHeaders: message.rawHeaders, connection: message.headers.connection, message });
        });
        request.on('error', (cause) => {
          timed.answered();
          if (cause instanceof UpstreamError || call.signal.aborted) return reject(cause);
          reject(new UpstreamError(`${parsed.host} could not be reached: ${reasonOf(cause)}.`, { cause }));
        });
        if (call.body instanceof Uint8Array) endWith(request, call.body);
        else void pump(call.body.stream(), request);
      });
    },
    close: () => agent.destroy(),
  };
}

/** Methods whose requests have no body unless one is announced. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/** Breaks a call off that does not get a connection in time, or, once the request is sent, no answer. */
function watch(request: ClientRequest, connected: string, connectTimeout: Milliseconds, answerTimeout: Milliseconds): { answered(): void } {
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const within = (after: Milliseconds, what: string) => {
    clearTimeout(timer);
    if (!over) timer = setTimeout(() => request.destroy(new UpstreamError(`${what} within ${after} ms.`, { timedOut: true })), after);
  };
  request.once('socket', (socket: Socket) => {
    if (!socket.connecting) return;
    within(connectTimeout, 'No connection to the provider was made');
    socket.once(connected, () => clearTimeout(timer));
  });
  request.once('finish', () => within(answerTimeout, 'The provider did not answer'));
  return {
    answered() {
      over = true;
      clearTimeout(timer);
    },
  };
}

/** Sends a body as it comes, no faster than it is taken. */
async function pump(body: AsyncIterable<Uint8Array>, request: ClientRequest): Promise<void> {
  let wake: (() => void) | undefined;
  request.on('drain', () => wake?.()).on('close', () => wake?.());
  try {
    for await (const bytes of body) {
      if (request.destroyed) return;
      if (!request.write(bytes)) await new Promise<void>((resolve) => (wake = resolve));
    }
    request.end();
  } catch (error) {
    request.destroy(error as Error);
  }
}

/** What went wrong, in a few words; of several tries at several addresses, the first. */
function reasonOf(cause: Error): string {
  const first = cause instanceof AggregateError ? (cause.errors[0] as Error) : cause;
  return first.message || (first as NodeJS.ErrnoException).code || 'unknown';
}
