import { LANGUAGES } from './guards/format-words.ts';
import { ABOUT_WORDS, ANYWHERE, ASKED_OF_ASSISTANTS, COURTESIES, DETERMINERS, GREETINGS, REQUESTS, TASK_VERBS } from './normal-form-words.ts';

/** One word, mark or protected span of a text, as it goes into the normal form. */
export interface Piece {
  readonly shown: string;
  /** In lower case, for words; empty for what is kept as it stands. */
  readonly word: string;
  readonly opens: boolean;
  /** Follows what is before it without a space. */
  readonly glued: boolean;
  /** The line break and indentation before it, where they are kept. */
  readonly line?: string;
}

const PLEASE: ReadonlySet<string> = new Set(['please', 'pls', 'plz']);
const POLITE: ReadonlySet<string> = new Set([...PLEASE, 'kindly']);

const ABOUT: ReadonlySet<string> = new Set([...ABOUT_WORDS, ...LANGUAGES.keys()]);

type Phrase = readonly string[];
/** Phrases by a word of theirs, so that those which cannot be are not compared. */
type PhrasesBy = ReadonlyMap<string, readonly Phrase[]>;
const GREETINGS_BY_START: PhrasesBy = Map.groupBy(GREETINGS, (phrase) => phrase[0]!);
const REQUESTS_BY_START: PhrasesBy = Map.groupBy(REQUESTS, (phrase) => phrase[0]!);
const COURTESIES_BY_END: PhrasesBy = Map.groupBy(COURTESIES, (phrase) => phrase.at(-1)!);

/** What is left of a text. */
export interface Rest {
  readonly from: number;
  readonly to: number;
  /** The request was a question ("could you ...?"). */
  readonly asked: boolean;
  /** The text may be about the very words of politeness: those stay that are not its first ones. */
  readonly isAboutWords: boolean;
}

/** What is left when greetings, requests and thanks are off both ends. */
export function withoutPoliteness(pieces: readonly Piece[]): Rest {
  let from = 0;
  let to = pieces.length;
  let asked = false;
  const isAboutWords = pieces.some(({ word }) => ABOUT.has(word));
  for (let again = true; again;) {
    again = false;
    const greeting = isAboutWords ? 0 : phraseAt(pieces, from, GREETINGS_BY_START);
    if (greeting > 0 && isGreeting(pieces, from + greeting)) { from = pastMarks(pieces, from + greeting); again = true; }
    const request = phraseAt(pieces, from, REQUESTS_BY_START);
    const rest = pastMarks(pieces, from + request);
    if (request > 0 && isTask(pieces, from, rest, isAboutWords)) { from = rest; asked = true; again = true; }
    const polite = POLITE.has(pieces[from]?.word ?? '') && from + 1 < to;
    const next = pieces[from + 1]?.word ?? '';
    if (polite && (!isAboutWords || ANYWHERE.has(next) || OPENING_WORDS.has(next))) { from = pastMarks(pieces, from + 1); again = true; }
  }
  for (let again = !isAboutWords; again;) {
    again = false;
    const last = marksBefore(pieces, to);
    for (const phrase of COURTESIES_BY_END.get(pieces[last - 1]?.word ?? '') ?? []) {
      const start = last - phrase.length;
      // Thanks stand apart: behind a mark. "How do I answer thanks" keeps them, and "the sign: thanks".
      if (start > from && phrase.every((word, i) => pieces[start + i]?.word === word) && /^[.,!?;\-–—]$/u.test(pieces[start - 1]?.shown ?? '')) {
        to = start;
        again = true;
      }
    }
  }
  return pieces.slice(from, to).some(hasWord) ? { from, to, asked, isAboutWords } : { from: 0, to: pieces.length, asked: false, isAboutWords };
}

/**
 * Whether what follows a request is asked of the assistant. "Can you explain ..." is; "can you give a dog chocolate" and "would you recommend it"
 * ask whether one can or would.
 */
function isTask(pieces: readonly Piece[], from: number, verbAt: number, isAboutWords: boolean): boolean {
  const verb = pieces[verbAt]?.word ?? '';
  if (ANYWHERE.has(verb) || POLITE.has(verb)) return true;
  if (isAboutWords || !TASK_VERBS.has(verb)) return false;
  if (pieces[from]?.word === 'i' || pieces[from]?.word.startsWith("i'")) return true;
  const next = pieces[verbAt + 1]?.word ?? '';
  if (verb === 'write' || verb === 'list') return DETERMINERS.has(next);
  const asksOpinion = /^(?:would|will)$/.test(pieces[from]?.word ?? '');
  return (!asksOpinion && ASKED_OF_ASSISTANTS.has(verb)) || (next === 'me' && verb !== 'compare' && verb !== 'recommend');
}

export function hasWord(piece: Piece): boolean {
  return /[\p{L}\p{N}]/u.test(piece.shown);
}

/** How many pieces from `place` on are one of the phrases; the longest counts. */
function phraseAt(pieces: readonly Piece[], place: number, phrases: PhrasesBy): number {
  let longest = 0;
  for (const phrase of phrases.get(pieces[place]?.word ?? '') ?? []) {
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
export function isPlease(pieces: readonly Piece[], place: number): boolean {
  const word = pieces[place]?.word ?? '';
  if (!PLEASE.has(word)) return pieces[place]?.shown === ',' && PLEASE.has(pieces[place + 1]?.word ?? '') && isPlease(pieces, place + 1) && isLast(pieces, place + 1);
  const before = pieces[place - 1];
  if (MEANS_THE_WORD.has(before?.word ?? '')) return false;
  if (before?.shown === ':') return false;
  const isRequest = before?.word === 'you' && /^(?:can|could|would|will)$/.test(pieces[place - 2]?.word ?? '');
  return pieces[place]?.opens === true || isRequest || (isLast(pieces, place) && pieces.length > 1);
}

const MEANS_THE_WORD = new Set(['say', 'says', 'saying', 'said', 'write', 'spell', 'word', 'words', 'of', 'to', 'and', 'or', 'does', 'is', 'with', 'use', 'using', 'without', 'translate', 'not', 'i', 'they', 'we',
  'for', 'as', 'add', 'put', 'end', 'start', 'mean', 'means', 'replace', 'remove', 'answer', 'called', 'you', 'in', 'on', 'by', 'from', 'between']);

function isLast(pieces: readonly Piece[], place: number): boolean {
  for (let at = place + 1; at < pieces.length; at++) if (!/^[.!?,]$/.test(pieces[at]!.shown)) return false;
  return true;
}

