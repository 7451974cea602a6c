import * as v from 'valibot';
import { CacheError, ClosedError, OptionError } from '../base/errors.ts';
import { type ApiKey, authorization, checkTimeout, type RequestOptions, type ResolvedClient, serverUrl } from './client-options.ts';
import { DebugLog } from './debug-log.ts';
import { SDKValidationError } from './errors.ts';
import { failureOf } from './failure.ts';
import { readAnswer } from './read-answer.ts';
import { checkRetry, DEFAULT_RETRY_CODES, withRetries } from './retry.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';
import { type AnswerOf, NO_LIMITS, type OperationName, OPERATIONS, requestSchemas } from './wire.ts';

/** Requests are checked for their shape alone: the limits are the service's to know. */
const SHAPES: Readonly<Partial<Record<OperationName, v.GenericSchema>>> = requestSchemas(NO_LIMITS);

/** What goes into a call. `content` is its body, or its query where the method is GET. */
export interface CallInput {
  readonly path?: Readonly<Record<string, string>>;
  readonly content?: unknown;
}

/** Makes the calls of one client. */
export interface Calls {
  make<Name extends OperationName>(name: Name, input: CallInput, options?: RequestOptions): Promise<AnswerOf<Name>>;
  /** Gives up what is under way, and closes the transport. */
  close(): Promise<void>;
}

export function createCalls(client: ResolvedClient, transport: Transport): Calls {
  const { clock, random } = client;
  const log = new DebugLog(client.debugLogger);
  const closing = new AbortController();

  /** One try: the answer, whatever its status, or an `HTTPClientError`. */
  async function send(request: TransportRequest, key: string | undefined, timeout: number | undefined, ended: readonly AbortSignal[]): Promise<TransportResponse> {
    const late = new AbortController();
    const over = new AbortController();
    if (timeout !== undefined && timeout > 0) {
      const ring = () => late.abort(new DOMException(`No answer within ${timeout} ms.`, 'TimeoutError'));
      clock.sleep(timeout, over.signal).then(ring, () => undefined);
    }
    const endings = [...ended, late.signal];
    const sent = { ...request, signal: AbortSignal.any(endings) };
    try {
      sent.signal.throwIfAborted();
      log.request(sent, key);
      const answer = await transport.send(sent);
      log.response(sent, answer, key);
      return answer;
    } catch (error) {
      const failure = failureOf(error, endings);
      log.failure(sent, failure, key);
      throw failure;
    } finally {
      over.abort();
    }
  }

  return {
    async make(name, { path = {}, content }, options = {}) {
      if (closing.signal.aborted) throw new ClosedError();
      const { retries = client.retry, retryCodes = DEFAULT_RETRY_CODES, timeoutMs = client.timeout, serverURL, fetchOptions } = options;
      checkRetry(options.retries, 'retries');
      checkTimeout(options.timeoutMs);
      const { method } = OPERATIONS[name];
      const shape = SHAPES[name];
      const checked = shape && check(shape, content);
      const base = serverURL === undefined ? client.serverURL : serverUrl(serverURL);
      const url = urlOf(base, OPERATIONS[name].path, { cacheId: client.cacheId, ...path }, method === 'GET' ? checked : undefined);
      const body = method === 'GET' || checked === undefined ? undefined : JSON.stringify(checked);
      const caller = options.signal ?? fetchOptions?.signal;
      const ended = caller ? [caller, closing.signal] : [closing.signal];
      const signal = AbortSignal.any(ended);

      const attempt = async () => {
        const key = await keyOf(client.apiKey);
        const headers = headersOf(key, body !== undefined, options.headers ?? fetchOptions?.headers);
        return send({ method, url, headers, body, signal, ...(fetchOptions && { fetchOptions }) }, key, timeoutMs, ended);
      };
      const answer = await withRetries(attempt, { config: retries, codes: retryCodes, clock, random, signal }).catch((error: unknown) => {
        throw error instanceof CacheError && !(error instanceof ClosedError) ? error : failureOf(error, ended);
      });
      return readAnswer(name, answer);
    },

    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new ClosedError());
      await transport.close?.();
    },
  };
}

function check(shape: v.GenericSchema, content: unknown): unknown {
  const { success, output, issues } = v.safeParse(shape, content);
  if (success) return output;
  throw new SDKValidationError('The request is not of the right shape', content, new v.ValiError(issues));
}

/** Whole URL of a call: the server's path, that of the operation, and the query. */
function urlOf(base: URL | undefined, template: string, parts: Readonly<Record<string, string | undefined>>, query: unknown): URL {
  if (!base) throw new OptionError('serverURL', 'given, or LANGCACHE_SERVER_URL set', undefined);
  if (!parts.cacheId) throw new OptionError('cacheId', 'given, or LANGCACHE_CACHE_ID set', parts.cacheId);
  const url = new URL(base);
  url.pathname = url.pathname.replace(/\/+$/, '') + template.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, parts[name]));
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

/** One segment of a path. An empty one, or one of dots, would make it another path: that of all entries in place of one. */
function segment(name: string, value: unknown): string {
  if (typeof value === 'string' && !/^\.{0,2}$/.test(value)) return encodeURIComponent(value);
  throw new SDKValidationError(`\`${name}\` must be a string that can stand in a path`, value);
}

async function keyOf(apiKey: ApiKey | undefined): Promise<string | undefined> {
  return typeof apiKey === 'function' ? apiKey() : apiKey;
}

function headersOf(key: string | undefined, withBody: boolean, more: RequestOptions['headers']): Record<string, string> {
  const bearer = authorization(key);
  const headers = new Headers({ accept: 'application/json', 'user-agent': 'reprise-langcache', ...(bearer && { authorization: bearer }) });
  if (withBody) headers.set('content-type', 'application/json');
  for (const [name, value] of new Headers(more)) headers.set(name, value);
  return Object.fromEntries(headers);
}
