import { ACRONYMS, CASE_SENSITIVE, CLOSING, COURTESIES, GREETINGS, REQUESTS, TASK_VERBS } from './normal-form-words.ts';
import { quotedSpans } from './text/quoted.ts';
import { type Token, tokens } from './text/tokens.ts';

/** One word, mark or protected span of a text, as it goes into the normal form. */
interface Piece {
  readonly shown: string;
  /** In lower case, for words; empty for what is kept as it stands. */
  readonly word: string;
  readonly opens: boolean;
  /** Follows what is before it without a space. */
  readonly glued: boolean;
}

/**
 * The normal form of a question: two texts have the same one if they are equal but for case, white space, closing punctuation and
 * politeness. Word order, words, numbers, code, quoted strings, identifiers and URLs stay as they are; case stays where it tells words
 * apart (`US` and `us`); a question mark stays behind a sentence that is no question without it. In scripts without capital letters,
 * and in those that this knows nothing about, only white space and closing punctuation change.
 *
 * @example normalForm('Hi, could you please explain  CSS grid? Thanks!') === normalForm('explain css grid') // true
 */
export function normalForm(text: string): string {
  const pieces = piecesOf(text.normalize('NFC').trim());
  const { from, to, asked } = withoutPoliteness(pieces);
  const kept = pieces.slice(from, to).filter((_, i, all) => !isPlease(all, i));
  // A text that is nothing but politeness stays.
  if (!kept.some(hasWord)) return joined(pieces);
  const ending = closing(kept, asked);
  return joined(kept.slice(0, ending.length)) + (ending.question ? '?' : '');
}

function joined(pieces: readonly Piece[]): string {
  return pieces.map((piece, i) => (i > 0 && !piece.glued && !/^[.,;:!?)]$/.test(piece.shown) ? ' ' : '') + piece.shown).join('');
}

function piecesOf(text: string): Piece[] {
  const quotes = quotedSpans(text).filter((quote) => quote.end - quote.start < text.length);
  const pieces: Piece[] = [];
  const allShouted = text === text.toUpperCase();
  let end = 0;
  let quote = 0;
  for (const token of tokens(text)) {
    while ((quotes[quote]?.end ?? Infinity) <= token.start) quote++;
    const span = quotes[quote];
    if (span && token.start >= span.start && token.start < span.end) {
      // The whole quotation at its first token, as it stands.
      if (token.start < end) continue;
      pieces.push({ shown: text.slice(span.start, span.end), word: '', opens: false, glued: token.start === end && end > 0 });
      end = span.end;
      continue;
    }
    if (token.start < end) continue;
    const word = token.kind === 'word' ? token.raw.replaceAll('’', "'").toLowerCase() : '';
    pieces.push({ shown: shownAs(token, allShouted), word, opens: token.opens, glued: token.start === end && end > 0 });
    end = token.end;
  }
  return pieces;
}

const FULL_WIDTH = new Map([['？', '?'], ['！', '!'], ['。', '.'], ['’', "'"], ['，', ','], ['…', '.']]);

function shownAs({ kind, raw, lower, opens }: Token, allShouted: boolean): string {
  if (kind === 'symbol') return FULL_WIDTH.get(raw) ?? raw;
  if (kind !== 'word') return raw;
  const straight = raw.replaceAll('’', "'");
  const small = straight.toLowerCase();
  if (!/\p{Script=Latin}/u.test(raw)) return raw;
  if (raw === small || small === 'i' || small.startsWith("i'")) return small;
  const shouted = raw.length > 1 && raw === raw.toUpperCase();
  // A single letter may be a variable or a grade; "US" is not "us", "Polish" not "polish", and German "Sie" not "sie".
  if (raw.length === 1) return opens || raw === 'A' ? small : raw;
  const tells = shouted && allShouted ? ACRONYMS.has(lower) : CASE_SENSITIVE.has(lower) && (shouted || !opens);
  if (tells) return straight;
  return small;
}

/** What is left when greetings, requests and thanks are off both ends. `asked`: the request was a question ("could you ...?"). */
function withoutPoliteness(pieces: readonly Piece[]): { from: number; to: number; asked: boolean } {
  let from = 0;
  let to = pieces.length;
  let asked = false;
  for (let again = true; again;) {
    again = false;
    const greeting = phraseAt(pieces, from, GREETINGS);
    if (greeting > 0 && isGreeting(pieces, from + greeting)) { from = pastMarks(pieces, from + greeting); again = true; }
    const request = phraseAt(pieces, from, REQUESTS);
    const rest = pastMarks(pieces, from + request);
    const after = pieces[rest]?.word ?? '';
    const polite = after === 'please' || after === 'pls' || after === 'kindly';
    if (request > 0 && (polite || TASK_VERBS.has(after))) { from = rest; asked = true; again = true; }
    if (/^(?:please|pls|plz|kindly)$/.test(pieces[from]?.word ?? '') && from + 1 < to) { from = pastMarks(pieces, from + 1); again = true; }
  }
  for (let again = true; again;) {
    again = false;
    const last = marksBefore(pieces, to);
    for (const phrase of COURTESIES) {
      const start = last - phrase.length;
      // Thanks stand apart: behind a mark. "How do I say thanks" keeps them.
      if (start > from && phrase.every((word, i) => pieces[start + i]?.word === word) && (/^[.,!?;:\-–—]$/u.test(pieces[start - 1]?.shown ?? '') || phrase.length > 2)) {
        to = start;
        again = true;
      }
    }
  }
  return pieces.slice(from, to).some(hasWord) ? { from, to, asked } : { from: 0, to: pieces.length, asked: false };
}

function hasWord(piece: Piece): boolean {
  return /[\p{L}\p{N}]/u.test(piece.shown);
}

/** How many pieces from `place` on are one of the phrases; the longest counts. */
function phraseAt(pieces: readonly Piece[], place: number, phrases: readonly (readonly string[])[]): number {
  let longest = 0;
  for (const phrase of phrases) {
    if (phrase.length > longest && phrase.every((word, i) => pieces[place + i]?.word === word)) longest = phrase.length;
  }
  return longest;
}

/** "Hi, how ..." and "hi how ..."; not "hello world in C". */
function isGreeting(pieces: readonly Piece[], place: number): boolean {
  const next = pieces[place];
  if (!next) return false;
  const begins = (piece: Piece | undefined): boolean => piece !== undefined && (OPENING_WORDS.has(piece.word) || TASK_VERBS.has(piece.word));
  if (/^[!.]$/.test(next.shown)) return true;
  return begins(next) || (/^[,\-–—]$/u.test(next.shown) && begins(pieces[place + 1]));
}

const OPENING_WORDS = new Set(('how what why when where who which can could would will is are am do does did should may please pls plz kindly i i\'m my we need help there '
  + 'have has tell i\'d').split(' '));

function pastMarks(pieces: readonly Piece[], place: number): number {
  let at = place;
  while (/^[.,!;:\-–—]$/u.test(pieces[at]?.shown ?? '')) at++;
  return at;
}

function marksBefore(pieces: readonly Piece[], place: number): number {
  let at = place;
  while (at > 0 && /^[.!\s]$/u.test(pieces[at - 1]?.shown ?? '')) at--;
  return at;
}

/** "Please" inside: at the start or end of a sentence, or behind "could you"; not where the word itself is meant. */
function isPlease(pieces: readonly Piece[], place: number): boolean {
  const word = pieces[place]?.word ?? '';
  if (word !== 'please' && word !== 'pls' && word !== 'plz') return pieces[place]?.shown === ',' && isPlease(pieces, place + 1) && isLast(pieces, place + 1);
  const before = pieces[place - 1];
  if (MEANS_THE_WORD.has(before?.word ?? '')) return false;
  return pieces[place]?.opens === true || before?.word === 'you' || (isLast(pieces, place) && pieces.length > 1);
}

const MEANS_THE_WORD = new Set(['say', 'says', 'saying', 'said', 'write', 'spell', 'word', 'words', 'of', 'to', 'and', 'or', 'does', 'is', 'with', 'use', 'using', 'without', 'translate', 'not', 'i', 'they', 'we']);

function isLast(pieces: readonly Piece[], place: number): boolean {
  return pieces.slice(place + 1).every((piece) => /^[.!?,]$/.test(piece.shown));
}

/** How many pieces stay when the closing marks are off, and whether a question mark belongs there. */
function closing(pieces: readonly Piece[], asked: boolean): { length: number; question: boolean } {
  let length = pieces.length;
  let question = false;
  while (length > 0 && CLOSING.has(pieces[length - 1]?.shown ?? '')) question = pieces[--length]?.shown === '?' || question;
  if (length === 0) return { length: pieces.length, question: false };
  if (!question || asked) return { length, question: false };
  // Only the last sentence is asked: it is a question without the mark if it begins like one.
  let start = length - 1;
  while (start > 0 && !/^[.!?:;]$/.test(pieces[start - 1]?.shown ?? '')) start--;
  const first = pieces[start]?.word ?? '';
  return { length, question: !ASKING.has(first) && !TASK_VERBS.has(first) };
}

/** A sentence that begins with one of these is a question, with or without its mark. */
const ASKING = new Set(("how what what's whats why when where where's who who's whom whose which is are am was were do does did can could would should may might will shall has have had isn't aren't don't doesn't "
  + "didn't can't couldn't won't wouldn't shouldn't how's when's").split(' '));
