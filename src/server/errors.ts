import { CacheError, ClosedError, OnlyIfCachedError, RequestError, UpstreamError } from '../base/errors.ts';
import type { Format } from '../providers/format.ts';
import type { PlainReply } from './http.ts';
import { jsonReply } from './http.ts';

/** Whatever writes errors in some API's own format. */
export type ErrorFormat = Pick<Format, 'errorBody'>;

/** A refusal in the API's own error format. */
export function refuse(format: ErrorFormat, status: number, code: string, message: string, headers?: Readonly<Record<string, string>>): PlainReply {
  return { ...jsonReply(status, format.errorBody(status, code, message), headers), code };
}

/** The one place where an error becomes a status. */
export function errorReply(error: unknown, format: ErrorFormat): PlainReply {
  if (error instanceof RequestError) return refuse(format, 400, error.code, error.message);
  if (error instanceof UpstreamError) return refuse(format, error.timedOut ? 504 : 502, error.code, error.message);
  // The official SDKs repeat a 504 unless they are told not to.
  if (error instanceof OnlyIfCachedError) return refuse(format, 504, error.code, error.message, NOT_CACHED);
  if (error instanceof ClosedError) return refuse(format, 503, error.code, error.message);
  const code = error instanceof CacheError ? error.code : 'INTERNAL';
  return refuse(format, 500, code, 'The proxy failed inside; its log says more.');
}

const NOT_CACHED = { 'cache-status': 'Reprise; detail=only-if-cached', 'x-should-retry': 'false' };
