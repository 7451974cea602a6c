import type { Clock } from '../base/clock.ts';
import { systemClock } from '../base/clock.ts';
import { CacheError, OptionError } from '../base/errors.ts';
import type { Milliseconds } from '../base/units.ts';
import { type DebugLogger, standardError } from './debug-log.ts';
import { checkRetry, DEFAULT_RETRY, type RetryConfig } from './retry.ts';
import type { Fetch, FetchOptions, HttpClient, Transport } from './transport.ts';

/** A key, or what gives it: asked before every call, so that keys may change. */
export type ApiKey = string | (() => string | undefined | Promise<string | undefined>);

/** How a client reaches its service. What is left out is taken from the environment, where a variable is named. */
export interface LangCacheOptions {
  /** Where the service is: `https://...`, with a path if need be. @default LANGCACHE_SERVER_URL */
  serverURL?: string;
  /** Which cache of the service. @default LANGCACHE_CACHE_ID */
  cacheId?: string;
  /** Sent as a bearer token; a service of one's own on the same machine may need none. @default LANGCACHE_API_KEY */
  apiKey?: ApiKey;
  /** Whether failed calls are tried again: on 429, 500, 502, 503 and 504, after as long as `Retry-After` says. @default { strategy: 'none' } */
  retryConfig?: RetryConfig;
  /** The longest that one try may take, in milliseconds; 0 and less: any time. @default any time */
  timeoutMs?: Milliseconds;
  /** In place of the runtime's `fetch`. */
  fetch?: Fetch;
  /** An HTTP client in place of `fetch`. The client never closes it. */
  httpClient?: HttpClient;
  /** Where requests and answers are written, without the key. @default standard error where LANGCACHE_DEBUG is set */
  debugLogger?: DebugLogger;
  /** A store URL such as `sqlite:./answers.db`: the service then runs in this process, and no server is needed. */
  store?: string;
  /** @internal In place of HTTP. Closed with the client. */
  transport?: Transport;
  /** @internal */
  clock?: Clock;
  /** @internal */
  random?: () => number;
}

/** What may be different for one call. */
export interface RequestOptions {
  /** In place of the client's. */
  timeoutMs?: Milliseconds;
  /** In place of the client's `retryConfig`. */
  retries?: RetryConfig;
  /** Statuses that are tried again; `5XX` means all that begin so. @default ['429', '500', '502', '503', '504'] */
  retryCodes?: readonly string[];
  /** In place of the client's. */
  serverURL?: string | URL;
  /** More headers, or others in place of the client's. */
  headers?: RequestInit['headers'];
  /** Ends the call. */
  signal?: AbortSignal;
  /** More for `fetch`. Its `headers` and `signal` are taken where the two above are not given. */
  fetchOptions?: FetchOptions;
}

export interface ResolvedClient {
  readonly serverURL: URL | undefined;
  readonly cacheId: string | undefined;
  readonly apiKey: ApiKey | undefined;
  readonly retry: RetryConfig;
  readonly timeout: Milliseconds | undefined;
  readonly debugLogger: DebugLogger | undefined;
  readonly clock: Clock;
  readonly random: () => number;
}

/** In place of a server where the service runs in the process. */
const NOWHERE = new URL('http://in-process.invalid');

type Environment = Readonly<Record<string, string | undefined>>;

/** The options with environment and defaults in place. Throws an `OptionError` for what cannot be used. */
export function resolveClient(options: LangCacheOptions, env: Environment = process.env): ResolvedClient {
  const { fetch, httpClient, store, transport, debugLogger, timeoutMs, retryConfig } = options;
  if (fetch && httpClient) throw new OptionError('httpClient', 'left out where `fetch` is given', httpClient);
  if (httpClient && typeof httpClient.request !== 'function') throw new OptionError('httpClient', 'an object with `request(request)`', httpClient);
  if (fetch && typeof fetch !== 'function') throw new OptionError('fetch', 'a function', fetch);
  if (debugLogger && typeof debugLogger.log !== 'function') throw new OptionError('debugLogger', 'an object with `log(message)`', debugLogger);
  if (options.apiKey !== undefined && !['string', 'function'].includes(typeof options.apiKey)) throw unusableKey();
  if (store !== undefined && options.serverURL !== undefined) throw new OptionError('store', 'left out where `serverURL` is given', store);
  checkTimeout(timeoutMs);
  checkRetry(retryConfig, 'retryConfig');
  const given = options.serverURL ?? (store === undefined && !transport ? env.LANGCACHE_SERVER_URL : undefined);

  return {
    serverURL: given ? serverUrl(given) : store !== undefined ? NOWHERE : undefined,
    cacheId: options.cacheId ?? env.LANGCACHE_CACHE_ID,
    apiKey: options.apiKey ?? env.LANGCACHE_API_KEY,
    retry: retryConfig ?? DEFAULT_RETRY,
    timeout: timeoutMs,
    debugLogger: debugLogger ?? (isOn(env.LANGCACHE_DEBUG) ? standardError() : undefined),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
}

export function checkTimeout(timeout: Milliseconds | undefined): void {
  if (timeout !== undefined && (typeof timeout !== 'number' || Number.isNaN(timeout))) throw new OptionError('timeoutMs', 'a number of milliseconds', timeout);
}

/** Reads where the service is. What came is not shown where it may hold a password. */
export function serverUrl(given: string | URL): URL {
  const url = URL.parse(String(given));
  if (!url || !/^https?:$/.test(url.protocol)) throw new OptionError('serverURL', 'a URL with http: or https:', url ? url.protocol : String(given));
  if (url.username || url.password) throw new OptionError('serverURL', 'a URL without name and password', url.host);
  return url;
}

/** The `authorization` that goes with a key; none without one. */
export function authorization(key: string | undefined): string | undefined {
  if (!key) return undefined;
  // Printable ASCII: anything else makes `fetch` fail with an error that shows it.
  if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(key)) throw unusableKey();
  return /^bearer /i.test(key) ? key : `Bearer ${key}`;
}

/** Says nothing of the value, unlike other errors of options. */
const unusableKey = () => new CacheError('INVALID_OPTION', 'Option `apiKey` must be a string of printable ASCII without white space at its ends, or a function that gives one.');

const isOn = (value: string | undefined) => value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.trim().toLowerCase());
