import { atOnce, type Steps } from '../turns.ts';
import { stem } from './stem.ts';

/** What a piece of text is taken for. `word` includes names such as `C++` and `Node.js`; `symbol` is a single punctuation mark. */
export type TokenKind = 'code' | 'url' | 'email' | 'path' | 'flag' | 'identifier' | 'date' | 'clock' | 'version' | 'number' | 'word' | 'symbol';

/** One piece of a text, in order. */
export interface Token {
  readonly kind: TokenKind;
  /** As it stands in the text. */
  readonly raw: string;
  /** In lower case, with a straight apostrophe and without the dots of an abbreviation (`U.S.` is `us`). */
  readonly lower: string;
  /** The word without its inflection (`enabled`, `enables` are `enabl`); for what is not a word, `lower`. */
  readonly stem: string;
  readonly start: number;
  readonly end: number;
  /** The first word of a sentence or line, where a capital letter says nothing. */
  readonly opens: boolean;
  /** Follows the token before it without a space: the `km` of `5km`. */
  readonly glued: boolean;
}

const FILE_ENDINGS = 'jsx?|mjs|cjs|tsx?|py|json|jsonl|csv|tsv|ya?ml|toml|xml|html?|s?css|md|txt|pdf|docx?|xlsx?|pptx?|png|jpe?g|gif|svg|sql|'
  + 'sh|bat|exe|dll|zip|tar|gz|log|ini|conf|cfg|env|lock|java|kt|rs|go|rb|php|cpp|hpp|cs|ipynb|wasm|db|sqlite|mp3|mp4|wav|apk|jar';
const JS_LIBRARIES = 'node|vue|next|nuxt|express|three|d3|react|ember|angular|backbone|chart|discord|socket|nest|p5|moment|alpine|deno';
const DOMAIN_ENDINGS = 'com|org|net|io|dev|ai|co|uk|de|fr|gov|edu|app|info|eu|test|example|local';

/** Names written like identifiers that are ordinary words to a reader. */
const BRANDS = /^(?:i(?:Phone|Pad|Pod|Mac|OS|Cloud|Tunes|Message|Photo|Movie)s?|iPadOS|eBay|macOS|watchOS|tvOS|eBooks?|eSIM|mRNA|pH|jQuery|npm|kWh|kW|mAh|mA|uA|nA|mW|kHz|kB|mL|mW|dB|eV|kJ|kPa|kV|mV|tRNA|rRNA|eBPF)$/u;

const PIECES: readonly [kind: TokenKind, pattern: string][] = [
  ['code', '```[\\s\\S]*?```|`[^`\\n]+`'],
  ['url', `(?:https?|ftp|ws)://[^\\s<>"'\`]+|www\\.[^\\s<>"'\`]+`],
  ['email', '(?<![\\w.+-])[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+'],
  ['word', `(?<![\\w.])(?:${JS_LIBRARIES})\\.js(?!\\w)`],
  ['path', '(?<![\\w/.])(?:~|\\.{1,2})?/[\\w.-]+(?:/[\\w.*-]+)*/?|(?<!\\w)[A-Za-z]:\\\\[\\w.\\\\-]+|(?<![\\w./-])[\\w-]+(?:/[\\w-]+)*/[\\w-]+\\.[a-z]{1,5}(?!\\w)'],
  ['path', `(?<![\\w-])[\\w-]+\\.(?:${FILE_ENDINGS})(?![\\w.])`],
  ['url', `(?<![\\w.@-])(?:[a-z0-9-]+\\.)+(?:${DOMAIN_ENDINGS})(?:/[^\\s<>"'\`]*)?(?!\\w)`],
  ['flag', '(?<![\\w-])(?:--[A-Za-z][\\w-]*|-[A-Za-z](?![\\w-]))'],
  ['date', '(?<![\\d.])(?:\\d{4}-\\d{1,2}-\\d{1,2}|\\d{1,2}/\\d{1,2}/\\d{2,4}|\\d{1,2}\\.\\d{1,2}\\.\\d{4})(?!\\d)'],
  ['clock', '(?<!\\d)[0-2]?\\d:[0-5]\\d(?::[0-5]\\d)?(?!\\d)'],
  ['identifier', '(?<![\\w.])\\d{1,3}(?:\\.\\d{1,3}){3}(?:/\\d+)?(?![\\w.])'],
  ['version', '(?<![\\w.])[vV]\\d+(?:\\.\\d+)*(?!\\w)|(?<![\\w.])\\d+\\.\\d+\\.(?:\\d+|x)(?:\\.\\d+)*'],
  ['word', '(?<![\\w.])[A-Za-z]{1,20}\\d{1,4}(?:\\.\\d+){1,4}(?![\\w])'],
  ['number', '(?<![\\d.])\\d{1,3}(?:[ \\u00a0\\u202f]\\d{3})+(?![\\d,.]\\d|\\d)|\\d+(?:[.,\']\\d+)*|(?<![\\w.])\\.\\d+'],
  ['identifier', '(?<![\\w$@])[@$]?[A-Za-z][\\w$]*_[\\w$]*(?:\\.\\w+)*(?:\\(\\))?|(?<!_)_+[a-z]\\w*|[a-z][a-z0-9]*[A-Z]\\w*(?:\\(\\))?|(?<![\\w$.])[\\w$]+(?:\\.[\\w$]+)*\\(\\)|(?<![\\w.$])[a-z_$][\\w$]+(?:\\.[a-z_$][\\w$]+)+|(?<!\\w)[@$][A-Za-z]\\w+'],
  ['word', '(?<![\\p{L}.])(?:\\p{L}\\.){2,6}(?!\\p{L})'],
  ['word', "(?:\\.NET|\\p{L}[\\p{L}\\p{M}\\d]*(?:['’]\\p{L}+)*)(?:\\+\\+|#(?!\\w))?"],
  ['symbol', '\\S'],
];
const PATTERN = new RegExp(PIECES.map(([, pattern]) => `(${pattern})`).join('|'), 'gu');

/** Cuts a text into its tokens. White space is in none. */
export function tokens(text: string): Token[] {
  return cut(text, true);
}

/** The same; without `plainFirst` every token is found by the patterns. For a test that compares both. */
export const cut = (text: string, plainFirst: boolean, stemmed = true): Token[] => atOnce(cutting(text, plainFirst, stemmed));

/** How many tokens are cut before others may have their turn: a tenth of a millisecond. */
const CUT_AT_ONCE = 50;

/** The same in steps; without stems for whom needs none, as they take a third of the time. */
export function* cutting(text: string, plainFirst = true, stemmed = true): Steps<Token[]> {
  const found: Token[] = [];
  let opens = true;
  let end = 0;

  function take(kind: TokenKind, raw: string, lower: string, start: number, length: number): void {
    if (start > end && found.length > 0 && hasLineBreak(text, end, start)) opens = true;
    const glued = start === end && start > 0;
    end = start + length;
    if (kind === 'symbol') {
      found.push({ kind, raw, lower, stem: lower, start, end: start + raw.length, opens: false, glued });
      if (ENDS_SENTENCE.has(raw)) opens = true;
    } else {
      found.push({ kind, raw, lower, stem: stemmed && kind === 'word' ? stem(lower) : lower, start, end: start + raw.length, opens, glued });
      opens = false;
    }
  }

  for (let steps = 1; ; steps++) {
    if (steps % CUT_AT_ONCE === 0) yield;
    const start = pastSpaces(text, end);
    if (plainFirst && kindAt(text, start) >= MARK && text.charCodeAt(start) !== POINT) {
      take('symbol', text.charAt(start), text.charAt(start), start, 1);
      continue;
    }
    const after = plainFirst ? plainWordEnd(text, start) : start;
    if (after > start) {
      const raw = text.slice(start, after);
      take('word', raw, raw.toLowerCase(), start, raw.length);
      if (kindAt(text, after) === MARK) take('symbol', text.charAt(after), text.charAt(after), after, 1);
      continue;
    }
    PATTERN.lastIndex = end;
    const match = PATTERN.exec(text);
    if (!match) return found;
    let kind = PIECES[match.findIndex((group, i) => i > 0 && group !== undefined) - 1]?.[0] ?? 'symbol';
    let raw = match[0];
    if (kind === 'url') raw = raw.replace(/[).,;:!?\]]+$/u, '');
    if (kind === 'identifier' && BRANDS.test(raw)) kind = 'word';
    take(kind, raw, lowered(kind, raw), match.index, match[0].length);
  }
}

const ENDS_SENTENCE: ReadonlySet<string> = new Set('.!?:;•*。！？');

// What an ASCII character is to a plain word; what is beyond is none of these.
const OTHER = 0;
const SPACE = 1;
const SMALL = 2;
const CAPITAL = 3;
const MARK = 4;
const APOSTROPHE = 5;
const SIGN = 6;
/** May begin a number, a path or a name; nothing but itself begins with the other marks and signs. */
const POINT = 46;
const KINDS = new Uint8Array(128);
for (const space of '\t\n\v\f\r ') KINDS[space.charCodeAt(0)] = SPACE;
for (const mark of '.,?!;:') KINDS[mark.charCodeAt(0)] = MARK;
for (let code = 97; code <= 122; code++) [KINDS[code], KINDS[code - 32]] = [SMALL, CAPITAL];
KINDS["'".charCodeAt(0)] = APOSTROPHE;
for (const sign of '(){}[]=*&%"<>^|#\\') KINDS[sign.charCodeAt(0)] = SIGN;

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? KINDS[code]! : OTHER;
}

function pastSpaces(text: string, from: number): number {
  let at = from;
  while (kindAt(text, at) === SPACE) at++;
  return at;
}

/**
 * Where a plain word that begins at `start` ends; `start` where there is none. Plain: letters of one case, or small ones behind a capital, and perhaps an
 * apostrophe with more small ones; between spaces, with no more than a mark behind it. What most text is made of, and what none of the patterns above
 * takes for anything else, since all but the last two need a character that it does not have. Looked for first, as it takes a fraction of the time.
 */
function plainWordEnd(text: string, start: number): number {
  if (start > 0 && kindAt(text, start - 1) !== SPACE) return start;
  let at = start;
  const first = kindAt(text, at);
  if (first !== SMALL && first !== CAPITAL) return start;
  at++;
  const rest = first === CAPITAL && kindAt(text, at) === CAPITAL ? CAPITAL : SMALL;
  while (kindAt(text, at) === rest) at++;
  if (kindAt(text, at) === APOSTROPHE && kindAt(text, at + 1) === SMALL) {
    at += 2;
    while (kindAt(text, at) === SMALL) at++;
  }
  const mark = kindAt(text, at) === MARK ? at + 1 : at;
  return mark >= text.length || kindAt(text, mark) === SPACE ? at : start;
}

function hasLineBreak(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === 10) return true;
  return false;
}

function lowered(kind: TokenKind, raw: string): string {
  if (kind === 'code') return raw.replace(/^`+(?:\w+\n)?|`+$/gu, '').trim();
  if (kind !== 'word') return raw;
  const lower = raw.toLowerCase().replaceAll('’', "'");
  return /^(?:\p{L}\.)+$/u.test(lower) ? lower.replaceAll('.', '') : lower;
}
