import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { parseObject, type JsonObject } from '../../base/json.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { FakeFormat, FakeRequest } from './script.ts';

const FORMATS: readonly (readonly [ending: string, format: FakeFormat])[] = [
  ['/chat/completions', 'openai-chat'],
  ['/responses', 'openai-responses'],
  ['/messages', 'anthropic-messages'],
  ['/embeddings', 'openai-embeddings'],
];

/** The wire format of a path, whatever stands before it. Messages of a thread are not those of Anthropic. */
export function formatOf(method: string, pathname: string): FakeFormat | undefined {
  if (method !== 'POST') return undefined;
  const format = FORMATS.find(([ending]) => pathname.endsWith(ending))?.[1];
  return format === 'anthropic-messages' && pathname.includes('/threads/') ? undefined : format;
}

/**
 * One request with the answer that is due, and what becomes of both. Under load there are thousands a second, so that whatever a
 * test may ask of a request is made only when it is asked.
 */
export class Exchange implements FakeRequest {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly pathname: string;
  readonly format: FakeFormat | undefined;
  readonly at: Milliseconds;
  /** True when the provider itself ends the connection early; the client is then not said to have left. */
  cut = false;
  #chunks: Uint8Array[] = [];
  #json: JsonObject | undefined | null = null;
  #gone: Promise<void> | undefined;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, at: Milliseconds) {
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.method = incoming.method ?? 'GET';
    this.path = incoming.url ?? '/';
    const query = this.path.indexOf('?');
    this.pathname = query === -1 ? this.path : this.path.slice(0, query);
    this.format = formatOf(this.method, this.pathname);
    this.at = at;
  }

  get headers(): IncomingHttpHeaders {
    return this.incoming.headers;
  }

  get rawHeaders(): readonly string[] {
    return this.incoming.rawHeaders;
  }

  get body(): Uint8Array {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] as Uint8Array;
  }

  get json(): JsonObject | undefined {
    if (!this.complete) return undefined;
    if (this.#json === null) this.#json = parseObject(this.body);
    return this.#json;
  }

  get key(): string | undefined {
    const { authorization, 'x-api-key': apiKey, 'api-key': azureKey } = this.headers;
    for (const key of [apiKey, azureKey]) if (typeof key === 'string') return key;
    return authorization?.replace(/^bearer\s+/i, '');
  }

  get complete(): boolean {
    return this.incoming.complete;
  }

  get aborted(): boolean {
    return this.outgoing.closed && !this.outgoing.writableFinished && !this.cut;
  }

  /** What a failed test prints of it. */
  toJSON(): JsonObject {
    return { method: this.method, path: this.path, body: new TextDecoder().decode(this.body) };
  }

  /** Takes a piece of the request's body. */
  take(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  /** Resolves when the connection to the client has ended. */
  get gone(): Promise<void> {
    this.#gone ??= new Promise((resolve) => {
      if (this.outgoing.closed) resolve();
      else this.outgoing.once('close', resolve);
    });
    return this.#gone;
  }

  /** Waits for `what`; false when the client left meanwhile. */
  async wait(what: Promise<unknown>): Promise<boolean> {
    await Promise.race([what, this.gone]);
    return !this.outgoing.closed && !this.outgoing.destroyed;
  }

  /** Ends the connection in the middle, once what was written is out. */
  breakOff(reset: boolean): void {
    this.cut = true;
    const socket = this.outgoing.socket;
    const end = () => (reset ? socket?.resetAndDestroy() : socket?.destroy());
    if (this.outgoing.headersSent) this.outgoing.write('', end);
    else end();
  }
}
