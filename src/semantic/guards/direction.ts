import { difference } from '../text/difference.ts';
import type { ReadText } from '../text/read-text.ts';
import { stem } from '../text/stem.ts';
import type { Token } from '../text/tokens.ts';
import type { Guard } from './guard.ts';

/** Below this share of common words, an order is not held against another. */
const RELATED = 0.5;

/** Order and direction turned round: A to B and B to A, from X to Y, X into Y, X before Y, and two words that change places. */
export const direction: Guard = {
  name: 'direction',
  veto(a, b) {
    const ofA = a.look(directed);
    const ofB = b.look(directed);
    const related = difference(a, b).closeness >= RELATED && !a.look(tellsApart) && !b.look(tellsApart);
    for (const one of related ? ofA : []) {
      const turned = ofB.find((other) => isTurned(one, other) && !ofA.some((again) => isStraight(again, other)));
      if (turned && !ofB.some((other) => isStraight(one, other))) return `${shown(one.from)} ${one.kind} ${shown(one.to)} turned round`;
    }
    return related ? (swapped(a, b) ?? aboutMe(a, b)) : undefined;
  },
};

/** "Tell A from B", "how far is A from B", "stop A from": no order. */
function tellsApart(text: ReadText): boolean {
  return text.words.some((word) => APART.has(word.stem));
}

const APART = new Set(['tell', 'distinguish', 'differ', 'different', 'difference', 'differentiat', 'distanc', 'far', 'stop', 'prevent', 'keep', 'separat', 'compar', 'know', 'relat', 'similar', 'equal', 'answer', 'connect'].flatMap((word) => [word, stem(word)]));

function isTurned(one: Directed, other: Directed): boolean {
  return one.kind === other.kind && meets(one.from, other.to) && meets(one.to, other.from) && !meets(one.from, other.from) && !meets(one.to, other.to);
}

function isStraight(one: Directed, other: Directed): boolean {
  return one.kind === other.kind && meets(one.from, other.from) && meets(one.to, other.to);
}

interface Directed { readonly kind: 'to' | 'before'; readonly from: readonly Token[]; readonly to: readonly Token[] }

const TO = new Set(['to', 'into', '→', '->', 'towards', 'onto']);
const FROM = new Set(['from', 'off']);

/** Orders that are read from one text at most: they are compared each with each. */
const MOST = 100;

/** The pairs that a text puts in an order: what a word such as `to`, `into`, `from`, `before`, `after` stands between. */
function directed(text: ReadText): readonly Directed[] {
  const found: Directed[] = [];
  const { words } = text;
  words.forEach((word, i) => {
    if (found.length >= MOST) return;
    const left = nouns(words, i, -1);
    const right = nouns(words, i, 1);
    if (TO.has(word.lower) && left.length > 0 && right.length > 0) found.push({ kind: 'to', from: left, to: right });
    if (FROM.has(word.lower) && right.length > 0) {
      // "from X to Y" is read at its "to"; "to Y from X" and "Y from X" here.
      if (left.length > 0 && !left.includes(word)) found.push({ kind: 'to', from: right, to: left });
    }
    if (word.lower === 'before' && left.length > 0 && right.length > 0) found.push({ kind: 'before', from: left, to: right });
    if (word.lower === 'after' && left.length > 0 && right.length > 0) found.push({ kind: 'before', from: right, to: left });
  });
  // "JSON -> YAML", "eur → usd": an arrow is no word.
  text.tokens.forEach((token, i) => {
    const arrow = token.raw === '→' || (token.raw === '>' && text.tokens[i - 1]?.raw === '-');
    if (!arrow || found.length >= MOST) return;
    const left = text.tokens.slice(Math.max(0, i - 3), i).findLast((one) => one.kind !== 'symbol');
    const right = text.tokens.slice(i + 1, i + 4).find((one) => one.kind !== 'symbol');
    if (left && right) found.push({ kind: 'to', from: [left], to: [right] });
  });
  return found;
}

const SKIPPED = new Set(['a', 'an', 'the', 'my', 'your', 'our', 'his', 'her', 'their', 'some', 'any', 'this', 'that', 'its']);
const ENDS = new Set(['and', 'or', 'to', 'from', 'into', 'in', 'with', 'for', 'by', 'at', 'on', 'of', 'before', 'after', 'than', 'if', 'is', 'are', 'was', 'do', 'does', 'how', 'what', 'can', 'i', 'you', 'we', 'it', 'vs', 'as', 'over', 'out', 'back', 'up']);

/** Up to two meaningful words among the five next to the place. */
function nouns(words: readonly Token[], place: number, step: 1 | -1): Token[] {
  const found: Token[] = [];
  for (let i = place + step; i >= 0 && i < words.length && Math.abs(i - place) <= 5 && found.length < 2; i += step) {
    const word = words[i];
    if (!word || ENDS.has(word.lower)) break;
    if (!SKIPPED.has(word.lower)) found.push(word);
  }
  return found;
}

function meets(one: readonly Token[], other: readonly Token[]): boolean {
  return one.some((word) => other.some((candidate) => candidate.stem === word.stem));
}

function shown(words: readonly Token[]): string {
  return words[0]?.raw ?? '';
}

/** Where these stand between two words, their order does not matter. */
const EQUALS = new Set(['and', 'or', 'vs', 'versus', 'with', '&', 'nor', 'plus', 'between', 'equal', 'equals', 'like', 'same', 'differ', 'different', 'difference', 'compare', 'compared', 'comparison', 'similar', 'both', 'marry', 'meet']);

/** The same words but for two that have changed places: "does the dog chase the cat" and "does the cat chase the dog". */
function swapped(a: ReadText, b: ReadText): string | undefined {
  if (a.words.length !== b.words.length || a.words.length < 3 || a.stems.size !== b.stems.size) return undefined;
  if (difference(a, b).closeness < 0.999) return undefined;
  const places = a.words.flatMap((word, i) => (word.stem === b.words[i]?.stem ? [] : [i]));
  if (places.length !== 2) return undefined;
  const [first = 0, second = 0] = places;
  const [one, other] = [a.words[first]!, a.words[second]!];
  if (one.stem !== b.words[second]?.stem || other.stem !== b.words[first]?.stem || second - first < 2) return undefined;
  if (!a.content.has(one.stem) || !a.content.has(other.stem)) return undefined;
  return a.words.slice(0, second).some((word) => EQUALS.has(word.lower)) ? undefined : `${one.raw} and ${other.raw} change places`;
}

/** What the one who speaks does to another, or the other way round. */
interface Deed { readonly verb: string; readonly other: string; readonly mine: boolean; readonly shown: string }

const AUXILIARIES = new Set(['can', 'could', 'will', 'would', 'should', 'may', 'might', 'must', 'has', 'have', 'had', 'did', 'does', 'do', 'still', 'also', 'really', 'always', 'just']);
/** What is done to each other by both. */
const MUTUAL = new Set(['marry', 'meet', 'match', 'date', 'divorce', 'resemble'].map(stem));

/** `I sue my landlord`, `my landlord sues me`. */
function deeds(text: ReadText): readonly Deed[] {
  const found: Deed[] = [];
  const { words } = text;
  words.forEach((word, i) => {
    if (found.length >= MOST || !text.content.has(word.stem) || MUTUAL.has(word.stem)) return;
    const by = words[AUXILIARIES.has(words[i - 1]?.lower ?? '') ? i - 2 : i - 1];
    const after = words.slice(i + 1, i + 5);
    if (by?.lower === 'i' || by?.lower === 'we') {
      const other = after.find((one, at) => text.content.has(one.stem) && /^(?:my|our|the)$/.test(after[at - 1]?.lower ?? ''));
      if (other) found.push({ verb: word.stem, other: other.stem, mine: true, shown: `${by.raw} ${word.raw}` });
    } else if (by && text.content.has(by.stem) && after.some(({ lower }) => lower === 'me' || lower === 'us')) {
      found.push({ verb: word.stem, other: by.stem, mine: false, shown: `${by.raw} ${word.raw}` });
    }
  });
  return found;
}

/** The same done by me in one text and to me in the other. */
function aboutMe(a: ReadText, b: ReadText): string | undefined {
  const [ofA, ofB] = [a.look(deeds), b.look(deeds)];
  const has = (of: readonly Deed[], { verb, other }: Deed, mine: boolean): boolean => of.some((deed) => deed.verb === verb && deed.other === other && deed.mine === mine);
  const one = ofA.find((deed) => has(ofB, deed, !deed.mine) && !has(ofB, deed, deed.mine) && !has(ofA, deed, !deed.mine));
  return one && `${one.shown} turned round`;
}
