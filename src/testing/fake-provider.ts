import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type Clock } from '../base/clock.ts';
import { answer } from './fake-provider/answer.ts';
import { echo } from './fake-provider/echo.ts';
import { writeModels } from './fake-provider/embeddings.ts';
import { Exchange } from './fake-provider/exchange.ts';
import { counter, gate } from './fake-provider/gate.ts';
import { sendWhole } from './fake-provider/send.ts';
import { Scripts, type FakeReply, type FakeRequest, type FakeScript, type ReplyOptions } from './fake-provider/script.ts';

export interface FakeProviderOptions {
  /** Where to listen. @default 0, any free port */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** Credentials that are known: `true`, or the status or the answer that they get. Any other gets 401. @default all are welcome */
  readonly keys?: Readonly<Record<string, true | number | FakeReply>>;
  /** Keep the requests in `requests`. Turn it off under load. @default true */
  readonly record?: boolean;
  /** Embeddings of these texts; those of others are made from the text. */
  readonly vectors?: Readonly<Record<string, readonly number[]>>;
  /** Length of an embedding, where the request does not say and the model is not known for another. @default 1536 */
  readonly dimensions?: number;
  /** For times in answers and for delays. @default the machine's */
  readonly clock?: Clock;
}

/** A provider in this process that can be told what to answer. */
export interface FakeProvider {
  /** Address without a path, such as `http://127.0.0.1:49152`. */
  readonly url: string;
  /** Base URL for an OpenAI client. */
  readonly openaiUrl: string;
  /** Base URL for an Anthropic client. */
  readonly anthropicUrl: string;
  /** All requests in order of arrival, as long as they are recorded. */
  readonly requests: readonly FakeRequest[];
  /** Model calls that have arrived whole, whatever became of them. */
  readonly calls: number;
  /** Model calls that were answered with success. */
  readonly answered: number;
  /** Requests that arrived for this path (without the query), pass-through ones too. */
  callsOf(path: string): number;
  /** Resolves once `count` model calls have arrived since the start or `reset`. */
  whenCalled(count: number): Promise<void>;
  /** Lays out an answer for the next call that has none yet, or for all. */
  reply(script: FakeScript, options?: ReplyOptions): void;
  /** Keeps all answers to model calls back, before their first byte. */
  hold(): void;
  /** Lets `count` answers go, the oldest held first; without a count all of them, and holds no more. */
  release(count?: number): void;
  /** Answers that are held now. */
  readonly held: number;
  /** Resolves once at least `count` answers are held. @default 1 */
  whenHeld(count?: number): Promise<void>;
  /** Requests whose client left before the answer was out. */
  readonly aborted: number;
  /** The next request whose client left, one that has left already and was not asked for included. */
  nextAbort(): Promise<FakeRequest>;
  /** Forgets requests, counts and scripts, and lets all go that is held. */
  reset(): void;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a real HTTP server that speaks OpenAI Chat Completions, Responses and embeddings and Anthropic Messages under any prefix,
 * and echoes every other path. The same calls get the same answers in every run; each answer tells by a number which call it is.
 * By hand it can be told by request headers: `x-fake-status`, `x-fake-delay-ms`, `x-fake-cut-after` (events).
 *
 * @example
 * const provider = await fakeProvider();
 * provider.reply({ text: 'Paris.' });
 * const client = new OpenAI({ baseURL: provider.openaiUrl, apiKey: 'sk-any' });
 */
export async function fakeProvider(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  const { port = 0, host = '127.0.0.1', keys, record = true, vectors = {}, dimensions = 1536, clock = systemClock } = options;
  const scripts = new Scripts();
  const counts = new Map<string, number>();
  const called = counter();
  let requests: FakeRequest[] = [];
  let calls = 0;
  let answered = 0;
  let aborted = 0;
  let left: FakeRequest[] = [];
  let awaitingAbort: ((request: FakeRequest) => void)[] = [];
  let holding = false;
  let barrier = gate();

  const server = createServer({ keepAlive: true, keepAliveTimeout: 120_000, requestTimeout: 0 }, onRequest);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, 4096, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;

  function onRequest(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const exchange = new Exchange(incoming, outgoing, clock.now());
    const { pathname } = exchange;
    if (record) requests.push(exchange);
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
    outgoing.on('close', () => {
      if (exchange.aborted) void exchange.gone.then(() => onAbort(exchange));   // first whoever waited on its behalf lets go
    });

    const script = exchange.format === undefined ? scripts.take(pathname, false) : undefined;
    if (exchange.format === undefined && script === undefined) return passThrough(exchange);
    incoming.on('data', (chunk: Uint8Array) => exchange.take(chunk));
    incoming.on('end', () => void respond(exchange, script));
  }

  /** Answers a model call, or another request that a script is for. */
  async function respond(exchange: Exchange, found: FakeScript | undefined): Promise<void> {
    const modelCall = exchange.format !== undefined;
    const serial = modelCall ? ++calls : calls;
    const script = found ?? refusal(exchange) ?? scripts.take(exchange.pathname, true);
    if (modelCall) called.is(calls);
    try {
      const reply = (typeof script === 'function' ? await script(exchange) : script) ?? {};
      if (holding && modelCall && !(await exchange.wait(barrier.pass(exchange.gone)))) return;
      if (await answer(exchange, { ...reply, ...directives(exchange) }, serial, { clock, vectors, dimensions })) answered++;
    } catch (error) {
      const message = `The script of the fake provider failed: ${String(error)}`;
      if (exchange.outgoing.headersSent) exchange.breakOff(false);
      else await answer(exchange, { status: 500, error: { message } }, serial, { clock, vectors, dimensions });
    }
  }

  /** What a credential is answered that is not simply welcome. */
  function refusal(request: FakeRequest): FakeReply | undefined {
    if (keys === undefined) return undefined;
    const { key } = request;
    const known = key !== undefined && Object.hasOwn(keys, key) ? keys[key] : 401;
    if (known === true) return undefined;
    return typeof known === 'number' ? { status: known, ...(known === 401 && { error: { message: 'Incorrect API key provided.' } }) } : known;
  }

  function passThrough(exchange: Exchange): void {
    const { headers, method, pathname, incoming } = exchange;
    const status = Number(headers['x-fake-status'] ?? 200);
    const models = method === 'GET' && /^(?:.*\/v1)?\/models(?:\/([^/]+))?$/.exec(pathname);
    const found = models && writeModels(models[1], headers['anthropic-version'] !== undefined);
    if (!found) return echo(exchange, status, record);
    incoming.resume();
    void sendWhole(exchange, status, { 'content-type': 'application/json' }, JSON.stringify(found), {});
  }

  function onAbort(request: FakeRequest): void {
    aborted++;
    const waiter = awaitingAbort.shift();
    if (waiter) waiter(request);
    else left.push(request);
  }

  function release(count?: number): void {
    if (count !== undefined) return barrier.open(count);
    holding = false;
    barrier.openAll();
    barrier = gate();
  }

  async function close(): Promise<void> {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  return {
    url,
    openaiUrl: `${url}/v1`,
    anthropicUrl: url,
    get requests() {
      return requests;
    },
    get calls() {
      return calls;
    },
    get answered() {
      return answered;
    },
    get aborted() {
      return aborted;
    },
    get held() {
      return barrier.waiting;
    },
    callsOf: (path) => counts.get(path) ?? 0,
    whenCalled: (count) => called.reaches(count, calls),
    reply: (script, replyOptions = {}) => scripts.add(script, replyOptions),
    hold() {
      holding = true;
    },
    release,
    whenHeld: (count = 1) => barrier.whenWaiting(count),
    nextAbort() {
      const already = left.shift();
      return already ? Promise.resolve(already) : new Promise((resolve) => awaitingAbort.push(resolve));
    },
    reset() {
      release();
      scripts.clear();
      counts.clear();
      requests = [];
      left = [];
      awaitingAbort = [];
      calls = answered = aborted = 0;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What the request's own headers ask for, for use by hand. */
function directives({ headers }: FakeRequest): FakeReply | undefined {
  const status = headers['x-fake-status'];
  const delay = headers['x-fake-delay-ms'];
  const cut = headers['x-fake-cut-after'];
  if (status === undefined && delay === undefined && cut === undefined) return undefined;
  return {
    ...(status !== undefined && { status: Number(status) }),
    ...(delay !== undefined && { delayMs: Number(delay) }),
    ...(cut !== undefined && { cutAfterChunks: Number(cut) }),
  };
}
