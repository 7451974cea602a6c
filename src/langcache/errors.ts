import * as v from 'valibot';
import { CacheError } from '../base/errors.ts';
import type { TransportResponse } from './transport.ts';
import type { ErrorDocument, FieldError } from './wire-types.ts';

/**
 * The errors of the client, named as those of the official SDKs so that what catches them needs a new import and no more. All are of the
 * one family, `CacheError`.
 */

/** The base of all errors that say what a service answered. */
export class LangCacheError extends CacheError {
  readonly statusCode: number;
  readonly headers: Headers;
  /** Empty where there was none. */
  readonly body: string;
  readonly contentType: string;
  /** As the HTTP client gave it; its body is read already, see `body`. */
  readonly rawResponse: Response;
  /** The error document, where the service sent one. */
  readonly data: ErrorDocument | undefined;
  constructor(message: string, answer: TransportResponse, options?: ErrorOptions & { data?: ErrorDocument }) {
    super('LANGCACHE_REFUSED', message, options);
    this.statusCode = answer.status;
    this.headers = answer.headers;
    this.body = answer.body;
    this.contentType = answer.headers.get('content-type') ?? '';
    this.rawResponse = answer.raw ?? new Response(answer.body === '' ? null : answer.body, { status: answer.status, headers: answer.headers });
    this.data = options?.data;
  }
}

/** The base of the classes that have a status of their own: the members of the error document are theirs. */
export class ErrorResponseContent extends LangCacheError {
  declare readonly data: ErrorDocument;
  readonly title: string;
  readonly status: number;
  readonly detail: string | undefined;
  readonly instance: string | undefined;
  readonly type: string;
  readonly fields: readonly FieldError[] | undefined;
  constructor(data: ErrorDocument, answer: TransportResponse) {
    super(`${answer.status} ${data.title}${data.detail === undefined ? '' : `: ${data.detail}`}${inWords(data.fields)}`, answer, { data });
    this.title = data.title;
    this.status = data.status ?? answer.status;
    this.detail = data.detail;
    this.instance = data.instance;
    this.type = data.type;
    this.fields = data.fields;
  }

  /** What `@redis-ai/langcache` calls `data`. */
  get data$(): ErrorDocument {
    return this.data;
  }
}

const inWords = (fields: readonly FieldError[] = []) => (fields.length === 0 ? '' : ` (${fields.map(({ field, message }) => `${field}: ${message}`).join('; ')})`);

/** 400: the request is not as the service wants it; `fields` says what is wrong, where the service does. */
export class BadRequestErrorResponseContent extends ErrorResponseContent {}
/** 401: no key, or one that is not known. */
export class AuthenticationErrorResponseContent extends ErrorResponseContent {}
/** 403: the key may not do this. */
export class ForbiddenErrorResponseContent extends ErrorResponseContent {}
/** 404: no such cache or entry; for calls that Reprise alone has, also that the service is not Reprise. */
export class NotFoundErrorResponseContent extends ErrorResponseContent {}
/** 413: the request is too large. */
export class PayloadTooLargeErrorResponseContent extends ErrorResponseContent {}
/** 424: what the service needs is down: its database, or its embedder. Newer SDKs say `FailedDependencyErrorResponseContent`. */
export class ResourceUnavailableErrorResponseContent extends ErrorResponseContent {}
/** 429: too many requests. */
export class TooManyRequestsErrorResponseContent extends ErrorResponseContent {}
/** 500: an error in the service. */
export class UnexpectedErrorResponseContent extends ErrorResponseContent {}

/** The classes that have a status of their own. */
export const BY_STATUS: Readonly<Record<number, new (data: ErrorDocument, answer: TransportResponse) => ErrorResponseContent>> = {
  400: BadRequestErrorResponseContent,
  401: AuthenticationErrorResponseContent,
  403: ForbiddenErrorResponseContent,
  404: NotFoundErrorResponseContent,
  413: PayloadTooLargeErrorResponseContent,
  424: ResourceUnavailableErrorResponseContent,
  429: TooManyRequestsErrorResponseContent,
  500: UnexpectedErrorResponseContent,
};

/** Any other status, or an answer that is not JSON. */
export class LangCacheDefaultError extends LangCacheError {
  constructor(answer: TransportResponse) {
    const { status, body } = answer;
    const type = answer.headers.get('content-type') ?? 'no content type';
    const shown = body.length > 500 ? `${body.slice(0, 500)}... (${body.length} characters)` : body;
    super(`The service answered ${status} with ${type}, which was not expected here${shown === '' ? '.' : `: ${shown}`}`, answer);
  }
}

/** The answer is not of the shape that it should have; `cause` is the error of the check or of the JSON parser. */
export class ResponseValidationError extends LangCacheError {
  /** What was checked: the parsed body, or its text where it is not JSON. */
  readonly rawValue: unknown;
  constructor(answer: TransportResponse, rawValue: unknown, cause: unknown) {
    super(`The service's answer (${answer.status}) is not as it should be: ${causeInWords(cause)}`, answer, { cause });
    this.rawValue = rawValue;
  }
}

/** What was given to a method is not of the shape that it should have; nothing was sent. `cause` is the error of the check. */
export class SDKValidationError extends CacheError {
  readonly rawValue: unknown;
  constructor(message: string, rawValue: unknown, cause?: unknown) {
    super('INVALID_REQUEST', cause === undefined ? message : `${message}: ${causeInWords(cause)}`, { cause });
    this.rawValue = rawValue;
  }
}

/** What a failed check found, in words: `data.0.id: Invalid type`. */
function causeInWords(cause: unknown): string {
  if (!(cause instanceof v.ValiError)) return cause instanceof Error ? cause.message : String(cause);
  const issues = cause.issues as readonly v.BaseIssue<unknown>[];
  return issues.map((issue) => `${v.getDotPath(issue) ?? 'all of it'}: ${issue.message}`).join('; ');
}

/** The base of all errors for which there is no answer; `cause` is the one of the HTTP client. */
export class HTTPClientError extends CacheError {
  constructor(message: string, cause: unknown) {
    super('LANGCACHE_FAILED', message, { cause });
  }
}

/** The service could not be reached, or the connection broke before the answer was whole. */
export class ConnectionError extends HTTPClientError {}
/** The answer was not there in time. */
export class RequestTimeoutError extends HTTPClientError {}
/** The caller gave up, or the client was closed meanwhile. */
export class RequestAbortedError extends HTTPClientError {}
/** Anything else that the HTTP client failed with. */
export class UnexpectedClientError extends HTTPClientError {}
