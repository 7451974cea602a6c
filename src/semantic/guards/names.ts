import { closenessBut, difference } from '../text/difference.ts';
import type { ReadText } from '../text/read-text.ts';
import { standsIn } from '../text/stands-in.ts';
import type { Token } from '../text/tokens.ts';
import type { Guard } from './guard.ts';
import { CATEGORIES, isOrdinary, knownName } from './known-names.ts';

/** From this share of common words on, a name that only one text has is a difference between them. */
const CLOSE = 0.8;
/** Below this share of common words, names of one kind are not held against each other. */
const RELATED = 0.25;
/** The same for names of which the kind is not known, in each other's place. */
const IN_PLACE = 0.7;

/** Names that differ: Java and JavaScript, Paris and Rome, Anna and Otto. Not US and United States, js and JavaScript. */
export const names: Guard = {
  name: 'names',
  veto(a, b) {
    const ofA = a.look(known);
    const ofB = b.look(known);
    const { closeness, changes } = difference(a, b);
    const cased = changes.length === 0 || (closeness >= CLOSE && a.look(hasCase) && b.look(hasCase));
    const told = cased ? toldByCase(a, b) ?? toldByCase(b, a) : undefined;
    if (told !== undefined) return told;
    if (closeness >= RELATED) {
      for (const category of CATEGORIES) {
        const onlyA = ofA.filter((name) => name.category === category && !ofB.some((other) => other.id === name.id) && !says(b, name));
        const onlyB = ofB.filter((name) => name.category === category && !ofA.some((other) => other.id === name.id) && !says(a, name));
        if (onlyA[0] && onlyB[0]) return `${onlyA[0].shown} against ${onlyB[0].shown}`;
      }
    }
    for (const change of closenessBut(a, b, 1) < IN_PLACE ? [] : changes) {
      const one = change.a.find((word) => isName(a, word) && isForeign(word, b));
      const other = change.b.find((word) => isName(b, word) && isForeign(word, a));
      if (one && other && change.a.length <= 2 && change.b.length <= 2) return `${one.raw} against ${other.raw}`;
    }
    const [only] = changes;
    if (changes.length !== 1 || only === undefined || closeness < CLOSE || (only.a.length > 0 && only.b.length > 0)) return undefined;
    const [text, other, added] = only.a.length > 0 ? [a, b, only.a] : [b, a, only.b];
    const alone = added.length <= 2 ? added.find((word) => isName(text, word) && isForeign(word, other)) : undefined;
    return alone && `${alone.raw} in one text only`;
  },
};

/** Names that are ordinary words but for their capitals. A judge that does not see case takes them for these. */
const BY_CASE = new Set(['us', 'it', 'who', 'aids', 'ice']);

/** "US" in the one text, and only "us" in the other. */
function toldByCase(a: ReadText, b: ReadText): string | undefined {
  if (a.text === a.text.toUpperCase() || b.text === b.text.toUpperCase()) return undefined;
  const name = a.look(capitals).find((word) => !b.look(capitals).includes(word) && b.words.some(({ raw }) => raw.toLowerCase() === word));
  return name && `${name.toUpperCase()} against ${name}`;
}

/** Whoever writes no capital at all may mean a name all the same. */
function hasCase({ text }: ReadText): boolean {
  return text !== text.toLowerCase();
}

/** Those words that are names here. */
function capitals(text: ReadText): readonly string[] {
  return text.words.filter(({ raw, lower }) => BY_CASE.has(lower) && raw.replaceAll('.', '') === lower.toUpperCase()).map(({ lower }) => lower);
}

interface Known { readonly id: string; readonly category: string; readonly shown: string }

function known(text: ReadText): readonly Known[] {
  const found: Known[] = [];
  const { words } = text;
  for (let i = 0; i < words.length; i++) {
    const [one, two] = [words[i]!, words[i + 1]];
    const joined = two && knownName(`${one.lower} ${two.lower}`, one.raw !== one.lower);
    const name = joined ?? knownName(one.lower, one.raw !== one.lower && !one.opens || one.raw.length > 1 && one.raw === one.raw.toUpperCase() && one.raw !== one.lower);
    if (name) found.push({ ...name, shown: joined && two ? `${one.raw} ${two.raw}` : one.raw });
    if (joined) i++;
  }
  return found;
}

function says(text: ReadText, name: Known): boolean {
  // "German customs" and "customs in Germany".
  if (name.category === 'language' && text.words.some((word) => word.lower.startsWith(name.id.slice(0, 4)))) return true;
  return text.stems.has(name.shown.toLowerCase()) || standsIn(text.text.toLowerCase(), name.shown.toLowerCase());
}

/** A capital letter where none is due, in a text that does not capitalise every word. */
function isName(text: ReadText, word: Token): boolean {
  if (word.kind !== 'word' || word.raw.length < 2 || word.opens || isOrdinary(word.lower)) return knownName(word.lower, word.raw !== word.lower) !== undefined;
  return /^\p{Lu}/u.test(word.raw) && !text.look(isTitle) || knownName(word.lower, word.raw !== word.lower) !== undefined;
}

function isTitle(text: ReadText): boolean {
  const words = text.words.filter((word) => word.kind === 'word' && word.raw.length > 3);
  return words.filter((word) => /^\p{Lu}/u.test(word.raw)).length > 0.7 * words.length && words.length > 3;
}

/** The other text does not have the name: not in lower case, not as a part of a word, not as initials or written out. */
function isForeign(word: Token, text: ReadText): boolean {
  const name = knownName(word.lower, true);
  if (name && text.look(known).some((other) => other.id === name.id)) return false;
  if (text.stems.has(word.stem) || text.text.toLowerCase().includes(word.lower)) return false;
  const letters = word.lower.slice(0, 4);
  if (letters.length >= 3 && text.words.some((other) => other.lower.startsWith(letters))) return false;
  // "EU" and "European Union", "SLA" and "service level agreement".
  const initials = text.look(initialsOf);
  if (word.raw === word.raw.toUpperCase()) return !initials.includes(word.lower);
  return !text.words.some((other) => other.raw.length > 1 && other.raw === other.raw.toUpperCase() && other.lower.startsWith(word.lower[0] ?? ' '));
}

function initialsOf(text: ReadText): string {
  return text.words.map((word) => word.lower[0] ?? '').join('');
}
