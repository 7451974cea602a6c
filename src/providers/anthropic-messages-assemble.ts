/** How long a piece of text in a played stream is at most, in UTF-16 units: about a dozen tokens. */
const LONGEST = 48;

/**
 * Cuts a text into the pieces in which a stream plays it: after a space where there is one, never within a surrogate pair.
 * An empty text has no pieces; joined they are the text.
 */
export function textPieces(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (text.length - start > LONGEST) {
    const space = text.lastIndexOf(' ', start + LONGEST - 1);
    let end = space >= start + LONGEST / 2 ? space + 1 : start + LONGEST;
    if (isHigh(text.charCodeAt(end - 1)) && isLow(text.charCodeAt(end))) end--;
    pieces.push(text.slice(start, end));
    start = end;
  }
  if (start < text.length) pieces.push(text.slice(start));
  return pieces;
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
