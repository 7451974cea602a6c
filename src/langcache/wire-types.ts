import type { Milliseconds } from '../base/units.ts';

/**
 * What travels between LangCache clients and services, as types; `wire.ts` checks it. Members marked "Reprise only" are unknown to Redis's hosted
 * service, which overlooks them in requests and never answers with them.
 */

/** How a cache is searched. */
export const SearchStrategy = {
  /** The same prompt; letter case is ignored. */
  Exact: 'exact',
  /** A prompt of the same meaning. */
  Semantic: 'semantic',
} as const;
export type SearchStrategy = (typeof SearchStrategy)[keyof typeof SearchStrategy];

/** Names and values by which entries are selected. A hosted cache has at most 5 names, declared when it is made. */
export type Attributes = Readonly<Record<string, string>>;

export interface SetRequest {
  /** 1 to 1,024 characters, unless the cache allows more. */
  readonly prompt: string;
  readonly response: string;
  /** Names of 1 to 32 letters, digits, `_` and `-`; values of 1 to 500 characters without commas. */
  readonly attributes?: Attributes;
  /** How long the entry lives: 1 ms to a year. @default the cache's own */
  readonly ttlMillis?: Milliseconds;
  /** Reprise only. Labels to delete and list by. */
  readonly tags?: readonly string[];
}

export interface SetResponse {
  readonly entryId: string;
}

export interface SearchRequest {
  /** 1 to 1,024 characters, unless the cache allows more. */
  readonly prompt: string;
  /** The lowest similarity of a semantic match, 0 to 1. @default the cache's own, 0.85 where it has none */
  readonly similarityThreshold?: number;
  /** Tried in this order. @default the cache's own, `['semantic']` where it has none */
  readonly searchStrategies?: readonly SearchStrategy[];
  /** An entry has to have each of these. */
  readonly attributes?: Attributes;
  /** The most entries in the answer: 1 to 100. @default 1 */
  readonly maxResults?: number;
  /** Reprise only. Answers with what guards and judge said of each candidate. @default false */
  readonly explain?: boolean;
}

export interface ConversationalSearchRequest extends SearchRequest {
  /** Earlier questions of the conversation, oldest first. */
  readonly context?: readonly string[];
}

/** An entry that was found. */
export interface CacheEntry {
  readonly id: string;
  readonly prompt: string;
  readonly response: string;
  readonly attributes: Attributes;
  /** 0 to 1; 1 for an exact match. */
  readonly similarity: number;
  readonly searchStrategy: SearchStrategy;
  /** Reprise only. */
  readonly tags?: readonly string[];
}

export interface SearchResponse {
  /** Best first; empty where nothing was found. */
  readonly data: readonly CacheEntry[];
  /** Reprise only, when asked for with `explain`. */
  readonly explanation?: Explanation;
}

export interface ConversationalSearchResponse extends SearchResponse {
  /** What was searched for: the prompt, or what it was rewritten to. */
  readonly actualPrompt: string;
}

/** Why a search served what it served. */
export interface Explanation {
  /** Every stored prompt that was near enough to be looked at, nearest first. */
  readonly candidates: readonly ExplainedCandidate[];
  /** Why nothing was looked at, or not all, where so. */
  readonly why?: string;
}

export interface ExplainedCandidate {
  readonly entryId: string;
  readonly prompt: string;
  /** 0 to 1. */
  readonly similarity: number;
  readonly served: boolean;
  /** In a few words: what decided. */
  readonly why: string;
  /** What guards had against it; empty where none spoke. */
  readonly vetoes: readonly { readonly guard: string; readonly why: string }[];
  /** The judge's probability that one answer serves both, 0 to 1, where it was asked. */
  readonly probability?: number;
}

export interface DeleteQueryRequest {
  /** An entry has to have each of these. None at all deletes every entry of the cache. */
  readonly attributes: Attributes;
}

export interface DeleteResponse {
  readonly deletedEntriesCount: number;
}

/** An entry as it is kept. Reprise only. */
export interface StoredEntry {
  readonly id: string;
  readonly prompt: string;
  readonly response: string;
  readonly attributes: Attributes;
  readonly tags: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: Milliseconds;
  /** Milliseconds since 1970; absent where it never expires. */
  readonly expiresAt?: Milliseconds;
}

export interface ListRequest {
  /** The most entries of a page: 1 to 1,000. @default 100 */
  readonly limit?: number;
  /** Where to go on: `nextCursor` of the page before. */
  readonly cursor?: string;
  /** Only entries with this tag. */
  readonly tag?: string;
}

export interface ListResponse {
  readonly data: readonly StoredEntry[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** What of an entry changes; what is left out stays. */
export interface UpdateRequest {
  readonly response?: string;
  /** In place of all that it has. */
  readonly attributes?: Attributes;
  /** In place of all that it has. */
  readonly tags?: readonly string[];
  /** From now on; `null`: it never expires. */
  readonly ttlMillis?: Milliseconds | null;
}

export interface FeedbackRequest {
  /** What was asked when the entry was served. */
  readonly prompt: string;
  /** `wrong`: the entry is never served to this prompt again. `right`: takes that back. */
  readonly verdict: 'right' | 'wrong';
}

export interface SetManyResponse {
  /** In the order of the entries. */
  readonly entryIds: readonly string[];
}

export interface SearchManyResponse {
  /** In the order of the searches. */
  readonly results: readonly SearchResponse[];
}

/** Counts of one cache. They survive a restart. */
export interface CacheStats {
  /** That are there now. */
  readonly entries: number;
  /** What follows is counted since then; milliseconds since 1970. */
  readonly since: Milliseconds;
  readonly searches: number;
  readonly exactHits: number;
  readonly semanticHits: number;
  readonly misses: number;
  /** Candidates that guards or judge refused. */
  readonly vetoed: number;
  readonly sets: number;
  readonly deletes: number;
}

/** What is wrong with one member of a request. */
export interface FieldError {
  /** Where it is: `prompt`, `attributes.lang`, `entries.3.prompt`. */
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

/** An error as services send it. */
export interface ErrorDocument {
  readonly title: string;
  /** The HTTP status. */
  readonly status?: number;
  readonly detail?: string;
  /** What happened where: one occurrence of the error. */
  readonly instance?: string;
  /** What kind of error it is, such as `/errors/invalid-data`. Two generations of services have different ones. */
  readonly type: string;
  /** With status 400: which members are wrong, where the service says so. */
  readonly fields?: readonly FieldError[];
}
