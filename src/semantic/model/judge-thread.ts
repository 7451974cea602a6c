import { Worker } from 'node:worker_threads';
import { JudgeError, ModelFileError } from '../../base/errors.ts';
import type { MaybePromise } from '../../base/maybe.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { FileSource } from './file-source.ts';
import type { FromJudge, JudgeThreadData, ToJudge } from './judge-messages.ts';
import type { JudgeFiles, Verdict } from './judge.ts';

/** A judge's thread, from its start to its end. */
export interface JudgeThread {
  /** The fingerprint of the model, once it is loaded. */
  readonly ready: Promise<string>;
  /** When it last gave a sign, on the clock of `performance.now`. */
  readonly lastHeard: Milliseconds;
  send(message: ToJudge): void;
  /** Whether it keeps the process alive. */
  hold(alive: boolean): void;
  /** A request went by in silence. At the third in a row the thread is ended, as one that died. */
  suspect(): void;
  /** Ends it, without word of it. */
  end(): Promise<void>;
}

export interface JudgeThreadEvents {
  onVerdicts(id: number, verdicts: Verdict[]): void;
  /** It ended by itself, or could not start: once at most. */
  onEnd(error: Error, couldNotStart: boolean): void;
}

/** The sources run as they are; in the built package this is part of a file in `dist/chunks/`, and the thread's code is not. */
const CODE = new URL(import.meta.url.endsWith('.ts') ? './judge-worker.ts' : '../semantic/model/judge-worker.js', import.meta.url);
const MOST_SILENT = 3;

/** Starts a thread. Messages sent before it runs are kept for it. */
export function startThread(load: () => MaybePromise<JudgeFiles>, events: JudgeThreadEvents): JudgeThread {
  const early: ToJudge[] = [];
  let worker: Worker | undefined;
  let over = false;
  let held = true;
  let heard = performance.now();
  let silent = 0;
  const { promise: ready, resolve, reject } = Promise.withResolvers<string>();
  ready.catch(() => {});   // whoever waits hears of it; nobody has to

  function finish(error: Error, couldNotStart: boolean): void {
    if (over) return;
    over = true;
    reject(error);
    void worker?.terminate();
    events.onEnd(error, couldNotStart);
  }

  async function start(): Promise<void> {
    const workerData = await threadData(await load());
    if (over) return;
    // Without the flags of this process: `--input-type` and the like are none for a thread.
    worker = new Worker(CODE, { workerData, name: 'reprise-judge', execArgv: [] });
    if (!held) worker.unref();
    worker.on('message', (message: FromJudge) => {
      heard = performance.now();
      silent = 0;
      if ('verdicts' in message) events.onVerdicts(message.id, message.verdicts);
      else if ('ready' in message) resolve(message.ready);
      else finish(startError(message), true);
    });
    worker.on('error', (error: unknown) => {
      finish(new JudgeError('stopped', `The judge's thread failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error }), false);
    });
    worker.on('exit', (code) => finish(new JudgeError('stopped', `The judge's thread ended with code ${code}.`), false));
    for (const message of early.splice(0)) worker.postMessage(message);
  }

  start().catch((error: unknown) => finish(error instanceof Error ? error : new Error(String(error)), true));

  return {
    ready,
    get lastHeard() { return heard; },
    send(message) {
      if (worker) worker.postMessage(message);
      else if ('cancel' in message) {
        const at = early.findIndex((each) => 'id' in each && each.id === message.cancel);
        if (at >= 0) early.splice(at, 1);
      } else early.push(message);
    },
    hold(alive) {
      held = alive;
      if (alive) worker?.ref();
      else worker?.unref();
    },
    suspect() {
      if (++silent >= MOST_SILENT) finish(new JudgeError('stopped', 'The judge\'s thread gave no sign any more and was ended.'), false);
    },
    async end() {
      over = true;
      reject(new JudgeError('closed', 'The judge is closed.'));
      await worker?.terminate();
    },
  };
}

function startError(message: { failed: string; path?: string; why?: string }): Error {
  if (message.path !== undefined && message.why !== undefined) return new ModelFileError(message.path, message.why);
  return new JudgeError('stopped', `The judge could not start: ${message.failed}`);
}

async function threadData({ weights, vocabulary }: JudgeFiles): Promise<JudgeThreadData> {
  return { weights: await handed(weights), vocabulary: await handed(vocabulary) };
}

const SLICE = 512 * 1024;

/** Bytes go over in shared memory, copied a piece at a time: a copy of 20 MB at once would hold the event loop for milliseconds. */
async function handed(source: FileSource): Promise<string | Uint8Array> {
  if (source instanceof URL) return source.href;
  const shared = new Uint8Array(new SharedArrayBuffer(source.byteLength));
  for (let at = 0; at < source.byteLength; at += SLICE) {
    shared.set(source.subarray(at, at + SLICE), at);
    await new Promise(setImmediate);
  }
  return shared;
}
