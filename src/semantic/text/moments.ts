import type { ReadText } from './read-text.ts';
import type { Token } from './tokens.ts';

/** The dates and times that a text names, by part. Strings are what the log shows. */
export interface Moments {
  readonly years: ReadonlySet<number>;
  readonly decades: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Minutes since midnight. A time without `am` or `pm` such as `6 o'clock` may stand for two. */
  readonly clocks: readonly (readonly number[])[];
  /** Day and month of a date of which the order is not known (`3/4/2024`), as `min-max`. */
  readonly unsure: ReadonlySet<string>;
  /** Places in `words` that have been read as a part of a date or time, and are no plain number. */
  readonly used: ReadonlySet<number>;
}

const MONTHS = new Map('january:1 jan:1 february:2 feb:2 march:3 mar:3 april:4 apr:4 may:5 june:6 jun:6 july:7 jul:7 august:8 aug:8 september:9 sep:9 sept:9 october:10 oct:10 november:11 nov:11 december:12 dec:12'
  .split(' ').map((pair) => pair.split(':')).map(([word = '', n]) => [word, Number(n)]));
const WEEKDAYS = new Map('monday:1 mon:1 mondays:1 tuesday:2 tue:2 tues:2 tuesdays:2 wednesday:3 wed:3 wednesdays:3 thursday:4 thu:4 thurs:4 thursdays:4 friday:5 fri:5 fridays:5 saturday:6 sat:6 saturdays:6 sunday:7 sundays:7'
  .split(' ').map((pair) => pair.split(':')).map(([word = '', n]) => [word, Number(n)]));
const DECADES = new Map('twenties:20 thirties:30 forties:40 fifties:50 sixties:60 seventies:70 eighties:80 nineties:90'
  .split(' ').map((pair) => pair.split(':')).map(([word = '', n]) => [word, Number(n)]));
/** Month and weekday names that are other words too in lower case, or without a number beside them. */
const DOUBTFUL = new Set(['may', 'march', 'mar', 'sun', 'sat', 'mon', 'wed', 'august', 'dec', 'jan', 'sep', 'apr']);
const DIGITS = /^\d+$/;

/** Reads the dates and times of a text. */
export function moments(text: ReadText): Moments {
  const found = {
    years: new Set<number>(), decades: new Set<number>(), months: new Set<number>(), days: new Set<number>(), weekdays: new Set<number>(),
    clocks: [] as number[][], unsure: new Set<string>(), used: new Set<number>(),
  };
  const { words } = text;
  words.forEach((word, i) => {
    const before = words[i - 1];
    const after = words[i + 1];
    if (word.kind === 'date') { wholeDate(word.raw, found); found.used.add(i); return; }
    if (word.kind === 'clock') { clock(word, i, words, found); return; }
    if (word.kind === 'number' && DIGITS.test(word.raw)) {
      const value = Number(word.raw);
      if (isHalfDay(after)) { hour(value, 0, after?.lower ?? '', found.clocks); found.used.add(i).add(i + 1); }
      else if (after?.lower === "o'clock" || after?.lower === 'oclock') { hour(value, 0, dayPart(words, i + 1), found.clocks); found.used.add(i); }
      else if (after?.glued && after.lower === 's' && value % 10 === 0 && (value < 100 ? value >= 20 : value >= 1000 && value < 2100)) {
        found.decades.add(value % 100 === 0 && value > 100 ? value : value > 100 ? value : 1900 + value); found.used.add(i);
      } else if (word.raw.length === 4 && value >= 1400 && value < 2100 && !isMoney(text, word)) { found.years.add(value); found.used.add(i); }
      else if (/^'\d\d/.test(text.text.slice(word.start - 1, word.end)) && value >= 20) { found.decades.add(1900 + value); found.used.add(i); }
      return;
    }
    const month = MONTHS.get(word.lower);
    if (month !== undefined) {
      const day = dayBeside(words, i);
      if (day === undefined && DOUBTFUL.has(word.lower) && (word.raw === word.lower || word.opens) && !isYear(after) && !/^(?:in|by|since|until|till|mid|early|late|of|from|next|last|this)$/.test(before?.lower ?? '')) return;
      found.months.add(month);
      if (day) { found.days.add(day.value); day.places.forEach((place) => found.used.add(place)); }
      return;
    }
    const weekday = WEEKDAYS.get(word.lower);
    if (weekday !== undefined && !(DOUBTFUL.has(word.lower) && word.raw === word.lower && before?.lower !== 'on')) found.weekdays.add(weekday);
    const decade = DECADES.get(word.lower);
    if (decade !== undefined) found.decades.add(1900 + decade);
    if (word.lower === 'noon' || word.lower === 'midday') found.clocks.push([720]);
    if (word.lower === 'midnight') found.clocks.push([0]);
  });
  return found;
}

function isYear(word: Token | undefined): boolean {
  return word?.kind === 'number' && /^(?:1[4-9]|20)\d\d$/.test(word.raw);
}

function isHalfDay(word: Token | undefined): boolean {
  return word?.lower === 'am' || word?.lower === 'pm';
}

function isMoney(text: ReadText, word: Token): boolean {
  return /[$€£¥₹]\s?$/u.test(text.text.slice(Math.max(0, word.start - 2), word.start));
}

/** `14 March`, `14th of March`, `March 14`, `March the 14th`. */
function dayBeside(words: readonly Token[], month: number): { value: number; places: number[] } | undefined {
  for (const step of [-1, 1]) {
    let place = month + step;
    const places: number[] = [];
    while (['of', 'the', 'st', 'nd', 'rd', 'th'].includes(words[place]?.lower ?? '')) { places.push(place); place += step; }
    const word = words[place];
    const value = word?.kind === 'number' && DIGITS.test(word.raw) ? Number(word.raw) : 0;
    if (value >= 1 && value <= 31) {
      if (/^(?:st|nd|rd|th)$/.test(words[place + 1]?.lower ?? '')) places.push(place + 1);
      return { value, places: [...places, place] };
    }
  }
  return undefined;
}

type Found = { years: Set<number>; months: Set<number>; days: Set<number>; unsure: Set<string>; clocks: number[][]; used: Set<number> };

function wholeDate(raw: string, found: Found): void {
  const parts = raw.split(/[-./]/).map(Number);
  const [one = 0, two = 0, three = 0] = parts;
  if (raw.includes('-')) { found.years.add(one); found.months.add(two); found.days.add(three); return; }
  found.years.add(three < 100 ? 2000 + three : three);
  if (raw.includes('.') || one > 12) { found.days.add(one); found.months.add(two); }
  else if (two > 12) { found.days.add(two); found.months.add(one); }
  else found.unsure.add(`${Math.min(one, two)}-${Math.max(one, two)}`);
}

function clock(word: Token, place: number, words: readonly Token[], found: Found): void {
  const [hours = 0, minutes = 0] = word.raw.split(':').map(Number);
  const after = words[place + 1];
  found.used.add(place);
  if (isHalfDay(after)) found.used.add(place + 1);
  if (hours < 24) hour(hours, minutes, isHalfDay(after) ? after?.lower ?? '' : hours > 12 ? '' : dayPart(words, place), found.clocks);
}

/** `in the morning`, `at night` within the next three words. */
function dayPart(words: readonly Token[], place: number): string {
  for (const word of words.slice(place + 1, place + 4)) {
    if (word.lower === 'morning') return 'am';
    if (/^(?:afternoon|evening|night|tonight)$/.test(word.lower)) return 'pm';
  }
  return '';
}

function hour(hours: number, minutes: number, half: string, clocks: number[][]): void {
  const at = (hours % 12) * 60 + minutes;
  if (half === 'am') clocks.push([at]);
  else if (half === 'pm') clocks.push([at + 720]);
  else clocks.push(hours >= 13 ? [hours * 60 + minutes] : [at, at + 720]);
}
