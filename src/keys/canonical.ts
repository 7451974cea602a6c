import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { RequestError } from '../base/errors.ts';
import { type Json, type JsonObject, isObject, parseJson, toText } from '../base/json.ts';
import { lossIn } from './loss.ts';
import type { Omission } from './not-counting.ts';

/** A body that was read. */
export interface ReadBody {
  /** All of it, as JSON parsing gives it. */
  readonly body: JsonObject;
  /**
   * Why parsing loses something of this body: two different bodies would look the same. Such a body is known by `digest` alone, white
   * space, order and all.
   */
  readonly loss?: string;
  /** SHA-256 of the raw bytes, in hex; only where `loss` is. */
  readonly digest?: string;
}

/** Reads a raw body, or the text of one. One that is no JSON object is a `RequestError`. */
export function readBody(raw: Uint8Array | string): ReadBody {
  const text = typeof raw === 'string' ? raw : toText(raw);
  const body = parseJson(text);
  if (!isObject(body)) throw new RequestError(body === undefined ? 'The request body is not JSON.' : 'The request body is not a JSON object.');

  const loss = typeof raw !== 'string' && !isUtf8(raw) ? 'it is not UTF-8' : lossIn(text, body);
  return loss === undefined ? { body } : { body, loss, digest: hash('sha256', raw) };
}

/** A body given as an object, in the JSON text that would be sent. One that has none (a bigint, a cycle) is a `RequestError`. */
export function textOf(body: JsonObject): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch (error) {
    throw new RequestError(`The request body cannot be written as JSON: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`, {
      cause: error,
    });
  }
  if (text === undefined) throw new RequestError('The request body cannot be written as JSON: its `toJSON` gives nothing.');
  return text;
}

/**
 * A copy with the members of all objects in sorted order, without what is left out. Its `JSON.stringify` is the canonical text: equal
 * for equal values, however they were written. Strings stay as they are (no Unicode normalisation), and lone surrogates come out as
 * escapes, so that no two strings become one.
 */
export function canonical<T extends Json>(value: T, omit?: Omission): T;
export function canonical(value: Json, omit?: Omission): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const below = omit?.below.get('*');
    return value.map((item: Json) => canonical(item, below));
  }

  const from = value as JsonObject;
  const copy: Record<string, Json> = {};
  for (const name of Object.keys(from).sort()) {
    if (omit?.names.has(name)) continue;
    const member = canonical(from[name] as Json, omit?.below.get(name));
    // A plain assignment would set the prototype and lose the member.
    if (name === '__proto__') Object.defineProperty(copy, name, { value: member, enumerable: true, configurable: true, writable: true });
    else copy[name] = member;
  }
  return copy;
}

/** The canonical text of a value. */
export const canonicalText = (value: Json): string => JSON.stringify(canonical(value));
