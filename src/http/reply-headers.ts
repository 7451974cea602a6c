import type { Outcome } from '../model/outcome.ts';
import type { Step } from '../model/steps.ts';

/**
 * `Cache-Status` of an outcome: what this cache did with the request.
 * Source: RFC 9211; the values are structured fields (RFC 9651). Whether a new answer is stored is not known when its head is sent.
 */
export function cacheStatus(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exact':
      return `Reprise; hit${ttl(outcome)}`;
    case 'normalised':
    case 'semantic':
      return `Reprise; hit${ttl(outcome)}; detail=${outcome.kind}`;
    case 'stale':
      return staleStatus(outcome);
    case 'joined':
      return `Reprise; fwd=${whyForwarded(outcome.steps)}; collapsed`;
    case 'miss':
      return `Reprise; fwd=${whyForwarded(outcome.steps)}`;
    case 'bypass': {
      const why = outcome.steps.find((step) => step.at === 'policy')?.why;
      return why === undefined ? BYPASS : `${BYPASS}; detail=${sfString(why)}`;
    }
  }
}

/** What is said of requests that the cache does not look at. */
export const BYPASS = 'Reprise; fwd=bypass';

const ttl = (outcome: Outcome): string => (outcome.freshFor === undefined ? '' : `; ttl=${sfSeconds(outcome.freshFor)}`);

/** A stale answer is served while it is renewed, or because the provider failed, which counts as forwarded. */
function staleStatus(outcome: Outcome): string {
  const call = outcome.steps.find((step) => step.at === 'call');
  if (!call) return `Reprise; hit${ttl(outcome)}; detail=stale-while-revalidate`;
  const status = call.status === undefined ? '' : `; fwd-status=${call.status}`;
  return `Reprise; fwd=stale${status}${ttl(outcome)}; detail=stale-if-error`;
}

/** Why a request went on: nothing was there, it was stale, or the request itself forbade what was there. */
function whyForwarded(steps: readonly Step[]): 'miss' | 'stale' | 'request' {
  for (const step of steps) {
    if (step.at === 'policy' && step.is === 'write-only') return 'request';
    if (step.at !== 'exact') continue;
    if (step.is === 'stale') return 'stale';
    if (step.is === 'too old') return 'request';
  }
  return 'miss';
}

/** A span as a whole number of seconds; one of a part of a second is not shown as longer than it is. */
const sfSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** Text as a structured-field string: printable ASCII, with quotes and backslashes escaped. */
const sfString = (text: string): string => `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;

/** The entry that holds the answer, or will if it is admitted; `undefined` where there is no such entry. */
export function entryOf({ kind, answer, id, items }: Outcome): string | undefined {
  return kind === 'bypass' || answer.status >= 400 || items !== undefined ? undefined : id;
}

/**
 * How an answer was found by meaning, or in the mode `shadow` would have been, for `x-reprise-match`: a token with parameters (RFC 9651). No text
 * of a question is in it.
 */
export function matchOf({ kind, match }: Outcome): string | undefined {
  if (!match) return undefined;
  const { strategy, similarity, probability } = match;
  const judged = probability === undefined ? '' : `; probability=${probability.toFixed(3)}`;
  return `${strategy}; similarity=${similarity.toFixed(3)}${judged}${kind === 'miss' ? '; shadow' : ''}`;
}

/** What became of the caller's feedback, for `x-reprise-feedback`: `noted` with the entry that was meant, or `refused` with the reason (RFC 9651). */
export function feedbackOf({ steps }: Outcome): string | undefined {
  const step = steps.find(({ at }) => at === 'feedback');
  if (step?.at !== 'feedback') return undefined;
  const entry = step.entry === undefined ? '' : `; entry=${sfString(step.entry)}`;
  const why = step.why === undefined ? '' : `; detail=${sfString(step.why)}`;
  return `${step.is}${entry}${why}`;
}

/** The headers of a stored answer: those that may be replayed, and what the cache says of it. */
export function storedHeaders(outcome: Outcome): Record<string, string> {
  const { answer } = outcome;
  const headers: Record<string, string> = { ...answer.headers };
  if (answer.body instanceof Uint8Array) headers['content-length'] = String(answer.body.length);
  headers['cache-status'] = cacheStatus(outcome);
  headers.age = String(Math.max(0, sfSeconds(outcome.age)));
  const entry = entryOf(outcome);
  if (entry !== undefined) headers['x-reprise-entry'] = entry;
  const match = matchOf(outcome);
  if (match !== undefined) headers['x-reprise-match'] = match;
  const feedback = feedbackOf(outcome);
  if (feedback !== undefined) headers['x-reprise-feedback'] = feedback;
  return headers;
}
