import { difference } from '../text/difference.ts';
import { type Quantity, quantities } from '../text/quantities.ts';
import type { ReadText } from '../text/read-text.ts';
import { digitsIn } from '../text/stands-in.ts';
import { moments } from '../text/moments.ts';
import { versions } from '../text/versions.ts';
import type { Guard } from './guard.ts';

/** Amounts this near to each other, as a share, are the same: units are converted with rounded factors. */
const TOLERANCE = 0.002;
/** The same for one that is the other with fewer decimals: 0.33 for a third, not 0.01 for 0.015. */
const ROUNDING = 0.02;
/** From this share of common words on, a number that only one text has is a difference between them. */
const CLOSE = 0.85;
/** Below this share of common words two numbers must count the same thing, or be in the same unit, to stand against each other. */
const RELATED = 0.4;

/** Numbers, and the units they are given in, that differ: 5 and 6, 5 km and 5 miles, 10 % and 20 %. Not 1,000 and "a thousand", 5 km and 5000 m. */
export const numbers: Guard = {
  name: 'numbers',
  veto(a, b) {
    const ofA = a.look(quantities);
    const ofB = b.look(quantities);
    if (ofA.length === 0 && ofB.length === 0) return undefined;
    const cased = isShouted(a) || isShouted(b) ? undefined : unlikeByCase(ofA, ofB);
    if (cased !== undefined) return cased;
    const onlyA = unmatched(ofA, ofB, b);
    const onlyB = unmatched(ofB, ofA, a);
    const close = onlyA.length > 0 && onlyB.length > 0 && difference(a, b).closeness >= RELATED;
    for (const one of onlyA) {
      const other = onlyB.find((candidate) => candidate.ordinal === one.ordinal && sameKind(one, candidate) && (close || sameRole(a, one, b, candidate)));
      if (other) return `${one.shown} against ${other.shown}`;
    }
    const alone = onlyA[0] ?? onlyB[0];
    if (alone && standsAlone(a, b, alone, onlyA.length > 0)) return `${alone.shown} in one text only`;
    return undefined;
  },
};

/** Bits and bytes, milli and mega: "10 Mb" and "10 MB". What is all in small letters, "10 mb", may be either. */
function unlikeByCase(ofA: readonly Quantity[], ofB: readonly Quantity[]): string | undefined {
  const unitOf = ({ shown }: Quantity): string | undefined => /(?:[KkMGT]i?[bB](?:ps)?|[mM](?:W|Wh|A|Ah|V|Hz))$/.exec(shown)?.[0];
  for (const one of ofA) {
    const unit = unitOf(one);
    if (unit === undefined || unit === unit.toLowerCase()) continue;
    const same = ofB.filter((other) => other.value === one.value && unitOf(other)?.toLowerCase() === unit.toLowerCase());
    const other = same.find((each) => unitOf(each) !== unit && unitOf(each) !== unit.toLowerCase() && !/^k/i.test(unit));
    if (other && !same.some((each) => unitOf(each) === unit)) return `${one.shown} against ${other.shown}`;
  }
  return undefined;
}

const isShouted = ({ text }: ReadText): boolean => text === text.toUpperCase();

/** The sure numbers of one text that nothing in the other stands for. */
function unmatched(of: readonly Quantity[], others: readonly Quantity[], otherText: ReadText): Quantity[] {
  return of.filter((one) => one.strong && !others.some((other) => same(one, other)) && !namedOtherwise(one, otherText));
}

function same(one: Quantity, other: Quantity): boolean {
  if (one.unit && other.unit) {
    // As they stand where the unit is one: in the base unit 10 mg and 12 mg are both next to nothing.
    if (one.unit.name === other.unit.name) return equal(one.value, other.value);
    if (one.unit.dimension === other.unit.dimension) return near(one.amount, other.amount);
    return crossing(one, other);
  }
  // "half" and "50 %", "a 0.2 share" and "20 %"
  if (one.unit?.dimension === 'share' && near(one.amount, other.value)) return true;
  if (other.unit?.dimension === 'share' && near(other.amount, one.value)) return true;
  // "a 5k" and "5 km"
  if (one.unit && one.amount === other.value) return true;
  if (other.unit && other.amount === one.value) return true;
  return equal(one.value, other.value) || equal(one.face, other.face) || equal(one.face, other.value) || equal(one.value, other.face);
}

/** A month is about 30 days, a year 52 weeks; cents are hundredths; a degree or a pound may be of two kinds. */
function crossing(one: Quantity, other: Quantity): boolean {
  const names = [one.unit?.name, other.unit?.name];
  if (names.includes('degree') || names.includes('pound') || /\dm$/i.test(one.shown) || /\dm$/i.test(other.shown)) return near(one.value, other.value);
  const kinds = `${one.unit?.dimension}+${other.unit?.dimension}`;
  if (kinds === 'calendar+time') return sameSpan(one, other);
  if (kinds === 'time+calendar') return sameSpan(other, one);
  if (/^currency.*currency/.test(kinds) && /cents|pence/.test(kinds)) {
    const [whole, part] = /cents|pence/.test(one.unit?.dimension ?? '') ? [other, one] : [one, other];
    return near(whole.value * 100, part.value);
  }
  // "50 miles" against "50 minutes" differ, but units that are words for much else ("second", "foot", "pound") may have been misread.
  return false;
}

function sameSpan(calendar: Quantity, time: Quantity): boolean {
  const days = time.amount / 86_400;
  return [28, 30, 31].some((month) => near(calendar.amount * month, days)) || near((calendar.amount / 12) * 365, days) || near((calendar.amount / 12) * 364, days)
    || near((calendar.amount / 12) * 360, days) || near((calendar.amount / 12) * 366, days);
}

/** Whole numbers are never rounded: 8080 is not 8081. */
function equal(one: number, other: number): boolean {
  return Number.isInteger(one) && Number.isInteger(other) ? one === other : near(one, other);
}

function near(one: number, other: number): boolean {
  const apart = Math.abs(one - other);
  const size = Math.max(Math.abs(one), Math.abs(other));
  return apart <= TOLERANCE * size || (apart < 0.01 && apart <= ROUNDING * size && (rounded(one, other) || rounded(other, one)));
}

/** `0.89` for `0.894`. */
function rounded(short: number, long: number): boolean {
  const digits = String(short).split('.')[1]?.length ?? 0;
  return digits >= 2 && Math.abs(short - long) < 10 ** -digits;
}

/** Two numbers that answer the same question: both with units of one dimension, or at least one without a unit. */
function sameKind(one: Quantity, other: Quantity): boolean {
  if (!one.unit || !other.unit) return true;
  const kindOf = (unit: string): string => (unit === 'calendar' ? 'time' : unit.startsWith('currency') ? 'currency' : unit);
  return kindOf(one.unit.dimension) === kindOf(other.unit.dimension) || one.value === other.value;
}

/** Both in a unit, or both before or behind the same word. */
function sameRole(a: ReadText, one: Quantity, b: ReadText, other: Quantity): boolean {
  if (one.unit && other.unit) return true;
  const beside = (text: ReadText, from: Quantity, step: number): string | undefined => text.words[step > 0 ? from.next : from.place - 1]?.stem;
  return [1, -1].some((step) => {
    const word = beside(a, one, step);
    return word !== undefined && a.content.has(word) && word === beside(b, other, step);
  });
}

const namesWithDigits = ({ words }: ReadText): readonly string[] => words.filter(({ kind, raw }) => kind !== 'number' && kind !== 'date' && /\p{N}/u.test(raw)).map(({ raw }) => raw);

/** The number is in the other text as part of a word, a date, a version or a longer number: not a plain amount there, but no other number. */
function namedOtherwise(one: Quantity, text: ReadText): boolean {
  const digits = String(one.value);
  if (text.look(namesWithDigits).some((word) => digitsIn(word, digits))) return true;
  const { years, days, clocks } = text.look(moments);
  if (years.has(one.value) || days.has(one.value) || clocks.some((clock) => clock.includes((one.value % 24) * 60))) return true;
  return text.look(versions).found.some((version) => version.parts.includes(one.value) || version.shown.includes(digits));
}

/** "the top 5 tips" against "the top tips": the texts differ in little else. */
function standsAlone(a: ReadText, b: ReadText, alone: Quantity, inA: boolean): boolean {
  const { closeness, changes } = difference(a, b);
  if (closeness < CLOSE || changes.length > 1) return false;
  const word = (inA ? a : b).words[alone.place];
  const change = changes[0];
  return change !== undefined && (inA ? change.a : change.b).some((token) => token === word);
}
