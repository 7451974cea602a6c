import type { Milliseconds } from './units.ts';

/**
 * The one family of errors. Every error has a stable `code`, its facts as fields, and the original error as `cause`.
 * `docs/errors.md` lists all codes; a test compares the two.
 */

/** Every code an error of Reprise can carry, and what it means. */
export const ERROR_CODES = {
  INVALID_OPTION: 'An option has a value that cannot be used.',
  INVALID_REQUEST: 'A request cannot be read.',
  STORE_FAILED: 'A store did not do what it was asked.',
  STORE_UNKNOWN: 'A store URL names no store that is known.',
  NOT_A_CACHE: 'A file is not a cache of Reprise, or is of a newer version.',
  PEER_MISSING: 'An optional package that is needed is not installed.',
  UNKEYABLE: 'The arguments of a wrapped function cannot be told apart.',
  UNNAMED: 'A wrapped function has no name, or the name is taken.',
  UNSTORABLE: 'A value of a wrapped function cannot be stored.',
  CLOSED: 'The cache was used after it was closed.',
  SLOW_READER: 'A reader of a live answer fell too far behind.',
  UPSTREAM_FAILED: 'The provider could not be reached, or broke off.',
  ONLY_IF_CACHED: 'Nothing is stored, and the caller wanted only a stored answer.',
  BROKEN_ANSWER: 'A recorded answer cannot be read.',
  MODEL_UNUSABLE: 'A file of the bundled model is missing, damaged or of another version.',
  JUDGE_FAILED: 'The judge gave no verdict.',
  EMBEDDER_FAILED: 'The embedder gave no vector.',
  CALIBRATION_MISSING: 'A rate of false hits was asked for, and no table says what it takes.',
  LANGCACHE_REFUSED: 'A LangCache service answered with an error, or not as it should.',
  LANGCACHE_FAILED: 'No answer of a LangCache service came.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The base of all errors that Reprise throws. */
export class CacheError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** An option has a value that cannot be used; says what was expected and what came. */
export class OptionError extends CacheError {
  readonly option: string;
  constructor(option: string, expected: string, got: unknown) {
    super('INVALID_OPTION', `Option \`${option}\` must be ${expected}, but is ${describe(got)}.`);
    this.option = option;
  }
}

/** A request cannot be read. */
export class RequestError extends CacheError {
  constructor(message: string, options?: ErrorOptions) {
    super('INVALID_REQUEST', message, options);
  }
}

export type StoreOperation = 'open' | 'read' | 'write' | 'delete' | 'list' | 'close';

/** A store did not do what it was asked; `cause` is the driver's own error. */
export class StoreError extends CacheError {
  readonly store: string;
  readonly operation: StoreOperation;
  constructor(store: string, operation: StoreOperation, cause: unknown) {
    super('STORE_FAILED', `The ${store} store could not ${operation}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.store = store;
    this.operation = operation;
  }
}

/** A store URL names no store that is known. */
export class StoreUnknownError extends CacheError {
  constructor(url: string, known: readonly string[]) {
    super('STORE_UNKNOWN', `No store is known for \`${url}\`; known are ${known.join(', ')}.`);
  }
}

/** A file is not a cache of Reprise, or was written by a newer version. It is left as it is. */
export class NotACacheError extends CacheError {
  readonly path: string;
  constructor(path: string, why: string, options?: ErrorOptions) {
    super('NOT_A_CACHE', `\`${path}\` ${why}. It was left as it is.`, options);
    this.path = path;
  }
}

/** An optional package that is needed is not installed. */
export class PeerMissingError extends CacheError {
  readonly peer: string;
  constructor(peer: string, range: string, cause: unknown) {
    super('PEER_MISSING', `This needs the package \`${peer}\`: npm install ${peer}@"${range}"`, { cause });
    this.peer = peer;
  }
}

/** The arguments of a wrapped function cannot be told apart; give `key` to say what counts. */
export class UnkeyableError extends CacheError {
  constructor(name: string, why: string, options?: ErrorOptions) {
    super('UNKEYABLE', `The arguments of \`${name}\` cannot be made a key: ${why}. Give \`key: (...args) => ...\` to say what counts.`, options);
  }
}

/** A wrapped function has no name, or its name is taken in this cache. */
export class UnnamedError extends CacheError {
  constructor(message: string) {
    super('UNNAMED', message);
  }
}

/** A value of a wrapped function cannot be stored: it is a function, a symbol, an instance of a class, or holds one. */
export class UnstorableError extends CacheError {
  constructor(name: string, cause: unknown) {
    super('UNSTORABLE', `A value of \`${name}\` cannot be stored: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}

/** The cache was used after it was closed. */
export class ClosedError extends CacheError {
  constructor() {
    super('CLOSED', 'The cache is closed.');
  }
}

/** A reader of a live answer fell further behind than `limit` bytes, and was let go so that the others need not wait. */
export class SlowReaderError extends CacheError {
  readonly limit: number;
  constructor(limit: number) {
    super('SLOW_READER', `This reader fell more than ${limit} bytes behind a live answer.`);
    this.limit = limit;
  }
}

/** The provider could not be reached or broke off; `cause` is the network's own error. */
export class UpstreamError extends CacheError {
  readonly timedOut: boolean;
  constructor(message: string, options?: ErrorOptions & { timedOut?: boolean }) {
    super('UPSTREAM_FAILED', message, options);
    this.timedOut = options?.timedOut ?? false;
  }
}

/** Nothing is stored, and the caller asked with `only-if-cached`. */
export class OnlyIfCachedError extends CacheError {
  constructor() {
    super('ONLY_IF_CACHED', 'No stored answer may be used, and only a stored one was wanted (only-if-cached).');
  }
}

/** A recorded answer cannot be read. Inside the cache this is a miss; it is thrown only by tools that show entries. */
export class BrokenAnswerError extends CacheError {
  constructor(why: string, options?: ErrorOptions) {
    super('BROKEN_ANSWER', `The recorded answer cannot be read: ${why}.`, options);
  }
}

/** A file of the bundled model is missing, damaged, or of another version. Inside the cache this turns matching by meaning off. */
export class ModelFileError extends CacheError {
  readonly path: string;
  /** What is wrong with it, to be read after its name. */
  readonly why: string;
  constructor(path: string, why: string, options?: ErrorOptions) {
    super('MODEL_UNUSABLE', `The model file \`${path}\` ${why}.`, options);
    this.path = path;
    this.why = why;
  }
}

/**
 * Why the judge gave no verdict. `busy`: too many pairs wait already. `late`: not done within the time limit. `resting`: it failed
 * several times in a row and is not asked for a while. `stopped`: its thread ended. `closed`: it was closed. `failed`: the service or function that
 * judges could not be reached, or failed. `unreadable`: it gave something that is no verdict.
 */
export type JudgeFailure = 'busy' | 'late' | 'resting' | 'stopped' | 'closed' | 'failed' | 'unreadable';

/** The judge gave no verdict. Inside the cache this is a miss. */
export class JudgeError extends CacheError {
  readonly reason: JudgeFailure;
  constructor(reason: JudgeFailure, message: string, options?: ErrorOptions) {
    super('JUDGE_FAILED', message, options);
    this.reason = reason;
  }
}

/** A rate of false hits was asked for, and there is no table for the judge in use, or none that can be read. */
export class CalibrationError extends CacheError {
  constructor(message: string, options?: ErrorOptions) {
    super('CALIBRATION_MISSING', message, options);
  }
}

/**
 * Why a text got no vector. `text`: it is empty or too long. `busy`: too many texts wait already, or the rate is used up. `late`: not done
 * within the time limit. `resting`: the service failed several times in a row and is not asked for a while. `unreachable`: no connection,
 * or it broke off. `refused`: the service answered with an error. `unusable`: its answer is none, or the vector cannot be used. `changed`:
 * the model is another one than before. `failed`: anything else, see `cause`. `closed`: the embedder was closed.
 */
export type EmbedderFailure =
  | 'text' | 'busy' | 'late' | 'resting' | 'unreachable' | 'refused' | 'unusable' | 'changed' | 'failed' | 'closed';

/** The embedder gave no vector. Inside the cache this is a miss. */
export class EmbedderError extends CacheError {
  readonly reason: EmbedderFailure;
  /** The HTTP status that the service answered with, where it did. */
  readonly status: number | undefined;
  /** After how many milliseconds the service wants to be asked again, where it said so. */
  readonly retryAfter: Milliseconds | undefined;
  constructor(reason: EmbedderFailure, message: string, options?: ErrorOptions & { status?: number; retryAfter?: Milliseconds }) {
    super('EMBEDDER_FAILED', message, options);
    this.reason = reason;
    this.status = options?.status;
    this.retryAfter = options?.retryAfter;
  }
}

/** A value as it is shown in an error: short, with its type. */
function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  const text = process.getBuiltinModule('node:util').inspect(value, { depth: 2, breakLength: Infinity });
  return `${text.length > 60 ? `${text.slice(0, 57)}...` : text} (${Array.isArray(value) ? 'array' : typeof value})`;
}
