import { CacheError } from '../base/errors.ts';
import { isPromise } from '../base/maybe.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Entry } from '../model/entry.ts';
import type { Answer, Outcome, Settled } from '../model/outcome.ts';
import { ABOUT_THE_CREDENTIAL } from './across/across.ts';
import { Crossing } from './across/crossing.ts';
import type { Ask } from './ask.ts';
import { bytesOf } from './answer.ts';
import { lookUpExactly, type Stored } from './exact.ts';
import { Flight, type FlightPlan, type Found, type Head, type Seat } from './flight.ts';
import type { Parts } from './parts.ts';
import { lookUpByMeaning, modeOf, serves } from './by-meaning.ts';
import type { May } from './policy.ts';
import { replayable } from './replay-headers.ts';
import { filterPieces } from './pieces.ts';
import { count, serve, staleMayServe } from './serve.ts';
import { settle } from './settle.ts';
import { Trace } from './trace.ts';

/** Everything that is known of a request that has to be called for. */
export interface Departure {
  readonly id: string;
  readonly ask: Ask;
  readonly may: May;
  readonly parts: Parts;
  readonly trace: Trace;
  readonly started: Milliseconds;
  /** What was found but could not be served: expired, or recorded in another form. */
  readonly stored?: Stored | undefined;
  /** True when the store need not be asked once more, as it did not answer, or the answer would be of no use. */
  readonly lookedUp?: boolean;
  /** True for a new answer in place of one that was served stale: another question's is none. */
  readonly renews?: boolean;
  /** Sets a call apart that nobody may join, as no other caller's answer can be given to this one. */
  readonly apart?: string;
}

/** Joins the call that is already under way for the same question, or leads a new one. */
export async function joinOrLead(departure: Departure): Promise<Outcome> {
  const { id, ask, may, parts, trace } = departure;
  for (;;) {
    const { flight, led } = board(departure);
    trace.add({ at: 'flight', is: led ? 'led' : 'joined' });
    const seat = flight.join(ask.signal);
    let ended: Outcome | Left;
    try {
      ended = await ride(flight, seat, led, departure);
    } catch (error) {
      seat.leave();
      if (ask.signal?.aborted) throw error;
      const outcome = serveStale(departure);
      if (outcome) return outcome;
      countFailure(error, led ? 'miss' : 'joined', departure);
      throw error;
    }
    if ('kind' in ended) return ended;

    seat.leave();
    if (ended.why !== undefined) trace.add({ at: 'flight', is: 'left', why: ended.why });
    if (ended.next === 'alone') return joinOrLead({ ...departure, lookedUp: true, apart: crypto.randomUUID() });
    if (ended.next === 'other form') {
      // All who want that form go on together, and what was stored meanwhile is kept beside their answer.
      await flight.settled;
      const stored = ended.found ?? (may.read ? await lookUpExactly(id, ask, parts, new Trace()) : undefined);
      if (stored && stored !== 'failed' && stored.fresh) return joinOrLead({ ...departure, stored });
    }
  }
}

/** A flight left without an answer, and how to go on. */
interface Left {
  readonly next: 'again' | 'alone' | 'other form';
  readonly why?: string;
  /** What was found in the one form that it has. */
  readonly found?: Stored;
}

/** What a flight has come to for one of its callers. */
async function ride(flight: Flight, seat: Seat, led: boolean, departure: Departure): Promise<Outcome | Left> {
  const { ask, parts, trace, started } = departure;
  const landing = await seat.landing;
  if ('found' in landing) {
    // Looked up with what the leader said; who followed may want nothing as old.
    if (landing.found.match && !led && !serves(landing.found.entry, ask, parts)) return { next: 'alone', why: 'what was found by meaning may not be served to this caller' };
    const outcome = serve(landing.found, ask, parts, trace, started);
    // What was found by meaning is another question's entry: an answer in the other form does not belong beside it.
    if (!outcome && landing.found.match) return { next: 'alone', why: `what was found by meaning cannot be given as ${ask.identity.facts.form}` };
    if (!outcome) return { next: 'other form', found: { entry: landing.found.entry, fresh: true } };
    seat.leave();
    return outcome;
  }

  const { head } = landing;
  const { elsewhere } = head;
  if (elsewhere) led = false;
  const credential = elsewhere ? elsewhere.credential : flight.credential;
  if (!led && head.sharable === false) return { next: 'alone', why: 'the answer cannot be shared' };
  if (!led && ABOUT_THE_CREDENTIAL.has(head.status) && credential !== ask.credential) {
    return { next: 'again', why: `status ${head.status} for another credential` };
  }
  if (head.status >= 500 || head.status === 429) {
    const outcome = serveStale(departure);
    if (outcome) {
      seat.leave();
      return outcome;
    }
  }
  const answer = led ? asItCame(head, seat, ask) : await asWanted(head, seat, ask);
  if (!answer) return { next: 'other form', why: `the answer cannot be given as ${ask.identity.facts.form}` };
  return conclude(answer, flight, led, departure);
}

/**
 * Fetches a new answer for what was just served stale, unless somebody does already. Nobody waits for it; what fails here is the next
 * caller's to see.
 */
export async function revalidate(departure: Departure): Promise<void> {
  if (departure.parts.flights.has(flightName(departure))) return;
  try {
    const { answer } = await joinOrLead({ ...departure, ask: { ...departure.ask, signal: undefined }, trace: new Trace(), renews: true });
    if (answer.body instanceof Uint8Array) return;
    for await (const _ of answer.body);
  } catch {
    // The stale answer has been served; the step `call: failed` of the next request says why.
  }
}

/** The flight for this request. What asks for the same but may not share an answer flies apart. */
function board(departure: Departure): { flight: Flight; led: boolean } {
  const { ask, parts, id, may, trace } = departure;
  const name = flightName(departure);
  const existing = parts.flights.get(name);
  if (existing) return { flight: existing, led: false };
  const call = async (signal: AbortSignal) => {
    try {
      const answer = await ask.call(signal);
      trace.add({ at: 'call', is: 'answered', status: answer.status });
      return answer;
    } catch (error) {
      trace.add({ at: 'call', is: 'failed', why: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };
  const crossing = crossingFor(departure, name, call);
  const plan: FlightPlan = {
    async find() {
      if (!may.read || departure.stored?.fresh || departure.lookedUp) return undefined;
      const aside = new Trace();
      const byMeaning = async () => (departure.renews ? undefined : lookUpByMeaning(ask, parts, aside));
      const looking = lookUpExactly(id, ask, parts, new Trace());
      // Where each of the two takes a round trip, they are made at once; what is found exactly goes before.
      const ahead = isPromise(looking) ? byMeaning() : undefined;
      const again = await looking;
      if (again === 'failed') return undefined;
      if (again?.fresh) return { entry: again.entry, kind: 'exact' };
      const found = await (ahead ?? byMeaning());
      trace.take(aside);
      return found;
    },
    call: crossing ? (signal) => crossing.call(signal) : call,
    ...(crossing && { followed: () => crossing.followed() }),
    stores: may.store,
    async settle(recording) {
      const { elsewhere } = recording.head;
      if (elsewhere) return recording.broken ? { stored: false, why: 'the answer broke off', failed: true } : elsewhere.settled;
      const settling = { id, store: may.store, ...(departure.stored?.fresh && { beside: departure.stored.entry }) };
      const settled = await settle(recording, ask, settling, parts, trace);
      crossing?.settled(settled);
      return settled;
    },
  };
  const limits = { keepBytes: parts.options.maxRecordBytes, lagBytes: parts.options.maxLagBytes };
  const flight: Flight = new Flight(ask, plan, limits, () => parts.clock.elapsed(), () => {
    if (parts.flights.get(name) === flight) parts.flights.delete(name);
  });
  parts.flights.set(name, flight);
  return { flight, led: true };
}

/**
 * What the flight has to do with other processes, where the store lets them meet. Not so for what may not be stored, as those who follow would
 * read it from the store, and for what failed to be read from there.
 */
function crossingFor(departure: Departure, name: string, call: Ask['call']): Crossing | undefined {
  const { id, ask, may, parts, trace, stored, lookedUp, apart } = departure;
  if (!parts.across || !may.store || lookedUp || apart !== undefined) return undefined;
  const look = async (): Promise<Found | undefined> => {
    const again = may.read ? await lookUpExactly(id, ask, parts, new Trace()) : undefined;
    if (!again || again === 'failed' || !again.fresh) return undefined;
    // One in another form only was there before, and is of no use.
    const { form, wish } = ask.identity.facts;
    return stored?.fresh && !bytesOf(again.entry, form, wish, ask.format) ? undefined : { entry: again.entry, kind: 'exact' };
  };
  return new Crossing({ name, id, credential: ask.credential, reads: may.read && !stored?.fresh, look, call, note: (step) => trace.add(step) }, parts.across, parts);
}

function flightName({ id, ask, parts, may, stored, apart }: Departure): string {
  if (apart !== undefined) return apart;
  return `${id}${may.read ? '' : ' anew'}${may.store ? '' : ' unstored'}${stored?.fresh ? ' in the other form' : ''}${wayOf(ask, parts)}`;
}

/** Whoever wants no answer by meaning, or a surer one, must not be handed what another caller's lookup found. */
function wayOf(ask: Ask, parts: Parts): string {
  if (modeOf(ask, parts) !== 'on') return '';
  const { maxFalseHits = '', feedback = '' } = ask.directives;
  return ` by meaning ${maxFalseHits} ${feedback}`;
}

/** The leader's answer: every header, and its bytes as they come, less what was asked for on its behalf. */
function asItCame(head: Head, seat: Seat, ask: Ask): Answer {
  const { status, headers, form } = head;
  return { status, headers, form, body: form === 'stream' ? filtered(seat, ask) : seat.body };
}

/** A follower's answer, in the form it wants; `undefined` when that cannot be derived. */
async function asWanted(head: Head, seat: Seat, ask: Ask): Promise<Answer | undefined> {
  const { facts } = ask.identity;
  const { status } = head;
  if (status >= 300) {
    const { 'set-cookie': _, ...headers } = head.headers;
    return { status, headers, form: head.form, body: seat.body };
  }
  if (facts.form === head.form) return asItCame({ ...head, headers: replayable(head.headers) }, seat, ask);
  const pieces: Uint8Array[] = [];
  for await (const piece of seat.body) pieces.push(piece);
  const recorded = { status, headers: {}, body: Buffer.concat(pieces) };
  const made = { [head.form]: recorded } as Pick<Entry, 'stream' | 'whole'> as Entry;
  const body = bytesOf(made, facts.form, facts.wish, ask.format);
  if (!body) return undefined;
  return { status, headers: { ...replayable(head.headers), 'content-type': ask.format.contentType[facts.form] }, form: facts.form, body };
}

function filtered(seat: Seat, ask: Ask): AsyncIterable<Uint8Array> {
  const filter = ask.format.filter(ask.identity.facts.wish);
  if (!filter) return seat.body;
  return filterPieces(seat.body, filter);
}

function serveStale({ stored, ask, parts, trace, started }: Departure): Outcome | undefined {
  if (!stored || !staleMayServe('on error', stored.entry, ask, parts)) return undefined;
  return serve({ entry: stored.entry, kind: 'stale' }, ask, parts, trace, started);
}

function conclude(answer: Answer, flight: Flight, led: boolean, { id, ask, parts, trace, started }: Departure): Outcome {
  const { model } = ask.identity.facts;
  const settled = led ? flight.settled : flight.settled.then(asFollower);
  const outcome: Outcome = {
    kind: led ? 'miss' : 'joined',
    answer,
    id,
    ...(model !== undefined && { model }),
    age: 0,
    ...(trace.shadow && { match: trace.shadow }),
    steps: trace.steps,
    settled,
  };
  count(outcome, settled, ask, parts, started);
  return outcome;
}

/** Counts a call that came to no answer at all. */
function countFailure(error: unknown, kind: 'miss' | 'joined', { ask, parts, started }: Departure): void {
  const { model } = ask.identity.facts;
  const why = error instanceof CacheError ? error.code : error instanceof Error ? error.name : 'it threw';
  const latencyMs = parts.clock.elapsed() - started;
  parts.stats.add({ tenant: ask.tenant, model, provider: ask.format.provider, kind, latencyMs, settled: { stored: false, failed: true }, why });
}

/** A follower paid nothing, and saved what the leader paid. */
function asFollower({ usage, cost, failed, why }: Settled): Settled {
  return { stored: false, why: failed ? why : 'it joined another call', cost: 0, ...(failed && { failed }), ...(usage && { usage }), ...(cost !== undefined && { saved: cost }) };
}
