import { readerOf } from './about-now.ts';
import { phraseSearch } from './phrase-search.ts';
import { BARE_WORDS, EXCEPTIONS, WORDS } from './rules.ts';

/** What a user adds to the rules for questions about now. */
export interface TimeBoundRules {
  /** More words or phrases, found as whole words whatever their letter case, such as `'kickoff'`. */
  words?: readonly string[];
  /** More patterns, tested as they are. */
  patterns?: readonly RegExp[];
  /** No question is one about now. @default false */
  off?: boolean;
}

/** Says by which word or pattern a text is a question about now; `undefined` when it is none. */
export type TimeBoundReason = (text: string) => string | undefined;

/**
 * How much of a long text is looked at, from its start and from its end, in characters: the question stands there, and what lies
 * between is mostly a document that was pasted, in which every word may occur.
 */
const EACH_END = 500;

/** Scripts without spaces between words. */
const UNSPACED = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

/** Code between fences or backticks speaks of programs, not of the world. Quoted text counts: what to search for is often quoted. */
const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]{1,200}`/g;

/** Makes the test for questions about now from the rule file and the user's own rules. Takes a few microseconds a text. */
export function createTimeBound(rules: TimeBoundRules = {}): TimeBoundReason {
  if (rules.off) return () => undefined;
  const own = (rules.words ?? []).map((word) => word.trim().toLowerCase()).filter((word) => word !== '');
  const beginning = own.filter((word) => /^[\p{L}\p{N}]/u.test(word));
  // Made at the first text: a cache that is asked nothing new never needs it.
  const search = lazily(() =>
    phraseSearch({
      spaced: [...WORDS, ...beginning.filter((word) => !UNSPACED.test(word)).map(escape)],
      bare: [...BARE_WORDS, ...beginning.filter((word) => UNSPACED.test(word)).map(escape)],
      exceptions: EXCEPTIONS,
    }),
  );
  const others = own.filter((word) => !beginning.includes(word));
  const patterns = (rules.patterns ?? []).map((pattern) => new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')));

  return (text) => {
    const part = text.length > 4 * EACH_END ? `${text.slice(0, EACH_END)}\n${text.slice(-EACH_END)}` : text;
    const plain = part.includes('`') ? part.replace(CODE, ' ') : part;
    const lower = plain.toLowerCase();
    return search()(lower, readerOf(lower)) ?? others.find((word) => lower.includes(word)) ?? patterns.find((pattern) => pattern.test(plain))?.source;
  };
}

let usual: TimeBoundReason | undefined;

/** True for a question about now by the rule file and, where given, by rules of the user's own. */
export function isTimeBound(text: string, rules?: TimeBoundRules): boolean {
  return (rules ? createTimeBound(rules) : (usual ??= createTimeBound()))(text) !== undefined;
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const escape = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
