import { ABOUT_ME, ALWAYS, ASKS, BARE, BECAME, BIDS, CASE, GENERAL, HOW_IS_IT_WITH_ME, IN_THAT_CASE, MINE, NUMBERED, SHORTEST_CASE, SUPPOSED, TO_BE_WRITTEN, WANTS } from './personal-words.ts';
import { quotedSpans } from './text/quoted.ts';
import type { Steps } from './turns.ts';

/** Characters that are looked at. */
const LOOKED_AT = 1000;
/** A question and what it asks about are no further apart. */
const APART = 50;

/**
 * Whether a text is about the one who asks: their orders, accounts, files, appointments, and what the assistant is to remember or to do for them. The
 * answers are nobody else's, and change. A how-to question ("How do I cancel my order?") is not one; of those in doubt more are held for personal
 * than not, since that costs a hit, and the other an answer that is somebody else's. Quotations and code do not count. Looks at the first
 * 1,000 characters; takes a few microseconds.
 */
export function isPersonal(text: string): boolean {
  const given = text.slice(0, LOOKED_AT);
  const own = withoutQuotes(given);
  const plain = own.toLowerCase().replaceAll('’', "'");
  if (/\d\d/.test(plain) && NUMBERED.test(plain)) return true;
  if (!/\b(?:i|my|me|our|we)\b/.test(plain)) return false;
  if (ALWAYS.some((pattern) => pattern.test(plain)) || BARE.test(plain)) return true;
  const told: Told = {
    plain,
    isCase: plain.length >= SHORTEST_CASE && CASE.test(plain),
    // What is asked about is there to be read, or shall be written.
    isThere: given.length - own.length >= LEAST_THERE || TO_BE_WRITTEN.test(plain),
  };
  return sentencesOf(plain).some((sentence) => speaksOfMe(sentence, told));
}

/**
 * Has the rules compiled, one by one, which the first texts would else have done at once: some of them take a millisecond. By their second use they are
 * as fast as they get.
 */
export function* readyRules(): Steps<void> {
  const rules = [NUMBERED, ...ALWAYS, BARE, CASE, TO_BE_WRITTEN, GENERAL, ...ABOUT_ME, IN_THAT_CASE, ...HOW_IS_IT_WITH_ME, MINE, BIDS, SUPPOSED, ASKS, BECAME, WANTS];
  for (const rule of rules) {
    for (const text of ['so it is that my words say nothing', 'and that is what our words say again']) {
      rule.lastIndex = 0;
      rule.test(text);
      yield;
    }
    rule.lastIndex = 0;
  }
}

interface Told {
  readonly plain: string;
  readonly isCase: boolean;
  readonly isThere: boolean;
}

/** Characters of a quotation that somebody asks about. */
const LEAST_THERE = 10;

function speaksOfMe(sentence: string, { plain, isCase, isThere }: Told): boolean {
  const general = GENERAL.exec(sentence)?.index ?? Infinity;
  // "Remind me how to tie a tie" asks to be reminded; "how do I text me" asks how.
  const speaks = (pattern: RegExp): boolean => general > (pattern.exec(sentence)?.index ?? Infinity);
  if (ABOUT_ME.some(speaks)) return true;
  const supposed = IN_THAT_CASE.test(sentence);
  if (!isCase && !supposed && HOW_IS_IT_WITH_ME.some(speaks)) return true;
  if (isThere) return false;
  for (const found of sentence.matchAll(MINE)) {
    const end = found.index + found[0].length;
    if (general < end) return false;
    const before = sentence.slice(Math.max(0, found.index - APART), found.index);
    if (supposed && !BIDS.test(before)) return false;
    if (SUPPOSED.test(before)) continue;
    // "Which of my devices" asks by itself.
    if (!/^(?:my|our)/.test(found[0]) || ASKS.test(clauseOf(before)) || BIDS.test(before)) return true;
    if (/^our (?:last|previous|earlier)/.test(found[0])) return true;
    // What became of it may be told before a how-to question: "My card was declined, how do I pay otherwise?".
    if ((BECAME.test(sentence.slice(end, end + APART)) || WANTS.test(before)) && !GENERAL.test(plain)) return true;
  }
  return false;
}

const clauseOf = (before: string): string => /[^,;:(]*$/.exec(before)?.[0] ?? '';

const sentencesOf = (plain: string): readonly string[] => (/[.?!]\s|\n/.test(plain) ? plain.split(/(?<=[.?!])\s+|\n+/) : [plain]);

/** Without what is quoted, unless all of it is, and without code. */
function withoutQuotes(text: string): string {
  let plain = text.includes('`') ? text.replace(/```[\s\S]*?(?:```|$)|`[^`\n]{1,200}`/g, ' ') : text;
  if (!/["“„«「'‘]/.test(plain)) return plain;
  for (const { start, end } of quotedSpans(plain).toReversed()) {
    if (end - start < plain.trim().length) plain = `${plain.slice(0, start)} ${plain.slice(end)}`;
  }
  return plain;
}
