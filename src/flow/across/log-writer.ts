import { type Clock, OVER } from '../../base/clock.ts';
import type { Bytes, Milliseconds } from '../../base/units.ts';
import type { Lease, StreamLogs } from '../../stores/store.ts';
import { inTime } from '../in-time.ts';
import { encodePiece, type Frame } from './frames.ts';

/** Bytes that come within this time after others go in one piece. */
const GATHER: Milliseconds = 10;

export interface LogWriterOptions {
  readonly clock: Clock;
  /** The most that may wait for a store that is slower than the source. */
  readonly maxWaiting: Bytes;
  /** How long a piece may take. */
  readonly limit: Milliseconds;
  /** Told once that nothing more can be written. */
  readonly onFailed: (error: unknown) => void;
}

/** Writes frames to the log of a lease, in order and without anybody waiting for it. The first bytes go at once, later ones gathered. */
export class LogWriter {
  readonly #logs: StreamLogs;
  readonly #lease: Lease;
  readonly #options: LogWriterOptions;
  readonly #ending = new AbortController();
  #waiting: Frame[] = [];
  #bytes: Bytes = 0;
  #seq = 0;
  #writing: Promise<void> | undefined;
  #stopped = false;

  constructor(logs: StreamLogs, lease: Lease, options: LogWriterOptions) {
    this.#logs = logs;
    this.#lease = lease;
    this.#options = options;
  }

  add(frame: Frame): void {
    if (this.#stopped) return;
    this.#waiting.push(frame);
    if (frame.is === 'bytes') this.#bytes += frame.bytes.byteLength;
    if (this.#bytes > this.#options.maxWaiting) return this.#fail(new Error('the log is written too slowly'));
    this.flush();
  }

  /** Writes what waits, unless nobody could read it. */
  flush(): void {
    if (this.#waiting.length > 0 && !this.#lease.alone) this.#writing ??= this.#write();
  }

  /** Resolves when all has been written, or cannot be. Nothing can be added any more. */
  async end(): Promise<void> {
    this.#ending.abort(OVER);
    await this.#writing;
    this.stop();
  }

  /** Writes nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
  }

  async #write(): Promise<void> {
    // Frames that are added in one turn go together.
    await undefined;
    while (this.#waiting.length > 0 && !this.#stopped) {
      const frames = this.#waiting;
      this.#waiting = [];
      this.#bytes = 0;
      const { clock, limit } = this.#options;
      try {
        const written = this.#logs.append(this.#lease, this.#seq++, encodePiece(this.#lease.fence, frames));
        await inTime(written, limit, clock, () => new Error(`a piece of a log took longer than ${limit} ms`));
      } catch (error) {
        return this.#fail(error);
      }
      if (frames.some(({ is }) => is === 'bytes')) await clock.sleep(GATHER, this.#ending.signal).catch(() => {});
    }
    // At once, as what is added in the next moment would wait for nobody.
    this.#writing = undefined;
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    this.#options.onFailed(error);
  }
}
