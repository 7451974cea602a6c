import { type Token, tokens } from './tokens.ts';
import { STOP_STEMS } from './stop-words.ts';

/** A text that has been cut into tokens once, and remembers what has been read from it. */
export interface ReadText {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The tokens that are not punctuation. */
  readonly words: readonly Token[];
  /** The stems of all words. */
  readonly stems: ReadonlySet<string>;
  /** The stems of the words that carry meaning: no articles, pronouns, auxiliaries, prepositions. */
  readonly content: ReadonlySet<string>;
  /** What `reader` finds in this text: read on the first call, then kept. A reader is one function, made once, and pure. */
  look<T>(reader: (text: ReadText) => T): T;
}

/** Longest text that is read, in characters; what comes after it is not seen by the guards. */
export const MAX_READ_LENGTH = 50_000;

/** Reads a text, so that any number of candidates can be held against it. Never throws. */
export function readText(text: string): ReadText {
  const all = tokens(text.length > MAX_READ_LENGTH ? text.slice(0, MAX_READ_LENGTH) : text);
  const words = all.filter((token) => token.kind !== 'symbol');
  const stems = new Set(words.map((word) => word.stem));
  const content = new Set([...stems].filter((one) => !STOP_STEMS.has(one)));
  const seen = new Map<unknown, unknown>();
  const read: ReadText = {
    text, tokens: all, words, stems, content,
    look<T>(reader: (from: ReadText) => T): T {
      let found = seen.get(reader) as T | undefined;
      if (found === undefined && !seen.has(reader)) seen.set(reader, (found = reader(read)));
      return found as T;
    },
  };
  return read;
}
