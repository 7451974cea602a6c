import { atMost } from '../../base/at-most.ts';
import type { Clock } from '../../base/clock.ts';
import { EmbedderError } from '../../base/errors.ts';
import type { Milliseconds } from '../../base/units.ts';
import { DEFAULT_PAGE } from '../../langcache/wire.ts';
import type { AnswerOf, OperationName } from '../../langcache/wire.ts';
import type * as T from '../../langcache/wire-types.ts';
import type { Entry } from '../../model/entry.ts';
import type { MeaningDoor } from '../../semantic/door.ts';
import { feedbackBook } from '../../semantic/feedback.ts';
import { normalForm } from '../../semantic/normal-form.ts';
import type { Query, Store } from '../../stores/store.ts';
import { type Cache, cacheOf, type Caches } from './caches.ts';
import { createCapacity } from './capacity.ts';
import type { Counts } from './counts.ts';
import { asStored, checkAttributes, isFresh, newEntry, recorded, scopeOf, until } from './entries.ts';
import { pageOf } from './page.ts';
import { invalid, Refusal } from './refusal.ts';
import type { Rewriter } from './rewriter.ts';
import type { SamePrompt } from './same-prompt.ts';
import { calledWrong, search, type SearchWith } from './search.ts';
import { scaleOf } from './similarity.ts';

export interface EngineParts {
  readonly store: Store;
  readonly caches: Caches;
  readonly counts: Counts;
  readonly samePrompt: SamePrompt;
  readonly meaning: MeaningDoor;
  readonly rewriter?: Rewriter | undefined;
  readonly clock: Clock;
  /** Hears of what failed and did not make the call fail. */
  readonly onTrouble: (error: unknown) => void;
}

/** How long who adds an entry waits until there is room for it; in a large cache, making some goes on behind it. */
const LONGEST_TRIM: Milliseconds = 1000;

/** A call that was let in and checked. */
export interface Call<Body = unknown> {
  readonly cache: Cache;
  readonly body: Body;
  /** What stands in the path besides the cache. */
  readonly path: { readonly entryId?: string; readonly tag?: string };
  readonly signal: AbortSignal;
}

/** What each operation is given, and gives. */
interface Bodies {
  readonly set: T.SetRequest;
  readonly search: T.SearchRequest;
  readonly conversationalSearch: T.ConversationalSearchRequest;
  readonly deleteQuery: T.DeleteQueryRequest;
  readonly listEntries: T.ListRequest;
  readonly update: T.UpdateRequest;
  readonly feedback: T.FeedbackRequest;
  readonly setMany: { readonly entries: readonly T.SetRequest[] };
  readonly searchMany: { readonly searches: readonly T.SearchRequest[] };
}
type BodyOf<Name extends OperationName> = Name extends keyof Bodies ? Bodies[Name] : undefined;

export type Operations = { readonly [Name in OperationName]: (call: Call<BodyOf<Name>>) => Promise<AnswerOf<Name>> };

export interface Engine {
  readonly operations: Operations;
  /** Forgets a cache with all its entries. False where there was none. */
  deleteCache(id: string): Promise<boolean>;
}

/** Does what callers ask of caches. Fails with a `Refusal`, or with the error of store or embedder. */
export function createEngine(parts: EngineParts): Engine {
  const { store, caches, counts, samePrompt, meaning, rewriter, clock, onTrouble } = parts;
  const capacity = createCapacity(store, clock);
  const now = () => clock.now();
  const scale = scaleOf(meaning.options.embedder === 'bundled');
  const searchParts = { store, samePrompt, scale, options: meaning.options, now, meaning: () => meaning.open(), onTrouble };

  /** Adds entries, all or none as far as the embedder is concerned. */
  async function add(cache: Cache, requests: readonly T.SetRequest[], signal: AbortSignal, at: (place: number) => string): Promise<string[]> {
    requests.forEach(({ attributes }, place) => checkAttributes(cache, attributes, `${at(place)}attributes`));
    const made = requests.map((request) => newEntry(cache, request, now()));
    const entries = await Promise.all(made.map(async (entry) => ({ ...entry, vectors: await vectorsFor(entry, cache, signal) })));
    signal.throwIfAborted();
    // A cache that is not there yet is made by its first entry.
    if (!(await caches.get(cache.id))) await caches.create({ id: cache.id });
    try {
      await Promise.all(entries.map((entry) => store.set(entry)));
    } finally {
      // Also where one of them failed, as the others may be there.
      entries.forEach(samePrompt.written);
    }
    for (const entry of entries) meaning.opened?.remember(entry);
    counts.add(cache.id, 'sets', entries.length);
    const trimmed = capacity.trim(cache, entries.length).then((ids) => meaning.opened?.forget(ids), onTrouble);
    if (cache.maxEntries !== undefined) await atMost(LONGEST_TRIM, trimmed);
    return entries.map(({ id }) => id);
  }

  /** Fails where the embedder is down and the cache is searched by meaning: its callers would not find the entry. */
  async function vectorsFor(entry: Entry, cache: Cache, signal: AbortSignal): Promise<Entry['vectors']> {
    if (!cache.searchStrategies.includes('semantic')) return {};
    try {
      return await (await meaning.open()).embed(entry, signal);
    } catch (error) {
      const isOfText = error instanceof EmbedderError && error.reason === 'text';
      if (error instanceof EmbedderError && !isOfText) throw error;
      // The bundled vectors are made when they are needed, so that the entry is found once the model is there.
      if (!isOfText) onTrouble(error);
      return {};
    }
  }

  async function find(cache: Cache, request: SearchWith, signal: AbortSignal, at = ''): Promise<T.SearchResponse> {
    checkAttributes(cache, request.attributes, `${at}attributes`);
    const { answer, vetoed } = await search(cache, request, searchParts, signal);
    counts.searched(cache.id, answer, vetoed);
    return answer;
  }

  /** Deletes what fits, and says how many could still be found. */
  async function remove(cache: Pick<Cache, 'id'>, what: Pick<Query, 'attributes' | 'tag'>): Promise<number> {
    const query: Query = { kind: 'qa', scope: scopeOf(cache.id), ...what };
    const ids: string[] = [];
    let fresh = 0;
    for await (const head of store.find(query)) {
      ids.push(head.id);
      if (isFresh(head, now())) fresh++;
    }
    await store.delete(query);
    meaning.opened?.forget(ids);
    capacity.forget(cache.id);
    counts.add(cache.id, 'deletes', fresh);
    return fresh;
  }

  async function entryOf({ cache, path: { entryId = '' } }: Call): Promise<Entry & { text: string }> {
    const entry = await store.get(entryId);
    if (entry?.kind === 'qa' && entry.scope === scopeOf(cache.id) && isFresh(entry, now())) return { ...entry, text: entry.text ?? '' };
    throw new Refusal('entry-not-found', 'The cache has no entry with this id.');
  }

  /** What to search for: the question as the model rewrote it, or as it is, with what was said before. */
  async function rewritten({ prompt, context = [] }: T.ConversationalSearchRequest, cache: Cache, signal: AbortSignal): Promise<{ prompt: string; story?: string }> {
    if (context.length === 0) return { prompt };
    try {
      const question = await rewriter?.(prompt, context, signal);
      if (question !== undefined && question.length <= cache.maxPromptLength) return { prompt: question };
    } catch (error) {
      signal.throwIfAborted();
      onTrouble(error);
    }
    return { prompt, story: context.map((asked) => `user: ${asked}`).join('\n') };
  }

  const operations: Operations = {
    async set({ cache, body, signal }) {
      const [entryId] = await add(cache, [body], signal, () => '');
      return { entryId: entryId! };
    },
    search: ({ cache, body, signal }) => find(cache, body, signal),
    async conversationalSearch({ cache, body, signal }) {
      const actual = await rewritten(body, cache, signal);
      return { actualPrompt: actual.prompt, ...(await find(cache, { ...body, ...actual }, signal)) };
    },
    async deleteById(call) {
      const { id } = await entryOf(call);
      await store.delete({ ids: [id], scope: scopeOf(call.cache.id) });
      meaning.opened?.forget([id]);
      capacity.forget(call.cache.id);
      counts.add(call.cache.id, 'deletes', 1);
    },
    async deleteQuery({ cache, body: { attributes } }) {
      checkAttributes(cache, attributes);
      return { deletedEntriesCount: await remove(cache, { attributes }) };
    },
    async flush({ cache }) {
      await remove(cache, {});
    },
    async deleteByTag({ cache, path: { tag = '' } }) {
      return { deletedEntriesCount: await remove(cache, { tag }) };
    },
    getEntry: async (call) => asStored(await entryOf(call)),
    async listEntries({ cache, body: { limit = DEFAULT_PAGE, cursor, tag } }) {
      const page = await pageOf(store, { kind: 'qa', scope: scopeOf(cache.id), ...(tag !== undefined && { tag }) }, { limit, cursor, now: now() });
      if (!page) throw invalid('cursor', 'cursor', 'is no nextCursor of a page before');
      return { data: page.entries.map(asStored), ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }) };
    },
    async update(call) {
      const { response, attributes, tags, ttlMillis } = call.body;
      checkAttributes(call.cache, attributes);
      const { expiresAt, dropAt, ...entry } = await entryOf(call);
      const ends = ttlMillis === undefined ? { ...(expiresAt !== undefined && { expiresAt }), ...(dropAt !== undefined && { dropAt }) } : until(ttlMillis ?? undefined, now());
      const changed: Entry = {
        ...entry,
        ...ends,
        ...(response !== undefined && { whole: recorded(response) }),
        ...(attributes && { attributes: { ...attributes } }),
        ...(tags && { tags: [...new Set(tags)] }),
      };
      await store.set(changed);
      // It may have been deleted meanwhile, and is there again.
      samePrompt.written(changed);
      return asStored(changed);
    },
    async feedback(call) {
      const { prompt, verdict } = call.body;
      const { id, text, scope } = await entryOf(call);
      const isSame = normalForm(prompt) === normalForm(text);
      await feedbackBook(store.records).add({ scope, asked: prompt, matched: isSame ? calledWrong(id) : text }, verdict);
    },
    async setMany({ cache, body: { entries }, signal }) {
      return { entryIds: await add(cache, entries, signal, (place) => `entries.${place}.`) };
    },
    async searchMany({ cache, body: { searches }, signal }) {
      searches.forEach(({ attributes }, place) => checkAttributes(cache, attributes, `searches.${place}.attributes`));
      const results: T.SearchResponse[] = [];
      for (const request of searches) results.push(await find(cache, request, signal));
      return { results };
    },
    async stats({ cache }) {
      let entries = 0;
      for await (const head of store.find({ kind: 'qa', scope: scopeOf(cache.id) })) if (isFresh(head, now())) entries++;
      return { entries, ...(await counts.of(cache.id)) };
    },
  };

  return {
    operations,
    async deleteCache(id) {
      const there = await caches.delete(id);
      await remove({ id }, {});
      await counts.forget(id);
      return there;
    },
  };
}

/** A cache that nobody has made yet, as its first entry will. */
export const unmade = (id: string, clock: Clock): Cache => cacheOf({ id }, clock.now());
