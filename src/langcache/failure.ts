import { ConnectionError, HTTPClientError, RequestAbortedError, RequestTimeoutError, UnexpectedClientError } from './errors.ts';

/** What Node and undici call errors of the network. */
const NETWORK = /^(?:E[A-Z_]{3,}|UND_ERR_\w+)$/;
/** What runtimes' `fetch` says where it means the network. */
const FETCH_FAILED = /^(?:fetch failed|failed to fetch|terminated|network error|load failed)/i;

/** The error of an HTTP client as one of the client's. `ended`: the signals that may have ended the request; the caller's, or the closing. */
export function failureOf(error: unknown, ended: readonly (AbortSignal | undefined)[]): HTTPClientError {
  if (error instanceof HTTPClientError) return error;
  const byCaller = ended.find((signal) => signal?.aborted);
  const reason: unknown = byCaller ? byCaller.reason : error;
  const name = reason instanceof Error ? reason.name : undefined;
  if (name === 'TimeoutError') return new RequestTimeoutError('The service did not answer in time.', reason);
  if (byCaller || name === 'AbortError') return new RequestAbortedError(`The request was given up: ${messageOf(reason)}`, reason);
  if (isOfNetwork(error)) return new ConnectionError(`The service could not be reached, or the connection broke: ${messageOf(error)}`, error);
  return new UnexpectedClientError(`The HTTP client failed: ${messageOf(error)}`, error);
}

function isOfNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (
    (typeof code === 'string' && NETWORK.test(code)) ||
    error.name === 'ConnectionError' ||
    (error instanceof TypeError && FETCH_FAILED.test(error.message)) ||
    isOfNetwork(error.cause)
  );
}

/** With what lies below it: `fetch failed` alone says nothing. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const below = error.cause instanceof Error ? error.cause.message || (error.cause as NodeJS.ErrnoException).code : undefined;
  return below ? `${error.message} (${below})` : error.message;
}
