import { type CallInput, type Calls, createCalls } from './calls.ts';
import { type LangCacheOptions, type RequestOptions, resolveClient } from './client-options.ts';
import { httpTransport } from './http-transport.ts';
import { storeTransport } from './store-transport.ts';
import type { AnswerOf, OperationName } from './wire.ts';
import type * as T from './wire-types.ts';

/** Closes what clients leave behind that were forgotten. */
const forgotten = new FinalizationRegistry<() => void>((close) => close());

/** Clients whose calls are under way: they are not forgotten, though nobody may hold them, as in `await new LangCache().search(...)`. */
const underWay = new Set<{ readonly client: LangCache }>();

/**
 * A client of a LangCache service: of `reprise serve`, or of Redis's hosted one. Methods fail with a `LangCacheError` where the service says no,
 * with an `HTTPClientError` where no answer came, and with an `SDKValidationError` where nothing was sent, as the request is not of the right shape.
 *
 * @example
 * await using cache = new LangCache({ serverURL: 'http://127.0.0.1:8787', cacheId: 'docs' });
 * await cache.set({ prompt: 'How does semantic caching work?', response: 'It finds answers by meaning.' });
 * const { data } = await cache.search({ prompt: 'how does semantic caching work?', searchStrategies: [SearchStrategy.Exact] });
 */
export class LangCache {
  readonly #calls: Calls;

  /** Nothing is asked of the service yet. Throws an `OptionError` for an option that cannot be used. */
  constructor(options: LangCacheOptions = {}) {
    const resolved = resolveClient(options);
    const calls = createCalls(resolved, options.transport ?? (options.store === undefined ? httpTransport(options) : storeTransport(options.store)));
    this.#calls = calls;
    forgotten.register(this, () => void calls.close().catch(() => undefined), this);
  }

  /** Adds an entry. Several may have one prompt. */
  set(request: T.SetRequest, options?: RequestOptions): Promise<T.SetResponse> {
    return this.#call('set', { content: request }, options);
  }

  /** Looks for entries by prompt and attributes. Nothing found is an empty list. */
  search(request: T.SearchRequest, options?: RequestOptions): Promise<T.SearchResponse> {
    return this.#call('search', { content: request }, options);
  }

  /** Looks for entries by a question and the questions before it, by which the service may rewrite it. */
  conversationalSearch(request: T.ConversationalSearchRequest, options?: RequestOptions): Promise<T.ConversationalSearchResponse> {
    return this.#call('conversationalSearch', { content: request }, options);
  }

  /** Deletes one entry. */
  deleteById(entryId: string, options?: RequestOptions): Promise<void> {
    return this.#call('deleteById', { path: { entryId } }, options);
  }

  /** Deletes the entries that have each of these attributes; with none, all of the cache. */
  deleteQuery(request: T.DeleteQueryRequest, options?: RequestOptions): Promise<T.DeleteResponse> {
    return this.#call('deleteQuery', { content: request }, options);
  }

  /** Deletes all entries of the cache. `request` is there for the likeness to the official SDK alone. */
  flush(_request?: Readonly<Record<string, never>>, options?: RequestOptions): Promise<void> {
    return this.#call('flush', {}, options);
  }

  /** Deletes the entries with this tag. Reprise only: the hosted service answers 404. */
  deleteByTag(tag: string, options?: RequestOptions): Promise<T.DeleteResponse> {
    return this.#call('deleteByTag', { path: { tag } }, options);
  }

  /** One entry as it is kept. Reprise only: the hosted service answers 404. */
  getEntry(entryId: string, options?: RequestOptions): Promise<T.StoredEntry> {
    return this.#call('getEntry', { path: { entryId } }, options);
  }

  /** A page of the entries. Reprise only: the hosted service answers 404. */
  listEntries(request: T.ListRequest = {}, options?: RequestOptions): Promise<T.ListResponse> {
    return this.#call('listEntries', { content: request }, options);
  }

  /** Changes an entry, and gives what it is then. Reprise only: the hosted service answers 404. */
  update(entryId: string, changes: T.UpdateRequest, options?: RequestOptions): Promise<T.StoredEntry> {
    return this.#call('update', { path: { entryId }, content: changes }, options);
  }

  /** Says whether an entry was the right answer to a prompt. Reprise only: the hosted service answers 404. */
  feedback(entryId: string, request: T.FeedbackRequest, options?: RequestOptions): Promise<void> {
    return this.#call('feedback', { path: { entryId }, content: request }, options);
  }

  /** Adds up to 100 entries; where one of them cannot be taken, none is. Reprise only: the hosted service answers 404. */
  setMany(entries: readonly T.SetRequest[], options?: RequestOptions): Promise<T.SetManyResponse> {
    return this.#call('setMany', { content: { entries } }, options);
  }

  /** Makes up to 100 searches in one call. Reprise only: the hosted service answers 404. */
  searchMany(searches: readonly T.SearchRequest[], options?: RequestOptions): Promise<T.SearchManyResponse> {
    return this.#call('searchMany', { content: { searches } }, options);
  }

  /** Counts of the cache. Reprise only: the hosted service answers 404. */
  stats(options?: RequestOptions): Promise<T.CacheStats> {
    return this.#call('stats', {}, options);
  }

  /** Gives up what is under way and lets go of what the client holds. Calls after that fail. May be called more than once. */
  async close(): Promise<void> {
    forgotten.unregister(this);
    await this.#calls.close();
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #call<Name extends OperationName>(name: Name, input: CallInput, options?: RequestOptions): Promise<AnswerOf<Name>> {
    const hold = { client: this };
    underWay.add(hold);
    try {
      return await this.#calls.make(name, input, options);
    } finally {
      underWay.delete(hold);
    }
  }
}
