import { hash } from 'node:crypto';

const ESCAPED = '\uFFFE';

/** What an escaped text begins with. */
export const ESCAPE = ESCAPED;

/** A string as a text that PostgreSQL takes. It has neither NUL nor lone surrogates, so that such strings are escaped. */
export const toValue = (text: string): string =>
  text.isWellFormed() && !text.includes('\0') && !text.startsWith(ESCAPED) ? text : ESCAPED + JSON.stringify(text).slice(1, -1);

/** Turns `toValue` back. */
export const fromValue = (text: string): string => (text.startsWith(ESCAPED) ? (JSON.parse(`"${text.slice(1)}"`) as string) : text);

/**
 * The key of a name: the first half of its SHA-256 as a `uuid`. Names may be longer than an index takes, and this is a quarter of a digest
 * in hexadecimal. `toValue` before it, as a lone surrogate has no UTF-8.
 */
export const keyOf = (name: string): string => hash('sha256', toValue(name)).slice(0, 32);

/** What an entry can be found by beside its columns. */
export const nameOf = {
  tag: (tag: string): string => keyOf(`tag ${tag}`),
  lookup: (lookup: string): string => keyOf(`lookup ${lookup}`),
  /** The length of the name parts it from the value. */
  attribute: (name: string, value: string): string => keyOf(`attribute ${name.length} ${name}${value}`),
};

/** A name in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
