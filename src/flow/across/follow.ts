import { UpstreamError } from '../../base/errors.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { Settled } from '../../model/outcome.ts';
import type { Lease } from '../../stores/store.ts';
import type { Found } from '../flight.ts';
import { OVER } from '../../base/clock.ts';
import type { Parts } from '../parts.ts';
import { ABOUT_THE_CREDENTIAL, type Across, acquire, type Called, report } from './across.ts';
import type { Frame } from './frames.ts';
import { LogReader } from './log-reader.ts';
import { restOf } from './rest.ts';
import { watch } from './watch.ts';

/**
 * What following came to: an answer; the lease, as the process that called is gone; `again` when it has let go without an answer; `alone` when
 * its answer is for nobody else, or the store fails.
 */
export type Followed = { readonly answer: Called } | { readonly lease: Lease } | 'again' | 'alone';

interface Following {
  readonly name: string;
  readonly credential: string | undefined;
  readonly signal: AbortSignal;
  /** Looks for the answer in the store. */
  look(): Promise<Found | undefined>;
}

/** How long nothing may come, at most, before it is looked whether the store is still there and the lease still held. */
const LOOK: Milliseconds = 1000;
/** The same once the store did not answer. */
const LOOK_AGAIN: Milliseconds = 50;

/** What `nextFrame` may come to besides a frame: the log has ended, the lease was free, the store does not answer. */
type Next = Frame | 'gone' | Lease | 'failed';

/**
 * Follows the call that another process makes. What comes from there is handed over when its first bytes are there, or, where it comes as a whole,
 * when all is: until then another call can take its place unnoticed. Rejects with the signal's reason.
 */
export async function follow(following: Following, across: Across, parts: Parts): Promise<Followed> {
  const { name, credential, signal, look } = following;
  const { clock, options } = parts;
  const reader = new LogReader(across.logs!, name, clock);
  const watching = watch(name, across, parts);
  const close = () => {
    reader.close();
    watching.close();
  };
  signal.addEventListener('abort', close, { once: true });
  const next = () => nextFrame(reader, following, across, parts);
  const leave = (came: Exclude<Next, Frame> | Frame): Followed => {
    close();
    if (typeof came === 'object' && 'fence' in came) return { lease: came };
    return came === 'gone' ? 'again' : 'alone';
  };

  try {
    const first = await next();
    if (!isFrame(first) || first.is !== 'head') return leave(first);
    const { head } = first;
    if (ABOUT_THE_CREDENTIAL.has(head.status) && head.credential !== credential) return leave({ is: 'alone' });

    const begin: Uint8Array[] = [];
    let bytes = 0;
    let ended = false;
    while (!ended && (head.form === 'stream' ? bytes === 0 : bytes <= options.maxRecordBytes)) {
      const frame = await next();
      if (!isFrame(frame)) return leave(frame);
      if (frame.is === 'bytes') bytes += begin[begin.push(frame.bytes) - 1]!.byteLength;
      else if (frame.is === 'end') ended = true;
      else return leave(frame);
    }

    const settled = Promise.withResolvers<Settled>();
    const finish = async () => {
      try {
        const frame = await next();
        settled.resolve(isFrame(frame) && frame.is === 'settled' ? frame.settled : { stored: false, why: 'the process that asked did not say' });
      } catch {
        settled.resolve({ stored: false, why: 'nobody waits for it any more' });
      } finally {
        close();
      }
    };
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield* begin;
      const had = begin;
      while (!ended) {
        const frame = await next();
        if (isFrame(frame) && frame.is === 'end') ended = true;
        else if (isFrame(frame) && frame.is === 'bytes') {
          bytes += frame.bytes.byteLength;
          // What is longer is not stored, so that its rest is nowhere to be had.
          if (bytes <= options.maxRecordBytes) had.push(frame.bytes);
          yield frame.bytes;
        } else {
          const left = leave(frame);
          if (typeof left === 'object' && 'lease' in left) void across.leases.release(left.lease).catch(() => {});
          const rest = isFrame(frame) ? undefined : await restOf({ name, form: head.form, had, signal, look }, across, parts);
          settled.resolve({ stored: false, why: 'the process that asked did not say' });
          if (!rest) throw new UpstreamError(isFrame(frame) && frame.is === 'broken' ? frame.why : 'The process that asked the provider ended before its answer did.');
          if (rest.byteLength > 0) yield rest;
          return;
        }
      }
      void finish();
    };
    const { status, headers, form } = head;
    const elsewhere = { settled: settled.promise, ...(head.credential !== undefined && { credential: head.credential }) };
    return { answer: { status, headers, form, body: body(), elsewhere } };
  } catch (error) {
    close();
    throw error;
  }
}

const isFrame = (next: Next): next is Frame => typeof next === 'object' && 'is' in next;

/**
 * The next frame. While none comes, the lease is asked for from time to time: that tells a call that takes long from a process that is gone and a
 * store that hangs, so that nobody waits for either.
 */
async function nextFrame(reader: LogReader, { name, signal }: Following, across: Across, parts: Parts): Promise<Next> {
  const frame = reader.next().then(
    (read) => read ?? ('gone' as const),
    (error: unknown) => {
      report(error, parts);
      return 'failed' as const;
    },
  );
  for (let failures = 0; ; ) {
    signal.throwIfAborted();
    const over = new AbortController();
    const pause = failures > 0 ? LOOK_AGAIN : Math.min(LOOK, across.leaseTime / 3);
    const ring = parts.clock.sleep(pause, AbortSignal.any([over.signal, signal])).then(() => 'ring' as const);
    let came: Frame | 'gone' | 'failed' | 'ring';
    try {
      came = await Promise.race([frame, ring]);
    } finally {
      ring.catch(() => {});
      over.abort(OVER);
    }
    if (came !== 'ring') return came;
    const lease = await acquire(name, across, parts);
    if (lease === 'failed' && ++failures >= 2) return 'failed';
    if (lease === undefined) failures = 0;
    else if (lease !== 'failed') return lease;
  }
}
