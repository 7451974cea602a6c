import type { Clock } from '../../base/clock.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { StreamLogs } from '../../stores/store.ts';
import { decodePiece, type Frame } from './frames.ts';

/** How often a log that could not be read is read again from where it was, and after which pause. */
const RETRIES = 3;
const PAUSE: Milliseconds = 100;

/** Reads the frames of one holder's log. */
export class LogReader {
  readonly #logs: StreamLogs;
  readonly #name: string;
  readonly #clock: Clock;
  #pieces: AsyncIterator<Uint8Array>;
  #frames: Frame[] = [];
  #fence: number | undefined;
  #next = 0;
  #failures = 0;

  constructor(logs: StreamLogs, name: string, clock: Clock) {
    this.#logs = logs;
    this.#name = name;
    this.#clock = clock;
    this.#pieces = this.#read();
  }

  /** The next frame, as soon as it is there; `undefined` when the log has ended. Rejects when it cannot be read. */
  async next(): Promise<Frame | undefined> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame) return frame;
      let piece: IteratorResult<Uint8Array>;
      try {
        piece = await this.#pieces.next();
      } catch (error) {
        if (++this.#failures > RETRIES) throw error;
        await this.#clock.sleep(PAUSE);
        this.#pieces = this.#read();
        continue;
      }
      if (piece.done) return undefined;
      const { fence, frames } = decodePiece(piece.value);
      // Once begun anew it may be another holder's.
      if (fence !== (this.#fence ??= fence)) return undefined;
      this.#next++;
      this.#failures = 0;
      this.#frames.push(...frames);
    }
  }

  /** Reads no further. */
  close(): void {
    void (async () => this.#pieces.return?.())().catch(() => {});
  }

  #read(): AsyncIterator<Uint8Array> {
    return this.#logs.read(this.#name, this.#next)[Symbol.asyncIterator]();
  }
}
