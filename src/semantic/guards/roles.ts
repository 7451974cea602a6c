import { closenessBut, difference } from '../text/difference.ts';
import type { ReadText } from '../text/read-text.ts';
import type { Guard } from './guard.ts';
import { KIN, PERSONS, ROLE_NOUNS } from './role-words.ts';
import { unlike } from './sets.ts';

/** Below this share of common words the persons in two texts are not compared. */
const CLOSE = 0.5;
/** The same for relatives and pronouns, of which a longer text may name many. */
const VERY_CLOSE = 0.6;

/** Who asks, and for whom, differs: my and his, I and my daughter, as a landlord and as a tenant. */
export const roles: Guard = {
  name: 'roles',
  veto(a, b) {
    const { closeness, changes } = difference(a, b);
    if (closeness < CLOSE) return undefined;
    const asA = unlike(a.look(inTheRoleOf), b.look(inTheRoleOf));
    if (asA && !b.stems.has(asA[0]) && !a.stems.has(asA[1])) return `as a ${asA[0]} against as a ${asA[1]}`;
    if (closenessBut(a, b, 1) < VERY_CLOSE || a.look(isGeneral) || b.look(isGeneral)) return undefined;
    const kin = a.look(relatives).size !== b.look(relatives).size ? undefined : unlike(a.look(relatives), b.look(relatives));
    if (kin) return `${kin[0]} against ${kin[1]}`;
    // In each other's place: "my" and "his", "I" and "my daughter".
    for (const change of changes.length <= 3 ? changes : []) {
      const one = person(change.a.map((word) => word.lower));
      const other = person(change.b.map((word) => word.lower));
      if (one && other && one !== other) return `${one} against ${other}`;
    }
    return undefined;
  },
};

/** `as a landlord`, `I am a landlord`, `you are a lawyer`. */
function inTheRoleOf(text: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  const { words } = text;
  words.forEach((word, i) => {
    if (word.lower !== 'a' && word.lower !== 'an') return;
    const before = words[i - 1]?.lower;
    const introduced = before === 'as' || before === "i'm" || before === 'im' || (before === 'am' && words[i - 2]?.lower === 'i');
    const noun = words.slice(i + 1, i + 4).find((one) => ROLE_NOUNS.has(one.stem));
    if (introduced && noun) found.add(noun.stem);
  });
  return found;
}

function relatives(text: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  text.words.forEach((word, i) => {
    const kin = KIN.get(word.stem);
    if (kin !== undefined && /^(?:my|our|his|her|their|the|a)$/.test(text.words[i - 1]?.lower ?? '') || kin !== undefined && /^(?:my|our)$/.test(text.words[i - 2]?.lower ?? '')) found.add(kin!);
  });
  return found;
}

/** Speaks of anybody: "his" and "their" are then as good as "my". */
function isGeneral(text: ReadText): boolean {
  return text.words.some((word) => GENERAL.has(word.lower));
}

const GENERAL = new Set(['one', 'someone', 'somebody', 'anyone', 'anybody', 'person', 'people', 'everyone', 'everybody', 'scientists', 'experts', 'researchers']);

/** Whom a changed span names, if it does nothing else. "You" and "one" are anybody, so they stand against nobody. */
function person(words: readonly string[]): string | undefined {
  if (words.length === 1) return PERSONS.get(words[0] ?? '');
  if (words.length === 2 && /^(?:my|our|his|her|their)$/.test(words[0] ?? '') && KIN.has(words[1] ?? '')) return words.join(' ');
  return undefined;
}
