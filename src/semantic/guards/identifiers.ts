import { difference } from '../text/difference.ts';
import type { ReadText } from '../text/read-text.ts';
import { signs } from '../text/signs.ts';
import { standsIn } from '../text/stands-in.ts';
import type { Token } from '../text/tokens.ts';
import type { Guard } from './guard.ts';
import { unlike } from './sets.ts';

const KINDS = new Set(['code', 'path', 'flag', 'identifier']);
/** From this share of common words on, a flag or an identifier that only one text has is a difference between them. */
const CLOSE = 0.8;

/**
 * Code, identifiers, file names, paths, flags and signs that differ: `get_user` and `get_users`, `--hard` and `--soft`, a.txt and b.txt, 5 + 3 and
 * 5 - 3, code that is indented otherwise.
 */
export const identifiers: Guard = {
  name: 'identifiers',
  veto(a, b) {
    const sign = unlikeSigns(a, b) ?? unlikeLines(a, b);
    if (sign !== undefined) return sign;
    const ofA = a.look(named);
    const ofB = b.look(named);
    if (ofA.length === 0 && ofB.length === 0) return undefined;
    const onlyA = ofA.filter((token) => !mentions(b, token));
    const onlyB = ofB.filter((token) => !mentions(a, token));
    // The same kind of thing on both sides, and as many: else the one text may only tell more.
    const one = onlyA.find((token) => onlyB.some((candidate) => candidate.kind === token.kind));
    const other = onlyB.find((token) => token.kind === one?.kind);
    if (one && other && (ofA.length === ofB.length || difference(a, b).closeness >= 0.6)) return `${one.raw} against ${other.raw}`;
    const alone = onlyA[0] ?? onlyB[0];
    return alone && (onlyA.length === 0 || onlyB.length === 0) && stands(alone, a, b) ? `${alone.raw} in one text only` : undefined;
  },
};

/** Other operators between the same amounts, other emoji, or the same words with other signs. A judge may know none of them. */
function unlikeSigns(a: ReadText, b: ReadText): string | undefined {
  const [ofA, ofB] = [a.look(signs), b.look(signs)];
  for (const [amounts, one] of ofA.operators) {
    const other = ofB.operators.get(amounts);
    if (other !== undefined && other !== one) return `${one} against ${other}`;
  }
  const emoji = unlike(ofA.emoji, ofB.emoji);
  if (emoji) return `${emoji[0]} against ${emoji[1]}`;
  if (ofA.all === ofB.all || a.words.length !== b.words.length || !a.words.every((word, i) => word.lower === b.words[i]!.lower)) return undefined;
  return `${ofA.all.trim() || 'no sign'} against ${ofB.all.trim() || 'no sign'}`;
}

/** The same text, with lines of code indented otherwise. */
function unlikeLines(a: ReadText, b: ReadText): string | undefined {
  const isSame = a.text !== b.text && a.text.includes('\n') && b.text.includes('\n') && a.words.length === b.words.length && squeezed(a) === squeezed(b);
  return isSame && indents(a) !== indents(b) ? 'lines are indented otherwise' : undefined;
}

const squeezed = (text: ReadText): string => text.text.replace(/\s+/gu, '');

/** How far lines are indented; one space is a slip. */
function indents(text: ReadText): string {
  const lines = text.text.trim().split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => /^\s*/u.exec(line)![0].replaceAll('\t', '    ').length).map((depth) => (depth < 2 ? 0 : depth)).join(' ');
}

function named(text: ReadText): readonly Token[] {
  return text.words.filter((word) => KINDS.has(word.kind) && !word.glued && (word.kind !== 'path' || /\p{L}.*\p{L}/u.test(word.raw)));
}

/** The other text has it too, perhaps as a part of a longer piece of code, or as plain words (`user id` for `user_id`). */
function mentions(text: ReadText, token: Token): boolean {
  const piece = token.lower.replace(/\(\)$/, '');
  if (token.kind === 'flag') return text.words.some((word) => word.raw === token.raw) || text.look(codeText).split(/\s+/).includes(token.raw);
  if (standsIn(text.text, piece)) return true;
  const plain = /^[\w.()-]+$/.test(piece) || /^[\w\s-]+$/.test(piece) ? words(piece) : '';
  return plain.length > 0 && text.look(wordText).includes(` ${plain} `);
}

function codeText(text: ReadText): string {
  return text.words.filter((word) => word.kind === 'code').map((word) => word.lower).join(' ');
}

function wordText(text: ReadText): string {
  return ` ${words(text.text)} `;
}

/** `getUserId`, `get_user_id` and "get user ID" as `get user id`. */
function words(text: string): string {
  return text.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

function stands(alone: Token, a: ReadText, b: ReadText): boolean {
  const { closeness, changes } = difference(a, b);
  return closeness >= CLOSE && changes.length === 1 && [...changes[0]!.a, ...changes[0]!.b].length <= 2 && [...changes[0]!.a, ...changes[0]!.b].includes(alone);
}
