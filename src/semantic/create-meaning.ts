import { LRUCache } from 'lru-cache';
import type { Milliseconds, Usd } from '../base/units.ts';
import type { Entry, EntryKind } from '../model/entry.ts';
import type { Abilities, Store } from '../stores/store.ts';
import { type Candidate, type CandidateOptions, findCandidates } from './candidates.ts';
import { type Decision, decide } from './decide.ts';
import { exclusion } from './exclusion.ts';
import { feedbackBook } from './feedback.ts';
import type { Crowd, Finder } from './finder.ts';
import { formLookup } from './form-lookup.ts';
import type { GuardCheck } from './guards/guards.ts';
import type { Veto } from './guards/guard.ts';
import type { PairJudge } from './judges/pair-judge.ts';
import type { Asked, Considered, Looked, LookUpOptions, Meaning, Ranked, RankOptions } from './meaning.ts';
import { normalFormOf } from './normal-form.ts';
import { rateLimit } from './rate.ts';
import type { ResolvedSemantic } from './semantic-options.ts';
import { createStock } from './stock.ts';
import { withStory } from './story.ts';
import { type ReadText, readText } from './text/read-text.ts';
import { bytesOf } from './vector-bytes.ts';

export interface MeaningParts {
  readonly options: ResolvedSemantic;
  readonly store: Store;
  readonly abilities: Abilities;
  /** Which entries are matched. Of questions and answers put in by hand, every text is. @default 'llm' */
  readonly kind?: EntryKind;
  readonly finder: Finder;
  readonly judge: PairJudge;
  /** Who judges at the rate of a request; `undefined`: nobody can. @default `judge`, at every rate */
  readonly judgeFor?: (maxFalseHits: number) => PairJudge | undefined;
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
/** And how many characters of them: each takes some 40 bytes, which makes 32 MB. */
const READ_CHARACTERS = 800_000;
/** Lookups under way, of all tenants; more are misses. */
const MOST_AT_ONCE = 1000;

const NO_RATE = 'the rate of the request cannot be applied';

/** How candidates are held against a question. */
interface Weighing {
  /** Absent where it is asked no more, or cannot be asked. */
  readonly judge: PairJudge | undefined;
  readonly unjudged?: string;
  readonly threshold: number | undefined;
  /** True: similarity alone decides. */
  readonly unweighed?: boolean;
  /** Whether anybody said anything of hits in this scope; absent where that is not known yet. */
  readonly spokenOf?: Promise<boolean> | undefined;
}

/** And how many of them are. */
interface Looking extends Weighing {
  /** The most that the judge reads. */
  readonly maxJudged: number;
  /** After one was judged, those that are less near are not looked at. */
  readonly leastAgain?: number;
  /** Of a crowd, those that do not stand out are not. */
  readonly crowd?: Crowd | undefined;
  /** Who has seen enough stops. */
  readonly isEnough: (one: Weighed, judged: number) => boolean;
}

type Weighed = Ranked & { readonly cost?: Usd };

/** Starts to take the stored questions in, in the background. Until that is done nothing is found by meaning. */
export function createMeaning(parts: MeaningParts): Meaning {
  const { options, store, abilities, kind = 'llm', finder, judge, judgeFor = () => judge, guards, onTrouble } = parts;
  const texts = new LRUCache<string, ReadText>({ max: READ_TEXTS, maxSize: READ_CHARACTERS, sizeCalculation: ({ text }) => text.length + 1 });
  const mayAsk = rateLimit(options.perSecond, parts.now);
  let underWay = 0;

  const read = (text: string): ReadText => {
    let found = texts.get(text);
    if (!found) texts.set(text, (found = readText(text)));
    return found;
  };
  const book = feedbackBook(store.records);

  // Questions and answers that somebody put in by hand are there to be found, whatever they are about.
  const excluded: (text: string, story?: string) => string | undefined = kind === 'qa' ? () => undefined : exclusion(options, parts.timeBound);
  const stock = createStock({ store, abilities, kind, finder, excluded, maxBytes: options.maxIndexBytes, now: parts.now, onTrouble });
  const { pool } = stock;

  const least = options.minSimilarity ?? finder.least;
  const candidates = findCandidates({ store, abilities, kind, finder, pool, equalTurns: options.turns === 'equal', normalised: options.normalised, formOf: normalFormOf });

  async function lookUp(asked: Asked, given: LookUpOptions): Promise<Looked> {
    const nothing = (why: string): Looked => ({ considered: [], why });
    const out = excluded(asked.text, asked.story);
    if (out !== undefined) return nothing(out);
    const state = stock.state();
    if (state !== 'ready') return nothing(`the stored questions ${state === 'reading' ? 'are still being read' : 'could not be read'}`);
    if (!mayAsk(asked.tenant)) return nothing(`more than ${options.perSecond} lookups by meaning in a second`);
    if (underWay >= MOST_AT_ONCE) return nothing(`more than ${MOST_AT_ONCE} lookups by meaning at once`);
    underWay++;
    try {
      return await search(asked, given);
    } finally {
      underWay--;
    }
  }

  async function search(asked: Asked, given: LookUpOptions): Promise<Looked> {
    const { signal, maxFalseHits, serves } = given;
    const rated = maxFalseHits === undefined ? judge : judgeFor(maxFalseHits);
    let cost: Usd | undefined;
    let why: string | undefined;
    const spent = (more: Usd | undefined) => void (more !== undefined && (cost = (cost ?? 0) + more));
    const considered = await weighAll(asked, { signal, limit: options.candidates, least, serves, told: (said) => void (why = said), spent }, {
      judge: rated,
      ...(!rated && { unjudged: NO_RATE }),
      threshold: parts.thresholdFor(maxFalseHits),
      maxJudged: options.maxJudged,
      leastAgain: finder.leastAgain,
      crowd: finder.crowd,
      isEnough: ({ hit }) => hit,
    });
    for (const one of considered) spent(one.cost);
    const found = considered.at(-1)?.hit ? considered.at(-1) : undefined;
    const last = considered.find(({ probability }) => probability !== undefined) ?? considered[0];
    return { ...(found ? { found } : { why: why ?? last?.why ?? 'nothing near is stored' }), considered, ...(cost !== undefined && { cost }) };
  }

  async function rank(asked: Asked, given: RankOptions): Promise<Ranked[]> {
    const { judged: isJudged = true, enough = Infinity, maxJudged = Infinity } = given;
    stock.state();
    await stock.loaded;
    if (stock.state() !== 'ready') throw stock.failure ?? new Error('The stored questions were not read to the end.');
    let hits = 0;
    return weighAll(asked, { least, ...given }, {
      judge,
      threshold: parts.thresholdFor(undefined),
      unweighed: !isJudged,
      maxJudged,
      // Who wants so many and no more needs no reasons for the rest; what is equal but for form came first.
      isEnough: ({ hit }, judged) => (hit ? ++hits : hits) >= enough || (enough < Infinity && judged >= maxJudged),
    });
  }

  /** Holds the stored questions against the one that is asked, nearest first. */
  async function weighAll(asked: Asked, given: CandidateOptions, how: Looking): Promise<Weighed[]> {
    const all: Weighed[] = [];
    let judged = 0;
    // A round trip beside that of the search.
    const spokenOf = abilities.remote ? book.anyOf(asked.scope) : undefined;
    spokenOf?.catch(() => {});
    for await (const candidate of candidates(asked, given)) {
      if (judged > 0 && candidate.similarity < (how.leastAgain ?? -1)) break;
      if (how.crowd && !standsOut(candidate, how.crowd)) {
        if (all.length === 0) given.told?.('of many that are near none stands out');
        break;
      }
      const one = await weighed(asked, candidate, { ...how, spokenOf, ...(judged >= how.maxJudged && { judge: undefined }) }, given.signal);
      if (one.probability !== undefined) judged++;
      all.push(one);
      if (how.isEnough(one, judged)) break;
    }
    return all;
  }

  async function weighed(asked: Asked, { entry, similarity }: Candidate, how: Weighing, signal: AbortSignal): Promise<Weighed> {
    const { id, text = '', story } = entry;
    const barred = async (): Promise<Veto | undefined> =>
      (await book.vetoed({ scope: asked.scope, asked: asked.text, matched: text }, how.spokenOf)) ? CALLED_WRONG : undefined;
    if (how.unweighed) {
      const veto = await barred();
      return { id, text, strategy: 'semantic', similarity, vetoes: veto ? [veto] : [], hit: !veto, ...(veto && { why: `vetoed: ${veto.why}` }), entry };
    }
    const out = excluded(text, story);
    if (out !== undefined) return { id, text, strategy: 'semantic', similarity, vetoes: [], hit: false, why: out, entry };
    const decider = { guards, judge: how.judge, ...(how.unjudged !== undefined && { unjudged: how.unjudged }), threshold: how.threshold, normalised: options.normalised, barred };
    const [question, stored] = [read(withStory(asked.text, asked.story)), read(withStory(text, story))];
    const decision = await decide(question, stored, decider, signal);
    return { ...asConsidered(id, text, similarity, decision), entry, ...(decision.cost !== undefined && { cost: decision.cost }) };
  }

  /** Fails where the embedder does. */
  async function embed({ text }: Pick<Entry, 'text'>, signal: AbortSignal): Promise<Entry['vectors']> {
    if (text === undefined || excluded(text) !== undefined || (finder.cheap && !abilities.search)) return {};
    const placed = await finder.place(await normalFormOf(text), signal);
    return 'vector' in placed ? { [finder.fingerprint]: bytesOf(placed.vector) } : {};
  }

  return {
    lookUp,
    rank,
    excluded,
    weigh: (asked, entry, signal) => weighed(asked, { entry, similarity: 1 }, { judge, threshold: parts.thresholdFor(undefined) }, signal),
    embed,
    async lookupsFor({ text, scope }) {
      return abilities.search && kind === 'llm' && text !== undefined && excluded(text) === undefined ? [await formLookup(scope, text)] : [];
    },
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

function standsOut({ similarity, crowd }: Candidate, { least, apart }: Crowd): boolean {
  return crowd === undefined || similarity >= least || similarity - crowd >= apart;
}

function asConsidered(id: string, text: string, similarity: number, { hit, strategy, probability, vetoes, why }: Decision): Considered {
  return { id, text, strategy, similarity: strategy === 'normalised' ? 1 : similarity, vetoes, hit, ...(probability !== undefined && { probability }), ...(why !== undefined && { why }) };
}
