import * as v from 'valibot';
import { isObject } from '../base/json.ts';
import type { Milliseconds } from '../base/units.ts';
import { SearchStrategy } from './wire-types.ts';
import type * as T from './wire-types.ts';

/**
 * The LangCache API as both sides see it: routes, limits, and the schemas that check requests, answers and errors. Sources: Redis's
 * `api.yaml` (repository redis/docs) and the types of its SDKs, `@redis-ai/langcache` 0.11.1 and `langcache` 0.11.1 to 0.14.0 for Python.
 */

/** What a request may hold at most. Lengths are in UTF-16 units. */
export interface WireLimits {
  readonly promptLength: readonly [least: number, most: number];
  /** How many attributes an entry has. */
  readonly attributes: number;
  readonly attributeName: RegExp;
  readonly attributeLength: readonly [least: number, most: number];
  readonly attributeValue: RegExp;
  readonly ttlMillis: readonly [least: Milliseconds, most: Milliseconds];
  readonly similarityThreshold: readonly [least: number, most: number];
  readonly maxResults: readonly [least: number, most: number];
  /** Earlier questions of a conversation. */
  readonly context: number;
  readonly tags: number;
  readonly tagLength: readonly [least: number, most: number];
  /** Entries or searches in one call, and entries of a page. */
  readonly bulk: readonly [least: number, most: number];
  readonly page: readonly [least: number, most: number];
}

/** What Redis's service takes, by `api.yaml`. It names no bounds for `maxResults` and `context`; those and what it does not know are Reprise's own. */
export const HOSTED_LIMITS: WireLimits = {
  promptLength: [1, 1024],
  attributes: 5,
  attributeName: /^[a-zA-Z0-9_-]{1,32}$/,
  attributeLength: [1, 500],
  attributeValue: /^[^,]*$/,
  ttlMillis: [1, 31_556_952_000],
  similarityThreshold: [0, 1],
  maxResults: [1, 100],
  context: 100,
  tags: 20,
  tagLength: [1, 100],
  bulk: [1, 100],
  page: [1, 1000],
};

const ANY = [-Infinity, Infinity] as const;

/** Shapes alone, as a client checks them: which limits hold is known to the service. */
export const NO_LIMITS: WireLimits = {
  promptLength: [0, Infinity], attributes: Infinity, attributeName: /^/, attributeLength: [0, Infinity], attributeValue: /^/, ttlMillis: ANY,
  similarityThreshold: ANY, maxResults: ANY, context: Infinity, tags: Infinity, tagLength: [0, Infinity], bulk: [0, Infinity], page: ANY,
};

/** Of a threshold that neither search nor cache name. */
export const DEFAULT_SIMILARITY_THRESHOLD = 0.85;
export const DEFAULT_MAX_RESULTS = 1;
export const DEFAULT_PAGE = 100;

type Range = readonly [least: number, most: number];
const figure = (value: number) => value.toLocaleString('en-US');
const span = ([least, most]: Range) => (most === Infinity ? '' : ` from ${figure(least)} to ${figure(most)}`);

const text = (range: Range, what = 'a string') => {
  const message = range[1] === Infinity ? what : `${what} of ${figure(range[0])} to ${figure(range[1])} characters`;
  return v.pipe(v.string(message), v.minLength(range[0], message), v.maxLength(range[1], message));
};
const whole = (range: Range) => {
  const message = `a whole number${span(range)}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(range[0], message), v.maxValue(range[1], message));
};
const number = (range: Range) => {
  const message = `a number${span(range)}`;
  return v.pipe(v.number(message), v.finite(message), v.minValue(range[0], message), v.maxValue(range[1], message));
};

const strategy = v.picklist(Object.values(SearchStrategy), "'exact' or 'semantic'");
/**
 * Names that schemas of records drop without a word. A filter that has lost its only attribute would be one for all entries, so they are
 * refused before.
 */
const DROPPED = ['__proto__', 'constructor', 'prototype'];
const keepable = v.custom<Record<string, string>>(
  (value) => isObject(value) && !DROPPED.some((name) => Object.hasOwn(value, name)),
  `an object of strings, none named ${DROPPED.join(', ')}`,
);
const attributes = v.pipe(keepable, v.record(v.string(), v.string('a string')));
const strings = v.array(v.string());

/** The bodies of requests, by operation (and `listEntries`: its query, with `limit` as a number). Members that are not known are dropped. */
export function requestSchemas(limits: WireLimits) {
  const prompt = text(limits.promptLength);
  const value = v.pipe(text(limits.attributeLength), v.regex(limits.attributeValue, 'a string without commas'));
  const name = v.pipe(v.string(), v.regex(limits.attributeName, 'named with 1 to 32 letters, digits, _ and -'));
  const own = v.pipe(keepable, v.record(name, value), v.maxEntries(limits.attributes, `at most ${limits.attributes} attributes`));
  const tags = v.pipe(v.array(text(limits.tagLength), 'a list of strings'), v.maxLength(limits.tags, `at most ${limits.tags} tags`));
  const ttlMillis = whole(limits.ttlMillis);

  const set = v.object({ prompt, response: v.string('a string'), attributes: v.optional(own), ttlMillis: v.optional(ttlMillis), tags: v.optional(tags) });
  const search = v.object({
    prompt,
    similarityThreshold: v.optional(number(limits.similarityThreshold)),
    searchStrategies: v.optional(v.array(strategy, 'a list of strategies')),
    attributes: v.optional(attributes),
    maxResults: v.optional(whole(limits.maxResults)),
    explain: v.optional(v.boolean('true or false')),
  });
  const context = v.pipe(v.array(v.string('a string'), 'a list of strings'), v.maxLength(limits.context, `at most ${limits.context} questions`));
  const inBulk = <Item extends v.GenericSchema>(item: Item) => {
    const message = `a list${limits.bulk[1] === Infinity ? '' : ` of ${limits.bulk[0]} to ${limits.bulk[1]}`}`;
    return v.pipe(v.array(item, message), v.minLength(limits.bulk[0], message), v.maxLength(limits.bulk[1], message));
  };

  return {
    set,
    search,
    conversationalSearch: v.object({ ...search.entries, context: v.optional(context) }),
    deleteQuery: v.object({ attributes }),
    listEntries: v.object({ limit: v.optional(whole(limits.page)), cursor: v.optional(v.string('a string')), tag: v.optional(text(limits.tagLength)) }),
    update: v.pipe(
      v.object({
        response: v.optional(v.string('a string')),
        attributes: v.optional(own),
        tags: v.optional(tags),
        ttlMillis: v.optional(v.nullable(ttlMillis)),
      }),
      v.check((changes) => Object.values(changes).some((value) => value !== undefined), 'response, attributes, tags or ttlMillis'),
    ),
    feedback: v.object({ prompt, verdict: v.picklist(['right', 'wrong'], "'right' or 'wrong'") }),
    setMany: v.object({ entries: inBulk(set) }),
    searchMany: v.object({ searches: inBulk(search) }),
  };
}

const share = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer());

const cacheEntry = v.object({
  id: v.string(), prompt: v.string(), response: v.string(), attributes, similarity: share, searchStrategy: strategy, tags: v.optional(strings),
});
const explanation = v.object({
  candidates: v.array(
    v.object({
      entryId: v.string(), prompt: v.string(), similarity: share, served: v.boolean(), why: v.string(),
      vetoes: v.array(v.object({ guard: v.string(), why: v.string() })), probability: v.optional(share),
    }),
  ),
  why: v.optional(v.string()),
});
const search = v.object({ data: v.array(cacheEntry), explanation: v.optional(explanation) });
const storedEntry = v.object({
  id: v.string(), prompt: v.string(), response: v.string(), attributes, tags: strings, createdAt: count, expiresAt: v.optional(count),
});
const deleted = v.object({ deletedEntriesCount: count });

/** What one call is on the wire. */
export interface Operation<Answer> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** The status of success. */
  readonly status: 200 | 201 | 204;
  /** The body of success; absent where there is none. */
  readonly answer?: v.GenericSchema<unknown, Answer>;
  /** True for what Redis's hosted service does not have: it answers 404. */
  readonly own?: true;
}

const operation = <Answer = void>(method: Operation<Answer>['method'], path: string, status: Operation<Answer>['status'], answer?: v.GenericSchema<unknown, Answer>) =>
  ({ method, path: `/v1/caches/{cacheId}/${path}`, status, ...(answer && { answer }) }) satisfies Operation<Answer> as Operation<Answer>;
const own = <Answer>(known: Operation<Answer>): Operation<Answer> => ({ ...known, own: true });

/** Every call there is. In a router, paths without placeholders come before those with them: `entries/bulk` is no entry's id. */
export const OPERATIONS = {
  set: operation<T.SetResponse>('POST', 'entries', 201, v.object({ entryId: v.string() })),
  search: operation<T.SearchResponse>('POST', 'entries/search', 200, search),
  conversationalSearch: operation<T.ConversationalSearchResponse>('POST', 'conversations/search', 200, v.object({ actualPrompt: v.string(), ...search.entries })),
  deleteById: operation('DELETE', 'entries/{entryId}', 204),
  deleteQuery: operation<T.DeleteResponse>('DELETE', 'entries', 200, deleted),
  flush: operation('POST', 'flush', 204),
  deleteByTag: own(operation<T.DeleteResponse>('DELETE', 'tags/{tag}', 200, deleted)),
  getEntry: own(operation<T.StoredEntry>('GET', 'entries/{entryId}', 200, storedEntry)),
  listEntries: own(operation<T.ListResponse>('GET', 'entries', 200, v.object({ data: v.array(storedEntry), nextCursor: v.optional(v.string()) }))),
  update: own(operation<T.StoredEntry>('PATCH', 'entries/{entryId}', 200, storedEntry)),
  feedback: own(operation('POST', 'entries/{entryId}/feedback', 204)),
  setMany: own(operation<T.SetManyResponse>('POST', 'entries/bulk', 201, v.object({ entryIds: strings }))),
  searchMany: own(operation<T.SearchManyResponse>('POST', 'entries/search/bulk', 200, v.object({ results: v.array(search) }))),
  stats: own(
    operation<T.CacheStats>('GET', 'stats', 200, v.object({
      entries: count, since: count, searches: count, exactHits: count, semanticHits: count, misses: count, vetoed: count, sets: count, deletes: count,
    })),
  ),
} as const;

export type OperationName = keyof typeof OPERATIONS;
export type AnswerOf<Name extends OperationName> = (typeof OPERATIONS)[Name] extends Operation<infer Answer> ? Answer : never;

/** An error as services send it. Any `type` is taken, so that services of both generations and later ones are understood. */
export const errorDocument: v.GenericSchema<unknown, T.ErrorDocument> = v.object({
  title: v.string(),
  status: v.optional(v.pipe(v.number(), v.integer())),
  detail: v.optional(v.string()),
  instance: v.optional(v.string()),
  type: v.string(),
  fields: v.optional(v.array(v.object({ field: v.string(), rule: v.string(), message: v.string() }))),
});
