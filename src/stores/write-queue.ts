import type { Bytes } from '../base/units.ts';
import type { Entry } from '../model/entry.ts';
import { sizeOf } from '../model/entry.ts';

/** How many writes are under way at one time. */
const AT_ONCE = 16;

/** What may wait to be written. */
export interface WriteQueueBounds {
  /** @default 10_000 */
  readonly maxEntries?: number;
  /** @default 64 MiB */
  readonly maxBytes?: Bytes;
}

interface Waiting {
  readonly entry: Entry;
  readonly settle: PromiseWithResolvers<void>;
}

/** Entries on their way to a store, in the order they came and a few at a time. What has no room is refused. */
export class WriteQueue {
  readonly #write: (entry: Entry) => Promise<void>;
  readonly #maxEntries: number;
  readonly #maxBytes: Bytes;
  readonly #underWay = new Set<Promise<void>>();
  #waiting: Waiting[] = [];
  #bytes: Bytes = 0;

  constructor(write: (entry: Entry) => Promise<void>, { maxEntries = 10_000, maxBytes = 2 ** 26 }: WriteQueueBounds = {}) {
    this.#write = write;
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  /** True when there is room for one more. */
  hasRoomFor(entry: Entry): boolean {
    return this.#underWay.size < AT_ONCE || (this.#waiting.length < this.#maxEntries && this.#bytes + sizeOf(entry) <= this.#maxBytes);
  }

  /** Resolves when the entry is written; rejects with what its write rejects with. */
  add(entry: Entry): Promise<void> {
    const waiting = { entry, settle: Promise.withResolvers<void>() };
    this.#waiting.push(waiting);
    this.#bytes += sizeOf(entry);
    this.#next();
    return waiting.settle.promise;
  }

  /** Lets those that fit go unwritten, as what is deleted next would be deleted with them, and waits for those that are under way. */
  async clear(fits: (entry: Entry) => boolean): Promise<void> {
    const gone = this.#waiting.filter(({ entry }) => fits(entry));
    this.#waiting = this.#waiting.filter((waiting) => !gone.includes(waiting));
    for (const { entry, settle } of gone) {
      this.#bytes -= sizeOf(entry);
      settle.resolve();
    }
    await Promise.all(this.#underWay);
  }

  /** Resolves when all is written, or has failed. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Lets all that waits go, and says how much that was. */
  abandon(reason: Error): number {
    const gone = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    for (const { settle } of gone) settle.reject(reason);
    return gone.length;
  }

  #next(): void {
    while (this.#underWay.size < AT_ONCE) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#bytes -= sizeOf(next.entry);
      const writing: Promise<void> = this.#write(next.entry)
        .then(next.settle.resolve, next.settle.reject)
        .then(() => {
          this.#underWay.delete(writing);
          this.#next();
        });
      this.#underWay.add(writing);
    }
  }
}
