import { difference } from '../text/difference.ts';
import type { ReadText } from '../text/read-text.ts';
import type { Guard } from './guard.ts';
import { denials } from './negation.ts';
import { OPPOSITES, PARTICLE_VERBS, SLOT_OPPOSITES } from './opposites.ts';

/** Below this share of common words, opposite words may well speak of different things. */
const RELATED = 0.45;

/** One text has a word, the other its opposite: enable and disable, buy and sell, turn on and turn off. */
export const antonyms: Guard = {
  name: 'antonyms',
  veto(a, b) {
    // "not open" is "closed"; and two opposites in a comparison turned round say the same: the guards for those look at it.
    if ((a.look(denials).length + b.look(denials).length) % 2 === 1) return undefined;
    const { closeness } = difference(a, b);
    if (closeness < RELATED) return undefined;
    const compared = a.stems.has('than') && b.stems.has('than');
    const found = [...new Set(opposites(a, b))].filter((why) => !compared || !/(?:er|more|less|better|worse) against /.test(why));
    if (found.length === 0) return inSlot(a, b);
    if (found.length % 2 === 0 && turns(a) && turns(b)) return undefined;
    return found[0];
  },
};

const COMPARES = new Set(['than', 'before', 'after', 'from', 'until', 'if', 'when']);
function turns(text: ReadText): boolean {
  return text.words.some((word) => COMPARES.has(word.lower));
}

/** What each text says about each pair of opposites: only pairs of which each text has one side, and not the same. */
function opposites(a: ReadText, b: ReadText): string[] {
  const ofA = a.look(sides);
  const ofB = b.look(sides);
  const found: string[] = [];
  for (const [pair, one] of ofA) {
    const other = ofB.get(pair);
    if (other && one.side !== 'both' && other.side !== 'both' && one.side !== other.side) found.push(`${one.shown} against ${other.shown}`);
  }
  return found;
}

type Sides = ReadonlyMap<number, { readonly side: 'first' | 'second' | 'both'; readonly shown: string }>;

function sides(text: ReadText): Sides {
  const found = new Map<number, { side: 'first' | 'second' | 'both'; shown: string }>();
  const { words } = text;
  words.forEach((word, i) => {
    if (word.kind !== 'word') return;
    note(word.stem, word.lower);
    note(`=${word.lower}`, word.lower);
    const particles = PARTICLE_VERBS.get(word.stem);
    if (!particles) return;
    for (let j = i + 1; j < Math.min(words.length, i + 6); j++) {
      const particle = words[j]?.lower ?? '';
      if (particles.has(particle)) { note(`${word.stem} ${particle}`, `${word.lower} ${particle}`); break; }
      if (/^(?:and|or|to|if|when)$/.test(particle)) break;
    }
  });
  return found;

  function note(key: string, shown: string): void {
    for (const { pair, side } of OPPOSITES.get(key) ?? []) {
      const known = found.get(pair);
      found.set(pair, { side: known && known.side !== side ? 'both' : side, shown: known?.shown ?? shown });
    }
  }
}

/** Opposites of small words count only where one stands in the place of the other. */
function inSlot(a: ReadText, b: ReadText): string | undefined {
  const { changes, closeness } = difference(a, b);
  if (closeness < 0.5 || changes.length > 3) return undefined;
  for (const change of changes) {
    if (change.a.length !== 1 || change.b.length !== 1) continue;
    const [one, other] = [change.a[0]!.lower, change.b[0]!.lower];
    if (SLOT_OPPOSITES.get(one)?.has(other)) return `${one} against ${other}`;
  }
  return undefined;
}
