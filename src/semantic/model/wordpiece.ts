import { plainLetters } from './plain-letters.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Turns text into the ids of its word pieces. */
export interface Tokenizer {
  readonly vocabulary: Vocabulary;
  /** Ids of the pieces of `text`, without special tokens: a text that spells `[SEP]` gets the pieces of these five characters. */
  encode(text: string): number[];
  /** Ids of the pieces of one word, as they come out of `encode`: lower case, no accents, no space. Not to be written to. */
  word(word: string): readonly number[];
}

/** A longer word is one unknown token, as in the reference. In characters. */
const LONGEST_WORD = 100;
/** Words whose pieces are remembered, before the memory starts anew: about 1 MB. */
const REMEMBERED_WORDS = 10_000;

// What an ASCII character is to the tokenizer: 0 is a space.
const LETTER = 1;
const MARK = 2;

const ASCII = new Uint8Array(128);
for (let code = 33; code < 127; code++) ASCII[code] = /[a-z0-9]/i.test(String.fromCharCode(code)) ? LETTER : MARK;

/**
 * The WordPiece tokenizer of BERT's uncased models: control characters dropped, lower case, accents stripped, ideographs and
 * punctuation taken one by one, then for each word the longest known piece from the left. Same ids as the reference, which is
 * `BertNormalizer`, `BertPreTokenizer` and `WordPiece` of the Python package `tokenizers`; `test/semantic/model/` compares them.
 */
export function wordpiece(vocabulary: Vocabulary): Tokenizer {
  const { heads, unknown } = vocabulary;
  const remembered = new Map<string, readonly number[]>();

  function word(text: string): readonly number[] {
    let ids = remembered.get(text);
    if (ids) return ids;
    const whole = heads.get(text);
    ids = whole === undefined ? split(text, vocabulary) : [whole];
    if (remembered.size >= REMEMBERED_WORDS) remembered.clear();
    if (text.length <= LONGEST_WORD) remembered.set(text, ids);
    return ids;
  }

  return {
    vocabulary,
    word,
    encode(text) {
      const plain = plainLetters(text);
      const ids: number[] = [];
      let start = -1;   // of the word at hand
      for (let at = 0; at < plain.length; at++) {
        const code = plain.charCodeAt(at);
        const kind = code < 128 ? ASCII[code] : LETTER;
        if (kind === LETTER) {
          if (start < 0) start = at;
          continue;
        }
        if (start >= 0) {
          for (const id of word(plain.slice(start, at))) ids.push(id);
          start = -1;
        }
        if (kind === MARK) ids.push(heads.get(plain.charAt(at)) ?? unknown);
      }
      if (start >= 0) for (const id of word(plain.slice(start))) ids.push(id);
      return ids;
    },
  };
}

/** The longest known piece from the left, again and again; the whole word is unknown when a rest has none. */
function split(word: string, { heads, tails, unknown, longest }: Vocabulary): number[] {
  if (word.length > LONGEST_WORD && [...word].length > LONGEST_WORD) return [unknown];
  const ids: number[] = [];
  for (let start = 0; start < word.length;) {
    const pieces = start === 0 ? heads : tails;
    let end = Math.min(word.length, start + longest);
    let id: number | undefined;
    for (; end > start; end--) {
      id = pieces.get(word.slice(start, end));
      if (id !== undefined) break;
    }
    if (id === undefined) return [unknown];
    ids.push(id);
    start = end;
  }
  return ids;
}
