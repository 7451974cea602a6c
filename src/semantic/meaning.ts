import { LRUCache } from 'lru-cache';
import { isPromise, type MaybePromise } from '../base/maybe.ts';
import type { Milliseconds, Usd } from '../base/units.ts';
import type { Entry, EntryHead, EntryKind, Fingerprint } from '../model/entry.ts';
import type { Abilities, Change, Store } from '../stores/store.ts';
import { type Decision, decide } from './decide.ts';
import { type FeedbackBook, feedbackBook } from './feedback.ts';
import type { Finder } from './finder.ts';
import type { GuardCheck } from './guards/guards.ts';
import type { Veto } from './guards/guard.ts';
import type { PairJudge } from './judges/pair-judge.ts';
import { normalForm } from './normal-form.ts';
import { isPersonal } from './personal.ts';
import { createPool, type Near, type Place } from './pool.ts';
import { rateLimit } from './rate.ts';
import type { ResolvedSemantic } from './semantic-options.ts';
import { withStory } from './story.ts';
import { type ReadText, readText } from './text/read-text.ts';

/** A question that has no answer under its own key. */
export interface Asked {
  readonly tenant: string;
  readonly namespace: string;
  readonly scope: string;
  readonly turns?: string | undefined;
  readonly text: string;
  /** What was said before, in words, where whole conversations are matched. */
  readonly story?: string | undefined;
}

/** A stored question that was looked at. */
export interface Considered {
  readonly id: string;
  readonly text: string;
  readonly strategy: 'normalised' | 'semantic';
  /** Cosine of the two vectors; 1 for equal normal forms. */
  readonly similarity: number;
  readonly probability?: number;
  readonly vetoes: readonly Veto[];
  readonly hit: boolean;
  /** Why not. */
  readonly why?: string;
}

/** What a lookup by meaning came to. */
export interface Looked {
  readonly found?: Considered & { readonly entry: Entry };
  readonly considered: readonly Considered[];
  /** Why nothing was found. */
  readonly why?: string;
  /** What embedder and judges cost. */
  readonly cost?: Usd;
}

export interface LookUpOptions {
  readonly signal: AbortSignal;
  /** For this lookup, in place of the cache's own. */
  readonly maxFalseHits?: number | undefined;
  /** Whether an entry that was found may be served: fresh, in a form that can be given. */
  serves(entry: Entry): boolean;
}

/** A stored question that was looked at, with its entry. */
export interface Ranked extends Considered {
  readonly entry: Entry;
}

export interface RankOptions {
  readonly signal: AbortSignal;
  /** The most to give: 1 to 64. */
  readonly limit: number;
  /** The lowest similarity. @default that of the cache */
  readonly least?: number;
  /** False: similarity alone decides, without guards and judge, as caches that compare vectors do it. @default true */
  readonly judged?: boolean;
  serves(entry: Entry): boolean;
}

/** Matching by meaning, over one store. */
export interface Meaning {
  /** The stored question that this one is the same as, if there is one. */
  lookUp(asked: Asked, options: LookUpOptions): Promise<Looked>;
  /** The stored questions near to this one, nearest first, each with what guards and judge say of it. */
  rank(asked: Asked, options: RankOptions): Promise<Ranked[]>;
  /** Why a text is not matched by meaning at all; `undefined` where it may be. */
  excluded(text: string): string | undefined;
  /** The vectors to keep with an entry. Never fails: without a vector it is found by its normal form. */
  vectorsFor(entry: Pick<Entry, 'text'>, signal: AbortSignal): Promise<Entry['vectors']>;
  /** Takes a stored entry in, so that it is found from now on. */
  remember(entry: Entry): void;
  readonly book: FeedbackBook;
  /** Resolves when the stored questions have been taken in. */
  readonly loaded: Promise<void>;
  readonly size: number;
  readonly bytes: number;
  readonly fingerprint: Fingerprint;
  close(): Promise<void>;
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
/** How long the loading of stored questions goes on before others get their turn. */
const SLICE: Milliseconds = 1;

/** Starts to take the stored questions in, in the background. Until that is done nothing is found by meaning. */
export function createMeaning(parts: MeaningParts): Meaning {
  const { options, store, abilities, kind = 'llm', finder, judge, guards, onTrouble } = parts;
  const pool = createPool({ maxBytes: options.maxIndexBytes });
  const book = feedbackBook(store.records);
  const texts = new LRUCache<string, ReadText>({ max: READ_TEXTS });
  const mayAsk = rateLimit(options.perSecond, parts.now);
  const ending = new AbortController();
  let isLoaded = false;
  let loading: Promise<void> = Promise.resolve();
  let changed = new Set<string>();

  const read = (text: string): ReadText => {
    let found = texts.get(text);
    if (!found) texts.set(text, (found = readText(text)));
    return found;
  };

  function excluded(text: string): string | undefined {
    if (kind === 'qa') return undefined;
    if (text.trim() === '') return 'it has no text';
    if (text.length > options.maxLength) return `it is longer than ${options.maxLength} characters`;
    if (!options.timeBound && parts.timeBound(text)) return 'it is a question about now';
    if (!options.personal && isPersonal(text)) return 'it is about the one who asks';
    return undefined;
  }

  /** Takes one stored question in. Its vector is worked out, read, or missing. */
  async function take(entry: EntryHead | Entry): Promise<void> {
    const { id, scope, turns, text } = entry;
    if (entry.kind !== kind || text === undefined || excluded(text) !== undefined) return;
    let vector: Float32Array | undefined;
    if (finder.cheap) {
      const placed = await finder.place(text.length > 0 ? normalForm(text) : text, ending.signal);
      if ('vector' in placed) vector = placed.vector;
    } else {
      const whole = 'vectors' in entry ? entry : await store.get(id);
      const bytes = whole?.vectors[finder.fingerprint];
      if (bytes) vector = vectorIn(bytes);
    }
    pool.add({ id, scope, turns, text }, vector);
  }

  async function load(): Promise<void> {
    isLoaded = false;
    pool.clear();
    let began = performance.now();
    for await (const head of store.find({ kind })) {
      if (ending.signal.aborted) return;
      // What changed since is newer than what the list says.
      if (!changed.has(head.id)) await take(head);
      if (performance.now() - began < SLICE) continue;
      await new Promise((resolve) => setImmediate(resolve));
      began = performance.now();
    }
    isLoaded = true;
    changed = new Set();
  }

  const startLoading = (): void => {
    if (abilities.search) {
      isLoaded = true;
      return;
    }
    loading = loading.then(load).catch((error: unknown) => {
      onTrouble(error);
    });
  };

  async function onChange(change: Change): Promise<void> {
    if (change.kind === 'clear') return pool.clear();
    if (change.kind === 'lost') return startLoading();
    for (const id of change.ids) {
      if (!isLoaded) changed.add(id);
      pool.delete(id);
      const entry = change.kind === 'set' ? await store.get(id) : undefined;
      if (entry) await take(entry);
    }
  }

  const unsubscribe = abilities.search ? undefined : abilities.changes?.subscribe((change) => void onChange(change).catch(onTrouble));
  startLoading();

  /** The stored questions near to this one, the one with its normal form first. */
  async function candidates(
    asked: Asked,
    signal: AbortSignal,
    limit = options.candidates,
    least = options.minSimilarity ?? finder.least,
  ): Promise<{ near: readonly Near[]; why?: string }> {
    const place: Place = { scope: asked.scope, ...(options.turns === 'equal' && { turns: asked.turns ?? '' }) };
    const normal = normalForm(asked.text);
    const same = options.normalised ? pool.same(place, normal) : undefined;
    const first: readonly Near[] = same === undefined ? [] : [{ id: same, similarity: 1 }];
    const known = await finder.place(asked.text === '' ? '' : normal, signal);
    if ('why' in known) return { near: first, why: known.why };
    const near = abilities.search
      ? (await abilities.search.nearest({
        tenant: asked.tenant, namespace: asked.namespace, scope: asked.scope, fingerprint: finder.fingerprint, vector: known.vector, limit,
        ...(place.turns !== undefined && { turns: place.turns }),
      })).filter(({ similarity }) => similarity >= least)
      : await pool.near(place, known.vector, limit, least);
    return { near: [...first, ...near.filter(({ id }) => id !== same)].slice(0, limit) };
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
    if (!isLoaded) return nothing('the stored questions are still being read');
    if (!mayAsk(asked.tenant)) return nothing(`more than ${options.perSecond} lookups by meaning in a second`);

    const { near, why } = await candidates(asked, signal);
    const considered: Considered[] = [];
    const question = read(withStory(asked.text, asked.story));
    let judged = 0;
    let cost: Usd | undefined;
    for (const { id, similarity } of near) {
      signal.throwIfAborted();
      const entry = await entryOf(id, asked);
      if (!entry || !serves(entry)) continue;
      const { text } = entry as Entry & { text: string };
      const vetoed = await book.vetoed({ scope: asked.scope, asked: asked.text, matched: text });
      if (vetoed) {
        considered.push({ id, text, strategy: 'semantic', similarity, vetoes: [CALLED_WRONG], hit: false, why: `vetoed: ${CALLED_WRONG.why}` });
        continue;
      }
      const decision = await decide(question, read(withStory(text, entry.story)), {
        guards, judge: judged < options.maxJudged ? judge : undefined, threshold: parts.thresholdFor(maxFalseHits), normalised: options.normalised,
      }, signal);
      if (decision.probability !== undefined) judged++;
      if (decision.cost !== undefined) cost = (cost ?? 0) + decision.cost;
      considered.push(asConsidered(id, text, similarity, decision));
      if (decision.hit) return { found: { ...considered.at(-1)!, entry }, considered, ...(cost !== undefined && { cost }) };
    }
    const last = considered.find(({ probability }) => probability !== undefined) ?? considered[0];
    return { considered, why: why ?? last?.why ?? 'nothing near is stored', ...(cost !== undefined && { cost }) };
  }

  async function rank(asked: Asked, { signal, limit, least, judged = true, serves }: RankOptions): Promise<Ranked[]> {
    await loading;
    const { near } = await candidates(asked, signal, limit, least);
    const question = read(withStory(asked.text, asked.story));
    const ranked: Ranked[] = [];
    for (const { id, similarity } of near) {
      signal.throwIfAborted();
      const entry = await entryOf(id, asked);
      if (!entry || !serves(entry)) continue;
      const { text = '' } = entry;
      if (await book.vetoed({ scope: asked.scope, asked: asked.text, matched: text })) {
        ranked.push({ id, text, strategy: 'semantic', similarity, vetoes: [CALLED_WRONG], hit: false, why: `vetoed: ${CALLED_WRONG.why}`, entry });
      } else if (!judged) {
        ranked.push({ id, text, strategy: 'semantic', similarity, vetoes: [], hit: true, entry });
      } else {
        const decider = { guards, judge, threshold: parts.thresholdFor(undefined), normalised: options.normalised };
        ranked.push({ ...asConsidered(id, text, similarity, await decide(question, read(withStory(text, entry.story)), decider, signal)), entry });
      }
    }
    return ranked;
  }

  return {
    lookUp,
    rank,
    excluded,
    async vectorsFor({ text }, signal) {
      if (text === undefined || excluded(text) !== undefined || (finder.cheap && !abilities.search)) return {};
      try {
        const placed = await finder.place(normalForm(text), signal);
        return 'vector' in placed ? { [finder.fingerprint]: bytesOf(placed.vector) } : {};
      } catch (error) {
        onTrouble(error);
        return {};
      }
    },
    remember(entry) {
      if (abilities.search) return;
      if (!isLoaded) changed.add(entry.id);
      void take(entry).catch(onTrouble);
    },
    book,
    get loaded() {
      return loading;
    },
    get size() {
      return pool.size;
    },
    get bytes() {
      return pool.bytes;
    },
    fingerprint: finder.fingerprint,
    async close() {
      ending.abort(new DOMException('The cache is closed.', 'AbortError'));
      unsubscribe?.();
      await Promise.allSettled([loading, judge.close?.(), finder.close()]);
    },
  };
}

function asConsidered(id: string, text: string, similarity: number, { hit, strategy, probability, vetoes, why }: Decision): Considered {
  return { id, text, strategy, similarity: strategy === 'normalised' ? 1 : similarity, vetoes, hit, ...(probability !== undefined && { probability }), ...(why !== undefined && { why }) };
}

/** A vector as an entry keeps it: numbers of four bytes, the low byte first. */
const bytesOf = (vector: Float32Array): Uint8Array => {
  const bytes = new Uint8Array(vector.length * 4);
  const view = new DataView(bytes.buffer);
  vector.forEach((value, at) => view.setFloat32(at * 4, value, true));
  return bytes;
};

function vectorIn(bytes: Uint8Array): Float32Array | undefined {
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vector = Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(at * 4, true));
  return vector.every(Number.isFinite) && vector.some((value) => value !== 0) ? vector : undefined;
}
