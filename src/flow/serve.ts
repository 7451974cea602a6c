import { BrokenAnswerError, CacheError, StoreError } from '../base/errors.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Entry } from '../model/entry.ts';
import type { Answer, Outcome, OutcomeKind, Settled } from '../model/outcome.ts';
import { costOf } from '../pricing/price-of.ts';
import { answerFrom } from './answer.ts';
import type { Ask } from './ask.ts';
import { prolongedUntil } from './lifetime.ts';
import type { Parts } from './parts.ts';
import { watchPieces } from './pieces.ts';
import type { Trace } from './trace.ts';

/** A stored answer as the outcome of a request, or `undefined` when the form that is wanted cannot be derived from it. */
export function serve(
  { entry, kind }: { readonly entry: Entry; readonly kind: OutcomeKind },
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
  if (kind === 'exact') trace.add(hit);
  if (kind === 'exact' && parts.options.sliding && entry.expiresAt !== undefined) prolong(entry, now, ask, parts);

  const outcome: Outcome = {
    kind,
    answer,
    id: entry.id,
    ...(entry.model !== undefined && { model: entry.model }),
    age: Math.max(0, now - entry.createdAt),
    ...(entry.expiresAt !== undefined && { freshFor: entry.expiresAt - now }),
    steps: trace.steps,
    settled: Promise.resolve(settledHit(entry, parts, ask.format.provider)),
  };
  count(outcome, ask, parts, started);
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

const hit = { at: 'exact', is: 'hit' } as const;

/** What a hit costs and saves is the same every time, so it is worked out once an entry. */
const settledHits = new WeakMap<Entry, Settled>();

function settledHit(entry: Entry, parts: Parts, provider: string): Settled {
  let settled = settledHits.get(entry);
  if (!settled) {
    const price = entry.usage && entry.model !== undefined ? parts.prices.priceOf(entry.model, provider) : undefined;
    const saved = entry.usage && price ? costOf(entry.usage, price) : undefined;
    settled = { stored: false, cost: 0, ...(entry.usage && { usage: entry.usage }), ...(saved !== undefined && { saved }) };
    settledHits.set(entry, settled);
  }
  return settled;
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

/** Counts a request that is over, and tells the listeners. */
export function count(outcome: Outcome, ask: Ask, parts: Parts, started: Milliseconds, why?: string): void {
  const latencyMs = parts.clock.elapsed() - started;
  const { tenant, namespace } = ask;
  const add = (settled: Settled) =>
    parts.stats.add({ tenant, model: outcome.model, provider: ask.format.provider, kind: outcome.kind, latencyMs, settled, why: why ?? settled.why });
  const isHit = outcome.kind !== 'miss' && outcome.kind !== 'joined' && outcome.kind !== 'bypass';
  void outcome.settled.then(add);
  const name = isHit ? 'hit' : outcome.kind === 'bypass' ? 'bypass' : 'miss';
  if (parts.events.has(name)) parts.events.emit(name, { outcome, tenant, namespace });
}

/** Sends a request to its source untouched and records nothing. */
export async function bypass(ask: Ask, why: string, parts: Parts, trace: Trace, started: Milliseconds): Promise<Outcome> {
  const leaving = new AbortController();
  const signal = ask.signal ? AbortSignal.any([ask.signal, leaving.signal]) : leaving.signal;
  const { status, headers, form, body } = await ask.call(signal, true);
  trace.add({ at: 'call', is: 'answered', status });
  const { model } = ask.identity.facts;
  const outcome: Outcome = {
    kind: 'bypass',
    answer: { status, headers, form, body: watchPieces(body, () => leaving.abort()) },
    id: ask.identity.id,
    ...(model !== undefined && { model }),
    age: 0,
    steps: trace.steps,
    settled: Promise.resolve({ stored: false, why }),
  };
  count(outcome, ask, parts, started, why);
  return outcome;
}
