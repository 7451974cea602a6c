import { moments } from './moments.ts';
import { LOOSE, numberWord, romanNumeral, SCALES } from './number-words.ts';
import type { ReadText } from './read-text.ts';
import type { Token } from './tokens.ts';
import { type Unit, unitOf } from './units.ts';
import { versions } from './versions.ts';

/** An amount that a text names. */
export interface Quantity {
  /** The number as it stands. */
  readonly value: number;
  readonly unit?: Unit;
  /** The number in the base unit of its dimension; `value` without a unit. */
  readonly amount: number;
  readonly ordinal: boolean;
  /** Is a number for sure. Others (`one`, `both`, `half`, `an hour`) can stand for a number, but say nothing where there is none. */
  readonly strong: boolean;
  /** What else the number may be: `512M` is 512 or 512 million. */
  readonly face: number;
  /** As the log shows it. */
  readonly shown: string;
  /** Its place in `words`. */
  readonly place: number;
  /** The place behind it and its unit. */
  readonly next: number;
}

/** Different amounts that are read from one text at most: they are compared each with each. */
const MOST = 200;

/** Reads the amounts of a text, those that are parts of dates, times and versions excepted. */
export function quantities(text: ReadText): readonly Quantity[] {
  const { words } = text;
  const { used } = text.look(moments);
  const { used: inVersions } = text.look(versions);
  const found: Quantity[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < words.length && found.length < MOST; i++) {
    if (used.has(i) || inVersions.has(i)) continue;
    const read = words[i]?.kind === 'number' ? digits(words, i) : inWords(words, i);
    if (!read) continue;
    const { value, face = value, ordinal, strong, next } = read;
    const { unit, after } = ordinal ? { unit: undefined, after: next } : unitAt(text, i, next);
    const amount = unit ? value * unit.factor + (unit.offset ?? 0) : value;
    const shown = text.text.slice(words[i]?.start, words[after - 1]?.end);
    // The same amount again says nothing new.
    const known = `${amount} ${unit?.name} ${ordinal} ${strong}`;
    if (!seen.has(known)) found.push({ value, amount, face, ordinal, strong, shown, place: i, next: after, ...(unit && { unit }) });
    seen.add(known);
    i = after - 1;
  }
  return found;
}

interface Read { value: number; face?: number; ordinal: boolean; strong: boolean; next: number }

function digits(words: readonly Token[], place: number): Read | undefined {
  const raw = words[place]?.raw ?? '';
  let value = toNumber(raw);
  if (!Number.isFinite(value)) return undefined;
  const face = value;
  let next = place + 1;
  const after = words[next];
  if (after?.glued && /^(?:st|nd|rd|th)$/.test(after.lower)) return { value, ordinal: true, strong: true, next: next + 1 };
  for (let scale = SCALES.get(after?.lower ?? ''); scale !== undefined; scale = SCALES.get(words[next]?.lower ?? '')) {
    if (words[next]?.lower === 'k' && !words[next]?.glued) break;
    value *= scale;
    next++;
  }
  if (after?.glued && /^[MBGT]i?$/.test(after.raw)) { value *= after.raw === 'M' ? 1e6 : 1e9; next++; }
  // "2FA", "0xFF", "4x4": a name, not an amount.
  const named = next === place + 1 && after?.glued === true && after.kind === 'word' && !unitOf(after.lower) && words[place]?.end === after.start;
  const fraction = fractionAt(words, next);
  if (fraction) return { value: value / fraction.parts, ordinal: false, strong: true, next: fraction.next };
  const plus = andAHalf(words, next);
  return { value: value + plus, face: face + plus, ordinal: false, strong: !named, next: plus ? next + 3 : next };
}

/** `1,000` is a thousand, `1,5` one and a half, `1.000.000` a million, `10 000` ten thousand. */
function toNumber(raw: string): number {
  const plain = raw.replace(/[ \u00A0\u202F']/gu, '');
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(plain)) return Number(plain.replaceAll(',', ''));
  if (/^\d{1,3}(?:\.\d{3}){2,}$/.test(plain)) return Number(plain.replaceAll('.', ''));
  return Number(plain.replace(',', '.'));
}

/** `twenty-five`, `two hundred and fifty thousand`, `a dozen`, `third`. */
function inWords(words: readonly Token[], place: number): Read | undefined {
  const first = words[place];
  if (first === undefined || first.kind !== 'word') return undefined;
  const roman = first.raw.length > 1 && !first.opens ? romanNumeral(first.raw) : undefined;
  if (roman !== undefined) return { value: roman, ordinal: false, strong: true, next: place + 1 };
  let next = place;
  let sum = 0;
  let group = 0;
  let seen = 0;
  let strong = false;
  for (; next < words.length; next++) {
    const word = words[next]?.lower ?? '';
    const number = numberWord(word);
    const scale = word === 'k' ? undefined : SCALES.get(word);
    if (number && (seen === 0 || group % 100 === 0 || (group % 100 >= 20 && group % 10 === 0 && number.value < 10))) {
      group += number.value;
      strong ||= number.strong || seen > 0;
      seen++;
      // "the second king", not "a second later".
      const counted = strong || (number.value === 2 && words[place - 1]?.lower === 'the');
      if (number.ordinal) return { value: sum + group, ordinal: true, strong: counted, next: next + 1 };
    } else if (scale !== undefined && (seen > 0 || next === place || LOOSE.get(words[next - 1]?.lower ?? '') === 1)) {
      if (scale === 100 || scale === 12) group = (group || 1) * scale;
      else { sum += (group || 1) * scale; group = 0; }
      strong = true;
      seen++;
    } else if (!(word === 'and' && seen > 0 && SCALES.has(words[next - 1]?.lower ?? '') && numberWord(words[next + 1]?.lower ?? ''))) break;
  }
  if (seen > 0) {
    const fraction = fractionAt(words, next);
    if (fraction) return { value: (sum + group) / fraction.parts, ordinal: false, strong, next: fraction.next };
    const plus = andAHalf(words, next);
    return { value: sum + group + plus, ordinal: false, strong: strong || plus > 0, next: plus ? next + 3 : next };
  }
  const loose = LOOSE.get(first.lower);
  if (loose === undefined) return undefined;
  const part = first.lower === 'half' || first.lower === 'quarter';
  if (part && words[place + 1]?.lower === 'dozen') return { value: loose * 12, ordinal: false, strong: true, next: place + 2 };
  if (part) {
    // "half an hour", "quarter of a year"
    const of = words[place + 1]?.lower === 'of' ? place + 2 : place + 1;
    const spans = /^(?:an?|one)$/.test(words[of]?.lower ?? '') && unitOf(words[of + 1]?.lower ?? '');
    return { value: loose, ordinal: false, strong: Boolean(spans), next: spans ? of + 1 : place + 1 };
  }
  const half = loose === 1 && /^(?:half|quarter|couple|pair|dozen)$/.test(words[place + 1]?.lower ?? '');
  return half ? undefined : { value: loose, ordinal: false, strong: false, next: place + 1 };
}

const PARTS = new Map([['halves', 2], ['thirds', 3], ['quarters', 4], ['fourths', 4], ['fifths', 5], ['sixths', 6], ['eighths', 8], ['tenths', 10], ['hundredths', 100]]);

/** `quarters of an hour` behind a number. */
function fractionAt(words: readonly Token[], place: number): { parts: number; next: number } | undefined {
  const parts = PARTS.get(words[place]?.lower ?? '');
  if (parts === undefined) return undefined;
  const of = words[place + 1]?.lower === 'of' && /^(?:an?|one)$/.test(words[place + 2]?.lower ?? '');
  return { parts, next: of ? place + 3 : place + 1 };
}

/** 0.5 where `and a half` follows. */
function andAHalf(words: readonly Token[], place: number): number {
  return words[place]?.lower === 'and' && words[place + 1]?.lower === 'a' && words[place + 2]?.lower === 'half' ? 0.5 : 0;
}

/** The unit before (`$5`) or after (`5 km`, `5-minute`, `20 degrees Celsius`) the number at `place`. */
function unitAt(text: ReadText, place: number, next: number): { unit: Unit | undefined; after: number } {
  const { words } = text;
  const first = words[place];
  const lastWord = words[next - 1];
  const sign = first && /[$€£¥₹₩₽₿]/u.exec(text.text.slice(Math.max(0, first.start - 2), first.start))?.[0];
  if (sign) return { unit: unitOf(sign), after: next };
  const tail = lastWord ? text.text.slice(lastWord.end, lastWord.end + 3) : '';
  if (/^\s?%/u.test(tail)) return { unit: unitOf('%'), after: next };
  const degree = /^\s?°\s?([CFKcfk])?/u.exec(tail);
  if (degree) return { unit: unitOf(degree[1] ? `°${degree[1].toLowerCase()}` : 'degree'), after: degree[1] ? next + 1 : next };
  const word = words[next];
  if (!word || word.kind !== 'word') return { unit: undefined, after: next };
  if (word.lower === 'degrees' || word.lower === 'degree') {
    const scale = words[next + 1];
    const found = scale && (unitOf(scale.lower) ?? (/^[CFK]$/.test(scale.raw) ? unitOf(`°${scale.lower}`) : undefined));
    return found?.dimension === 'temperature' ? { unit: found, after: next + 2 } : { unit: unitOf('degree'), after: next + 1 };
  }
  if (word.glued && /^[CF]$/.test(word.raw)) return { unit: unitOf(`°${word.lower}`), after: next + 1 };
  if ((word.lower === 'per') && words[next + 1]?.lower === 'cent') return { unit: unitOf('%'), after: next + 2 };
  const two = words[next + 1];
  if (/^(?:square|cubic|nautical|light|fluid|fl|sq)$/.test(word.lower) && two) {
    const joined = unitOf(word.lower === 'fluid' || word.lower === 'fl' ? 'fl-oz' : (word.lower === 'sq' ? 'square' : word.lower) + two.lower);
    if (joined) return { unit: joined, after: next + 2 };
  }
  if (two && /^(?:hours?|hrs?)$/.test(two.lower)) {
    const joined = unitOf(word.lower + 'hour');
    if (joined) return { unit: joined, after: next + 2 };
  }
  // "5 km/h", "100 Mbit/s"
  if (two && text.text.slice(word.end, two.start) === '/') {
    const rate = unitOf(`${word.lower}/${two.lower}`);
    if (rate) return { unit: rate, after: next + 2 };
  }
  const unit = unitOf(word.lower);
  const power = /^[²³]/u.exec(text.text.slice(word.end, word.end + 1))?.[0];
  if (power && unit) return { unit: unitOf((power === '²' ? 'square' : 'cubic') + unit.name), after: next + 1 };
  // A single letter is a unit only where it touches the number.
  if (unit && word.lower.length === 1 && !word.glued && !/^[gmlhWVL]$/.test(word.raw)) return { unit: undefined, after: next };
  return { unit, after: unit ? next + 1 : next };
}
