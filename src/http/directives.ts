import { RequestError } from '../base/errors.ts';
import type { Milliseconds } from '../base/units.ts';
import { toMilliseconds } from '../base/units.ts';
import type { Directives } from '../flow/ask.ts';
import { FALSE_HITS, FEEDBACK, MODES } from '../semantic/rates.ts';

const MAX_TAGS = 32;
const MAX_TAG_LENGTH = 256;

const none: Directives = {};

/**
 * What a caller says about the cache: `Cache-Control` (`no-cache`, `no-store`, `only-if-cached`, `max-age`, `stale-if-error`; RFC 9111
 * and RFC 5861), `x-reprise-ttl`, `x-reprise-tags`, `x-reprise-semantic`, `x-reprise-max-false-hits` and `x-reprise-feedback`. Other directives of `Cache-Control` are passed over, as the RFC asks; a value that
 * cannot be read is a `RequestError`. `Cache-Control` is also passed on to the provider, as RFC 9111, 5.2, asks of every cache.
 */
export function directivesOf(headers: Readonly<Record<string, string>>): Directives {
  const control = headers['cache-control'];
  const ttl = headers['x-reprise-ttl'];
  const tags = headers['x-reprise-tags'];
  const semantic = headers['x-reprise-semantic'];
  const falseHits = headers['x-reprise-max-false-hits'];
  const feedback = headers['x-reprise-feedback'];
  if (control === undefined && ttl === undefined && tags === undefined && semantic === undefined && falseHits === undefined && feedback === undefined) return none;
  return {
    ...(control !== undefined && cacheControl(control)),
    ...(ttl !== undefined && { ttl: duration(ttl) }),
    ...(tags !== undefined && { tags: tagsOf(tags) }),
    ...(semantic !== undefined && { semantic: oneOf('x-reprise-semantic', semantic, MODES) }),
    ...(falseHits !== undefined && { maxFalseHits: rate(falseHits) }),
    ...(feedback !== undefined && feedbackIn(feedback)),
  };
}

/** `name`, `name=token` or `name="quoted"`, up to the next comma. */
const DIRECTIVE = /\s*([^\s=,;]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]*)))?\s*(?:,|$)|\s*(?:,|$)|[^,]*(?:,|$)/gy;

function cacheControl(header: string): Directives {
  const said: { -readonly [Name in keyof Directives]: Directives[Name] } = {};
  for (const [whole, name, quoted, token] of header.matchAll(DIRECTIVE)) {
    if (whole === '') break;
    switch (name?.toLowerCase()) {
      case 'no-cache':
        said.noCache = true;
        break;
      case 'no-store':
        said.noStore = true;
        break;
      case 'only-if-cached':
        said.onlyIfCached = true;
        break;
      case 'max-age':
        said.maxAge = seconds('max-age', quoted ?? token);
        break;
      case 'stale-if-error':
        said.staleIfError = seconds('stale-if-error', quoted ?? token);
        break;
    }
  }
  return said;
}

function seconds(name: string, text: string | undefined): Milliseconds {
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw new RequestError(`Cache-Control: ${name} must be a whole number of seconds, such as ${name}=60, but is ${JSON.stringify(text ?? '')}.`);
  }
  // Larger values count as 2^31 seconds (RFC 9111, 1.2.2).
  return Math.min(Number(text), 2 ** 31) * 1000;
}

function duration(text: string): Milliseconds {
  try {
    return toMilliseconds(text.trim(), 'x-reprise-ttl');
  } catch (cause) {
    throw new RequestError(`The header x-reprise-ttl must be a number of milliseconds or a text such as 15m or 7d, but is ${JSON.stringify(text)}.`, { cause });
  }
}

function oneOf<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === text.trim().toLowerCase());
  if (word === undefined) throw new RequestError(`The header ${name} must be one of ${words.join(', ')}, but is ${JSON.stringify(text)}.`);
  return word;
}

/** `wrong`, `right`, or one of them with the entry that is meant, as `x-reprise-entry` named it: `wrong; entry=ID`. */
function feedbackIn(text: string): Directives {
  const [, said = '', rest, quoted, bare] = /^([^;]*)(;\s*entry\s*=\s*(?:"([^"]{1,200})"|([^\s";]{1,200}))\s*)?$/i.exec(text) ?? [undefined, text];
  const feedback = oneOf('x-reprise-feedback', said, FEEDBACK);
  const feedbackOn = quoted ?? bare;
  return { feedback, ...(rest !== undefined && feedbackOn !== undefined && { feedbackOn }) };
}

function rate(text: string): number {
  const { least, most } = FALSE_HITS;
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new RequestError(`The header x-reprise-max-false-hits must be a number from ${least} to ${most}, such as 0.01, but is ${JSON.stringify(text)}.`);
}

function tagsOf(text: string): readonly string[] {
  const tags = [...new Set(text.split(',').map((tag) => tag.trim()).filter((tag) => tag !== ''))];
  if (tags.length > MAX_TAGS || tags.some((tag) => tag.length > MAX_TAG_LENGTH)) {
    throw new RequestError(`The header x-reprise-tags must list at most ${MAX_TAGS} tags of at most ${MAX_TAG_LENGTH} characters, parted by commas.`);
  }
  return tags;
}
