import type { Readable } from 'node:stream';
import { UpstreamError } from '../base/errors.ts';
import type { Bytes } from '../base/units.ts';

/** So much may lie here unread before the stream is told to wait. */
const MOST_UNREAD: Bytes = 64 * 1024;

type Piece = IteratorResult<Uint8Array, undefined>;

const DONE: Piece = { done: true, value: undefined };

/**
 * The bytes of a provider's answer; its breaking off is an `UpstreamError`. Takes one reader, who asks for one piece at a time. Does
 * what the iterator of a stream does at a fraction of its time, which for a small answer was a tenth of the whole request's.
 */
export class PiecesOf implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #stream: Readable;
  #unread: Uint8Array[] = [];
  #bytes: Bytes = 0;
  #ended = false;
  #error: Error | undefined;
  #reader: { resolve(piece: Piece): void; reject(error: Error): void } | undefined;

  constructor(stream: Readable) {
    this.#stream = stream;
    stream
      .on('data', (bytes: Uint8Array) => this.#add(bytes))
      .on('end', () => this.#end())
      .on('error', (cause) => this.#end(cause))
      .on('close', () => this.#ended || this.#end(new Error('It closed before its end.')));
  }

  next(): Promise<Piece> {
    const value = this.#unread.shift();
    if (value) {
      this.#bytes -= value.length;
      if (this.#bytes < MOST_UNREAD && this.#stream.isPaused()) this.#stream.resume();
      return Promise.resolve({ done: false, value });
    }
    if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => (this.#reader = { resolve, reject }));
  }

  return(): Promise<Piece> {
    this.#unread = [];
    this.#end();
    this.#error = undefined;
    this.#stream.destroy();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #add(bytes: Uint8Array): void {
    if (this.#ended) return;
    const reader = this.#reader;
    if (reader) {
      this.#reader = undefined;
      return reader.resolve({ done: false, value: bytes });
    }
    this.#unread.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= MOST_UNREAD) this.#stream.pause();
  }

  /** Once; what comes later is only the closing of what has ended. */
  #end(cause?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    const error = cause && (cause instanceof UpstreamError ? cause : new UpstreamError('The provider broke off its answer.', { cause }));
    const reader = this.#reader;
    this.#reader = undefined;
    if (!reader) this.#error = error;
    else if (error) reader.reject(error);
    else reader.resolve(DONE);
  }
}
