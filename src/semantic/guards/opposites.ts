import { stem } from '../text/stem.ts';
import { PAIRS, SLOTS } from './antonym-pairs.ts';

export interface Side { readonly pair: number; readonly side: 'first' | 'second' }

/** The stem of a word (or `=word`, or `verb particle`), and the pairs it belongs to. */
export const OPPOSITES = new Map<string, Side[]>();
/** The stem of a verb, and the particles that give it another sense. */
export const PARTICLE_VERBS = new Map<string, Set<string>>();
/** Opposites that count only in each other's place. */
export const SLOT_OPPOSITES = new Map<string, Set<string>>();

PAIRS.trim().split('\n').forEach((line, pair) => {
  line.trim().split('|').forEach((words, i) => {
    for (const word of words.split(' ')) add(word, { pair, side: i === 0 ? 'first' : 'second' });
  });
});
for (const pair of SLOTS.split(' ')) {
  const [one = '', other = ''] = pair.split('|');
  SLOT_OPPOSITES.set(one, (SLOT_OPPOSITES.get(one) ?? new Set()).add(other));
  SLOT_OPPOSITES.set(other, (SLOT_OPPOSITES.get(other) ?? new Set()).add(one));
}

function add(word: string, side: Side): void {
  const [verb = '', particle] = word.split('_');
  const key = particle !== undefined ? `${stem(verb)} ${particle}` : word.startsWith('=') ? word : stem(word);
  if (particle !== undefined) PARTICLE_VERBS.set(stem(verb), (PARTICLE_VERBS.get(stem(verb)) ?? new Set()).add(particle));
  OPPOSITES.set(key, [...(OPPOSITES.get(key) ?? []), side]);
}
