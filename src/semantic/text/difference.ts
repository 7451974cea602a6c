import type { ReadText } from './read-text.ts';
import type { Token } from './tokens.ts';

/** A place where two texts differ: the words there in the one and in the other. Either may be empty. */
export interface Change {
  readonly a: readonly Token[];
  readonly b: readonly Token[];
}

/** How two texts differ, word by word. */
export interface Difference {
  /** The share of meaningful words that both have, 0 to 1 (Dice over stems). */
  readonly closeness: number;
  /** Where the texts differ, in order, from a longest common run of words; articles do not count. Empty when too long to compare. */
  readonly changes: readonly Change[];
}

/** Up to this many pairs of words are compared (400 by 400, some 0.3 ms); longer texts are compared as bags of words only. */
const MOST_PAIRS = 160_000;

let last: { a: ReadText; b: ReadText; found: Difference } | undefined;

/** Compares two texts word by word. The same from both sides. The last answer is kept, since every guard asks for the same pair. */
export function difference(a: ReadText, b: ReadText): Difference {
  if (last?.a === a && last.b === b) return last.found;
  // The longest common run is not unique: always taking the texts in one order makes it the same for (a, b) and (b, a).
  const turned = a.text > b.text;
  const changes = turned ? changesOf(b, a).map((change) => ({ a: change.b, b: change.a })) : changesOf(a, b);
  const found = { closeness: closenessOf(a, b), changes };
  last = { a, b, found };
  return found;
}

/** The share of meaningful words that both have, if `pairs` words of the one and the other that differ are taken for the same. */
export function closenessBut(a: ReadText, b: ReadText, pairs: number): number {
  const sum = a.content.size + b.content.size;
  return sum === 0 ? 0 : Math.min(1, difference(a, b).closeness + (2 * pairs) / sum);
}

function closenessOf(a: ReadText, b: ReadText): number {
  const sum = a.content.size + b.content.size;
  if (sum === 0) return a.text === b.text ? 1 : 0;
  let both = 0;
  for (const word of a.content) if (b.content.has(word)) both++;
  return (2 * both) / sum;
}

function comparable(text: ReadText): readonly Token[] {
  return text.words.filter((word) => word.lower !== 'a' && word.lower !== 'an' && word.lower !== 'the');
}

function changesOf(a: ReadText, b: ReadText): Change[] {
  const x = a.look(comparable);
  const y = b.look(comparable);
  let from = 0;
  while (from < x.length && from < y.length && x[from]?.stem === y[from]?.stem) from++;
  let endX = x.length;
  let endY = y.length;
  while (endX > from && endY > from && x[endX - 1]?.stem === y[endY - 1]?.stem) { endX--; endY--; }
  if ((endX - from) * (endY - from) > MOST_PAIRS) return [];
  return middle(x.slice(from, endX), y.slice(from, endY));
}

/** Longest common subsequence of what is between the equal start and the equal end. */
function middle(x: readonly Token[], y: readonly Token[]): Change[] {
  const width = y.length + 1;
  const length = new Uint16Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i--) {
    const word = x[i]?.stem;
    for (let j = y.length - 1; j >= 0; j--) {
      length[i * width + j] = word === y[j]?.stem
        ? (length[(i + 1) * width + j + 1] ?? 0) + 1
        : Math.max(length[(i + 1) * width + j] ?? 0, length[i * width + j + 1] ?? 0);
    }
  }
  const changes: Change[] = [];
  let ofX: Token[] = [];
  let ofY: Token[] = [];
  const close = (): void => {
    if (ofX.length + ofY.length > 0) changes.push({ a: ofX, b: ofY });
    ofX = [];
    ofY = [];
  };
  let i = 0;
  let j = 0;
  while (i < x.length || j < y.length) {
    const one = x[i];
    const other = y[j];
    if (one && other && one.stem === other.stem) { close(); i++; j++; }
    else if (other && (!one || (length[i * width + j + 1] ?? 0) >= (length[(i + 1) * width + j] ?? 0))) { ofY.push(other); j++; }
    else if (one) { ofX.push(one); i++; }
  }
  close();
  return changes;
}
