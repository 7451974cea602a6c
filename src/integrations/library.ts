import { Core, type FullStats } from '../cache.ts';
import { OptionError, RequestError } from '../base/errors.ts';
import { type Duration, toMilliseconds } from '../base/units.ts';
import type { CacheEvents, Listener } from '../flow/events.ts';
import type { Explanation } from '../flow/explain.ts';
import { type CacheOptions, DEFAULT_TENANT, resolveOptions } from '../options.ts';
import type { Outcome } from '../model/outcome.ts';
import { formatOfPath } from '../providers/registry.ts';
import { samplesOf } from '../flow/slot.ts';
import type { Feedback } from '../semantic/rates.ts';
import type { Query, Store } from '../stores/store.ts';
import { cachedFetch } from './fetch.ts';
import { outcomeOf } from './outcome-of.ts';
import { type SetOptions, valuesOf } from './values.ts';
import { type WarmOptions, type WarmReport, type WarmRequest, warm } from './warm.ts';
import { type AnyFunction, wrap, type WrapBinding, wrapMethod, type Wrapped, type WrapOptions } from './wrap.ts';

/** One call to an API, as `fetch` would make it. */
export interface ApiCall {
  /** Such as `https://api.openai.com/v1/chat/completions`. */
  url: string;
  headers?: RequestInit['headers'];
  /** The body, as text or as an object. */
  body: string | object;
}

/** Which entries are to be deleted. All that is given must hold. */
export interface Selection {
  /** Id of an entry, as an outcome or `x-reprise-entry` names it. */
  id?: string;
  /** What is stored for this call to an API, by its key. */
  call?: ApiCall;
  tag?: string;
  model?: string;
  /** A glob over the text of the last user message: `*weather*`. */
  text?: string;
  /** Only what is older. */
  olderThan?: Duration;
  /** Everything of this tenant and namespace. Must be said, so that nobody empties a cache by leaving something out. */
  all?: true;
}

/** A method decorator by the standard of ECMAScript. */
export type MethodDecorator = <F extends AnyFunction>(method: F, context: ClassMethodDecoratorContext) => F;

/** A cache with all the doors of the library on it. Called as a function it wraps one: `cache(fn)` is `cache.wrap(fn)`. */
export interface Cache extends AsyncDisposable {
  <F extends AnyFunction>(fn: F, options?: WrapOptions<Parameters<F>>): Wrapped<F>;
  /** A `fetch` that answers from the cache, for any SDK that takes one. */
  readonly fetch: typeof globalThis.fetch;
  /** A function whose results come from the cache. See `WrapOptions`. */
  wrap<F extends AnyFunction>(fn: F, options?: WrapOptions<Parameters<F>>): Wrapped<F>;
  /** The same as a decorator for methods: `@cache.cached({ ttl: '1h' })`. The instance is no part of the key; `key` can make it one. */
  cached(options?: WrapOptions<never[]>): MethodDecorator;
  /** The value that was put in under this name, or `undefined`. Throws a `StoreError` where the store fails. */
  get(name: string): Promise<unknown>;
  /** Puts in a value. Throws `UnstorableError` for what cannot be stored, and a `StoreError` where the store fails. */
  set(name: string, value: unknown, options?: SetOptions): Promise<void>;
  /** Deletes a value by its name, or entries by what they have, and says how many. With `dryRun` it only says how many. */
  delete(what: string | Selection, options?: { dryRun?: boolean }): Promise<number>;
  /** The same cache for another tenant. Statistics, listeners and the store are shared; closing either closes both. */
  as(tenant: string): Cache;
  /** Asks what is not stored yet, so that it is. */
  warm(requests: Iterable<WarmRequest> | AsyncIterable<WarmRequest>, options?: WarmOptions): Promise<WarmReport>;
  /** Says whether a call would be a hit, and if not, in which fields it differs from the nearest stored one. */
  explain(url: string, init: Omit<ApiCall, 'url'>): Promise<Explanation>;
  /**
   * Says of an answer that was served by meaning that it was `wrong` or `right`: an outcome as events have it, a response of `cache.fetch`, or a result of `cached(client)`. A pair of
   * questions that was called wrong is never matched again, in any process that shares the store. An answer that was not served by meaning is an
   * `OptionError`.
   */
  feedback(answer: object, said: Feedback): Promise<void>;
  stats(): Promise<FullStats>;
  /** Begins to count anew. Entries stay. */
  resetStats(): Promise<void>;
  /** Listens; the function that comes back ends it. */
  on<Name extends keyof CacheEvents>(name: Name, listener: Listener<Name>): () => void;
  /** Opens the store now rather than on first use, and throws where that fails. */
  open(): Promise<void>;
  /** Waits for what is being written and closes the store. */
  close(): Promise<void>;
  /** What a cache is made of; for integrations. */
  readonly core: Core;
  readonly store: Store;
}

/** Makes a cache. Nothing is opened before the first use. Throws an `OptionError` for an option that cannot be used. */
export function createCache(options?: CacheOptions): Cache {
  const core = new Core(resolveOptions(options));
  return facade(core, core.options.tenant, new Map());
}

function facade(core: Core, tenant: string | undefined, names: Map<string, unknown>): Cache {
  const { namespace } = core.options;
  const binding: WrapBinding = { tenant: tenant ?? DEFAULT_TENANT, namespace, names };
  const values = valuesOf(core, binding.tenant, namespace);
  const fetch = cachedFetch(core, { tenant, namespace });
  const questionOf = ({ url, headers, body }: ApiCall) => {
    const format = formatOfPath(new URL(url).pathname);
    if (!format) throw new RequestError(`Nothing is cached for ${url}: its path is not that of a known API.`);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return { format, request: { url, headers: Object.fromEntries(new Headers(headers)), body: Buffer.from(text) }, tenant, namespace };
  };
  const queryOf = async ({ id, call, tag, model, text, olderThan, all }: Selection): Promise<Query> => {
    const ids = id !== undefined ? [id] : call && samplesOf((await core.identify(questionOf(call))).identity.id, core.options.flow.samples);
    const query: Query = {
      ...(ids && { ids }),
      ...(tag !== undefined && { tag }),
      ...(model !== undefined && { model }),
      ...(text !== undefined && { text }),
      ...(olderThan !== undefined && { createdBefore: core.options.clock.now() - toMilliseconds(olderThan, 'olderThan') }),
    };
    if (Object.keys(query).length === 0 && all !== true) throw new OptionError('delete', 'a selection with at least one member, or { all: true }', {});
    return query;
  };
  const doWrap = <F extends AnyFunction>(fn: F, wrapOptions?: WrapOptions<Parameters<F>>) => wrap(core, binding, fn, wrapOptions);
  const members = {
    core,
    store: core.store,
    fetch,
    wrap: doWrap,
    cached(wrapOptions: WrapOptions<never[]> = {}): MethodDecorator {
      return (method, context) => {
        if (context.kind !== 'method') throw new OptionError('cached', 'on a method', context.kind);
        return wrapMethod(() => ({ core, binding }), method, wrapOptions as WrapOptions<readonly unknown[]>);
      };
    },
    get: values.get,
    set: values.set,
    async delete(what: string | Selection, { dryRun = false } = {}) {
      await core.open();
      const query = typeof what === 'string' ? { ids: [await values.idOf(what)] } : await queryOf(what);
      const mine: Query = { ...query, namespace, ...(tenant !== undefined && { tenant }) };
      if (!dryRun) return core.store.delete(mine);
      let many = 0;
      for await (const _ of core.store.find(mine)) many++;
      return many;
    },
    as: (other: string) => {
      if (typeof other !== 'string' || other === '') throw new OptionError('tenant', 'a text that is not empty', other);
      return facade(core, other, names);
    },
    warm: (requests: Iterable<WarmRequest> | AsyncIterable<WarmRequest>, warmOptions?: WarmOptions) => warm(fetch, requests, warmOptions),
    explain: (url: string, init: Omit<ApiCall, 'url'>) => core.explain(questionOf({ url, ...init })),
    feedback: (answer: object, said: Feedback) => core.feedback(outcomeOf(answer) ?? (answer as Partial<Outcome>), said),
    stats: () => core.stats(tenant),
    resetStats: () => core.resetStats(tenant),
    on: <Name extends keyof CacheEvents>(name: Name, listener: Listener<Name>) => core.events.on(name, listener),
    open: () => core.open(),
    close: () => core.close(),
    [Symbol.asyncDispose]: () => core.close(),
    toString: () => describe(core, tenant),
    [Symbol.for('nodejs.util.inspect.custom')]: () => describe(core, tenant),
  };
  return Object.assign((fn: AnyFunction, wrapOptions?: WrapOptions<never[]>) => doWrap(fn, wrapOptions as never), members) as unknown as Cache;
}

function describe(core: Core, tenant: string | undefined): string {
  const whose = tenant === undefined ? '' : ` tenant=${tenant}`;
  return `Cache(${core.store.name} namespace=${core.options.namespace}${whose}${core.closed ? ' closed' : ''})`;
}
