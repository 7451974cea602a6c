import { BrokenAnswerError, CacheError, JudgeError, StoreError } from '../base/errors.ts';
import { isPromise, type MaybePromise } from '../base/maybe.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Entry, Recorded } from '../model/entry.ts';
import type { Match, Settled } from '../model/outcome.ts';
import type { Usage } from '../model/usage.ts';
import type { Finding } from '../providers/format.ts';
import { costOf } from '../pricing/price-of.ts';
import { storyOf } from '../semantic/story.ts';
import type { Ask } from './ask.ts';
import type { Recording } from './flight.ts';
import { modeOf } from './by-meaning.ts';
import { inTime } from './in-time.ts';
import { lifetimeOf } from './lifetime.ts';
import type { Parts } from './parts.ts';
import { replayable } from './replay-headers.ts';
import type { Trace } from './trace.ts';

/** What is to be done with an answer when it has ended. */
export interface Settling {
  readonly id: string;
  /** False when nothing of this request may be stored. */
  readonly store: boolean;
  /** The entry that was found but could not be given in the form that was wanted; what it has is kept beside the new answer. */
  readonly beside?: Entry;
}

/** How long a store may take for a write before nobody waits for it any more. What it holds meanwhile is bounded by that. */
const LONGEST_SAVING: Milliseconds = 10_000;

/** Admits, prices and saves an answer that has ended. Never rejects: a cache that fails must not cost the answer already paid for. */
export async function settle(recording: Recording, ask: Ask, settling: Settling, parts: Parts, trace: Trace): Promise<Settled> {
  try {
    if (recording.head.settleLate) await nextTurn();
    return await admitAndSave(recording, ask, settling, parts, trace);
  } catch (error) {
    parts.events.report(error instanceof CacheError ? error : new BrokenAnswerError('it could not be looked at', { cause: error }));
    return { stored: false, why: 'it could not be looked at' };
  }
}

async function admitAndSave({ head, body, marks, broken }: Recording, ask: Ask, settling: Settling, parts: Parts, trace: Trace): Promise<Settled> {
  if (broken) return refuse('the answer broke off', { failed: true });
  if (!body) return refuse(`it is larger than ${parts.options.maxRecordBytes} bytes`);

  const recorded: Recorded = { status: head.status, headers: replayable(head.headers), body, ...(head.form === 'stream' && { marks }) };
  const finding = ask.format.inspect(recorded, head.form);
  const model = ask.identity.facts.model ?? finding.model;
  const price = priceOf(finding.usage, model, ask, parts);
  // A lookup by meaning that found nothing was paid for all the same.
  const cost = price === undefined ? undefined : price + (trace.matchingCost ?? 0);
  const paid = { ...(finding.usage && { usage: finding.usage }), ...(cost !== undefined && { cost }) };

  if (head.sharable === false) return refuse('its value cannot be stored', paid);
  const verdict = await parts.admission.admit({ status: head.status, finding, facts: ask.identity.facts, body });
  if (!verdict.ok) return refuse(verdict.why, { ...paid, ...(verdict.failed && { failed: true }) });
  if (!settling.store) return refuse('no-store', paid);

  const entry = await withVectors(makeEntry(recorded, finding, ask, settling, parts), ask, parts);
  if (entry.dropAt !== undefined && entry.dropAt <= entry.createdAt) return refuse('its time to live is 0', paid);
  try {
    await save(entry, parts);
  } catch (error) {
    const known = error instanceof CacheError ? error : new StoreError(parts.store.name, 'write', error);
    parts.events.report(known);
    trace.add({ at: 'save', is: 'failed', why: known.message });
    return { stored: false, why: known.message, ...paid };
  }
  trace.add({ at: 'admit', is: 'stored' });
  parts.meaning.opened?.remember(entry);
  if (trace.shadow) await noteShadow(trace.shadow, finding.text, cost, ask, parts);
  if (parts.events.has('store')) {
    parts.events.emit('store', { id: entry.id, tenant: entry.tenant, namespace: entry.namespace, ...(model !== undefined && { model }) });
  }
  return { stored: true, ...paid };

  function refuse(why: string, known: Partial<Settled> = {}): Settled {
    trace.add({ at: 'admit', is: 'refused', why });
    return { stored: false, why, ...known };
  }
}

/** When all that can run now has run, such as what writes the reply. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function save(entry: Entry, { store, clock }: Parts): MaybePromise<void> {
  const saved = store.set(entry);
  if (!isPromise(saved)) return;
  const late = () => new StoreError(store.name, 'write', new Error(`no answer within ${LONGEST_SAVING} ms`));
  return inTime(saved, LONGEST_SAVING, clock, late);
}

/** Keeps what would have been served by meaning beside the new answer, for `reprise review`. */
async function noteShadow(match: Match, answer: string, cost: number | undefined, { namespace, format }: Ask, { store, clock, events }: Parts): Promise<void> {
  try {
    const { noteShadow: note } = await import('../semantic/review.ts');
    const noting = note(store, { match, namespace, format, answer, at: clock.now(), cost });
    await inTime(noting, LONGEST_SAVING, clock, () => new StoreError(store.name, 'write', new Error(`no answer within ${LONGEST_SAVING} ms`)));
  } catch (error) {
    events.report(error instanceof CacheError ? error : new StoreError(store.name, 'write', error));
  }
}

/** The entry with what it is found by among others of like meaning, where questions are matched so. */
async function withVectors(entry: Entry, ask: Ask, parts: Parts): Promise<Entry> {
  const { meaning, clock } = parts;
  if (entry.text === undefined || modeOf(ask, parts) === 'off') return entry;
  const leaving = new AbortController();
  let lookups: readonly string[] = [];
  try {
    const late = () => new JudgeError('late', 'Its vector was not there in time.');
    const making = (async () => {
      const opened = await meaning.open();
      lookups = await opened.lookupsFor(entry);
      return opened.vectorsFor(entry, leaving.signal);
    })();
    const vectors = await inTime(making, meaning.options.timeout, clock, late);
    return { ...entry, lookups: [...entry.lookups, ...lookups], vectors };
  } catch {
    // The lookup before has said why. Without a vector the entry is found by its key and its normal form.
    return { ...entry, lookups: [...entry.lookups, ...lookups] };
  } finally {
    leaving.abort();
  }
}

function priceOf(usage: Usage | undefined, model: string | undefined, ask: Ask, parts: Parts): number | undefined {
  const price = usage && model !== undefined ? parts.prices.priceOf(model, ask.format.provider) : undefined;
  return usage && price ? costOf(usage, price) : undefined;
}

function makeEntry(recorded: Recorded, finding: Finding, ask: Ask, { id, beside }: Settling, parts: Parts): Entry {
  const key = ask.identity.key();
  const { facts } = ask.identity;
  const model = facts.model ?? finding.model;
  const form = recorded.marks ? 'stream' : 'whole';
  // Answers that call tools are never served by meaning, whichever of the two forms it is that does.
  const callsTools = finding.toolCalls || (beside !== undefined && beside.text === undefined);
  return {
    v: 1,
    id,
    kind: ask.kind,
    format: ask.format.name,
    namespace: ask.namespace,
    tenant: ask.tenant,
    scope: key.scope,
    ...(key.turns !== undefined && { turns: key.turns }),
    ...(key.text !== undefined && !callsTools && { text: key.text }),
    ...(parts.meaning.options.turns === 'judged' && !callsTools && key.earlier !== undefined && { story: storyOf(key.earlier) }),
    lookups: [],
    attributes: {},
    tags: [...new Set([...parts.options.tags, ...(ask.directives.tags ?? [])])],
    ...(model !== undefined && { model }),
    origin: 'provider',
    fields: key.fields,
    ...(form === 'stream' ? { stream: recorded } : beside?.stream && { stream: beside.stream }),
    ...(form === 'whole' ? { whole: recorded } : beside?.whole && { whole: beside.whole }),
    ...(finding.usage && { usage: finding.usage }),
    ...lifetimeOf(ask, parts),
    vectors: {},
  };
}
