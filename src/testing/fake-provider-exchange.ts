import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseObject, type JsonObject } from '../base/json.ts';
import type { Milliseconds } from '../base/units.ts';
import type { FakeFormat, FakeRequest } from './fake-provider-script.ts';

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

/** One request with the answer that is due, and what becomes of both. */
export class Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly pathname: string;
  readonly format: FakeFormat | undefined;
  readonly request: FakeRequest;
  /** True when the provider itself ends the connection early; the client is then not said to have left. */
  cut = false;
  #chunks: Uint8Array[] = [];
  #gone: Promise<void> | undefined;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, at: Milliseconds) {
    const path = incoming.url ?? '/';
    const query = path.indexOf('?');
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.pathname = query === -1 ? path : path.slice(0, query);
    this.format = formatOf(incoming.method ?? 'GET', this.pathname);
    this.request = this.#record(path, at);
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

  #record(path: string, at: Milliseconds): FakeRequest {
    const { incoming, outgoing, format } = this;
    let json: JsonObject | undefined | null = null;
    const body = () => {
      if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
      return this.#chunks[0] as Uint8Array;
    };
    const isCut = () => this.cut;
    return {
      method: incoming.method ?? 'GET',
      path,
      headers: incoming.headers,
      rawHeaders: incoming.rawHeaders,
      at,
      format,
      get body() {
        return body();
      },
      get json() {
        if (!incoming.complete) return undefined;
        if (json === null) json = parseObject(body());
        return json;
      },
      get key() {
        const { authorization, 'x-api-key': apiKey, 'api-key': azureKey } = incoming.headers;
        return [apiKey, azureKey].find((key) => typeof key === 'string') as string | undefined ?? authorization?.replace(/^bearer\s+/i, '');
      },
      get complete() {
        return incoming.complete;
      },
      get aborted() {
        return outgoing.closed && !outgoing.writableFinished && !isCut();
      },
    };
  }
}
