import type { IncomingMessage } from 'node:http';
import type { MaybePromise } from '../base/maybe.ts';
import type { Bytes } from '../base/units.ts';
import type { RequestBody } from './http.ts';

const nothing = new Uint8Array(0);

/** The body of a request that came over a socket. `begin` is called before the first byte is asked for. */
export class SocketBody implements RequestBody {
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
