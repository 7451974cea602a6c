import { JudgeError } from '../base/errors.ts';
import type { Entry } from '../model/entry.ts';
import type { Match } from '../model/outcome.ts';
import { asCacheError } from '../semantic/door.ts';
import type { Asked, Considered, Looked } from '../semantic/meaning.ts';
import { MODES, type SemanticMode } from '../semantic/rates.ts';
import { storyOf } from '../semantic/story.ts';
import { bytesOf } from './answer.ts';
import type { Ask } from './ask.ts';
import type { Found } from './flight.ts';
import { inTime } from './in-time.ts';
import type { Parts } from './parts.ts';
import type { Trace } from './trace.ts';

/**
 * The mode in which this question is matched by meaning: off while the store cannot be opened and another stands in. A caller may say otherwise than the
 * cache; where that is fixed, only what serves less.
 */
export function modeOf(ask: Ask, { meaning, store }: Parts): SemanticMode {
  if (store !== meaning.store) return 'off';
  const { mode, fixed } = meaning.options;
  const wanted = ask.directives.semantic ?? mode;
  return fixed && MODES.indexOf(wanted) > MODES.indexOf(mode) ? mode : wanted;
}

/** The rate of false hits that the caller asked for, where it may. */
export function rateOf(ask: Ask, { meaning }: Parts): number | undefined {
  const { fixed, target } = meaning.options;
  const { maxFalseHits } = ask.directives;
  if (!fixed || maxFalseHits === undefined) return maxFalseHits;
  // Which of a threshold and a rate serves less, nobody knows.
  return 'maxFalseHits' in target && maxFalseHits < target.maxFalseHits ? maxFalseHits : undefined;
}

/** What is looked for; `undefined` where the last message may not be matched. */
export function askedOf(ask: Ask, { meaning }: Parts): Asked | undefined {
  const { text, turns, scope, earlier } = ask.identity.key();
  if (text === undefined) return undefined;
  return { tenant: ask.tenant, namespace: ask.namespace, scope, turns, text, ...(meaning.options.turns === 'judged' && { story: storyOf(earlier) }) };
}

/**
 * Looks for a stored answer to another question that means the same. Whatever fails here, or takes too long, is a miss: exact hits and the
 * provider go on. In the mode `shadow` what was found is noted in the trace and not given.
 */
export async function lookUpByMeaning(ask: Ask, parts: Parts, trace: Trace): Promise<Found | undefined> {
  const mode = modeOf(ask, parts);
  if (mode === 'off' || ask.kind !== 'llm') return undefined;
  const asked = askedOf(ask, parts);
  if (!asked) return none(trace, 'its last message may not be matched');
  if (parts.options.samples > 1 && ask.identity.facts.varies) return none(trace, 'several samples are kept of every answer');

  const { options } = parts.meaning;
  const leaving = new AbortController();
  try {
    const late = () => new JudgeError('late', `The lookup by meaning was not done within ${options.timeout} ms.`);
    const looking = (async () => (await parts.meaning.open()).lookUp(asked, {
      signal: leaving.signal,
      maxFalseHits: rateOf(ask, parts),
      serves: (entry) => serves(entry, ask, parts),
    }))();
    const looked = await inTime(looking, options.timeout, parts.clock, late);
    trace.spentOnMatching(looked.cost);
    if (!looked.found) return nothingFound(trace, looked);
    const match = matchOf(looked.found, asked.scope, asked.text);
    trace.add({ at: 'semantic', is: mode === 'shadow' ? 'shadow' : 'hit', ...facts(looked.found), ...vetoesOf(looked) });
    if (mode === 'shadow') {
      trace.shadow = match;
      return undefined;
    }
    return { entry: looked.found.entry, kind: looked.found.strategy, match };
  } catch (error) {
    const known = asCacheError(error);
    trace.add({ at: 'semantic', is: 'failed', why: known.message });
    parts.meaning.trouble(known);
    return undefined;
  } finally {
    leaving.abort();
  }
}

/** Fresh, of the same wire format, no older than the caller wants, and in a form that can be given to it. */
export function serves(entry: Entry, ask: Ask, parts: Parts): boolean {
  const now = parts.clock.now();
  const { maxAge } = ask.directives;
  if (entry.format !== ask.format.name || (entry.expiresAt !== undefined && now >= entry.expiresAt)) return false;
  if (maxAge !== undefined && now - entry.createdAt > maxAge) return false;
  const { form, wish } = ask.identity.facts;
  try {
    return bytesOf(entry, form, wish, ask.format) !== undefined;
  } catch {
    return false;
  }
}

function none(trace: Trace, why: string): undefined {
  trace.add({ at: 'semantic', is: 'none', why });
}

function nothingFound(trace: Trace, looked: Looked): undefined {
  const [nearest] = looked.considered.toSorted((a, b) => (b.probability ?? -1) - (a.probability ?? -1));
  trace.add({ at: 'semantic', is: 'none', ...(nearest && facts(nearest)), ...(looked.why !== undefined && { why: looked.why }), ...vetoesOf(looked) });
}

const facts = ({ text, similarity, probability, why }: Considered) => ({
  matched: text,
  similarity,
  ...(probability !== undefined && { probability }),
  ...(why !== undefined && { why }),
});

function vetoesOf({ considered }: Looked) {
  const vetoes = considered.flatMap((one) => one.vetoes);
  return vetoes.length > 0 ? { vetoes } : {};
}

function matchOf({ id, text, strategy, similarity, probability }: Considered, scope: string, asked: string): Match {
  return { strategy, id, matched: text, asked, scope, similarity, ...(probability !== undefined && { probability }) };
}
