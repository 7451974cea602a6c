import type { Json } from '../base/json.ts';

/** Deeper bodies are not taken apart: what walks them would run out of stack. No API takes anything near it. */
const MAX_DEPTH = 500;

/**
 * Why JSON parsing loses something of `text`, or `undefined` when nothing is lost: a member that stands twice in one object, a number
 * that a double cannot hold, a negative zero. `parsed` is what parsing gave, so that the text is known to be JSON. Fast: strings are
 * skipped by the native search for their end.
 */
export function lossIn(text: string, parsed: Json): string | undefined {
  let members = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x22) {
      i = endOfString(text, i);
    } else if (char === 0x3a) {
      members++;
    } else if (char === 0x7b || char === 0x5b) {
      if (++depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
    } else if (char === 0x7d || char === 0x5d) {
      depth--;
    } else if (char === 0x2d || (char >= 0x30 && char <= 0x39)) {
      const end = endOfNumber(text, i);
      if (!isExact(text, i, end)) return `a double cannot hold the number ${text.slice(i, Math.min(end, i + 40))}`;
      i = end - 1;
    }
  }
  return members === membersOf(parsed) ? undefined : 'a member stands twice in one object';
}

/** Position of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && text.charCodeAt(end - 1) === 0x5c) {
    let slashes = 1;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) break;
    end = text.indexOf('"', end + 1);
  }
  return end < 0 ? text.length : end;
}

/** Position after the number that begins at `start`. */
function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end++) {
    const char = text.charCodeAt(end);
    const isPart = (char >= 0x30 && char <= 0x39) || char === 0x2e || char === 0x2d || char === 0x2b || char === 0x45 || char === 0x65;
    if (!isPart) break;
  }
  return end;
}

/** True when a double holds the number that stands at `start` to `end`, so that no other number parses to the same value. */
function isExact(text: string, start: number, end: number): boolean {
  // Up to 15 digits always survive the way to a double and back; so short a text has no exponent out of range either.
  const first = text.charCodeAt(start);
  if (first !== 0x2d && end - start <= 3) return true;

  const number = text.slice(start, end);
  const value = Number(number);
  if (String(value) === number) return true;
  return Number.isFinite(value) && !Object.is(value, -0) && decimal(number) === decimal(String(value));
}

/** A number's text in one spelling: its digits without zeros at either end, and the power of ten of the last one. */
function decimal(number: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number)!;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** How many members all objects in a value have, in all. */
function membersOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) count += membersOf(item);
    return count;
  }
  for (const name of Object.keys(value)) count += 1 + membersOf((value as Record<string, Json>)[name]!);
  return count;
}
