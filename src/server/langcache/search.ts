import { JudgeError } from '../../base/errors.ts';
import type { MaybePromise } from '../../base/maybe.ts';
import type { Milliseconds } from '../../base/units.ts';
import { DEFAULT_MAX_RESULTS } from '../../langcache/wire.ts';
import { type CacheEntry, type ExplainedCandidate, type SearchRequest, type SearchResponse, SearchStrategy } from '../../langcache/wire-types.ts';
import type { Entry } from '../../model/entry.ts';
import { feedbackBook } from '../../semantic/feedback.ts';
import type { Asked, Meaning, Ranked } from '../../semantic/meaning.ts';
import { normalForm } from '../../semantic/normal-form.ts';
import type { ResolvedSemantic } from '../../semantic/semantic-options.ts';
import type { Store } from '../../stores/store.ts';
import type { Cache } from './caches.ts';
import { asFound, hasAttributes, isFresh, lookupOf, scopeOf, TENANT } from './entries.ts';
import type { SamePrompt } from './same-prompt.ts';
import type { Scale } from './similarity.ts';

export interface SearchParts {
  readonly store: Store;
  readonly samePrompt: SamePrompt;
  readonly scale: Scale;
  readonly options: Pick<ResolvedSemantic, 'candidates' | 'maxJudged'>;
  readonly now: () => Milliseconds;
  /** Loads what matches by meaning. */
  meaning(): MaybePromise<Meaning>;
  readonly onTrouble: (error: unknown) => void;
}

/** A search of one cache. `story`: what was said before, which guards and judge read. */
export type SearchWith = SearchRequest & { readonly story?: string };

export interface Searched {
  readonly answer: SearchResponse;
  /** Candidates that guards or judge refused. */
  readonly vetoed: number;
}

/** What one search has come to so far. */
interface Hunt {
  readonly cache: Cache;
  readonly request: SearchWith;
  readonly asked: Asked;
  readonly most: number;
  readonly found: Map<string, CacheEntry>;
  readonly ranked: Ranked[];
  vetoed: number;
  why: string | undefined;
  readonly signal: AbortSignal;
}

/** The prompt of a pair of equal prompts that was called wrong: it is about that one entry, so that a better one for the same prompt is served. */
export const calledWrong = (entryId: string): string => `entry ${entryId}`;

/** Tries the strategies in their order until enough is found. Fails with the error of store or embedder. */
export async function search(cache: Cache, request: SearchWith, parts: SearchParts, signal: AbortSignal): Promise<Searched> {
  const { prompt, story, searchStrategies, maxResults: most = DEFAULT_MAX_RESULTS, explain = false } = request;
  const asked: Asked = { tenant: TENANT, namespace: cache.id, scope: scopeOf(cache.id), text: prompt, ...(story !== undefined && { story }) };
  const hunt: Hunt = { cache, request, asked, most, found: new Map(), ranked: [], vetoed: 0, why: undefined, signal };
  const strategies = searchStrategies?.length ? searchStrategies : cache.searchStrategies;

  for (const strategy of new Set(strategies)) {
    if (hunt.found.size >= most) break;
    await (strategy === SearchStrategy.Exact ? searchExactly : searchByMeaning)(hunt, parts);
  }

  const data = [...hunt.found.values()];
  const candidates = hunt.ranked.map((one) => explained(one, hunt, parts.scale));
  const explanation = { candidates, ...(hunt.why !== undefined && { why: hunt.why }) };
  return { answer: { data, ...(explain && { explanation }) }, vetoed: hunt.vetoed };
}

/** The newest first. */
async function searchExactly(hunt: Hunt, parts: SearchParts): Promise<void> {
  const { cache, request: { prompt, attributes = {}, story }, asked, most, found, signal } = hunt;
  const { store, samePrompt, now } = parts;
  for await (const id of samePrompt.ids(cache.id, lookupOf(cache.id, prompt), attributes)) {
    if (found.size >= most) return;
    signal.throwIfAborted();
    if (found.has(id)) continue;
    const entry = await store.get(id);
    // Kind and scope hold by how it was found; that they are compared once more leaves nothing to chance.
    if (entry?.kind !== 'qa' || entry.scope !== asked.scope || !isFresh(entry, now()) || !hasAttributes(entry, attributes)) continue;
    if (await isCalledWrong(id, asked, store)) continue;
    // The same words may ask something else after other words.
    if (story !== undefined && cache.judge === 'on' && !(await isSameInStory(hunt, entry, parts))) continue;
    found.set(id, asFound(entry, 1, SearchStrategy.Exact));
  }
}

async function isSameInStory(hunt: Hunt, entry: Entry, { meaning, onTrouble }: SearchParts): Promise<boolean> {
  try {
    const { hit } = await (await meaning()).weigh(hunt.asked, entry, hunt.signal);
    if (!hit) hunt.vetoed++;
    return hit;
  } catch (error) {
    if (!(error instanceof JudgeError)) throw error;
    onTrouble(error);
    return false;
  }
}

async function searchByMeaning(hunt: Hunt, parts: SearchParts): Promise<void> {
  const { cache, request, asked, most, found, signal } = hunt;
  const { scale, options, store, now, onTrouble } = parts;
  const { attributes = {}, similarityThreshold: threshold = cache.similarityThreshold, explain = false } = request;
  const open = most - found.size;
  let ranked: Ranked[];
  try {
    ranked = await (await parts.meaning()).rank(asked, {
      signal,
      // Where similarity alone decides, the nearest are the answer.
      limit: cache.judge === 'off' && !explain ? open : Math.max(options.candidates, most),
      least: scale.least(threshold),
      judged: cache.judge === 'on',
      maxJudged: options.maxJudged + open - 1,
      ...(!explain && { enough: open }),
      serves: (entry) => !found.has(entry.id) && isFresh(entry, now()) && hasAttributes(entry, attributes),
      told: (why) => (hunt.why = why),
    });
  } catch (error) {
    if (!(error instanceof JudgeError)) throw error;
    // Without a verdict nothing is served; that is a miss like any other.
    onTrouble(error);
    hunt.why = 'the judge gave no verdict';
    return;
  }
  for (const one of ranked) {
    const wrong = one.hit && (await isCalledWrong(one.id, asked, store)) && normalForm(one.text) === normalForm(asked.text);
    const decided: Ranked = wrong ? { ...one, hit: false, why: 'vetoed: it was called wrong', vetoes: [{ guard: 'feedback', why: 'it was called wrong' }] } : one;
    hunt.ranked.push(decided);
    if (!decided.hit) hunt.vetoed++;
    else if (found.size < most) found.set(one.id, asFound(one.entry, scale.similarity(one.similarity), SearchStrategy.Semantic));
  }
}

const isCalledWrong = (entryId: string, { scope, text }: Asked, { records }: Store): MaybePromise<boolean> =>
  feedbackBook(records).vetoed({ scope, asked: text, matched: calledWrong(entryId) });

function explained({ id, text, similarity, hit, why, vetoes, probability, strategy }: Ranked, { found, cache }: Hunt, scale: Scale): ExplainedCandidate {
  const served = found.has(id);
  const because = strategy === 'normalised' ? 'it is the same but for how it is written' : cache.judge === 'off' ? 'it is near enough' : 'the judge says that one answer serves both';
  return {
    entryId: id,
    prompt: text,
    similarity: scale.similarity(similarity),
    served,
    why: hit ? (served ? because : 'enough was found before') : (why ?? 'it was refused'),
    vetoes: vetoes.map(({ guard, why: said }) => ({ guard, why: said })),
    ...(probability !== undefined && { probability }),
  };
}
