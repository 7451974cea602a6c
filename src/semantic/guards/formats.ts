import { difference } from '../text/difference.ts';
import { numberWord } from '../text/number-words.ts';
import type { ReadText } from '../text/read-text.ts';
import { AUDIENCES, FORMATS, LANGUAGES, TONES } from './format-words.ts';
import type { Guard } from './guard.ts';
import { unlike } from './sets.ts';

/** From this share of common words on, a format that only one text asks for is a difference between them. */
const CLOSE = 0.6;

/** The answer is wanted in another language, form, tone, or for other readers: as JSON and as a table, in French and in German. */
export const formats: Guard = {
  name: 'formats',
  veto(a, b) {
    for (const facet of FACETS) {
      const ofA = a.look(facet.reader);
      const ofB = b.look(facet.reader);
      const [one, other] = unlike(ofA, ofB) ?? [];
      if (one !== undefined && other !== undefined && !facet.mentions(b, one) && !facet.mentions(a, other)) return `${one} against ${other}`;
    }
    const { closeness, changes } = difference(a, b);
    if (closeness < CLOSE || changes.length > 2 || changes.some((change) => change.a.length + change.b.length > 4)) return undefined;
    for (const facet of FACETS) {
      const ofA = a.look(facet.reader);
      const ofB = b.look(facet.reader);
      if ((ofA.size === 0) === (ofB.size === 0)) continue;
      const [alone] = ofA.size > 0 ? ofA : ofB;
      if (alone !== undefined && !facet.mentions(ofA.size > 0 ? b : a, alone)) return `${alone} in one text only`;
    }
    return undefined;
  },
};

interface Facet {
  reader: (text: ReadText) => ReadonlySet<string>;
  /** The text has the word in another role: it may well ask for the same. */
  mentions: (text: ReadText, value: string) => boolean;
}

function mentionOf(names: ReadonlyMap<string, string>): Facet['mentions'] {
  return (text, value) => text.words.some((word) => names.get(word.lower) === value || names.get(word.stem) === value);
}

/** `in French`, `into French`, `to French`, `French translation`, `French for`. */
function languages(text: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  const { words } = text;
  words.forEach((word, i) => {
    const language = LANGUAGES.get(word.lower);
    if (language === undefined) return;
    const before = words[i - 1]?.lower ?? '';
    const after = words[i + 1]?.lower ?? '';
    const noun = after === '' || words[i + 1]?.opens || text.text.slice(word.end).trimStart().search(/[.,;:!?)]/) === 0 || !/^[a-z]/.test(after)
      || /^(?:and|or|please|pls|for|with|what|how|the|to|of|word|translation|version|using|about|on|explaining|that|saying)$/.test(after);
    if (noun && /^(?:in|into|to)$/.test(before)) found.add(language);
    else if (/^(?:translation|version)$/.test(after) || before === 'translate') found.add(language);
  });
  return found;
}

/** `as JSON`, `in a table`, `JSON only`, `bullet points`. */
function forms(text: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  const { words } = text;
  words.forEach((word, i) => {
    const two = FORMATS.get(`${words[i - 1]?.lower} ${word.lower}`);
    const form = two ?? FORMATS.get(word.lower);
    if (form === undefined) return;
    const at = two === undefined ? i : i - 1;
    const before = [words[at - 1]?.lower, words[at - 2]?.lower, words[at - 3]?.lower];
    const asked = before[0] === 'as' || before[0] === 'in' || ((before[1] === 'as' || before[1] === 'in') && /^(?:an?|valid|short|numbered|plain)$/.test(before[0] ?? ''))
      || (before[2] === 'as' && before[1] === 'a') || /^(?:format|only|output|please|pls)$/.test(words[i + 1]?.lower ?? '');
    if (asked) found.add(form);
  });
  return found;
}

/** `for a five-year-old`, `to a child`, `for beginners`. */
function audiences(text: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  const { words } = text;
  words.forEach((word, i) => {
    const audience = AUDIENCES.get(word.stem) ?? AUDIENCES.get(word.lower);
    if (audience === undefined) return;
    const before = words.slice(Math.max(0, i - 4), i).map((one) => one.lower);
    if (before.some((one) => one === 'for' || one === 'to' || one === 'like')) found.add(audience);
  });
  return found;
}

function tones(text: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  text.words.forEach((word, i) => {
    const tone = TONES.get(word.lower);
    if (tone !== undefined && text.words[i - 1]?.lower !== 'user' && text.words[i - 1]?.lower !== 'being') found.add(tone);
  });
  return found;
}

/** `in three sentences` and `in three paragraphs`: what the length is counted in. The number is the guard for numbers' own. */
function lengths(text: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  text.words.forEach((word, i) => {
    const before = text.words[i - 1];
    const counted = /^(?:sentenc|paragraph|lin|pag|stanza|slid|chapter)$/.test(word.stem) && (before?.kind === 'number' || numberWord(before?.lower ?? ''));
    if (counted && /^(?:in|within|under)$/.test(text.words[i - 2]?.lower ?? '')) found.add(word.stem);
  });
  return found;
}

const FACETS: readonly Facet[] = [
  { reader: languages, mentions: mentionOf(LANGUAGES) },
  { reader: forms, mentions: mentionOf(FORMATS) },
  { reader: audiences, mentions: mentionOf(AUDIENCES) },
  { reader: tones, mentions: mentionOf(TONES) },
  { reader: lengths, mentions: (text, value) => text.stems.has(value) },
];
