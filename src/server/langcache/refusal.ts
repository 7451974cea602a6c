import { CacheError, ClosedError, EmbedderError, ModelFileError, RequestError, StoreError } from '../../base/errors.ts';
import type { JsonObject } from '../../base/json.ts';
import { type Generation, type ProblemName, PROBLEMS } from '../../langcache/wire-problems.ts';
import type { ErrorDocument, FieldError } from '../../langcache/wire-types.ts';

export interface RefusalOptions {
  readonly fields?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A call that the service answers with an error document. */
export class Refusal extends Error {
  readonly problem: ProblemName;
  readonly fields: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  constructor(problem: ProblemName, detail: string, { fields, headers = {}, cause }: RefusalOptions = {}) {
    super(detail, { cause });
    this.problem = problem;
    this.fields = fields;
    this.headers = headers;
  }
}

/** A refusal of one member of a request. */
export const invalid = (field: string, rule: string, message: string): Refusal =>
  new Refusal('invalid-data', `${field}: ${message}.`, { fields: [{ field, rule, message }] });

/** What drivers say where there is no room: SQLite (result code 13), the file system, Redis. */
const FULL = /SQLITE_FULL|database or disk is full|ENOSPC|\bOOM\b/;

/** Any error as a refusal. What is not foreseen says nothing of itself; its cause is for the log. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof RequestError) return new Refusal('invalid-data', error.message, { cause: error });
  if (error instanceof EmbedderError) {
    if (error.status === 401 || error.status === 403) return new Refusal('embeddings-unauthorized', 'The embedder refused its key.', { cause: error });
    return new Refusal('embeddings-unavailable', `The embedder gave no vector (${error.reason}). Exact search needs none.`, { cause: error });
  }
  if (error instanceof ModelFileError) return new Refusal('embeddings-unavailable', 'The files of the bundled model cannot be used. Exact search needs none.', { cause: error });
  if (error instanceof StoreError && FULL.test(error.message)) return new Refusal('database-out-of-memory', 'The store is full.', { cause: error });
  if (error instanceof StoreError || error instanceof ClosedError || (error instanceof CacheError && STORE_CODES.has(error.code))) {
    return new Refusal('database-unavailable', 'The store cannot be reached, or did not do what it was asked.', { cause: error });
  }
  return new Refusal('unexpected-error', 'Something failed inside the server; its log says more.', { cause: error });
}

const STORE_CODES: ReadonlySet<string> = new Set(['NOT_A_CACHE', 'PEER_MISSING', 'BROKEN_ANSWER']);

/** The document of a refusal, as callers of this generation know it. `instance` names the request, as logs do. */
export function documentOf(refusal: Refusal, generation: Generation, requestId: string): ErrorDocument {
  const { [generation]: type, status, title } = PROBLEMS[refusal.problem];
  return { type, title, status, detail: refusal.message, instance: `/requests/${requestId}`, ...(refusal.fields && { fields: refusal.fields }) };
}

/** Writes the errors of what stands before the service, whose types are the same in both generations. */
export const errorFormat = {
  errorBody(status: number, _code: string, message: string): JsonObject {
    const problem: ProblemName = status === 400 ? 'invalid-data' : status === 403 ? 'insufficient-permissions' : status < 500 ? 'resource-not-found' : 'unexpected-error';
    const { newer, title } = PROBLEMS[problem];
    return { type: newer, title, status, detail: message };
  },
};
