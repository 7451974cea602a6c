import type { Clock } from '../base/clock.ts';
import type { Milliseconds } from '../base/units.ts';

/** A text that waits for its vector or is being embedded, for one caller or several. */
export interface Job<T> {
  readonly text: string;
  readonly result: Promise<T>;
  resolve(result: T): void;
  reject(error: unknown): void;
  /** Who still waits for it. */
  callers: number;
  batch: Batch<T> | undefined;
}

interface Batch<T> {
  readonly jobs: readonly Job<T>[];
  readonly over: AbortController;
}

export interface BatchParts<T> {
  readonly clock: Clock;
  /** How long the first text of a batch waits for others. */
  readonly within: Milliseconds;
  /** The most texts of a batch, and the most characters of all together. */
  readonly size: number;
  readonly length: number;
  /** The most batches under way. */
  readonly concurrency: number;
  /** Does the work: settles every job. */
  readonly run: (jobs: readonly Job<T>[], signal: AbortSignal) => Promise<void>;
}

/** Gathers texts for a few milliseconds and hands them on in batches. Equal texts are one job. */
export interface Batches<T> {
  /** Texts that wait or are under way. */
  readonly size: number;
  /** The job of this text, if there is one that still goes on. */
  get(text: string): Job<T> | undefined;
  add(text: string): Job<T>;
  /** A caller stops to wait. When nobody waits for a text it is not asked for, and when nobody waits for a batch it is ended. */
  leave(job: Job<T>, reason: unknown): void;
  /** Ends everything. */
  end(reason: unknown): void;
}

export function createBatches<T>({ clock, within, size, length, concurrency, run }: BatchParts<T>): Batches<T> {
  const jobs = new Map<string, Job<T>>();
  const closing = new AbortController();
  let waiting: Job<T>[] = [];
  let running = 0;
  let gathering = false;
  /** The first of those that wait has waited long enough. */
  let due = false;

  function gather(): void {
    gathering = true;
    const passed = within > 0 ? clock.sleep(within, closing.signal) : Promise.resolve();
    passed.then(
      () => {
        gathering = false;
        due = waiting.length > 0;
        start();
      },
      () => {},
    );
  }

  function start(): void {
    while (running < concurrency && waiting.length > 0 && (due || waiting.length >= size)) void work(take());
    due &&= waiting.length > 0;
    if (waiting.length > 0 && !due && !gathering) gather();
  }

  function take(): Batch<T> {
    let count = 0;
    let characters = 0;
    for (; count < Math.min(size, waiting.length); count++) {
      characters += waiting[count]!.text.length;
      if (count > 0 && characters > length) break;
    }
    const batch: Batch<T> = { jobs: waiting.slice(0, count), over: new AbortController() };
    waiting = waiting.slice(count);
    for (const job of batch.jobs) job.batch = batch;
    return batch;
  }

  async function work(batch: Batch<T>): Promise<void> {
    running++;
    try {
      await run(batch.jobs, batch.over.signal);
    } catch (error) {
      for (const job of batch.jobs) job.reject(error);
    } finally {
      running--;
      for (const job of batch.jobs) forget(job);
      start();
    }
  }

  const forget = (job: Job<T>) => void (jobs.get(job.text) === job && jobs.delete(job.text));

  return {
    get size() {
      return jobs.size;
    },
    get: (text) => jobs.get(text),
    add(text) {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      // Its callers may all be gone when it fails.
      promise.catch(() => {});
      const job: Job<T> = { text, result: promise, resolve, reject, callers: 0, batch: undefined };
      jobs.set(text, job);
      waiting.push(job);
      start();
      return job;
    },
    leave(job, reason) {
      if (--job.callers > 0 || jobs.get(job.text) !== job) return;
      const { batch } = job;
      if (!batch) {
        waiting = waiting.filter((other) => other !== job);
        forget(job);
      } else if (batch.jobs.every(({ callers }) => callers === 0)) {
        // Whoever asks for these texts from now on starts anew.
        batch.jobs.forEach(forget);
        batch.over.abort(reason);
      }
    },
    end(reason) {
      closing.abort(reason);
      for (const job of jobs.values()) {
        job.reject(reason);
        job.batch?.over.abort(reason);
      }
      jobs.clear();
      waiting = [];
    },
  };
}
