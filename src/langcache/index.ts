/** A client of a LangCache service. The door `reprise/langcache`. */
export { LangCache } from './langcache.ts';
export type { ApiKey, LangCacheOptions, RequestOptions } from './client-options.ts';
export type { BackoffStrategy, RetryConfig } from './retry.ts';
export type { DebugLogger } from './debug-log.ts';
export type { Fetch, FetchOptions, HttpClient } from './transport.ts';
export { SearchStrategy } from './wire-types.ts';
export type {
  Attributes, CacheEntry, CacheStats, ConversationalSearchRequest, ConversationalSearchResponse, DeleteQueryRequest, DeleteResponse, ErrorDocument,
  ExplainedCandidate, Explanation, FeedbackRequest, FieldError, ListRequest, ListResponse, SearchManyResponse, SearchRequest, SearchResponse,
  SetManyResponse, SetRequest, SetResponse, StoredEntry, UpdateRequest,
} from './wire-types.ts';
export {
  AuthenticationErrorResponseContent, BadRequestErrorResponseContent, ConnectionError, ErrorResponseContent, ForbiddenErrorResponseContent,
  HTTPClientError, LangCacheDefaultError, LangCacheError, NotFoundErrorResponseContent, PayloadTooLargeErrorResponseContent, RequestAbortedError,
  RequestTimeoutError, ResourceUnavailableErrorResponseContent, ResponseValidationError, SDKValidationError, TooManyRequestsErrorResponseContent,
  UnexpectedClientError, UnexpectedErrorResponseContent,
} from './errors.ts';
/** 424, as the newer SDKs call it. */
export { ResourceUnavailableErrorResponseContent as FailedDependencyErrorResponseContent } from './errors.ts';
/** 4XX and 5XX without a class of their own, as the Python SDK calls them. */
export { LangCacheDefaultError as APIError } from './errors.ts';
export { CacheError, ClosedError, OptionError } from '../base/errors.ts';
