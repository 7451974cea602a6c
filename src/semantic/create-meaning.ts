import { LRUCache } from 'lru-cache';
import { isPromise, type MaybePromise } from '../base/maybe.ts';
import type { Milliseconds, Usd } from '../base/units.ts';
import type { Entry, EntryKind } from '../model/entry.ts';
import type { Abilities, Store } from '../stores/store.ts';
import { type Decision, decide } from './decide.ts';
import { exclusion } from './exclusion.ts';
import { feedbackBook } from './feedback.ts';
import type { Finder } from './finder.ts';
import type { GuardCheck } from './guards/guards.ts';
import type { Veto } from './guards/guard.ts';
import type { PairJudge } from './judges/pair-judge.ts';
import type { Asked, Considered, Looked, LookUpOptions, Meaning, Ranked, RankOptions } from './meaning.ts';
import { normalForm } from './normal-form.ts';
import type { Near, Place } from './pool.ts';
import { rateLimit } from './rate.ts';
import type { ResolvedSemantic } from './semantic-options.ts';
import { createStock } from './stock.ts';
import { withStory } from './story.ts';
import { type ReadText, readText } from './text/read-text.ts';
import { bytesOf } from './vector-bytes.ts';

/** What is near, as far as it is asked for. `why`: nothing could be found by vector. */
interface Neighbours {
  near(limit: number): Promise<readonly Near[]>;
  readonly why?: string;
}

export interface MeaningParts {
  readonly options: ResolvedSemantic;
  readonly store: Store;
  readonly abilities: Abilities;
  /** Which entries are matched. Of questions and answers put in by hand, every text is. @default 'llm' */
  readonly kind?: EntryKind;
  readonly finder: Finder;
  readonly judge: PairJudge;
  readonly guards: GuardCheck;
  /** The lowest probability to serve for a rate of false hits; the cache's own without one. */
  readonly thresholdFor: (maxFalseHits: number | undefined) => number | undefined;
  readonly timeBound: (text: string) => boolean;
  readonly now: () => Milliseconds;
  /** Hears of what failed in the background. */
  readonly onTrouble: (error: unknown) => void;
}

const CALLED_WRONG: Veto = { guard: 'feedback', why: 'it was called wrong' };
/** How many read texts are kept, since the same candidates come again and again. */
const READ_TEXTS = 2000;
/** The most neighbours that the index gives. */
const MOST_NEAR = 1024;
/** Lookups under way, of all tenants; more are misses. */
const MOST_AT_ONCE = 1000;

/** Starts to take the stored questions in, in the background. Until that is done nothing is found by meaning. */
export function createMeaning(parts: MeaningParts): Meaning {
  const { options, store, abilities, kind = 'llm', finder, judge, guards, onTrouble } = parts;
  const book = feedbackBook(store.records);
  const texts = new LRUCache<string, ReadText>({ max: READ_TEXTS });
  const mayAsk = rateLimit(options.perSecond, parts.now);
  let underWay = 0;

  const read = (text: string): ReadText => {
    let found = texts.get(text);
    if (!found) texts.set(text, (found = readText(text)));
    return found;
  };

  // Questions and answers that somebody put in by hand are there to be found, whatever they are about.
  const excluded = kind === 'qa' ? () => undefined : exclusion(options, parts.timeBound);
  const stock = createStock({ store, abilities, kind, finder, excluded, maxBytes: options.maxIndexBytes, now: parts.now, onTrouble });
  const { pool } = stock;

  const placeOf = ({ scope, turns = '' }: Asked): Place => ({ scope, ...(options.turns === 'equal' && { turns }) });

  /** The stored question with the same normal form. */
  function sameAs(asked: Asked): Near | undefined {
    const id = options.normalised ? pool.same(placeOf(asked), normalForm(asked.text)) : undefined;
    return id === undefined ? undefined : { id, similarity: 1 };
  }

  /** Looks for the stored questions near to this one, the one with its normal form first; more of them with every larger limit. */
  async function neighbours(asked: Asked, signal: AbortSignal, least = options.minSimilarity ?? finder.least): Promise<Neighbours> {
    const place = placeOf(asked);
    const same = sameAs(asked);
    const first: readonly Near[] = same ? [same] : [];
    const known = await finder.place(asked.text === '' ? '' : normalForm(asked.text), signal);
    if ('why' in known) return { near: async () => first, why: known.why };
    return {
      async near(limit) {
        const near = abilities.search
          ? (await abilities.search.nearest({
            tenant: asked.tenant, namespace: asked.namespace, scope: asked.scope, fingerprint: finder.fingerprint, vector: known.vector, limit,
            ...(place.turns !== undefined && { turns: place.turns }),
          })).filter(({ similarity }) => similarity >= least)
          : await pool.near(place, known.vector, limit, least);
        return [...first, ...near.filter(({ id }) => id !== same?.id)].slice(0, limit);
      },
    };
  }

  /** The nearest that may be served, with their entries. Where many may not, it looks further. */
  async function servable(asked: Asked, { signal, limit, least, serves, told }: RankOptions): Promise<{ entry: Entry; similarity: number }[]> {
    const { near, why } = await neighbours(asked, signal, least);
    if (why !== undefined) told?.(why);
    const seen = new Set<string>();
    const found: { entry: Entry; similarity: number }[] = [];
    for (let wanted = limit; ; wanted = Math.min(MOST_NEAR, wanted * 8)) {
      const all = await near(wanted);
      for (const { id, similarity } of all) {
        if (seen.has(id)) continue;
        seen.add(id);
        signal.throwIfAborted();
        const entry = await entryOf(id, asked);
        if (entry && serves(entry)) found.push({ entry, similarity });
        if (found.length >= limit) return found;
      }
      if (all.length < wanted || wanted >= MOST_NEAR) return found;
    }
  }

  /** The entry of a candidate, if it is still there and is what the pool says it is. */
  async function entryOf(id: string, asked: Asked): Promise<Entry | undefined> {
    const found: MaybePromise<Entry | undefined> = store.get(id);
    const entry = isPromise(found) ? await found : found;
    if (!entry) pool.delete(id);
    // Tenant and namespace are part of the scope; that they are compared once more costs nothing and leaves nothing to chance.
    const fits = entry && entry.tenant === asked.tenant && entry.namespace === asked.namespace && entry.scope === asked.scope && entry.text !== undefined
      && (options.turns === 'judged' || (entry.turns ?? '') === (asked.turns ?? ''));
    return fits ? entry : undefined;
  }

  async function lookUp(asked: Asked, { signal, maxFalseHits, serves }: LookUpOptions): Promise<Looked> {
    const nothing = (why: string): Looked => ({ considered: [], why });
    const out = excluded(asked.text);
    if (out !== undefined) return nothing(out);
    const state = stock.state();
    if (state !== 'ready') return nothing(`the stored questions ${state === 'reading' ? 'are still being read' : 'could not be read'}`);
    if (!mayAsk(asked.tenant)) return nothing(`more than ${options.perSecond} lookups by meaning in a second`);
    if (underWay >= MOST_AT_ONCE) return nothing(`more than ${MOST_AT_ONCE} lookups by meaning at once`);
    underWay++;
    try {
      return await search(asked, { signal, maxFalseHits, serves });
    } finally {
      underWay--;
    }
  }

  async function search(asked: Asked, { signal, maxFalseHits, serves }: LookUpOptions): Promise<Looked> {
    const considered: Considered[] = [];
    const question = read(withStory(asked.text, asked.story));
    let judged = 0;
    let cost: Usd | undefined;

    /** The entry, if it may be served. */
    async function consider({ id, similarity }: Near): Promise<Entry | undefined> {
      signal.throwIfAborted();
      const entry = await entryOf(id, asked);
      if (!entry || !serves(entry)) return undefined;
      const { text } = entry as Entry & { text: string };
      const vetoed = await book.vetoed({ scope: asked.scope, asked: asked.text, matched: text });
      if (vetoed) {
        considered.push({ id, text, strategy: 'semantic', similarity, vetoes: [CALLED_WRONG], hit: false, why: `vetoed: ${CALLED_WRONG.why}` });
        return undefined;
      }
      const decision = await decide(question, read(withStory(text, entry.story)), {
        guards, judge: judged < options.maxJudged ? judge : undefined, threshold: parts.thresholdFor(maxFalseHits), normalised: options.normalised,
      }, signal);
      if (decision.probability !== undefined) judged++;
      if (decision.cost !== undefined) cost = (cost ?? 0) + decision.cost;
      considered.push(asConsidered(id, text, similarity, decision));
      return decision.hit ? entry : undefined;
    }
    const found = (entry: Entry): Looked => ({ found: { ...considered.at(-1)!, entry }, considered, ...(cost !== undefined && { cost }) });

    // What is equal but for form needs no vector, and so no embedder.
    const same = sameAs(asked);
    const equal = same && (await consider(same));
    if (equal) return found(equal);
    const { near, why } = await neighbours(asked, signal);
    cost = finder.takeCost?.();
    for (const candidate of await near(options.candidates)) {
      if (judged > 0 && candidate.similarity < finder.leastAgain) break;
      const entry = candidate.id === same?.id ? undefined : await consider(candidate);
      if (entry) return found(entry);
    }
    const last = considered.find(({ probability }) => probability !== undefined) ?? considered[0];
    return { considered, why: why ?? last?.why ?? 'nothing near is stored', ...(cost !== undefined && { cost }) };
  }

  async function rank(asked: Asked, given: RankOptions): Promise<Ranked[]> {
    const { signal, judged: isJudged = true, enough = Infinity, maxJudged = Infinity } = given;
    stock.state();
    await stock.loaded;
    if (stock.state() !== 'ready') throw stock.failure ?? new Error('The stored questions were not read to the end.');
    const ranked: Ranked[] = [];
    let judged = 0;
    let hits = 0;
    for (const { entry, similarity } of await servable(asked, given)) {
      // Who wants so many and no more needs no reasons for the rest; what is equal but for form came first.
      if (hits >= enough || (enough < Infinity && judged >= maxJudged)) break;
      signal.throwIfAborted();
      const one = await weighed(asked, entry, similarity, signal, isJudged ? (judged < maxJudged ? judge : undefined) : 'unjudged');
      if (one.probability !== undefined) judged++;
      if (one.hit) hits++;
      ranked.push(one);
    }
    return ranked;
  }

  /** `judge` is absent where it is asked no more; `unjudged` is for similarity alone. */
  async function weighed(asked: Asked, entry: Entry, similarity: number, signal: AbortSignal, judge: PairJudge | 'unjudged' | undefined): Promise<Ranked> {
    const { id, text = '' } = entry;
    if (await book.vetoed({ scope: asked.scope, asked: asked.text, matched: text })) {
      return { id, text, strategy: 'semantic', similarity, vetoes: [CALLED_WRONG], hit: false, why: `vetoed: ${CALLED_WRONG.why}`, entry };
    }
    if (judge === 'unjudged') return { id, text, strategy: 'semantic', similarity, vetoes: [], hit: true, entry };
    const decider = { guards, judge, threshold: parts.thresholdFor(undefined), normalised: options.normalised };
    const [question, stored] = [read(withStory(asked.text, asked.story)), read(withStory(text, entry.story))];
    return { ...asConsidered(id, text, similarity, await decide(question, stored, decider, signal)), entry };
  }

  /** Fails where the embedder does. */
  async function embed({ text }: Pick<Entry, 'text'>, signal: AbortSignal): Promise<Entry['vectors']> {
    if (text === undefined || excluded(text) !== undefined || (finder.cheap && !abilities.search)) return {};
    const placed = await finder.place(normalForm(text), signal);
    return 'vector' in placed ? { [finder.fingerprint]: bytesOf(placed.vector) } : {};
  }

  return {
    lookUp,
    rank,
    excluded,
    weigh: (asked, entry, signal) => weighed(asked, entry, 1, signal, judge),
    embed,
    async vectorsFor(entry, signal) {
      try {
        return await embed(entry, signal);
      } catch (error) {
        if (!signal.aborted) onTrouble(error);
        return {};
      }
    },
    remember: (entry) => stock.remember(entry),
    forget: (ids) => stock.forget(ids),
    book,
    get loaded() {
      return stock.loaded;
    },
    get size() {
      return pool.size;
    },
    get bytes() {
      return pool.bytes;
    },
    fingerprint: finder.fingerprint,
    async close() {
      await Promise.allSettled([stock.close(), judge.close?.(), finder.close()]);
    },
  };
}

function asConsidered(id: string, text: string, similarity: number, { hit, strategy, probability, vetoes, why }: Decision): Considered {
  return { id, text, strategy, similarity: strategy === 'normalised' ? 1 : similarity, vetoes, hit, ...(probability !== undefined && { probability }), ...(why !== undefined && { why }) };
}
