import { LRUCache } from 'lru-cache';
import { hasWord, isPlease, type Piece, withoutPoliteness } from './normal-form-politeness.ts';
import { ACRONYMS, CASE_SENSITIVE, CLOSING, FOLDED_ACRONYMS, MARK_WORDS, TASK_VERBS } from './normal-form-words.ts';
import type { MaybePromise } from '../base/maybe.ts';
import { mayQuote, quoting } from './text/quoted.ts';
import { cutting, type Token } from './text/tokens.ts';
import { atOnce, inTurns, type Steps } from './turns.ts';

/**
 * The normal form of a question: two texts have the same one if they are equal but for case, white space, closing punctuation and
 * politeness. Word order, words, numbers, code, quoted strings, identifiers and URLs stay as they are; case stays where it tells words
 * apart (`US` and `us`); a question mark stays behind a sentence that is no question without it, a mark that is a sign (`5!`, `C:`, `cd ..`) stays,
 * and so do line breaks where lines are indented or there are many. Politeness stays where the text may be about it ("translate: please
 * wait"). In scripts without capital letters, and in those that this knows nothing about, only white space and closing punctuation change.
 *
 * @example normalForm('Hi, could you please explain  CSS grid? Thanks!') === normalForm('explain css grid') // true
 */
export function normalForm(text: string): string {
  let form = known.get(text);
  if (form === undefined) known.set(text, (form = atOnce(forming(text))));
  return form;
}

/** The same; of a long text in turns with others. */
export function normalFormOf(text: string): MaybePromise<string> {
  return text.length <= SHORT || known.has(text) ? normalForm(text) : longForm(text);
}

/** Takes a third of a millisecond at most. In characters. */
const SHORT = 1000;

async function longForm(text: string): Promise<string> {
  const form = await inTurns(forming(text));
  known.set(text, form);
  return form;
}

/** A lookup needs the forms of the question and of what is near to it several times. At most some megabytes. */
const known = new LRUCache<string, string>({ max: 4000, maxSize: 2_000_000, sizeCalculation: (form, text) => form.length + text.length + 1 });

function* forming(text: string): Steps<string> {
  const pieces = yield* cuttingPieces(text.normalize('NFC').trim());
  yield;
  const { from, to, asked, isAboutWords } = withoutPoliteness(pieces);
  const kept = isAboutWords ? pieces.slice(from, to) : pieces.slice(from, to).filter((_, i, all) => !isPlease(all, i));
  // A text that is nothing but politeness stays.
  if (!kept.some(hasWord)) return joined(pieces);
  const ending = closing(kept, asked);
  return joined(kept.slice(0, ending.length)) + (ending.question ? '?' : '');
}

function joined(pieces: readonly Piece[]): string {
  let text = '';
  for (let at = 0; at < pieces.length; at++) text += (at > 0 ? spaceBefore(pieces[at]!, pieces[at + 1]) : '') + pieces[at]!.shown;
  return text;
}

/** "Is it 5 ?" is "Is it 5?", and "foo :bar" is not "foo:bar". */
function spaceBefore({ shown, glued, line }: Piece, next: Piece | undefined): string {
  if (line !== undefined) return line;
  return glued || (shown.length === 1 && NEEDS_NO_SPACE.includes(shown) && !next?.glued) ? '' : ' ';
}

const NEEDS_NO_SPACE = '.,;:!?)';

/** Where lines are indented, or there are more than two, they are taken for code, a list or verse, of which the lines mean something. */
function hasLines(text: string): boolean {
  if (!text.includes('\n')) return false;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 2 || lines.some((line, i) => i > 0 && /^(?: {2}|\t)/.test(line));
}

function* cuttingPieces(text: string): Steps<Piece[]> {
  const quotes = mayQuote(text) ? (yield* quoting(text)).filter((quote) => quote.end - quote.start < text.length) : [];
  const pieces: Piece[] = [];
  const allShouted = text === text.toUpperCase();
  const keepsLines = hasLines(text);
  let end = 0;
  let quote = 0;
  /** With the line break and indentation before this place, where they are kept. */
  const add = (piece: Piece, start: number): void => {
    const line = keepsLines && end > 0 && start > end ? /\n[^\S\n]*$/.exec(text.slice(end, start))?.[0] : undefined;
    pieces.push(line === undefined ? piece : { ...piece, line });
  };
  const all: readonly Word[] = yield* cutting(text, true, false);
  for (const [at, token] of all.entries()) {
    if (at % SHOWN_AT_ONCE === SHOWN_AT_ONCE - 1) yield;
    while ((quotes[quote]?.end ?? Infinity) <= token.start) quote++;
    const span = quotes[quote];
    if (span && token.start >= span.start && token.start < span.end) {
      // The whole quotation at its first token, as it stands.
      if (token.start < end) continue;
      add({ shown: text.slice(span.start, span.end), word: '', opens: false, glued: token.start === end && end > 0 }, span.start);
      end = span.end;
      continue;
    }
    if (token.start < end) continue;
    // An abbreviation has lost its dots there.
    const word = token.kind !== 'word' ? '' : token.raw.includes('.') ? token.raw.replaceAll('’', "'").toLowerCase() : token.lower;
    const shown = token.raw === 'A' && pieces.length > 0 && !inTitle(all[at - 1], all[at + 1]) ? 'A' : shownAs(token, allShouted, pieces.length === 0);
    add({ shown, word, opens: token.opens, glued: token.start === end && end > 0 }, token.start);
    end = token.end;
  }
  return pieces;
}

/** How many tokens become pieces before others may have their turn. */
const SHOWN_AT_ONCE = 500;

const FULL_WIDTH = new Map([['？', '?'], ['！', '!'], ['。', '.'], ['’', "'"], ['，', ','], ['…', '.']]);

type Word = Omit<Token, 'stem'>;

/** The article in "How To Build A House"; not the name in "let x = A". */
function inTitle(before: Word | undefined, after: Word | undefined): boolean {
  const isCapital = (token: Word | undefined): boolean => token?.kind === 'word' && /^\p{Lu}/u.test(token.raw);
  return (isCapital(before) || before?.kind === 'symbol') && isCapital(after);
}

/** Bits and bytes, milli and mega. */
const UNIT = /^(?:[kmgt]i?b(?:ps|it|its)?|m(?:wh?|ah?|v|hz|pa|g|s|j))$/i;

function shownAs({ kind, raw, lower, opens }: Word, allShouted: boolean, isFirst: boolean): string {
  if (kind === 'symbol') return FULL_WIDTH.get(raw) ?? raw;
  if (kind !== 'word' || /^[a-z]+$/.test(raw)) return raw;
  const straight = raw.replaceAll('’', "'");
  const small = straight.toLowerCase();
  if (/(?!\p{Script=Latin})\p{L}/u.test(raw)) return raw;
  if (raw === small || small === 'i' || small.startsWith("i'")) return small;
  const shouted = raw.length > 1 && raw === raw.toUpperCase();
  // A single letter may be a variable or a grade; "US" is not "us", "PIN" not "pin", "Polish" not "polish", and German "Sie" not "sie".
  if (raw.length === 1) return isFirst || raw === 'A' ? small : raw;
  if (shouted && allShouted) return ACRONYMS.has(lower) ? straight : small;
  if (UNIT.test(raw)) return straight;
  if (shouted && /[aeiouy]/.test(lower) && !FOLDED_ACRONYMS.has(lower)) return straight;
  const tells = CASE_SENSITIVE.has(lower) && (shouted || !opens);
  return tells ? straight : small;
}

/** How many pieces stay when the closing marks are off, and whether a question mark belongs there. */
function closing(pieces: readonly Piece[], asked: boolean): { length: number; question: boolean } {
  let length = pieces.length;
  let question = false;
  while (length > 0 && CLOSING.has(pieces[length - 1]?.shown ?? '') && !isSign(pieces, length - 1)) question = pieces[--length]?.shown === '?' || question;
  if (length === 0) return { length: pieces.length, question: false };
  if (!question) return { length, question };
  // Only the last sentence is asked: it is a question without the mark if it begins like one.
  let start = length - 1;
  while (start > 0 && !/^[.!?:;]$/.test(pieces[start - 1]?.shown ?? '')) start--;
  if (asked && start === 0) return { length, question: false };
  const first = pieces[start]?.word ?? '';
  return { length, question: !ASKING.has(first) && !TASK_VERBS.has(first) };
}

/** More marks in a row are no sign. */
const MOST_MARKS = 8;

/** A mark at the end that does not close a sentence but is meant: `5!`, `n!`, `C:`, `[a-z]+?`, "how do I type ;". */
function isSign(pieces: readonly Piece[], place: number): boolean {
  const [before, mark] = [pieces[place - 1], pieces[place]];
  if (!mark || !before) return false;
  if (mark.glued && mark.shown === '!') return /^(?:\p{N}[\p{N}.,]*|\p{L}|[)\]}])$/u.test(before.shown);
  if (mark.glued && mark.shown === ':') return /^\p{L}$/u.test(before.shown);
  if (mark.glued && /^[+*\\]$/.test(before.shown)) return true;
  // A mark by itself: a single question mark closes, as French has it, others do not.
  let first = place;
  while (first > Math.max(0, place - MOST_MARKS) && pieces[first]?.glued && CLOSING.has(pieces[first - 1]?.shown ?? '')) first--;
  if (first === 0 || pieces[first]?.glued) return false;
  return mark.shown !== '?' || first < place || pieces[place + 1]?.glued === true || MARK_WORDS.has(pieces[first - 1]?.word ?? '');
}

/** A sentence that begins with one of these is a question, with or without its mark. */
const ASKING = new Set(("how what what's whats why when where where's who who's whom whose which is are am was were do does did can could would should may might will shall has have had isn't aren't don't doesn't "
  + "didn't can't couldn't won't wouldn't shouldn't how's when's").split(' '));
