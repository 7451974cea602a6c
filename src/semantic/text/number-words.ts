/** Numbers in words. `strong` ones are numbers wherever they stand; `one`, `second` or `half` often are not. */
export interface NumberWord {
  readonly value: number;
  readonly ordinal: boolean;
  readonly strong: boolean;
}

const CARDINALS = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const ORDINALS = ('zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth '
  + 'seventeenth eighteenth nineteenth').split(' ');
const TENTHS = 'twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth'.split(' ');

/** Words that multiply what stands before them. */
export const SCALES: ReadonlyMap<string, number> = new Map([
  ['hundred', 100], ['thousand', 1e3], ['k', 1e3], ['million', 1e6], ['mn', 1e6], ['mio', 1e6], ['billion', 1e9], ['bn', 1e9], ['trillion', 1e12],
  ['lakh', 1e5], ['crore', 1e7], ['dozen', 12],
]);

/** Words that are an amount by themselves but are used for much else: they match a number and never stand against one. */
export const LOOSE: ReadonlyMap<string, number> = new Map([
  ['single', 1], ['sole', 1], ['only', 1], ['once', 1], ['each', 1], ['per', 1], ['every', 1], ['a', 1], ['an', 1], ['another', 1], ['lone', 1],
  ['both', 2], ['twice', 2], ['double', 2], ['couple', 2], ['pair', 2], ['twin', 2], ['either', 2], ['neither', 2], ['doubling', 2], ['twofold', 2],
  ['thrice', 3], ['triple', 3], ['trio', 3], ['treble', 3], ['quadruple', 4], ['half', 0.5], ['halved', 0.5], ['halve', 0.5], ['quarter', 0.25], ['fortnight', 14],
  ['score', 20], ['biannual', 2], ['biweekly', 2], ['solo', 1], ['no', 0], ['none', 0], ['nil', 0], ['dual', 2], ['quartet', 4], ['quintet', 5], ['decade', 10],
  ['century', 100], ['minimal', 1], ['haiku', 3], ['annual', 12], ['yearly', 12], ['weekly', 7], ['monthly', 1],
]);

const WORDS = new Map<string, NumberWord>();
CARDINALS.forEach((word, value) => WORDS.set(word, { value, ordinal: false, strong: value !== 1 }));
TENS.forEach((word, i) => WORDS.set(word, { value: 20 + 10 * i, ordinal: false, strong: true }));
ORDINALS.forEach((word, value) => WORDS.set(word, { value, ordinal: true, strong: value > 2 }));
TENTHS.forEach((word, i) => WORDS.set(word, { value: 20 + 10 * i, ordinal: true, strong: true }));
WORDS.set('fourty', { value: 40, ordinal: false, strong: true });
WORDS.set('hundredth', { value: 100, ordinal: true, strong: true });
WORDS.set('thousandth', { value: 1000, ordinal: true, strong: true });

/** The number that a word names. */
export function numberWord(word: string): NumberWord | undefined {
  return WORDS.get(word);
}

/** Roman numerals from 2 to 39, as they stand behind a name (`Part IV`, `World War II`). */
export function romanNumeral(word: string): number | undefined {
  if (!/^(?:X{0,3})(?:IX|IV|V?I{0,3})$/.test(word) || word.length < 2) return undefined;
  const worth: Record<string, number> = { I: 1, V: 5, X: 10 };
  const digits = [...word].map((letter) => worth[letter] ?? 0);
  return digits.reduce((sum, digit, i) => sum + (digit < (digits[i + 1] ?? 0) ? -digit : digit), 0);
}
