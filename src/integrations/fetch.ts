import type { Core } from '../cache.ts';
import { OnlyIfCachedError, RequestError } from '../base/errors.ts';
import type { Directives, SourceAnswer } from '../flow/ask.ts';
import type { Format } from '../providers/format.ts';
import { formatOfPath } from '../providers/registry.ts';
import { directivesOf } from '../http/directives.ts';
import type { responseOf } from './response.ts';

type Fetch = typeof globalThis.fetch;
type Input = Parameters<Fetch>[0];
type Init = Parameters<Fetch>[1];

/** Loaded at the first call, as `fetch` itself is: what Node makes responses of takes as long to load as all of Reprise. */
let toResponse: typeof responseOf | undefined;

/** Whose entries a fetch reads and writes. */
export interface FetchBinding {
  readonly tenant?: string | undefined;
  readonly namespace?: string | undefined;
}

/**
 * A `fetch` that answers calls to LLM APIs from the cache and hands on everything else. Which calls those are is told by the end of
 * the path: `/chat/completions`, `/responses`, `/embeddings`, `/messages`, by POST.
 */
export function cachedFetch(core: Core, binding: FetchBinding, under: Fetch = core.options.fetch ?? globalThis.fetch): Fetch {
  return async (input, init) => {
    const format = formatFor(input, init);
    const call = format && (await readCall(input, init));
    if (!call) return under(input, init);
    call.signal?.throwIfAborted();
    let directives: Directives;
    try {
      directives = directivesOf(call.headers);
    } catch (error) {
      if (error instanceof RequestError) return failure(format, 400, error);
      throw error;
    }
    let asked = false;
    try {
      const outcome = await core.request({
        ...binding,
        format,
        request: { url: call.url, headers: call.headers, body: call.body },
        directives,
        signal: call.signal,
        send(body, signal) {
          asked = true;
          return send(under, input, init, call, body, signal);
        },
      });
      return (toResponse ??= (await import('./response.ts')).responseOf)(outcome, call.url);
    } catch (error) {
      if (error instanceof OnlyIfCachedError) return failure(format, 504, error);
      // A body that is no JSON, a URL that is not complete: no call to an API that is known, and none of the cache's business.
      if (error instanceof RequestError && !asked) return under(input, init);
      throw error;
    }
  };
}

/** The wire format of a call that may be answered from the cache. */
function formatFor(input: Input, init: Init): Format | undefined {
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
  if (method.toUpperCase() !== 'POST') return undefined;
  const url = urlOf(input);
  const end = url.search(/[?#]/);
  return formatOfPath(end === -1 ? url : url.slice(0, end));
}

const urlOf = (input: Input): string => (typeof input === 'string' ? input : input instanceof URL ? input.href : input.url);

interface ReadCall {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

/** The call with its body in hand, or `undefined` when its body cannot be read twice and so must be left alone. */
async function readCall(input: Input, init: Init): Promise<ReadCall | undefined> {
  const request = input instanceof Request ? input : undefined;
  const given = init?.body ?? undefined;
  const read = given === undefined ? await bodyOf(request) : await contentOf(given);
  if (!read) return undefined;
  const headers = headersOf(init?.headers ?? request?.headers);
  // As fetch does itself: a body that says what it is stands in for a header that is not there.
  if (read.type !== undefined) headers['content-type'] ??= read.type;
  const signal = (init?.signal === undefined ? request?.signal : init.signal) ?? undefined;
  return { url: urlOf(input), headers, body: read.body, signal };
}

/** The bytes of a body, and what it says it is. */
interface Content {
  readonly body: Uint8Array;
  readonly type?: string | undefined;
}

/** A copy is read; the caller's own is left as it is, to be sent if the call turns out to be none of the cache's business. */
async function bodyOf(request: Request | undefined): Promise<Content | undefined> {
  return request?.body ? { body: new Uint8Array(await request.clone().arrayBuffer()) } : undefined;
}

async function contentOf(given: NonNullable<NonNullable<Init>['body']>): Promise<Content | undefined> {
  if (typeof given === 'string') return { body: Buffer.from(given), type: 'text/plain;charset=UTF-8' };
  // The caller may use its memory for something else as soon as it has asked.
  if (ArrayBuffer.isView(given)) return { body: new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice() };
  if (given instanceof ArrayBuffer) return { body: new Uint8Array(given).slice() };
  if (!(given instanceof Blob) && !(given instanceof URLSearchParams)) return undefined;
  const response = new Response(given);
  return { body: new Uint8Array(await response.arrayBuffer()), type: response.headers.get('content-type') ?? undefined };
}

function headersOf(given: Headers | RequestInit['headers']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of given instanceof Headers ? given : new Headers(given)) headers[name] = value;
  return headers;
}

/** Asks the provider as the caller would have, with another body and the flight's signal. */
async function send(under: Fetch, input: Input, init: Init, call: ReadCall, body: Uint8Array, signal: AbortSignal): Promise<SourceAnswer> {
  const headers = new Headers(Object.entries(call.headers).filter(([name]) => name !== 'content-length' && !name.startsWith('x-reprise-')));
  const response = await under(input instanceof Request ? input.url : input, {
    ...(input instanceof Request ? settingsOf(input) : {}),
    ...init,
    method: 'POST',
    headers,
    body: body as Uint8Array<ArrayBuffer>,
    signal,
  });
  const contentType = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    headers: plainHeaders(response.headers),
    form: contentType.startsWith('text/event-stream') ? 'stream' : 'whole',
    body: response.body ?? nothing(),
  };
}

function settingsOf({ cache, credentials, integrity, keepalive, mode, redirect, referrer, referrerPolicy }: Request): RequestInit {
  return { cache, credentials, integrity, keepalive, mode, redirect, referrer, referrerPolicy };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The headers as the body now is: fetch has decoded it, so its encoding and length are of no use any more. */
function plainHeaders(headers: Headers): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (name === 'set-cookie') plain[name] = headers.getSetCookie().join('\n');
    else if (name !== 'content-encoding' && name !== 'content-length' && name !== 'transfer-encoding') plain[name] = value;
  }
  return plain;
}

function failure(format: Format, status: number, error: Error & { code?: string }): Response {
  const body = JSON.stringify(format.errorBody(status, error.code ?? 'ERROR', error.message));
  // Asking again would change nothing; the official SDKs look at this header before they retry.
  return new Response(body, { status, headers: { 'content-type': 'application/json', 'x-should-retry': 'false' } });
}
