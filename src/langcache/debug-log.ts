import { Console } from 'node:console';
import { isCredentialHeader } from '../keys/credentials.ts';
import type { TransportRequest, TransportResponse } from './transport.ts';

/** Where requests and answers are written for debugging; a console is one. */
export interface DebugLogger {
  log(message: unknown, ...more: unknown[]): void;
  group?(label?: string): void;
  groupEnd?(): void;
}

/** Writes to standard error, so that what a program prints stays clean. */
export const standardError = (): DebugLogger => new Console(process.stderr);

const HIDDEN = '***';

/** Writes whole requests and answers, prompts included, with every credential hidden: headers by name, and the key wherever it appears. */
export class DebugLog {
  readonly #logger: DebugLogger | undefined;
  constructor(logger: DebugLogger | undefined) {
    this.#logger = logger;
  }

  request({ method, url, headers, body }: TransportRequest, key: string | undefined): void {
    this.#write(`> Request: ${method} ${url.href}`, Object.entries(headers), body, key);
  }

  response({ method, url }: TransportRequest, { status, headers, body }: TransportResponse, key: string | undefined): void {
    this.#write(`< Response: ${method} ${url.href}: ${status}`, [...headers], body, key);
  }

  failure({ method, url }: TransportRequest, error: Error, key: string | undefined): void {
    this.#write(`< No response: ${method} ${url.href}: ${error.message}`, [], undefined, key);
  }

  #write(title: string, headers: readonly (readonly [string, string])[], body: string | undefined, key: string | undefined): void {
    const logger = this.#logger;
    if (!logger) return;
    const hide = hider(key);
    try {
      logger.group?.(hide(title));
      if (!logger.group) logger.log(hide(title));
      for (const [name, value] of headers) logger.log(`${hide(name)}: ${name === 'set-cookie' || isCredentialHeader(name) ? HIDDEN : hide(value)}`);
      if (body) logger.log(hide(body));
      logger.groupEnd?.();
    } catch {
      // A logger that fails must not cost the caller the answer.
    }
  }
}

/** Puts stars in place of the key, also where it is written as in URLs or in JSON. */
function hider(key: string | undefined): (text: string) => string {
  const bare = key?.replace(/^bearer /i, '').trim();
  if (!bare) return (text) => text;
  const forms = [bare, encodeURIComponent(bare), JSON.stringify(bare).slice(1, -1)];
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
}
