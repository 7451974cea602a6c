import { parseJson } from '../base/json.ts';

/** Where a member of an object, or an element of a list, stands in JSON text. */
export interface Span {
  /** The member's name; an element has none. */
  readonly name?: string;
  /** Where it begins: at its name, or at the value of an element. */
  readonly start: number;
  /** Where its value begins. */
  readonly value: number;
  /** Just after its value. */
  readonly end: number;
}

/**
 * The members of the object that begins at `start`, as they stand in the text; `undefined` when there is none. Of text that is no
 * JSON the spans may be any, but it does not throw. For copying parts of an answer as they were sent: parsing and writing them would spell numbers anew.
 */
export const memberSpans = (json: string, start: number): Span[] | undefined => spans(json, start, '{', '}');

/** The elements of the list that begins at `start`; see `memberSpans`. */
export const elementSpans = (json: string, start: number): Span[] | undefined => spans(json, start, '[', ']');

function spans(json: string, from: number, open: string, close: string): Span[] | undefined {
  if (json[from] !== open) return undefined;
  const found: Span[] = [];
  let at = pastSpace(json, from + 1);
  while (at < json.length && json[at] !== close) {
    const start = at;
    let name: string | undefined;
    if (open === '{') {
      const end = pastValue(json, at);
      name = json.slice(at + 1, end - 1);
      if (name.includes('\\')) name = unescaped(name);
      at = pastSpace(json, pastSpace(json, end) + 1);
    }
    const end = pastValue(json, at);
    if (end === at) return undefined;
    found.push({ ...(name !== undefined && { name }), start, value: at, end });
    at = pastSpace(json, end);
    if (json[at] === ',') at = pastSpace(json, at + 1);
  }
  return json[at] === close ? found : undefined;
}

/** A name with escapes. */
function unescaped(name: string): string {
  const parsed = parseJson(`"${name}"`);
  return typeof parsed === 'string' ? parsed : name;
}

const FLAT = /[^"[\]{}]*/y;

function pastSpace(json: string, at: number): number {
  while (isSpace(json.charCodeAt(at))) at++;
  return at;
}

function pastScalar(json: string, at: number): number {
  for (; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === 0x2c || code === 0x5d || code === 0x7d || isSpace(code)) break;
  }
  return at;
}

const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

function pastFlat(json: string, at: number): number {
  FLAT.lastIndex = at;
  FLAT.exec(json);
  return FLAT.lastIndex;
}

/** Just after the value that begins at `at`. */
function pastValue(json: string, at: number): number {
  if (json[at] === '"') return pastString(json, at);
  if (json[at] !== '{' && json[at] !== '[') return pastScalar(json, at);
  let depth = 0;
  do {
    const character = json[at];
    if (character === '"') at = pastString(json, at);
    else {
      if (character === '{' || character === '[') depth++;
      else depth--;
      at++;
    }
    if (depth > 0) at = pastFlat(json, at);
  } while (depth > 0 && at < json.length);
  return at;
}

function pastString(json: string, at: number): number {
  for (let quote = json.indexOf('"', at + 1); quote !== -1; quote = json.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (json[quote - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
  return json.length;
}
