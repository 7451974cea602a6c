import { JudgeError } from '../../base/errors.ts';
import type { MaybePromise } from '../../base/maybe.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { FileSource } from './file-source.ts';
import { type JudgeThread, startThread } from './judge-thread.ts';

/** What the judge says about two texts. */
export interface Verdict {
  /** That one answer serves both, 0 to 1: the logistic of `logit`. A score, until a calibration makes more of it. */
  readonly probability: number;
  readonly logit: number;
  /** Tokens of both texts together, with three special ones. */
  readonly tokens: number;
  /** False when the texts did not fit the judge's window and were cut: then they must not be taken as judged. */
  readonly whole: boolean;
}

/** The files of a judge. */
export interface JudgeFiles {
  readonly weights: FileSource;
  readonly vocabulary: FileSource;
}

export interface JudgeOptions {
  /** Says where the files are. Asked anew whenever a thread starts. */
  load: () => MaybePromise<JudgeFiles>;
  /** The longest that a request may take, loading included, unless it says otherwise. @default 2000 */
  timeLimit?: Milliseconds;
  /** Pairs that may wait or be judged at a time; a request beyond fails as `busy`. @default 64 */
  maxWaiting?: number;
  /** The thread ends after this long without work, and the memory is free again. @default 60000 */
  idleAfter?: Milliseconds;
  /** After files turned out to be missing or damaged, this long passes before they are tried again. @default 30000 */
  retryAfter?: Milliseconds;
  /** Hears once of each thread that could not start or ended by itself. */
  onTrouble?: (error: Error) => void;
}

/** The bundled judge, in a thread of its own that starts on first use. */
export interface Judge {
  /**
   * Judges pairs, in order. Fails with a `JudgeError` (`busy`, `late`, `stopped`, `closed`), a `ModelFileError`, or the signal's reason;
   * a failed request costs nothing further. Keeps the process alive only until it has settled.
   */
  judge(pairs: readonly (readonly [a: string, b: string])[], options?: { timeLimit?: Milliseconds; signal?: AbortSignal }): Promise<Verdict[]>;
  /** Starts the thread ahead of the first request. Resolves with the judge's fingerprint, its name and the hash of its weights. */
  ready(): Promise<string>;
  /** Ends the thread. Requests under way fail as `closed`, and so do later ones. */
  close(): Promise<void>;
}

interface Request {
  readonly resolve: (verdicts: Verdict[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes a judge. Nothing is loaded or started before it is used. */
export function createJudge(options: JudgeOptions): Judge {
  const { load, timeLimit = 2000, maxWaiting = 64, idleAfter = 60_000, retryAfter = 30_000, onTrouble } = options;
  const requests = new Map<number, Request>();
  let next = 1;
  let waiting = 0;
  let closed = false;
  let thread: JudgeThread | undefined;
  let refusal: { error: Error; until: Milliseconds } | undefined;
  let idle: NodeJS.Timeout | undefined;

  function failAll(error: Error): void {
    for (const { reject } of requests.values()) reject(error);
  }

  function current(): JudgeThread {
    if (closed) throw new JudgeError('closed', 'The judge is closed.');
    if (refusal && performance.now() < refusal.until) throw refusal.error;
    clearTimeout(idle);
    refusal = undefined;
    thread ??= startThread(load, {
      onVerdicts: (id, verdicts) => requests.get(id)?.resolve(verdicts),
      onEnd(error, couldNotStart) {
        thread = undefined;
        if (couldNotStart) refusal = { error, until: performance.now() + retryAfter };
        failAll(error);
        onTrouble?.(error);
      },
    });
    return thread;
  }

  function rest(): void {
    thread?.hold(false);
    clearTimeout(idle);
    idle = setTimeout(() => {
      void thread?.end();
      thread = undefined;
    }, idleAfter);
    idle.unref();
  }

  return {
    async judge(pairs, { timeLimit: limit = timeLimit, signal } = {}) {
      signal?.throwIfAborted();
      if (pairs.length === 0) return [];
      if (waiting + pairs.length > maxWaiting) {
        throw new JudgeError('busy', `${waiting} pairs wait for the judge already, and ${maxWaiting} is the most.`);
      }
      const target = current();

      const id = next++;
      waiting += pairs.length;
      let timer: NodeJS.Timeout | undefined;
      let onAbort: (() => void) | undefined;
      const asked = performance.now();
      try {
        return await new Promise<Verdict[]>((resolve, reject) => {
          requests.set(id, { resolve, reject });
          timer = setTimeout(() => {
            reject(new JudgeError('late', `The judge was not done within ${limit} ms.`));
            // Pairs take milliseconds each: a thread that was silent all that time hangs.
            if (target.lastHeard < asked && limit >= timeLimit) target.suspect();
          }, limit);
          onAbort = () => reject(signal?.reason);
          signal?.addEventListener('abort', onAbort, { once: true });
          target.hold(true);
          target.send({ id, pairs });
        });
      } catch (error) {
        target.send({ cancel: id });
        throw error;
      } finally {
        clearTimeout(timer);
        if (onAbort) signal?.removeEventListener('abort', onAbort);
        requests.delete(id);
        waiting -= pairs.length;
        if (requests.size === 0) rest();
      }
    },
    async ready() {
      const target = current();
      try {
        return await target.ready;
      } finally {
        if (requests.size === 0) rest();
      }
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      failAll(new JudgeError('closed', 'The judge is closed.'));
      const ending = thread;
      thread = undefined;
      await ending?.end();
    },
  };
}
