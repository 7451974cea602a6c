import { SlowReaderError } from '../base/errors.ts';
import type { Bytes } from '../base/units.ts';

/** How much a broadcast may hold. */
export interface BroadcastLimits {
  /** All is kept, so that anybody may still join, up to so many bytes. Beyond, only what readers have not had yet. */
  readonly keepBytes: Bytes;
  /** Once nothing is kept: how far the fastest reader may lag before the source has to wait, and half of how far any may. */
  readonly lagBytes: Bytes;
}

/**
 * One source of bytes for many readers, each at its own pace. The source is read as fast as it comes while everything is kept, so
 * nobody waits for a slow reader; when it has outgrown what may be kept, the fastest reader sets the pace.
 */
export class Broadcast {
  readonly #limits: BroadcastLimits;
  readonly #readers = new Set<Reader>();
  readonly #onLeft: () => void;
  #chunks: Uint8Array[] = [];
  #first = 0;
  #bytes = 0;
  #ended = false;
  #error: { readonly reason: unknown } | undefined;
  #kept = true;
  #onChange: (() => void) | undefined;

  /** `onLeft` is called when the last reader leaves before the end. */
  constructor(limits: BroadcastLimits, onLeft: () => void) {
    this.#limits = limits;
    this.#onLeft = onLeft;
  }

  /** All bytes so far, while they are kept. */
  get recorded(): Uint8Array | undefined {
    return this.#kept ? joined(this.#chunks, this.#bytes) : undefined;
  }
  get kept(): boolean {
    return this.#kept;
  }
  get bytes(): Bytes {
    return this.#bytes;
  }
  get readers(): number {
    return this.#readers.size;
  }

  /** Adds bytes. Resolves when more are wanted; at once while all is kept. */
  async push(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limits.keepBytes) this.#kept = false;
    for (const reader of this.#readers) reader.wake();
    if (!this.#kept) await this.#room();
  }

  /** Resolves when some reader waits for bytes, or none is left: for sources that must not run ahead. */
  async wanted(): Promise<void> {
    while (this.#readers.size > 0 && ![...this.#readers].some((reader) => reader.waiting)) await this.#change();
  }

  end(): void {
    this.#ended = true;
    for (const reader of this.#readers) reader.wake();
  }

  /** Ends it with an error, which every reader gets after the bytes that came before it. */
  fail(reason: unknown): void {
    this.#error = { reason };
    this.end();
  }

  /** A new reader, from the first byte on. Only while all is kept. */
  read(): Reader {
    const reader: Reader = new Reader({
      next: (at) => {
        const chunk = this.#chunks[at - this.#first];
        if (chunk) return chunk;
        if (this.#error) throw this.#error.reason;
        return this.#ended ? 'end' : 'wait';
      },
      moved: () => this.#moved(),
      left: () => this.#left(reader),
    });
    this.#readers.add(reader);
    return reader;
  }

  #left(reader: Reader): void {
    if (!this.#readers.delete(reader)) return;
    this.#moved();
    if (this.#readers.size === 0 && !this.#ended) this.#onLeft();
  }

  #moved(): void {
    if (!this.#kept) this.#forget();
    const resolve = this.#onChange;
    this.#onChange = undefined;
    resolve?.();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#onChange = resolve));
  }

  /** Drops what all readers have had, and lets go of readers that lag too far. */
  #forget(): void {
    let behind = this.#first + this.#chunks.length;
    for (const reader of this.#readers) behind = Math.min(behind, reader.at);
    this.#chunks.splice(0, behind - this.#first);
    this.#first = behind;
  }

  /** Resolves when the fastest reader is near enough; readers that lag too far behind it are let go. */
  async #room(): Promise<void> {
    for (;;) {
      for (const reader of this.#readers) {
        if (this.#readers.size > 1 && this.#lag(reader) > 2 * this.#limits.lagBytes) {
          this.#readers.delete(reader);
          reader.cut(new SlowReaderError(2 * this.#limits.lagBytes));
        }
      }
      this.#forget();
      if (this.#fastestLag() <= this.#limits.lagBytes) return;
      await this.#change();
    }
  }

  #lag(reader: Reader): Bytes {
    return this.#bytes - reader.had;
  }

  #fastestLag(): Bytes {
    let fastest: Reader | undefined;
    for (const reader of this.#readers) if (!fastest || reader.at > fastest.at) fastest = reader;
    return fastest ? this.#lag(fastest) : 0;
  }
}

interface Source {
  next(at: number): Uint8Array | 'wait' | 'end';
  moved(): void;
  left(): void;
}

/** One reader of a broadcast. */
export class Reader implements AsyncIterableIterator<Uint8Array, undefined> {
  /** Number of the chunk that comes next. */
  at = 0;
  /** How many bytes it has had. */
  had: Bytes = 0;
  /** Let go of at the end, so that whoever keeps the reader does not keep the bytes. */
  #source: Source | undefined;
  #wake: (() => void) | undefined;
  #done = false;
  #cut: { readonly reason: unknown } | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  get waiting(): boolean {
    return this.#wake !== undefined;
  }

  wake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Ends it with an error that comes before what it has not had yet. Whoever calls this has taken it off the broadcast. */
  cut(reason: unknown): void {
    if (this.#done) return;
    this.#cut = { reason };
    this.#source = undefined;
    this.wake();
  }

  /** Leaves, and makes the next read fail with `reason`. */
  abort(reason: unknown): void {
    const source = this.#source;
    this.cut(reason);
    source?.left();
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      if (this.#cut && !this.#done) {
        this.#done = true;
        throw this.#cut.reason;
      }
      if (!this.#source) return { done: true, value: undefined };
      let chunk: Uint8Array | 'wait' | 'end';
      try {
        chunk = this.#source.next(this.at);
      } catch (error) {
        this.#leave();
        throw error;
      }
      if (chunk === 'end') {
        this.#leave();
        return { done: true, value: undefined };
      }
      if (chunk !== 'wait') {
        this.at++;
        this.had += chunk.length;
        this.#source.moved();
        return { done: false, value: chunk };
      }
      const earlier = this.#wake;
      const woken = new Promise<void>((resolve) => {
        this.#wake = () => {
          earlier?.();
          resolve();
        };
      });
      this.#source.moved();
      await woken;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#leave();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #leave(): void {
    const source = this.#source;
    this.#done = true;
    this.#source = undefined;
    this.wake();
    source?.left();
  }
}

/** One array with memory of its own: recorded bytes live for days, and small buffers of Node are pieces of larger ones, which would live as long. */
function joined(chunks: readonly Uint8Array[], bytes: Bytes): Uint8Array {
  const all = Buffer.allocUnsafeSlow(bytes);
  chunks.reduce((at, chunk) => (all.set(chunk, at), at + chunk.length), 0);
  return all;
}
