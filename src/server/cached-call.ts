import type { Bytes } from '../base/units.ts';
import { isPromise } from '../base/maybe.ts';
import type { LlmCall } from '../flow/llm-call.ts';
import type { Outcome } from '../model/outcome.ts';
import { replayable } from '../flow/replay-headers.ts';
import type { Format } from '../providers/format.ts';
import { decoded, inflate, isDecodable } from './decode.ts';
import { directivesOf } from '../http/directives.ts';
import { refuse } from './errors.ts';
import { byName, countedHeaders, forwardedPlain, returnedRaw } from './headers.ts';
import type { Handler, PlainReply, ReplyHeaders } from './http.ts';
import { cacheStatus, entryOf, feedbackOf, matchOf, storedHeaders } from '../http/reply-headers.ts';
import type { Upstream } from './upstream.ts';

/** What calls go through. */
export interface CallCache {
  /** Answers a call from storage or from the provider. */
  request(call: LlmCall & { readonly format: Format }): Promise<Outcome>;
}

export interface CachedCallParts {
  readonly cache: CallCache;
  readonly upstream: Upstream;
  readonly format: Format;
  /** Path at the provider. */
  readonly path: string;
  readonly maxBodyBytes: Bytes;
  readonly tenant: string | undefined;
}

/** Answers one endpoint of a provider through the cache. */
export function cachedCall(parts: CachedCallParts): Handler {
  const { cache, upstream, format, path, maxBodyBytes, tenant } = parts;
  const plainUrl = upstream.urlOf(path);
  const tooLarge = () => refuse(format, 413, 'BODY_TOO_LARGE', `The body is larger than ${maxBodyBytes} bytes.`);

  return async (request) => {
    const { query } = request;
    const headers = countedHeaders(request.headers);
    const directives = directivesOf(headers);
    const reading = request.body.read(maxBodyBytes);
    let body = isPromise(reading) ? await reading : reading;
    const encoding = headers['content-encoding'];
    if (body && encoding !== undefined && encoding !== 'identity') body = await inflate(body, encoding, maxBodyBytes);
    if (!body) return tooLarge();

    let source: Source | undefined;
    const outcome = await cache.request({
      format,
      request: { url: query === '' ? plainUrl : plainUrl + query, headers, body },
      directives,
      signal: request.signal,
      ...(tenant !== undefined && { tenant }),
      async send(bytes, signal) {
        const { status, rawHeaders, connection, message } = await upstream.call({
          method: 'POST',
          target: path + query,
          headers: forwardedPlain(headers),
          body: bytes,
          signal,
        });
        const encoding = message.headers['content-encoding'];
        const raw = returnedRaw(rawHeaders, connection, isDecodable(encoding) ? ENCODED : NONE);
        source = { status, raw };
        const returned = byName(raw);
        const form = returned['content-type']?.startsWith('text/event-stream') ? 'stream' : 'whole';
        return { status, headers: returned, form, body: decoded(message, encoding), settleLate: true };
      },
    });
    return replyOf(outcome, source, body.length);
  };
}

const NONE: readonly string[] = [];
/** What no longer holds once an encoding has been taken off. */
const ENCODED: readonly string[] = ['content-encoding', 'content-length'];
const LENGTH: readonly string[] = ['content-length'];

/** What the provider said: its status, and its headers that are passed on, names and values by turns. */
interface Source {
  readonly status: number;
  readonly raw: readonly string[];
}

/** The reply to a caller: a new answer with all that the provider said, a stored one with what may be replayed. */
function replyOf(outcome: Outcome, source: Source | undefined, received: Bytes): PlainReply {
  const { kind, answer, model, settled } = outcome;
  const { status, body } = answer;
  const entry = entryOf(outcome);
  return { status, headers: headersOf(outcome, source, entry), body, about: { kind, model, entry, received, settled } };
}

function headersOf(outcome: Outcome, source: Source | undefined, entry: string | undefined): ReplyHeaders {
  const { kind, answer } = outcome;
  if (kind === 'joined') return joinedHeaders(outcome, entry);
  if (kind !== 'miss' && kind !== 'bypass') return storedHeaders(outcome);
  // The provider's own list of headers keeps what a record by name would lose, such as several cookies.
  const headers = source?.status === answer.status ? sourceHeaders(source, outcome) : Object.entries(answer.headers).flat();
  if (answer.body instanceof Uint8Array) headers.push('content-length', String(answer.body.length));
  headers.push('cache-status', cacheStatus(outcome));
  if (entry !== undefined) headers.push('x-reprise-entry', entry);
  const match = matchOf(outcome);
  if (match !== undefined) headers.push('x-reprise-match', match);
  const feedback = feedbackOf(outcome);
  if (feedback !== undefined) headers.push('x-reprise-feedback', feedback);
  return headers;
}

/** What the provider said, less the length where the body that goes out may have become another by what the caller did not ask for. */
const sourceHeaders = ({ raw }: Source, { answer }: Outcome): string[] =>
  answer.form === 'stream' || answer.body instanceof Uint8Array ? returnedRaw(raw, undefined, LENGTH) : [...raw];

/** Headers for a caller that joined another's call: of an error all but cookies, else what a stored answer would have. */
function joinedHeaders(outcome: Outcome, entry: string | undefined): Record<string, string> {
  const { answer } = outcome;
  const headers = answer.status < 400 ? replayable(answer.headers) : { ...answer.headers };
  delete headers['set-cookie'];
  delete headers['content-length'];
  if (answer.body instanceof Uint8Array) headers['content-length'] = String(answer.body.length);
  headers['cache-status'] = cacheStatus(outcome);
  if (entry !== undefined) headers['x-reprise-entry'] = entry;
  const feedback = feedbackOf(outcome);
  if (feedback !== undefined) headers['x-reprise-feedback'] = feedback;
  return headers;
}
