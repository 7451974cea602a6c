import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Bytes, Milliseconds } from '../base/units.ts';
import { endWith, ONE_PIECE } from './end-with.ts';
import type { PlainReply, PlainRequest, ReplyHeaders } from './http.ts';
import { SocketRequest } from './socket-request.ts';

// An import of this module would load Node's whole fetch as well, which takes longer than all of the server.
const { createServer } = process.getBuiltinModule('node:http');

/** Largest head of a request, in bytes. */
const MAX_HEAD = 64 * 1024;
/** How long a caller may take to send its head, and its whole request. Answers are not limited. */
const HEAD_TIMEOUT: Milliseconds = 60_000;
const REQUEST_TIMEOUT: Milliseconds = 3_600_000;
/** Longer than the 60 seconds for which load balancers keep an idle connection, so that they close first. */
const KEEP_ALIVE: Milliseconds = 75_000;
/** How long a body that nobody wants is read and thrown away, so that its sender sees the answer before the connection goes. */
const LINGER: Milliseconds = 2_000;

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}

/** A running listener. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Stops accepting, lets running answers finish for at most `graceMs`, then breaks off what is left. */
  close(graceMs: Milliseconds): Promise<void>;
}

/** Answers HTTP/1.1 on a port with a handler of plain requests. The handler must not throw. */
export async function listen(handle: (request: PlainRequest) => Promise<PlainReply>, options: ListenOptions): Promise<Listening> {
  const server = createServer({
    maxHeaderSize: MAX_HEAD,
    headersTimeout: HEAD_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE,
    highWaterMark: 64 * 1024,
  });
  let draining = false;
  const onRequest = (message: IncomingMessage, response: ServerResponse) => {
    if (draining) closeAfter(server, response);
    void bridge(handle, message, response);
  };
  server.on('request', onRequest);
  server.on('checkContinue', onRequest);
  server.on('connect', (_message: IncomingMessage, socket: Socket) => refuseSocket(socket, '405 Method Not Allowed', 'This server opens no tunnels (CONNECT).'));
  server.on('clientError', onClientError);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port, backlog: 4096 }, () => {
      server.off('error', reject);
      // What fails later is one connection that could not be accepted, for want of descriptors say.
      server.on('error', () => undefined);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  return {
    host: options.host,
    port: address.port,
    close(graceMs) {
      draining = true;
      return new Promise((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), graceMs);
        const sweep = setInterval(() => server.closeIdleConnections(), 100);
        server.close(() => {
          clearTimeout(late);
          clearInterval(sweep);
          resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}

/** While draining, a connection serves the request that is already on it and no other. */
function closeAfter(server: Server, response: ServerResponse): void {
  response.shouldKeepAlive = false;
  response.once('close', () => server.closeIdleConnections());
}

/** Carries one request to the handler and its reply back. Never rejects. */
export async function bridge(handle: (request: PlainRequest) => Promise<PlainReply>, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = new SocketRequest(message, response);
  const flow = new Flow(response, request);
  const reply = await handle(request);
  const { body } = reply;
  if (flow.left) {
    leave(body);
    return reply.onEnd?.(0, false);
  }
  if (!message.complete) response.once('finish', () => discard(message));
  try {
    response.writeHead(reply.status, reply.headers as string[]);
  } catch {
    // A status or a header that HTTP does not allow, such as a damaged entry may have.
    leave(body);
    response.writeHead(500, { 'content-length': '0' }).end();
    return reply.onEnd?.(0, false);
  }
  if (body instanceof Uint8Array) {
    endWith(response, body);
    return reply.onEnd?.(body.length, true);
  }
  const complete = await flow.pour(body, reply.headers);
  reply.onEnd?.(flow.sent, complete);
}

/** Tells a source that nobody reads it. */
function leave(body: PlainReply['body']): void {
  if (body instanceof Uint8Array) return;
  void body[Symbol.asyncIterator]().return?.().catch(() => undefined);
}

/**
 * Writes to one response no faster than it is read, and notices when the caller leaves. What comes within one turn of the event loop goes
 * out in one piece at its end, with the head if that has not gone yet: each write costs a good part of what the rest of a request does.
 */
class Flow {
  left = false;
  sent: Bytes = 0;
  readonly #response: ServerResponse;
  #iterator: AsyncIterator<Uint8Array> | undefined;
  #wake: (() => void) | undefined;
  #held: Uint8Array[] = [];
  #heldBytes: Bytes = 0;
  #turn: NodeJS.Immediate | undefined;
  #begun = false;

  constructor(response: ServerResponse, request: SocketRequest) {
    this.#response = response;
    response.on('close', () => {
      if (response.writableFinished) return;
      this.left = true;
      request.leave();
      this.#wake?.();
      void this.#iterator?.return?.().catch(() => undefined);
    });
  }

  /** True when all of it was handed over. `headers` are those that the response has. */
  async pour(body: AsyncIterable<Uint8Array>, headers: ReplyHeaders): Promise<boolean> {
    const response = this.#response;
    const iterator = body[Symbol.asyncIterator]();
    this.#iterator = iterator;
    this.#turn = setImmediate(() => this.#release());
    try {
      for (;;) {
        const next = await iterator.next();
        if (this.left) return false;
        if (next.done) break;
        this.#hold(next.value);
        if (response.writableNeedDrain) await this.#drained();
        if (this.left) return false;
      }
      clearImmediate(this.#turn);
      const last = this.#takeHeld();
      // Checked here where that is enough, as Node sends nothing in one write that it is to check.
      if (!this.#begun) response.strictContentLength = !hasLength(headers, last.length);
      endWith(response, last);
      return true;
    } catch {
      this.#release();
      // What was written in this turn leaves at its end.
      setImmediate(() => breakOff(response));
      void iterator.return?.().catch(() => undefined);
      return false;
    }
  }

  #hold(bytes: Uint8Array): void {
    this.sent += bytes.length;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > ONE_PIECE) this.#release();
    else this.#turn ??= setImmediate(() => this.#release());
  }

  /** Sends what is held; the head alone when that is nothing. */
  #release(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    if (this.left) return;
    this.#begun = true;
    this.#response.strictContentLength = true;
    try {
      if (this.#held.length > 0) this.#response.write(this.#takeHeld());
      else this.#response.flushHeaders();
    } catch {
      // More than was announced.
      breakOff(this.#response);
    }
  }

  #takeHeld(): Uint8Array {
    const bytes = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return bytes;
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#response.once('drain', resolve);
    });
  }
}

/** True when exactly so many bytes are announced. */
function hasLength(headers: ReplyHeaders, bytes: Bytes): boolean {
  if (!Array.isArray(headers)) return (headers as Readonly<Record<string, string>>)['content-length'] === String(bytes);
  const at = headers.findIndex((text: string, place) => place % 2 === 0 && text.length === 14 && text.toLowerCase() === 'content-length');
  return at !== -1 && headers[at + 1] === String(bytes);
}

/** Ends the connection so that the caller sees that its answer is not complete. */
function breakOff(response: ServerResponse): void {
  // A body that ends with the connection would look complete after an orderly close.
  if (response.req.httpVersion === '1.0') response.socket?.resetAndDestroy();
  response.destroy();
}

/** Throws away the rest of a body that was answered before it ended; a long one loses the connection. */
function discard(message: IncomingMessage): void {
  if (message.complete || message.destroyed) return;
  const late = setTimeout(() => message.socket.destroy(), LINGER);
  late.unref();
  message.once('close', () => clearTimeout(late));
  message.resume();
}

function onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // In the middle of an answer, or after one, an error would be taken for a part of it.
  if (!socket.writable || socket.bytesWritten > 0) socket.destroy();
  else if (error.code === 'HPE_HEADER_OVERFLOW') refuseSocket(socket, '431 Request Header Fields Too Large', `The head of the request is larger than ${MAX_HEAD} bytes.`);
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') refuseSocket(socket, '408 Request Timeout', 'The request did not arrive in time.');
  else refuseSocket(socket, '400 Bad Request', 'This is not HTTP/1.1.');
}

/** Answers where there is no request to answer, and closes. */
function refuseSocket(socket: Socket, status: string, message: string): void {
  socket.on('error', () => socket.destroy());
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: 'INVALID_REQUEST' } });
  socket.write(`HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
  socket.destroySoon();
}
