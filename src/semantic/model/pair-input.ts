import type { Tokenizer } from './wordpiece.ts';

/** Two texts as the judge reads them. */
export interface PairInput {
  readonly ids: number[];
  /** Where the second text begins. */
  readonly second: number;
  /** False when something had to be cut off: then the verdict is not about the whole of both. */
  readonly whole: boolean;
}

/** Characters of a text beyond which it cannot fit: no token of the judge's window is longer on average. */
const LONGEST_TOKEN = 16;

/**
 * `[CLS] a [SEP] b [SEP]`. Of texts that are together longer than the window, each keeps at least half of it, and what one leaves over
 * the other takes; the ends are cut, as in training.
 */
export function pairInput(tokenizer: Tokenizer, a: string, b: string, limit: number): PairInput {
  const { start, separator } = tokenizer.vocabulary;
  const room = limit - 3;
  const most = limit * LONGEST_TOKEN;
  const first = tokenizer.encode(a.slice(0, most));
  const other = tokenizer.encode(b.slice(0, most));
  const whole = first.length + other.length <= room && a.length <= most && b.length <= most;

  if (first.length + other.length > room) {
    const half = Math.floor(room / 2);
    if (first.length <= half) other.length = room - first.length;
    else if (other.length <= half) first.length = room - other.length;
    else {
      first.length = half;
      other.length = room - half;
    }
  }
  return { ids: [start, ...first, separator, ...other, separator], second: first.length + 2, whole };
}
