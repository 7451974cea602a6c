import type { Entry } from '../model/entry.ts';
import type { Match, Settled } from '../model/outcome.ts';
import type { Called } from './across/across.ts';
import type { Ask } from './ask.ts';
import { Broadcast, type BroadcastLimits, type Reader } from './broadcast.ts';

/** A stored answer that serves, and how it was found. */
export interface Found {
  readonly entry: Entry;
  readonly kind: 'exact' | 'normalised' | 'semantic';
  /** How it was found, where that was by meaning. */
  readonly match?: Match;
}

/** What a flight came to: a stored answer after all, or the source's answer as it arrives. */
export type Landing = { readonly found: Found } | { readonly head: Head };

/** What is known of an answer before its bytes. */
export type Head = Omit<Called, 'body'>;

/** The answer of a source when it has ended. */
export interface Recording {
  readonly head: Head;
  /** Absent when it outgrew the limit. */
  readonly body?: Uint8Array;
  readonly marks: readonly number[];
  /** What broke it off. */
  readonly broken?: { readonly reason: unknown };
}

/** What the leader of a flight does; every one of the three happens once per flight, whoever waits. */
export interface FlightPlan {
  /** Looks for a stored answer once more, now that nobody else looks for the same. */
  find(): Promise<Found | undefined>;
  /** Asks the source, or comes by a stored answer or another process's on the way to it. */
  call(signal: AbortSignal): Promise<Called | { readonly found: Found }>;
  /** Resolves when nobody in another process follows this flight; `undefined` where nobody can. */
  followed?(): Promise<void> | undefined;
  /** False when nothing will be stored, so that nobody has to be carried over from the end of the answer to its being stored. */
  readonly stores: boolean;
  /** Stores what was recorded, or not. Never rejects. */
  settle(recording: Recording): Promise<Settled>;
}

/** The calls that are under way, by what they answer. */
export type Flights = Map<string, Flight>;

/** A place on a flight; must be left. */
export interface Seat {
  /** Resolves when status and headers are there; rejects with what the call rejected with, or the caller's own abort. */
  readonly landing: Promise<Landing>;
  /** The bytes of the answer from the first one on. */
  readonly body: Reader;
  leave(): void;
}

/**
 * One call to the source and everybody who waits for it. It runs on its own: a caller who hangs up leaves the flight, and only when
 * the last one has left is the call aborted.
 */
export class Flight {
  /** Stands for the credential that the call is made with. */
  readonly credential: string | undefined;
  readonly landing: Promise<Landing>;
  readonly settled: Promise<Settled>;

  readonly #broadcast: Broadcast;
  readonly #abort = new AbortController();
  readonly #now: () => number;
  readonly #onClosed: () => void;

  /** Starts at once. `onClosed` is called when nobody may join any more. */
  constructor(ask: Ask, plan: FlightPlan, limits: BroadcastLimits, now: () => number, onClosed: () => void) {
    this.credential = ask.credential;
    this.#now = now;
    this.#onClosed = onClosed;
    this.#broadcast = new Broadcast(limits, () => {
      const followed = plan.followed?.();
      if (followed) void followed.then(() => this.#broadcast.readers === 0 && this.#abandon());
      else this.#abandon();
    });
    const flown = this.#fly(plan);
    this.landing = flown.then(({ landing }) => landing);
    this.settled = flown.then(({ ended }) => ended).catch(() => ({ stored: false, why: 'the call failed' }));
    this.landing.catch(() => {});
    void this.settled.then(onClosed);
  }

  /** A place for one more caller, who gives it up by `signal`, before the landing or after it, as long as the flight lasts. */
  join(signal?: AbortSignal): Seat {
    const body = this.#broadcast.read();
    const leave = () => void body.return();
    if (!signal) return { landing: this.landing, body, leave };

    const left = Promise.withResolvers<never>();
    left.promise.catch(() => {});
    const onAbort = () => {
      body.abort(signal.reason);
      left.reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      void this.settled.then(() => signal.removeEventListener('abort', onAbort));
    }
    return { landing: Promise.race([this.landing, left.promise]), body, leave };
  }

  #abandon(): void {
    this.#onClosed();
    this.#abort.abort(new DOMException('All callers have left.', 'AbortError'));
  }

  async #fly(plan: FlightPlan): Promise<{ landing: Landing; ended: Promise<Settled> }> {
    let answer: Called | { readonly found: Found };
    try {
      const found = await plan.find();
      if (!found) this.#abort.signal.throwIfAborted();
      answer = found ? { found } : await plan.call(this.#abort.signal);
      if ('found' in answer) {
        this.#broadcast.end();
        return { landing: answer, ended: Promise.resolve({ stored: false, why: 'it was stored already' }) };
      }
    } catch (error) {
      this.#onClosed();
      this.#broadcast.fail(error);
      throw error;
    }
    const { body, ...head } = answer;
    if (head.status >= 400 || head.sharable === false) this.#onClosed();
    return { landing: { head }, ended: this.#pump(body, answer, plan.stores).then((recording) => plan.settle({ ...recording, head })) };
  }

  /** Reads the source to its end, whoever listens. */
  async #pump(body: AsyncIterable<Uint8Array>, { eager = true }: Head, stores: boolean): Promise<Omit<Recording, 'head'>> {
    const marks: number[] = [];
    let started: number | undefined;
    let source: AsyncIterator<Uint8Array> | undefined;
    try {
      source = body[Symbol.asyncIterator]();
      for (;;) {
        if (!eager) await this.#broadcast.wanted();
        if (this.#abort.signal.aborted) throw this.#abort.signal.reason;
        const { done, value } = await source.next();
        if (done) break;
        started ??= this.#now();
        const room = this.#broadcast.push(value);
        if (this.#broadcast.kept) marks.push(Math.round(this.#now() - started), this.#broadcast.bytes);
        // At once, as whoever joined while the source waits for its readers would miss what they have had.
        else this.#onClosed();
        await room;
      }
    } catch (reason) {
      this.#onClosed();
      this.#broadcast.fail(reason);
      giveUp(source);
      return { marks, broken: { reason } };
    }
    if (!stores) this.#onClosed();
    const recorded = this.#broadcast.recorded;
    this.#broadcast.end();
    return { marks, ...(recorded && { body: recorded }) };
  }
}

/** Lets a source clean up. Nobody waits for it. */
function giveUp(source: AsyncIterator<Uint8Array> | undefined): void {
  void (async () => source?.return?.())().catch(() => {});
}
