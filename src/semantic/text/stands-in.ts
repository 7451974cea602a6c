const WORD = /[\p{L}\p{N}_]/u;

/** Whether `piece` stands in `text` as a whole: with no letter, digit or underscore right before or behind it. */
export function standsIn(text: string, piece: string): boolean {
  if (piece === '') return false;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
    if (!WORD.test(text[at - 1] ?? ' ') && !WORD.test(text[at + piece.length] ?? ' ')) return true;
  }
  return false;
}

/** Whether a number stands in a word with no other digit beside it: 6 in `ES6`, not in `ES16`. */
export function digitsIn(word: string, digits: string): boolean {
  const isDigit = (letter: string | undefined): boolean => letter !== undefined && letter >= '0' && letter <= '9';
  for (let at = word.indexOf(digits); at >= 0; at = word.indexOf(digits, at + 1)) {
    if (!isDigit(word[at - 1]) && !isDigit(word[at + digits.length])) return true;
  }
  return false;
}
