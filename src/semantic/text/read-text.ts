import { inTurns } from '../turns.ts';
import { cutting, type Token, tokens } from './tokens.ts';
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
  /** Cuts it in turns with others, so that it takes no long time later. */
  cut(): Promise<void>;
}

/** Longest text that is read, in characters; what comes after it is not seen by the guards. */
export const MAX_READ_LENGTH = 50_000;

/** Reads a text, so that any number of candidates can be held against it. Never throws. It is cut when its tokens are first asked for. */
export function readText(text: string): ReadText {
  let cut: Cut | undefined;
  const seen = new Map<unknown, unknown>();
  const all = (): Cut => (cut ??= cutOf(tokens(readPart(text))));
  const read: ReadText = {
    text,
    get tokens() {
      return all().tokens;
    },
    get words() {
      return all().words;
    },
    get stems() {
      return all().stems;
    },
    get content() {
      return all().content;
    },
    look<T>(reader: (from: ReadText) => T): T {
      let found = seen.get(reader) as T | undefined;
      if (found === undefined && !seen.has(reader)) seen.set(reader, (found = reader(read)));
      return found as T;
    },
    async cut() {
      cut ??= cutOf(await inTurns(cutting(readPart(text))));
    },
  };
  return read;
}

type Cut = Pick<ReadText, 'tokens' | 'words' | 'stems' | 'content'>;

const readPart = (text: string): string => (text.length > MAX_READ_LENGTH ? text.slice(0, MAX_READ_LENGTH) : text);

function cutOf(all: readonly Token[]): Cut {
  const words = all.filter((token) => token.kind !== 'symbol');
  const stems = new Set(words.map((word) => word.stem));
  return { tokens: all, words, stems, content: new Set([...stems].filter((one) => !STOP_STEMS.has(one))) };
}
