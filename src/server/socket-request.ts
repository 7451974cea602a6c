import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MaybePromise } from '../base/maybe.ts';
import type { Bytes } from '../base/units.ts';
import type { PlainRequest, RequestBody } from './http.ts';

const nothing = new Uint8Array(0);

/** A request that came over a socket. What a hit does not need is made only when it is asked for. */
export class SocketRequest implements PlainRequest {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RequestBody;
  readonly #message: IncomingMessage;
  #leaving: AbortController | undefined;
  #left = false;

  constructor(message: IncomingMessage, response: ServerResponse) {
    const target = message.url!;
    const mark = target.indexOf('?');
    this.method = message.method!;
    this.target = target;
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.query = mark === -1 ? '' : target.slice(mark);
    this.headers = message.headers as Record<string, string>;
    this.body = new SocketBody(message, message.headers.expect === undefined ? undefined : () => response.writeContinue());
    this.#message = message;
  }

  get rawHeaders(): readonly string[] {
    return this.#message.rawHeaders;
  }

  get remote(): string {
    return this.#message.socket.remoteAddress ?? '';
  }

  get signal(): AbortSignal {
    if (!this.#leaving) {
      this.#leaving = new AbortController();
      if (this.#left) this.leave();
    }
    return this.#leaving.signal;
  }

  /** The caller is gone. */
  leave(): void {
    this.#left = true;
    this.#leaving?.abort(new DOMException('The caller left.', 'AbortError'));
  }
}

/** The body of a request that came over a socket. `begin` is called before the first byte is asked for. */
class SocketBody implements RequestBody {
  readonly length: Bytes | undefined;
  readonly #message: IncomingMessage;
  readonly #begin: (() => void) | undefined;

  constructor(message: IncomingMessage, begin?: () => void) {
    const announced = message.headers['content-length'];
    this.length = announced !== undefined ? Number(announced) : message.headers['transfer-encoding'] === undefined ? 0 : undefined;
    this.#message = message;
    this.#begin = begin;
  }

  read(limit: Bytes): MaybePromise<Uint8Array | undefined> {
    if (this.length === 0) return nothing;
    if (this.length !== undefined && this.length > limit) return undefined;
    this.#begin?.();
    return collect(this.#message, limit);
  }

  stream(): AsyncIterable<Uint8Array> {
    this.#begin?.();
    return this.#message.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  }
}

/** All bytes of a message; one that came in a single piece is not copied. `undefined` when there are more than `limit`. */
function collect(message: IncomingMessage, limit: Bytes): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let bytes = 0;
    const stop = () => {
      message.off('data', onData).off('end', onEnd).off('error', reject).off('close', onClose);
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) {
        stop();
        message.pause();
        resolve(undefined);
      } else if (first === undefined) first = chunk;
      else (more ??= [first]).push(chunk);
    };
    const onEnd = () => {
      stop();
      resolve(more ? Buffer.concat(more, bytes) : (first ?? nothing));
    };
    const onClose = () => reject(new Error('The caller left before its request was complete.'));
    message.on('data', onData).on('end', onEnd).on('error', reject).on('close', onClose);
  });
}
