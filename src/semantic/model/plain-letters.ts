const BEYOND_PLAIN = /[^\t\n\r\x20-\x7e]/;
/** Dropped: control, format and private characters, and what stands for a broken one. Tab, line feed and return are spaces. */
const DROPPED = /[\p{Cc}\p{Cf}\p{Co}\u{fffd}]/gu;
const KEPT_CONTROLS = /[\t\n\r]/g;
const ACCENTS = /\p{Mn}/gu;
const SPACES = /[\p{White_Space}]/gu;
/** Each is a word of its own. */
const IDEOGRAPHS = '\\u{3400}-\\u{4dbf}\\u{4e00}-\\u{9fff}\\u{f900}-\\u{faff}\\u{20000}-\\u{2a6df}\\u{2a700}-\\u{2b81f}\\u{2b920}-\\u{2ceaf}\\u{2f800}-\\u{2fa1f}';
const ALONE = new RegExp(`[\\p{P}${IDEOGRAPHS}]`, 'gu');

/**
 * Text as the tokenizer splits it: lower case without accents; spaces beyond ASCII are U+0020, punctuation and ideographs beyond
 * ASCII stand between spaces, and characters that cannot be seen are gone. What is printable ASCII is only put in lower case.
 *
 * Unicode's properties as the engine knows them: of 1,112,064 characters some 650, nearly all newer than Unicode 8, are accents or
 * punctuation here and letters to the reference, whose tables are older. No vocabulary of that age has any of them.
 */
export function plainLetters(text: string): string {
  if (!BEYOND_PLAIN.test(text)) return text.toLowerCase();
  return text
    .replace(KEPT_CONTROLS, ' ')
    .replace(DROPPED, '')
    .replace(SPACES, ' ')
    .normalize('NFD')
    .replace(ACCENTS, '')
    .replaceAll('Σ', 'σ')   // letter by letter: a sigma that ends a word is none of the reference's concern
    .toLowerCase()
    .replace(ALONE, ' $& ');
}
