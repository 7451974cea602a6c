import { createHash } from 'node:crypto';

/**
 * Names that are files of the same name everywhere: small letters, digits, `.`, `_` and `-`, beginning with a letter or digit, not ending in a
 * dot, of at most 100 characters. No capital letters, as many file systems do not tell them from small ones.
 */
const SAFE = /^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9_-])?$/;
/** Names that Windows gives to devices, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * The name of a file or folder for any text: a safe one as it is, every other as `~` and its SHA-256. As no safe name begins with `~`, two
 * texts never have one name.
 */
export function fileName(text: string): string {
  if (SAFE.test(text) && !DEVICE.test(text)) return text;
  // UTF-16, as UTF-8 would make all lone surrogates one.
  return `~${createHash('sha256').update(text, 'utf16le').digest('hex')}`;
}

/** The text of a name, or `undefined` where it was hashed. */
export const textOfName = (name: string): string | undefined => (name.startsWith('~') ? undefined : name);
