import { JudgeError, StoreError } from '../base/errors.ts';
import { asCacheError } from '../semantic/door.ts';
import type { Considered } from '../semantic/meaning.ts';
import type { Feedback } from '../semantic/rates.ts';
import type { Ask } from './ask.ts';
import { askedOf, modeOf, rateOf, serves } from './by-meaning.ts';
import { inTime } from './in-time.ts';
import type { Parts } from './parts.ts';
import type { Trace } from './trace.ts';

/** The stored question that the caller speaks of. */
type Spoken = { readonly id: string; readonly text: string } | { readonly why: string };

/**
 * Notes what the caller says of the answer that it had for this question by meaning, before anything is looked up, so that a pair that was called wrong is not
 * served to this very request. Never fails: a step says what was noted, or why nothing was.
 */
export async function noteFeedback(ask: Ask, said: Feedback, parts: Parts, trace: Trace): Promise<void> {
  const { meaning, clock, store } = parts;
  const { text, scope } = ask.identity.key();
  if (ask.kind !== 'llm' || text === undefined) return refuseFeedback(trace, 'no answer to this request is found by meaning');
  if (store !== meaning.store) return refuseFeedback(trace, 'the store cannot be reached');
  try {
    const late = () => new JudgeError('late', `The feedback was not noted within ${meaning.options.timeout} ms.`);
    const noting = async (): Promise<void> => {
      const spoken = await spokenOf(ask, parts, trace);
      if ('why' in spoken) return refuseFeedback(trace, spoken.why);
      const { feedbackBook } = await import('../semantic/feedback.ts');
      await feedbackBook(store.records).add({ scope, asked: text, matched: spoken.text }, said);
      trace.add({ at: 'feedback', is: 'noted', entry: spoken.id });
    };
    await inTime(noting(), meaning.options.timeout, clock, late);
  } catch (error) {
    const known = asCacheError(error instanceof Error ? error : new StoreError(store.name, 'write', error));
    refuseFeedback(trace, known.message);
    meaning.trouble(known);
  }
}

export function refuseFeedback(trace: Trace, why: string): void {
  trace.add({ at: 'feedback', is: 'refused', why });
}

async function spokenOf(ask: Ask, parts: Parts, trace: Trace): Promise<Spoken> {
  const { feedbackOn } = ask.directives;
  if (feedbackOn !== undefined) return named(feedbackOn, ask, parts);
  if (modeOf(ask, parts) === 'off') return { why: 'matching by meaning is off; the entry that is meant can be named: entry=ID' };
  const leaving = new AbortController();
  try {
    const looked = await (await parts.meaning.open()).lookUp(askedOf(ask, parts)!, {
      signal: leaving.signal,
      maxFalseHits: rateOf(ask, parts),
      serves: (entry) => serves(entry, ask, parts),
    });
    trace.spentOnMatching(looked.cost);
    const wasCalledWrong = ({ vetoes }: Considered): boolean => vetoes.some(({ guard }) => guard === 'feedback');
    const found = looked.found ?? looked.considered.find(wasCalledWrong);
    return found ? { id: found.id, text: found.text } : { why: `nothing is found by meaning: ${looked.why ?? 'nothing near is stored'}` };
  } finally {
    leaving.abort();
  }
}

/** An entry of this scope: that others hold one with this id is nobody's business. */
async function named(id: string, ask: Ask, { store }: Parts): Promise<Spoken> {
  const key = ask.identity.key();
  const entry = await store.get(id);
  const fits = entry && entry.tenant === ask.tenant && entry.namespace === ask.namespace && entry.scope === key.scope;
  if (!fits || entry.text === undefined) return { why: 'there is no such entry where this question looks' };
  return entry.text === key.text ? { why: 'the entry is an answer to this very question' } : { id, text: entry.text };
}
