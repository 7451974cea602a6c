import { ModelFileError } from '../../base/errors.ts';
import { toText } from '../../base/json.ts';

/** The words and word pieces a model knows. A token's id is the number of its line in the file, from 0. */
export interface Vocabulary {
  readonly size: number;
  /** Ids of whole words and of pieces that begin a word, by their text. */
  readonly heads: ReadonlyMap<string, number>;
  /** Ids of pieces that go on inside a word, by their text without the leading `##`. */
  readonly tails: ReadonlyMap<string, number>;
  readonly unknown: number;
  /** Opens every input of the judge. */
  readonly start: number;
  /** Ends each of the two texts. */
  readonly separator: number;
  /** Characters of the longest piece: nothing longer needs to be looked up. */
  readonly longest: number;
}

/** Tokens read before the event loop gets a turn: well under a millisecond of work. */
const SLICE = 1000;

/**
 * Reads a vocabulary: UTF-8, one token a line, pieces inside words marked by `##`. Gives the event loop a turn every so often.
 * A file without the special tokens, with an empty line or with a token that stands twice is a `ModelFileError`.
 */
export async function readVocabulary(bytes: Uint8Array, path = 'vocabulary'): Promise<Vocabulary> {
  const all = toText(bytes);
  const heads = new Map<string, number>();
  const tails = new Map<string, number>();
  let longest = 0;
  let id = 0;

  for (let start = 0; start < all.length; id++) {
    if (id % SLICE === SLICE - 1) await new Promise(setImmediate);
    const end = all.indexOf('\n', start);
    const token = all.slice(start, end < 0 ? all.length : end);
    start = end < 0 ? all.length : end + 1;
    const inside = token.startsWith('##') && token.length > 2;
    const text = inside ? token.slice(2) : token;
    const map = inside ? tails : heads;
    if (text === '') throw new ModelFileError(path, `has an empty line ${id + 1}`);
    if (map.has(text)) throw new ModelFileError(path, `has the token ${JSON.stringify(token)} twice`);
    map.set(text, id);
    if (text.length > longest) longest = text.length;
  }

  const special = (token: string): number => {
    const id = heads.get(token);
    if (id === undefined) throw new ModelFileError(path, `has no token ${token}`);
    return id;
  };
  return { size: id, heads, tails, unknown: special('[UNK]'), start: special('[CLS]'), separator: special('[SEP]'), longest };
}
