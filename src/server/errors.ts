import type { ErrorCode } from '../base/errors.ts';
import { CacheError, ClosedError, OnlyIfCachedError, RequestError, UpstreamError } from '../base/errors.ts';
import type { Format } from '../providers/format.ts';
import type { PlainReply } from './http.ts';
import { jsonReply } from './http.ts';

/** The codes of replies by which the server itself refuses a request, besides those of the family of errors. */
export const REFUSALS = {
  BODY_TOO_LARGE: 'The body of a request that may be cached is over the limit (413).',
  METHOD_NOT_ALLOWED: 'The path does not take this method; `Allow` says which it takes (405).',
  HOST_NOT_ALLOWED: 'The server is not to be reached under this name (403).',
  ORIGIN_NOT_ALLOWED: 'A web page of this origin may not use the server (403).',
  KEY_MISPLACED: 'A key of this server was sent where a provider would get it (401).',
  INTERNAL: 'Something failed inside the server (500).',
} as const;

export type RefusalCode = keyof typeof REFUSALS | ErrorCode;

/** Whatever writes errors in some API's own format. */
export type ErrorFormat = Pick<Format, 'errorBody'>;

/** A refusal in the API's own error format. */
export function refuse(format: ErrorFormat, status: number, code: RefusalCode, message: string, headers?: Readonly<Record<string, string>>): PlainReply {
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
