import { type Token, tokens } from '../text/tokens.ts';

/** Words around each change that are judged with it. */
const CONTEXT = 8;
/** More places than this to look at, and the texts are not the same text with changes. */
const MOST_WINDOWS = 6;
/** Texts that share less than this of their words are rewordings, of which windows say nothing. */
const LEAST_CLOSENESS = 0.6;
/** Up to this many pairs of tokens are compared (400 by 400, some 0.3 ms). */
const MOST_PAIRS = 160_000;
/** Characters between the first and the last difference beyond which texts are not cut into tokens: that would take over a millisecond. */
const LONGEST_MIDDLE = 6000;
/** Characters that the context of a change takes at most. */
const MARGIN = 400;

/** What differs, as a pair of excerpts: from the one text and from the other, with some words around. */
export type Window = readonly [a: string, b: string];

/** A place where two lists differ: from there up to, not including, there. Either side may be empty. */
interface Gap {
  readonly a: readonly [from: number, to: number];
  readonly b: readonly [from: number, to: number];
}

/**
 * The places where two long texts differ, with eight words around each, places that touch taken together; `undefined` when the texts
 * share less than 60 % of their words in order, differ in too many places or too far apart, or only in white space, of which a judge sees
 * nothing. Unlike `difference`, which serves the guards, every token counts as it stands, punctuation included: what is overlooked
 * here is not judged at all.
 */
export function differingWindows(a: string, b: string): Window[] | undefined {
  // The longest common run is not unique: always taking the texts in one order gives the same windows from both sides.
  return a > b ? windowsOf(b, a)?.map(([x, y]) => [y, x]) : windowsOf(a, b);
}

function windowsOf(a: string, b: string): Window[] | undefined {
  const [start, tail] = sharedEnds(a, b);
  const middleA = a.slice(start, a.length - tail);
  const middleB = b.slice(start, b.length - tail);
  if (Math.max(middleA.length, middleB.length) > LONGEST_MIDDLE) return undefined;
  const x = tokens(middleA);
  const y = tokens(middleB);
  const gaps = gapsBetween(x, y);
  if (!gaps || gaps.length === 0) return undefined;
  if (closeness(gaps, x, y, countOf(a.slice(0, start)) + countOf(a.slice(a.length - tail))) < LEAST_CLOSENESS) return undefined;

  const places: Gap[] = [];
  for (const gap of gaps) {
    const around = widened(gap, x, y);
    const last = places.at(-1);
    if (last && around.a[0] <= last.a[1]) places[places.length - 1] = { a: [last.a[0], around.a[1]], b: [last.b[0], around.b[1]] };
    else places.push(around);
  }
  return places.length > MOST_WINDOWS ? undefined : places.map((place) => [excerpt(place.a, x, middleA), excerpt(place.b, y, middleB)]);
}

/** How many characters both texts begin with and end with alike, less a margin for the context, cut between words. */
function sharedEnds(a: string, b: string): [start: number, tail: number] {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let tail = 0;
  while (tail < shorter - start && a.charCodeAt(a.length - 1 - tail) === b.charCodeAt(b.length - 1 - tail)) tail++;
  const from = Math.max(0, start - MARGIN);
  const rest = Math.max(0, tail - MARGIN);
  const space = a.indexOf(' ', from);
  const lastSpace = a.lastIndexOf(' ', a.length - rest);
  return [
    from > 0 && space >= 0 && space < start ? space : from,
    rest > 0 && lastSpace > a.length - tail ? a.length - lastSpace : rest,
  ];
}

/** The share of words that both texts have in the same order, `outside` words besides those of the tokens. */
function closeness(gaps: readonly Gap[], x: readonly Token[], y: readonly Token[], outside: number): number {
  const all = 2 * outside + words(x) + words(y);
  const differing = gaps.reduce((sum, { a, b }) => sum + words(x.slice(...a)) + words(y.slice(...b)), 0);
  return all === 0 ? 0 : 1 - differing / all;
}

const words = (some: readonly Token[]): number => some.reduce((sum, { kind }) => (kind === 'symbol' ? sum : sum + 1), 0);

/** The words of a text that needs no closer look. */
const countOf = (text: string): number => text.match(/\S+/g)?.length ?? 0;

/** The gap with its context. What is around a gap is the same in both up to the next gap; beyond that each text has its own words. */
function widened({ a, b }: Gap, x: readonly Token[], y: readonly Token[]): Gap {
  return { a: [back(x, a[0]), onward(x, a[1])], b: [back(y, b[0]), onward(y, b[1])] };
}

function back(tokens: readonly Token[], from: number): number {
  let at = from;
  for (let words = 0; at > 0 && words < CONTEXT;) if (tokens[--at]?.kind !== 'symbol') words++;
  return at;
}

function onward(tokens: readonly Token[], to: number): number {
  let at = to;
  for (let words = 0; at < tokens.length && words < CONTEXT;) if (tokens[at++]?.kind !== 'symbol') words++;
  return at;
}

function excerpt([from, to]: readonly [number, number], some: readonly Token[], text: string): string {
  return from === to ? '' : text.slice(some[from]?.start, some[to - 1]?.end);
}

/** Where two lists of tokens differ, by a longest common run; `undefined` when they are too long to compare. */
function gapsBetween(x: readonly Token[], y: readonly Token[]): Gap[] | undefined {
  let from = 0;
  while (from < x.length && from < y.length && x[from]?.raw === y[from]?.raw) from++;
  let endX = x.length;
  let endY = y.length;
  while (endX > from && endY > from && x[endX - 1]?.raw === y[endY - 1]?.raw) { endX--; endY--; }
  const rows = endX - from;
  const columns = endY - from;
  if (rows * columns > MOST_PAIRS) return undefined;

  const width = columns + 1;
  const common = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    const raw = x[from + i]?.raw;
    for (let j = columns - 1; j >= 0; j--) {
      common[i * width + j] = raw === y[from + j]?.raw
        ? common[(i + 1) * width + j + 1]! + 1
        : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }

  const gaps: Gap[] = [];
  let i = 0;
  let j = 0;
  while (i < rows || j < columns) {
    const [startI, startJ] = [i, j];
    while (i < rows || j < columns) {
      if (i < rows && j < columns && x[from + i]?.raw === y[from + j]?.raw) break;
      if (j < columns && (i === rows || common[i * width + j + 1]! >= common[(i + 1) * width + j]!)) j++;
      else i++;
    }
    if (i > startI || j > startJ) gaps.push({ a: [from + startI, from + i], b: [from + startJ, from + j] });
    while (i < rows && j < columns && x[from + i]?.raw === y[from + j]?.raw) { i++; j++; }
  }
  return gaps;
}
