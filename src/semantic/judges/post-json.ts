import { JudgeError, OptionError } from '../../base/errors.ts';
import { isObject, parseObject, toBytes } from '../../base/json.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { type Bytes, type Duration, type Milliseconds, toMilliseconds } from '../../base/units.ts';
import { untilAborted } from './bounded.ts';

/** How a service that judges is reached. */
export interface ServiceOptions {
  /** Sent as `Authorization: Bearer`. */
  apiKey?: string;
  /** Further headers; they win over those that are sent anyway. */
  headers?: Readonly<Record<string, string>>;
  /** Used in place of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** How long one call may take. The time limit of the lookup holds besides. @default '10s' */
  timeout?: Duration;
  /** Calls that run at a time; up to 64 more wait, and what comes beyond fails as `busy`. @default 4 */
  maxConcurrent?: number;
}

/** Calls that may wait while `maxConcurrent` run. */
export const MOST_WAITING = 64;

/** A service as it is called. */
export interface Service {
  /** The address, as given. */
  readonly url: URL;
  /**
   * Posts JSON and reads the answer, whatever its status. Fails with a `JudgeError` (`failed`, `late`, `unreadable`) or the signal's
   * reason. A redirect is a failure: what is asked goes to the address that was given, and nowhere else.
   */
  post(body: JsonObject, signal: AbortSignal): Promise<ServiceAnswer>;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Larger answers are not read: a verdict or the scores of some texts take a few kilobytes. */
const LARGEST: Bytes = 1 << 20;
/** The longest span that a timer takes; a longer one would ring at once. */
const LONGEST_TIMER: Milliseconds = 2 ** 31 - 1;

/** Checks an address. `option` names it in the error. */
export function serviceUrl(address: string | URL, option: string): URL {
  const expected = 'an http or https URL without user name and password';
  if (!URL.canParse(String(address))) throw new OptionError(option, expected, address);
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol)) throw new OptionError(option, expected, url.protocol);
  if (url.username || url.password) throw new OptionError(option, expected, `${url.protocol}//...@${url.host}`);
  return url;
}

/** A service at an address. Throws an `OptionError`; opens nothing before it is called. */
export function service(url: URL, options: ServiceOptions): Service {
  const timeout = Math.min(toMilliseconds(options.timeout ?? '10s', 'timeout'), LONGEST_TIMER);
  const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json' });
  // Checked here, as the error of `Headers` would repeat the key.
  if (options.apiKey && !/^[\x21-\x7e]+$/.test(options.apiKey)) throw new OptionError('apiKey', 'a key without spaces and line breaks', '...');
  if (options.apiKey) headers.set('authorization', `Bearer ${options.apiKey}`);
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);

  return {
    url,
    async post(body, signal) {
      signal.throwIfAborted();
      const ending = new AbortController();
      const leave = (): void => ending.abort(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
      const late = (): void => ending.abort(new JudgeError('late', `The judge at ${url.host} did not answer within ${timeout} ms.`));
      const timer = setTimeout(late, timeout);
      try {
        return await untilAborted(call(body, ending.signal), ending.signal);
      } catch (error) {
        if (error instanceof JudgeError || signal.aborted) throw error;
        throw new JudgeError('failed', `The judge at ${url.host} could not be reached, or broke off.`, { cause: error });
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
      }
    },
  };

  async function call(body: JsonObject, signal: AbortSignal): Promise<ServiceAnswer> {
    const request = { method: 'POST', headers, body: toBytes(JSON.stringify(body)), redirect: 'error', signal } as const;
    const response = await (options.fetch ?? globalThis.fetch)(url, request);
    return { status: response.status, body: await read(response) };
  }
}

async function read(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop lets the connection go.
    if (size > LARGEST) throw new JudgeError('unreadable', `The judge's answer is longer than ${LARGEST} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What an error status says. The service's own words are the cause: they may repeat what was asked. */
export function refusal(host: string, { status, body }: ServiceAnswer): JudgeError {
  const said = parseObject(body);
  const error: Json | undefined = said && isObject(said.error) ? said.error.message : (said?.error ?? said?.message ?? said?.detail);
  const words = typeof error === 'string' ? error : JSON.stringify(error ?? null);
  return new JudgeError('failed', `The judge at ${host} answered with status ${status}.`, { cause: new Error(words.slice(0, 500)) });
}
