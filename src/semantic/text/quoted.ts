import { atOnce, type Steps } from '../turns.ts';
import type { ReadText } from './read-text.ts';

/** A quoted span: its place in the text with the quotation marks, and what is between them. */
export interface QuotedSpan { readonly start: number; readonly end: number; readonly inner: string }

const QUOTE = /"([^"\n]{1,2000}?)"|“([^”]{1,2000}?)”|„([^“”]{1,2000}?)[“”]|«([^»]{1,2000}?)»|「([^」]{1,2000}?)」|(?<![\p{L}\p{N}])'([^'\n]{1,2000}?(?:'(?=\p{L})[^'\n]{0,2000}?){0,20})'(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])‘([^‘\n]{1,2000}?)’(?![\p{L}\p{N}])/uy;

/** Marks that may begin a quotation. */
const OPENING: ReadonlySet<number> = new Set(Array.from('"“„«「\'‘', (mark) => mark.charCodeAt(0)));
/** How many of them are tried before others may have their turn. */
const TRIED_AT_ONCE = 10;

/** False where there surely are none, which a glance tells: no mark, and no apostrophe but behind a letter or digit. */
export function mayQuote(text: string): boolean {
  let apart = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127 || code === 34 || (code === 39 && apart)) return true;
    apart = !((code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90));
  }
  return false;
}

/** The spans of a text that stand in quotation marks. */
export const quotedSpans = (text: string): QuotedSpan[] => atOnce(quoting(text));

/** The same in steps. */
export function* quoting(text: string): Steps<QuotedSpan[]> {
  const spans: QuotedSpan[] = [];
  let tried = 0;
  for (let at = 0; at < text.length; at++) {
    if (!OPENING.has(text.charCodeAt(at))) continue;
    QUOTE.lastIndex = at;
    const match = QUOTE.exec(text);
    if (++tried % TRIED_AT_ONCE === 0) yield;
    if (!match) continue;
    spans.push({ start: at, end: at + match[0].length, inner: match.slice(1).find((group) => group !== undefined) ?? '' });
    at += match[0].length - 1;
  }
  return spans;
}

/** The quoted strings of a text: in lower case, with plain white space and apostrophes, without punctuation at the end. */
export function quoted(text: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { inner } of quotedSpans(text.text)) {
    const plain = inner.toLowerCase().replaceAll('’', "'").replace(/\s+/gu, ' ').trim().replace(/[.,;:!?…]+$/u, '');
    // A text that is quoted as a whole is no quotation.
    if (plain !== '' && inner.length + 2 < text.text.trim().length) found.add(plain);
  }
  return found;
}
