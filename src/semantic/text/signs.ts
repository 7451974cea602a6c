import type { ReadText } from './read-text.ts';
import type { Token } from './tokens.ts';

/** The signs of a text that say something of their own: between amounts, as emoji, as symbols. */
export interface Signs {
  /** What stands between two amounts or variables, by the two: `5|3` to `+`. */
  readonly operators: ReadonlyMap<string, string>;
  readonly emoji: ReadonlySet<string>;
  /** All signs in their order, hyphens, list marks and emphasis excepted. */
  readonly all: string;
}

const EMOJI = /(?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}[\p{M}\p{Emoji_Modifier}\u200d\p{Extended_Pictographic}]*)/gu;
const SIGN = /^[\p{Sm}\p{Sc}\p{No}#@&%/*^~\\|\-+<>=]$/u;
/** Different ways to write one sign. */
const SAME = new Map([['−', '-'], ['–', '-'], ['×', '*'], ['·', '*'], ['÷', '/'], ['∕', '/'], ['≤', '<='], ['≥', '>='], ['≠', '!=']]);

/** Reads the signs of a text. */
export function signs(text: ReadText): Signs {
  const { tokens } = text;
  const operators = new Map<string, string>();
  let all = '';
  for (let i = 0; i < tokens.length; i++) {
    if (!isSign(tokens[i])) continue;
    let end = i;
    while (tokens[end + 1]?.glued && isSign(tokens[end + 1]) && end - i < 4) end++;
    const run = tokens.slice(i, end + 1).map(({ raw }) => SAME.get(raw) ?? raw).join('').replace(/^-+$/, '-');
    const [left, right] = [tokens[i - 1], tokens[end + 1]];
    const isBetween = isOperand(left) && isOperand(right);
    if (isBetween) operators.set(`${left!.lower}|${right!.lower}`, run);
    if (isBetween || isMeant(run, left, right, tokens[i]!.glued)) all += ` ${run}`;
    i = end;
  }
  return { operators, emoji: new Set(text.text.match(EMOJI)), all };
}

const isSign = (token: Token | undefined): boolean => token?.kind === 'symbol' && (SIGN.test(token.raw) || SAME.has(token.raw) || (token.raw === '!' && !token.glued));

/** A number or a variable. */
function isOperand(token: Token | undefined): boolean {
  return token?.kind === 'number' || (token?.kind === 'word' && token.raw.length === 1 && token.lower !== 'i');
}

/** Not the hyphen of "check-in", the marks of lists and headings, the stars of emphasis, the slash of "and/or", the `&` that is "and". */
function isMeant(run: string, left: Token | undefined, right: Token | undefined, glued: boolean): boolean {
  if (/^(?:[*#-]+|[\\/&~|])$/.test(run)) return !glued && left?.kind === 'word' && (right?.kind === 'number' && right.glued || (ASKED.has(left.lower) && !right?.glued));
  return true;
}

/** Behind these a sign is what is asked for. */
const ASKED = new Set(['does', 'is', 'the', 'type', 'sign', 'symbol', 'operator', 'character', 'called', 'mean', 'a', 'use']);
