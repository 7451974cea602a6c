import { cacheStatus, entryOf, feedbackOf, matchOf } from '../http/reply-headers.ts';
import type { Outcome } from '../model/outcome.ts';
import { noteOutcome } from './outcome-of.ts';

/** An outcome as `fetch` would have given it, with what the cache says of it in its headers. */
export function responseOf(outcome: Outcome, url: string): Response {
  const { status, headers, body } = outcome.answer;
  const all = new Headers();
  for (const name in headers) for (const value of name === 'set-cookie' ? headers[name]!.split('\n') : [headers[name]!]) all.append(name, value);
  all.set('cache-status', cacheStatus(outcome));
  const entry = entryOf(outcome);
  if (entry !== undefined) all.set('x-reprise-entry', entry);
  const match = matchOf(outcome);
  if (match !== undefined) all.set('x-reprise-match', match);
  const feedback = feedbackOf(outcome);
  if (feedback !== undefined) all.set('x-reprise-feedback', feedback);
  if (outcome.age > 0) all.set('age', String(Math.floor(outcome.age / 1000)));
  const empty = status === 204 || status === 205 || status === 304;
  const content = empty ? null : body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : ReadableStream.from(body);
  return new Answered(content, { status, statusText: phraseOf(status), headers: all }, url, outcome);
}

/** The phrase of a status. Loading `node:http` for it takes as long as all of Reprise, and nearly every answer is a 200. */
const phraseOf = (status: number): string => (status === 200 ? 'OK' : (process.getBuiltinModule('node:http').STATUS_CODES[status] ?? ''));

/** A response as fetch makes it: it knows where it came from, and so do its copies. */
class Answered extends Response {
  override readonly url: string;
  readonly #outcome: Outcome;

  constructor(body: ConstructorParameters<typeof Response>[0], init: ResponseInit, url: string, outcome: Outcome) {
    super(body, init);
    this.url = url;
    this.#outcome = outcome;
    noteOutcome(this, outcome);
  }

  override clone(): Response {
    const { body, status, statusText, headers } = super.clone();
    return new Answered(body, { status, statusText, headers }, this.url, this.#outcome);
  }
}
