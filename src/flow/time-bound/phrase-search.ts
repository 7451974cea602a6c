/** Phrases as pieces of regular expressions, in lower case; a space stands for any white space. */
export interface Phrases {
  /** Found as whole words. */
  readonly spaced: readonly string[];
  /** Found anywhere. */
  readonly bare: readonly string[];
  /** Found before those of `spaced` that begin alike; they hide what is inside them. */
  readonly exceptions: readonly string[];
}

/** Letters, digits and what belongs to them: what a word does not end before. */
const WORD_CHARACTER = /[\p{L}\p{N}\p{M}_]/u;
const WORD_END = '(?![\\p{L}\\p{N}\\p{M}_=(])';

/** What joins words to names of things in programs: `node:latest`, `gpt-4o-latest`. (`today()` and `now=` are such, too.) */
const JOINTS = new Set(Array.from(':@/_-', (joint) => joint.charCodeAt(0)));

/** The first code unit of the scripts that set no spaces between words (radicals, kana, Han, Hangul). */
const UNSPACED = 0x2e80;

/** How many characters of a phrase are compared before a regular expression is tried. */
const FIRST = 8;
const SPACE = 32;

/**
 * Makes a search for the first of many phrases in a text in lower case that counts where it stands. One regular expression of them all would be tried at every
 * character; here the few phrases that begin alike are tried where a word of the text begins like them, which is ten times as fast.
 */
export function phraseSearch(phrases: Phrases): (text: string, counts: (found: string, at: number) => boolean) => string | undefined {
  const { groups, known } = byFirstLetters(phrases);

  /** The match of a phrase that begins at a place; its first group is set for an exception. */
  function phraseAt(text: string, start: number): RegExpExecArray | undefined {
    let hash = 0;
    let found: RegExpExecArray | undefined;
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      hash = mixed(hash, code);
      const here = known[hash]!;
      if (here === 0) break;
      if (here & WHOLE) {
        const group = groups.get(hash)!;
        const pattern = (group.pattern ??= patternOf(group));
        pattern.lastIndex = start;
        const match = pattern.exec(text);
        if (match?.[1] !== undefined) return match;
        found ??= match ?? undefined;
      }
      if (isSpace(code)) while (at + 1 < text.length && isSpace(text.charCodeAt(at + 1))) at++;
    }
    return found && isJoined(text, start) ? undefined : found;
  }

  return (text, counts) => {
    let inWord = false;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const isWord = code > SPACE && isWordCharacter(code);
      if (isWord && (!inWord || code >= UNSPACED)) {
        const match = phraseAt(text, at);
        if (match && match[1] === undefined && counts(match[0], at)) return match[0];
        if (match) at += match[0].length - 1;
      }
      inWord = isWord;
    }
    return undefined;
  };
}

interface Group {
  readonly spaced: string[];
  readonly bare: string[];
  readonly exceptions: string[];
  /** Made when it is first needed; most never are. */
  pattern?: RegExp;
}

/** Phrases by how they begin; `known` says of the hash of some characters whether they are how one begins, or a part of that. */
function byFirstLetters(phrases: Phrases): { groups: Map<number, Group>; known: Uint8Array } {
  const groups = new Map<number, Group>();
  const known = new Uint8Array(0x10000);
  for (const kind of ['spaced', 'bare', 'exceptions'] as const) {
    for (const phrase of phrases[kind]) {
      for (const start of new Set(startsOf(phrase))) {
        let hash = 0;
        for (let index = 0; index < start.length; index++) {
          hash = mixed(hash, start.charCodeAt(index));
          known[hash]! |= PART;
        }
        known[hash]! |= WHOLE;
        const group = groups.get(hash) ?? { spaced: [], bare: [], exceptions: [] };
        groups.set(hash, group);
        group[kind].push(phrase);
      }
    }
  }
  return { groups, known };
}

const PART = 1;
const WHOLE = 2;

/** How a phrase may begin: its letters and spaces before anything else, of each branch of a group at its start. */
function startsOf(phrase: string): string[] {
  const group = /^\(\?:([^()]*)\)/.exec(phrase);
  const branches = group ? group[1]!.split('|').map((branch) => branch + phrase.slice(group[0].length)) : [phrase];
  return branches.map((branch) => {
    const letters = /^[\p{L}\p{N}\p{M} ]*/u.exec(branch)![0];
    const fixed = /^[?*{]/.test(branch.slice(letters.length)) ? letters.slice(0, -1) : letters;
    return fixed.slice(0, FIRST);
  });
}

function patternOf({ spaced, bare, exceptions }: Group): RegExp {
  return new RegExp(`(?:(${either(exceptions)})|${either(spaced)})${WORD_END}|${either(bare)}`, 'uy');
}

function either(phrases: readonly string[]): string {
  return phrases.length === 0 ? '(?!)' : phrases.map((phrase) => phrase.replaceAll(' ', '\\s+')).join('|');
}

/** One more character in a hash; white space of any kind is the same. */
function mixed(hash: number, code: number): number {
  return (hash * 31 + (isSpace(code) ? SPACE : code)) & 0xffff;
}

function isSpace(code: number): boolean {
  return code <= SPACE || code === 0xa0 || code === 0x3000;
}

/** True for the second part of a name such as `node:latest`. */
function isJoined(text: string, at: number): boolean {
  return at > 1 && JOINTS.has(text.charCodeAt(at - 1)) && isWordCharacter(text.charCodeAt(at - 2));
}

const UNKNOWN = 0;
const NO = 1;
const YES = 2;
const wordCharacters = new Uint8Array(0x10000);

/** Whether a code unit is part of a word. Halves of surrogate pairs are not. */
function isWordCharacter(code: number): boolean {
  if (wordCharacters[code] === UNKNOWN) wordCharacters[code] = WORD_CHARACTER.test(String.fromCharCode(code)) ? YES : NO;
  return wordCharacters[code] === YES;
}
