import { BrokenAnswerError, CacheError, StoreError } from '../base/errors.ts';
import { isPromise } from '../base/maybe.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Entry } from '../model/entry.ts';
import type { Answer, Match, Outcome, OutcomeKind, Settled } from '../model/outcome.ts';
import { costOf } from '../pricing/price-of.ts';
import { answerFrom } from './answer.ts';
import type { Ask } from './ask.ts';
import { prolongedUntil } from './lifetime.ts';
import type { Parts } from './parts.ts';
import { watchPieces } from './pieces.ts';
import type { Trace } from './trace.ts';

/** A stored answer as the outcome of a request, or `undefined` when the form that is wanted cannot be derived from it. */
export function serve(
  { entry, kind, match }: { readonly entry: Entry; readonly kind: OutcomeKind; readonly match?: Match },
  ask: Ask,
  parts: Parts,
  trace: Trace,
  started: Milliseconds,
): Outcome | undefined {
  const { facts } = ask.identity;
  const answer = answerOf(entry, ask, parts);
  if (!answer) {
    trace.add({ at: 'exact', is: 'underivable', why: `recorded as ${entry.stream ? 'stream' : 'whole'}, wanted as ${facts.form}` });
    return undefined;
  }
  const now = parts.clock.now();
  const hit = withMatching(settledHit(entry, parts, ask.format.provider), trace);
  if (kind === 'exact') trace.add(exactHit);
  if (kind === 'exact' && parts.options.sliding && entry.expiresAt !== undefined) prolong(entry, now, ask, parts);

  const outcome: Outcome = {
    kind,
    answer,
    id: entry.id,
    ...(entry.model !== undefined && { model: entry.model }),
    age: Math.max(0, now - entry.createdAt),
    ...(entry.expiresAt !== undefined && { freshFor: entry.expiresAt - now }),
    ...(match && { match }),
    steps: trace.steps,
    settled: hit.promise,
  };
  count(outcome, hit.settled, ask, parts, started);
  return outcome;
}

/** What is stored may be no answer at all, whatever a store of the user's has done to it: then there is none. */
function answerOf(entry: Entry, ask: Ask, { options, clock, events }: Parts): Answer | undefined {
  const { form, wish } = ask.identity.facts;
  try {
    return answerFrom(entry, form, wish, ask.format, { pacing: options.pacing, clock, signal: ask.signal });
  } catch (error) {
    events.report(new BrokenAnswerError(`entry ${entry.id} holds no ${ask.format.name}`, { cause: error }));
    return undefined;
  }
}

const exactHit = { at: 'exact', is: 'hit' } as const;

interface SettledHit {
  readonly settled: Settled;
  readonly promise: Promise<Settled>;
}

/** What a hit costs and saves is the same every time, so it is worked out once an entry. */
const settledHits = new WeakMap<Entry, SettledHit>();

function settledHit(entry: Entry, parts: Parts, provider: string): SettledHit {
  let hit = settledHits.get(entry);
  if (!hit) {
    const price = entry.usage && entry.model !== undefined ? parts.prices.priceOf(entry.model, provider) : undefined;
    const saved = entry.usage && price ? costOf(entry.usage, price) : undefined;
    const settled: Settled = { stored: false, cost: 0, ...(entry.usage && { usage: entry.usage }), ...(saved !== undefined && { saved }) };
    settledHits.set(entry, (hit = { settled, promise: Promise.resolve(settled) }));
  }
  return hit;
}

/** A hit by meaning may have cost something after all. */
function withMatching(hit: SettledHit, { matchingCost }: Trace): SettledHit {
  if (matchingCost === undefined) return hit;
  const settled = { ...hit.settled, cost: matchingCost };
  return { settled, promise: Promise.resolve(settled) };
}

/** Sliding expiry: a hit lets the entry live on. Written at most ten times a lifetime, so that hits stay reads. */
function prolong(entry: Entry, now: Milliseconds, ask: Ask, parts: Parts): void {
  const until = prolongedUntil(entry, now, ask, parts);
  if (until === undefined || until - entry.expiresAt! < (until - now) / 10) return;
  void Promise.resolve()
    .then(() => parts.store.touch(entry.id, until))
    .catch((error: unknown) => parts.events.report(error instanceof CacheError ? error : new StoreError(parts.store.name, 'write', error)));
}

/** Whether an entry that has expired may be served once more. */
export function staleMayServe(when: 'while revalidating' | 'on error', entry: Entry, ask: Ask, parts: Parts): boolean {
  if (entry.expiresAt === undefined) return true;
  const { staleWhileRevalidate, staleIfError } = parts.options;
  const window = when === 'on error' ? (ask.directives.staleIfError ?? staleIfError) : staleWhileRevalidate;
  return window > 0 && parts.clock.now() < entry.expiresAt + window;
}

/** Counts a request, at once or when it has settled, and tells the listeners. */
export function count(outcome: Outcome, settled: Settled | Promise<Settled>, ask: Ask, parts: Parts, started: Milliseconds): void {
  const latencyMs = parts.clock.elapsed() - started;
  const { tenant, namespace } = ask;
  const { kind, model } = outcome;
  const add = (known: Settled) =>
    parts.stats.add({ tenant, model, provider: ask.format.provider, kind, latencyMs, settled: known, why: known.why });
  if (isPromise(settled)) void settled.then(add);
  else add(settled);
  const name = kind === 'bypass' ? 'bypass' : kind === 'miss' || kind === 'joined' ? 'miss' : 'hit';
  if (parts.events.has(name)) parts.events.emit(name, { outcome, tenant, namespace });
}

/** Sends a request to its source untouched and records nothing. */
export async function bypass(ask: Ask, why: string, parts: Parts, trace: Trace, started: Milliseconds): Promise<Outcome> {
  const leaving = new AbortController();
  const signal = ask.signal ? AbortSignal.any([ask.signal, leaving.signal]) : leaving.signal;
  const { status, headers, form, body } = await ask.call(signal, true);
  trace.add({ at: 'call', is: 'answered', status });
  const { model } = ask.identity.facts;
  const settled: Settled = { stored: false, why };
  const outcome: Outcome = {
    kind: 'bypass',
    answer: { status, headers, form, body: watchPieces(body, () => leaving.abort()) },
    id: ask.identity.id,
    ...(model !== undefined && { model }),
    age: 0,
    steps: trace.steps,
    settled: Promise.resolve(settled),
  };
  count(outcome, settled, ask, parts, started);
  return outcome;
}
