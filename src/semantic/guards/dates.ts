import { difference } from '../text/difference.ts';
import { type Moments, moments } from '../text/moments.ts';
import type { ReadText } from '../text/read-text.ts';
import { quantities } from '../text/quantities.ts';
import type { Guard } from './guard.ts';
import { onlyIn, unlike } from './sets.ts';
import { DAY_PARTS, RELATIVE } from './time-words.ts';

/** From this share of common words on, a year that only one text names is a difference between them. */
const CLOSE = 0.66;
/** Below this share of common words, several times of day or a word such as "tomorrow" are not held against each other. */
const RELATED = 0.4;

/** Dates and times that differ: another year, month, day, weekday, time of day; yesterday and tomorrow. Not 3 pm and 15:00. */
export const dates: Guard = {
  name: 'dates',
  veto(a, b) {
    const ofA = a.look(moments);
    const ofB = b.look(moments);
    return parts(ofA, ofB, a, b) ?? clocks(ofA, ofB, difference(a, b).closeness) ?? relative(a, b) ?? yearAlone(a, b, ofA, ofB);
  },
};

function parts(a: Moments, b: Moments, textA: ReadText, textB: ReadText): string | undefined {
  const years = unlike(a.years, b.years);
  if (years && !has(textB, years[0]) && !has(textA, years[1])) return `${years[0]} against ${years[1]}`;
  const decades = unlike(a.decades, b.decades);
  if (decades) return `the ${decades[0]}s against the ${decades[1]}s`;
  // A date of which the order is not known names neither its month nor its day.
  if (a.unsure.size + b.unsure.size > 0) {
    const dated = unlike(pairs(a), pairs(b));
    return dated && `${dated[0]} against ${dated[1]} (day and month)`;
  }
  const months = a.months.size === b.months.size ? unlike(a.months, b.months) : undefined;
  if (months) return `month ${months[0]} against ${months[1]}`;
  const days = unlike(a.days, b.days);
  if (days && !has(textB, days[0]) && !has(textA, days[1])) return `day ${days[0]} against ${days[1]}`;
  const weekdays = a.weekdays.size === b.weekdays.size ? unlike(a.weekdays, b.weekdays) : undefined;
  return weekdays && `weekday ${weekdays[0]} against ${weekdays[1]}`;
}

/** The number stands in the text as a plain one. */
function has(text: ReadText, value: number): boolean {
  return text.look(quantities).some((one) => one.value === value) || text.look(moments).days.has(value);
}

function pairs(of: Moments): ReadonlySet<string> {
  const found = new Set(of.unsure);
  for (const month of of.months) for (const day of of.days) found.add(`${Math.min(month, day)}-${Math.max(month, day)}`);
  return found;
}

function clocks(a: Moments, b: Moments, closeness: number): string | undefined {
  if (a.clocks.length !== b.clocks.length || (closeness < RELATED && a.clocks.length !== 1)) return undefined;
  const missing = (of: Moments, others: Moments): readonly number[] | undefined =>
    of.clocks.find((one) => !others.clocks.some((other) => other.some((minute) => one.includes(minute))));
  const one = a.clocks.length > 0 && b.clocks.length > 0 ? missing(a, b) : undefined;
  const other = one && missing(b, a);
  if (!one || !other) return undefined;
  const shown = (minutes = 0): string => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return `${shown(one[0])} against ${shown(other[0])}`;
}

function relative(a: ReadText, b: ReadText): string | undefined {
  const { closeness } = difference(a, b);
  if (closeness < RELATED) return undefined;
  const daysA = a.look(relativeDays);
  const daysB = b.look(relativeDays);
  const days = daysA.size === 1 && daysB.size === 1 ? unlike(daysA, daysB) : undefined;
  if (days && sameSpan(...days)) return `${days[0]} against ${days[1]}`;
  const times = unlike(a.look(dayParts), b.look(dayParts));
  return times && a.look(moments).clocks.length + b.look(moments).clocks.length === 0 ? `${times[0]} against ${times[1]}` : undefined;
}

/** "last week" and "next week", "today" and "tomorrow"; not "today" and "this month", which may be said of the same time. */
function sameSpan(one: string, other: string): boolean {
  const span = (day: string): string => day.split(' ')[1] ?? 'day';
  return span(one) === span(other);
}

function relativeDays(text: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  text.words.forEach((word, i) => {
    const day = RELATIVE.get(word.lower) ?? RELATIVE.get(`${word.lower} ${text.words[i + 1]?.lower}`);
    if (day !== undefined) found.add(day);
  });
  return found;
}

function dayParts(text: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  for (const word of text.words) {
    const part = DAY_PARTS.get(word.lower);
    if (part !== undefined) found.add(part);
  }
  return found;
}

/** "best films of 2023" against "best films": the texts differ in little else. */
function yearAlone(textA: ReadText, textB: ReadText, a: Moments, b: Moments): string | undefined {
  const [year] = [...onlyIn(a.years, b.years), ...onlyIn(b.years, a.years)];
  if (year === undefined || (a.years.size > 0 && b.years.size > 0)) return undefined;
  const { closeness, changes } = difference(textA, textB);
  const alone = closeness >= CLOSE && changes.length === 1 && changes[0]!.a.length + changes[0]!.b.length <= 2;
  return alone ? `${year} in one text only` : undefined;
}
