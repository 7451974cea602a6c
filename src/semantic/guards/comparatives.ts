import { difference } from '../text/difference.ts';
import type { ReadText } from '../text/read-text.ts';
import type { Guard } from './guard.ts';
import { NEGATORS } from './negation-words.ts';
import { OPPOSITES } from './opposites.ts';

/** Comparisons that differ: "A is cheaper than B" and "B is cheaper than A", "fewer than" and "more than". Not "B is dearer than A" for the first. */
export const comparatives: Guard = {
  name: 'comparatives',
  veto(a, b) {
    const ofA = a.look(comparisons);
    const ofB = b.look(comparisons);
    for (const one of ofA) {
      for (const other of ofB) {
        const turned = meets(one.left, other.right) && meets(one.right, other.left);
        const straight = meets(one.left, other.left) && meets(one.right, other.right);
        if (turned === straight) continue;
        const opposite = opposed(one.by, other.by);
        if ((turned && one.by === other.by) || (straight && opposite)) return `${one.shown} against ${other.shown}`;
      }
    }
    return bounds(a, b);
  },
};

interface Comparison { readonly by: string; readonly left: readonly string[]; readonly right: readonly string[]; readonly shown: string }

/** Comparisons that are read from one text at most: they are compared each with each. */
const MOST = 40;

/** `X is bigger than Y`: what is compared by what with what. */
function comparisons(text: ReadText): readonly Comparison[] {
  const { words } = text;
  const found: Comparison[] = [];
  words.forEach((word, i) => {
    if (word.lower !== 'than' || found.length >= MOST) return;
    let at = i - 1;
    for (; at > Math.max(-1, i - 6); at--) if (/^(?:more|less|fewer|better|worse)$|er$/.test(words[at]?.lower ?? '')) break;
    const by = words[at]?.lower;
    if (by === undefined || at < 0) return;
    const adjective = /^(?:more|less)$/.test(by) && at + 1 < i ? `${by} ${words[at + 1]?.lower}` : by;
    const left = words.slice(Math.max(0, at - 4), at).filter((one) => text.content.has(one.stem)).map((one) => one.stem);
    const right = words.slice(i + 1, i + 5).filter((one) => text.content.has(one.stem)).map((one) => one.stem);
    // "Which is bigger than Y": nothing on the left to be turned round.
    if (left.length > 0 && right.length > 0) found.push({ by: adjective, left: left.filter((one) => !right.includes(one)), right: right.filter((one) => !left.includes(one)), shown: `${adjective} than ${words[i + 1]?.raw}` });
  });
  return found;
}

function meets(one: readonly string[], other: readonly string[]): boolean {
  return one.some((word) => other.includes(word));
}

function opposed(one: string, other: string): boolean {
  const [moreA, restA] = one.split(' ');
  const [moreB, restB] = other.split(' ');
  if (restA !== undefined && restA === restB) return moreA !== moreB;
  return areOpposites(one, other);
}

function areOpposites(one: string, other: string): boolean {
  const sides = OPPOSITES.get(`=${other}`) ?? [];
  return (OPPOSITES.get(`=${one}`) ?? []).some(({ pair, side }) => sides.some((candidate) => candidate.pair === pair && candidate.side !== side));
}

/** Words that set an upper or a lower bound to the number behind them. */
const BOUNDS: readonly [pattern: RegExp, bound: 'at least' | 'at most'][] = [
  [/^(?:at least|no less than|not less than|no fewer than|more than|over|above|minimum of|a minimum of|greater than|upwards of|or more|older than|longer than)$/, 'at least'],
  [/^(?:at most|no more than|not more than|less than|fewer than|under|below|up to|maximum of|a maximum of|smaller than|or less|or fewer|younger than|shorter than)$/, 'at most'],
];

/** "under 50 euros" and "over 50 euros": the same number, bounded from the other side. */
function bounds(a: ReadText, b: ReadText): string | undefined {
  const ofA = a.look(boundsOf);
  if (ofA.size === 0) return undefined;
  const ofB = b.look(boundsOf);
  if (difference(a, b).closeness < 0.4) return undefined;
  for (const [number, bound] of ofA) {
    const other = ofB.get(number);
    if (other !== undefined && other !== bound) return `${bound} ${number} against ${other} ${number}`;
  }
  return undefined;
}

function boundsOf(text: ReadText): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const { words } = text;
  words.forEach((word, i) => {
    if (word.kind !== 'number') return;
    const around = [1, 2, 3].map((length) => words.slice(Math.max(0, i - length), i).map((one) => one.lower).join(' '));
    const behind = [1, 2].map((from) => words.slice(i + from, i + from + 2).map((one) => one.lower).join(' '));
    // The longest phrase first: "no more than" is not "more than".
    const match = [...behind, ...around.reverse()].map((phrase) => BOUNDS.find(([pattern]) => pattern.test(phrase))).find((one) => one !== undefined);
    if (!match) return;
    // "no longer than", "never above", "can't use more than": the other way round.
    const denied = words.slice(Math.max(0, i - 8), i).some((one) => NEGATORS.has(one.lower) || one.lower.endsWith("n't") || one.lower === 'against');
    if (!denied) found.set(word.raw.replaceAll(',', ''), match[1]);
  });
  return found;
}
