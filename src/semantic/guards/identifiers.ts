import { difference } from '../text/difference.ts';
import type { ReadText } from '../text/read-text.ts';
import { standsIn } from '../text/stands-in.ts';
import type { Token } from '../text/tokens.ts';
import type { Guard } from './guard.ts';

const KINDS = new Set(['code', 'path', 'flag', 'identifier']);
/** From this share of common words on, a flag or an identifier that only one text has is a difference between them. */
const CLOSE = 0.8;

/** Code, identifiers, file names, paths and flags that differ: `get_user` and `get_users`, `--hard` and `--soft`, a.txt and b.txt. */
export const identifiers: Guard = {
  name: 'identifiers',
  veto(a, b) {
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
