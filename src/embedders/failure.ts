import { EmbedderError } from '../base/errors.ts';
import type { Milliseconds } from '../base/units.ts';

/** What the network's own errors are called, in Node and in undici. */
const NETWORK = /^(?:E(?:CONN(?:REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|AI_AGAIN|NOTFOUND|HOSTUNREACH|NETUNREACH)|UND_ERR_\w+)$/;

/** Statuses that speak of the moment and not of the request. */
const PASSING: readonly number[] = [408, 409, 425, 429];

/** Statuses by which a service refuses what it was sent: one of the texts may be why, and the others may be fine. */
const ABOUT_CONTENT: readonly number[] = [400, 413, 422];

/** True for what may well be gone at the next try: the network, a rate limit, a server in trouble. */
export const worthAnotherTry = ({ reason, status }: EmbedderError): boolean =>
  reason === 'unreachable' || (reason === 'refused' && status !== undefined && (PASSING.includes(status) || (status >= 500 && status !== 501)));

/** True where a single text may be what a whole call failed for. */
export const aboutTexts = ({ reason, status }: EmbedderError): boolean =>
  reason === 'text' || (reason === 'refused' && status !== undefined && ABOUT_CONTENT.includes(status));

/** Any error as an `EmbedderError`: those of SDKs are told by the members that they commonly have. */
export function embedderError(error: unknown, name: string, now: Milliseconds): EmbedderError {
  if (error instanceof EmbedderError) return error;
  const facts = (typeof error === 'object' && error !== null ? error : {}) as Readonly<Record<string, unknown>>;
  const message = `The embedder ${name} failed: ${messageOf(error)}`;
  const status = [facts.statusCode, facts.status].find((each) => typeof each === 'number');
  if (status !== undefined) {
    const headers = facts.responseHeaders ?? facts.headers;
    const after = retryAfterOf((header) => headerOf(headers, header), now);
    return new EmbedderError('refused', message, { cause: error, status, ...(after !== undefined && { retryAfter: after }) });
  }
  return new EmbedderError(isNetwork(facts) ? 'unreachable' : 'failed', message, { cause: error });
}

/** Why something failed, with what lies below it: `fetch failed` alone says nothing. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const below = error.cause instanceof Error ? error.cause : undefined;
  return short(below ? `${error.message} (${below.message || String((below as NodeJS.ErrnoException).code)})` : error.message);
}

export const short = (text: string): string => (text.length > 300 ? `${text.slice(0, 297)}...` : text);

/** How long to wait, from `retry-after-ms` or `retry-after` (RFC 9110, 10.2.3: seconds, or a date). */
export function retryAfterOf(header: (name: string) => string | undefined, now: Milliseconds): Milliseconds | undefined {
  const exact = header('retry-after-ms');
  if (exact !== undefined && exact !== '' && Number(exact) >= 0) return Number(exact);
  const given = header('retry-after');
  if (given === undefined || given === '') return undefined;
  const span = Number.isNaN(Number(given)) ? Date.parse(given) - now : Number(given) * 1000;
  return Number.isNaN(span) ? undefined : Math.max(0, span);
}

function isNetwork(error: Readonly<Record<string, unknown>>): boolean {
  const { code, cause } = error;
  if (typeof code === 'string' && NETWORK.test(code)) return true;
  return typeof cause === 'object' && cause !== null && isNetwork(cause as Readonly<Record<string, unknown>>);
}

function headerOf(headers: unknown, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = typeof headers === 'object' && headers !== null ? (headers as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
