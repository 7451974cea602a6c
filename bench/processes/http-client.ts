import { connect, type Socket } from 'node:net';

/** An answer: its status, and its body without chunk marks. */
export interface Reply {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

/**
 * One keep-alive connection that sends one request at a time. Does as little as a client can, so that on a machine with few cores the
 * server is what is measured.
 */
export class Connection {
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #take: ((reply: Reply) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      this.#buffer = this.#buffer.length === 0 ? bytes : Buffer.concat([this.#buffer, bytes]);
      const reply = replyIn(this.#buffer);
      if (!reply) return;
      this.#buffer = Buffer.alloc(0);
      this.#take?.(reply);
    });
    socket.on('error', (error) => this.#fail?.(error));
    socket.on('close', () => this.#fail?.(new Error('The server closed the connection.')));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port }, () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  /** Sends the bytes of a request and waits for the whole answer. */
  ask(bytes: Buffer): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#take = resolve;
      this.#fail = reject;
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#fail = undefined;
    this.#socket.destroy();
  }
}

/** The bytes of a POST. */
export function post(port: number, path: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries({ host: `127.0.0.1:${port}`, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers });
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** The answer that these bytes are, or `undefined` when it is not complete. */
export function replyIn(bytes: Buffer): Reply | undefined {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end === -1) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const status = Number(head.slice(9, 12));
  const start = end + 4;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    const until = start + Number(length);
    return bytes.length < until ? undefined : { status, head, body: bytes.subarray(start, until) };
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) throw new Error('An answer has neither a length nor chunks.');
  const body = unchunked(bytes, start);
  return body && { status, head, body };
}

/** A chunked body put together, or `undefined` when its last chunk is not there. */
function unchunked(bytes: Buffer, start: number): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (let at = start; ; ) {
    const line = bytes.indexOf('\r\n', at, 'latin1');
    if (line === -1) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (bytes.length < line + 2 + size + 2) return undefined;
    if (size === 0) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
