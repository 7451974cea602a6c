import { type Group, type LabelledPair, themeOf } from './groups.ts';

/** Words and marks of a long prompt, each side. */
export const LENGTH = { least: 100, most: 500 };

/** Share of words in common, in order, from which a change counts as one fact changed, or a rewording as light. */
const ONE_FACT = 0.8;
const LIGHT = 0.6;
const MOST_FACTS = 2;

/** Rewordings that change nothing. */
const REWORDINGS: readonly (readonly [RegExp, string])[] = [
  [/\bHow do I\b/, 'How can I'], [/\bhow do I\b/, 'how can I'], [/^how to\b/i, 'how do I'], [/\bHow can I\b/, 'How do I'], [/\bhow can I\b/, 'how do I'],
  [/\bWhat is\b/, "What's"], [/\bwhat is\b/, "what's"], [/\bWhat's\b/, 'What is'], [/\bdo not\b/, "don't"], [/\bdon't\b/, 'do not'],
  [/\bdoes not\b/, "doesn't"], [/\bdoesn't\b/, 'does not'], [/\bis not\b/, "isn't"], [/\bisn't\b/, 'is not'], [/\bcannot\b/, "can't"], [/\bcan't\b/, 'cannot'],
  [/\bI've\b/, 'I have'], [/\bI am\b/, "I'm"], [/\bI'm\b/, 'I am'], [/\bfor example\b/, 'for instance'], [/\be-mail\b/, 'email'],
  [/^Write\b/, 'Please write'], [/^Draft\b/, 'Please draft'], [/^Explain\b/, 'Please explain'], [/^Give me\b/, 'Please give me'], [/^Which\b/, 'And which'],
];

/** Words of texts that a cache may leave out of matching: about now, or about the one who asks. Coarse, and of its own, so that the prompts stay what they are. */
const LEFT_OUT = /\b(?:now|today|tonight|tomorrow|yesterday|current|currently|latest|recent|recently|weather|news|rates?|(?:this|last|next) \w+|my|mine|me)\b/i;

/**
 * Long prompts made of the groups' texts: one of them stands in the middle of others, the same others on both sides. Of label 0 where one fact of the
 * middle text is changed, of label 1 where it is lightly reworded. Texts about now or about the one who asks are left out, as they would not
 * be matched however long. The same groups give the same prompts.
 */
export function longPrompts(groups: readonly Group[]): LabelledPair[] {
  const usable = (text: unknown): text is string => typeof text === 'string' && !LEFT_OUT.test(text);
  const fillers = groups.flatMap(({ id, q }): Filler[] => (usable(q) ? [{ id, text: q, length: lengthOf(q) }] : []));
  const pairs: LabelledPair[] = [];
  for (const group of groups) {
    const alike = [group.q, ...group.same].filter(usable);
    const changed = group.different.flatMap(({ text, kind }) => (usable(text) ? [{ kind, ...nearest(alike, [text]) }] : []));
    const facts = changed.filter(({ closeness }) => closeness >= ONE_FACT).sort((a, b) => b.closeness - a.closeness).slice(0, MOST_FACTS);
    for (const { a, b, kind } of facts) pairs.push(amid({ a, b, label: 0, kind }, group.id, pairs.length, fillers));
    const light = lightRewording(alike);
    if (light) pairs.push(amid({ ...light, label: 1, kind: 'same' }, group.id, pairs.length, fillers));
  }
  return pairs.filter(({ a, b }) => [a, b].every((text) => isLong(text as string)));
}

const isLong = (text: string): boolean => lengthOf(text) >= LENGTH.least && lengthOf(text) <= LENGTH.most;
const lengthOf = (text: string): number => wordsOf(text).length;
/** Words, and marks one by one. */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];

interface Filler {
  readonly id: string;
  readonly text: string;
  readonly length: number;
}

/** Puts both sides between the same texts. */
function amid(core: { a: string; b: string; label: 0 | 1; kind: string }, id: string, at: number, fillers: readonly Filler[]): LabelledPair {
  const random = seeded(at + 1);
  const wanted = LENGTH.least + 20 + random() * (LENGTH.most - LENGTH.least - 120) - lengthOf(core.a);
  const [before, after]: [string[], string[]] = [[], []];
  const lengths = [0, 0];
  while (lengths[0]! + lengths[1]! < wanted) {
    const filler = fillers[Math.floor(random() * fillers.length)]!;
    if (filler.id === id || before.includes(filler.text) || after.includes(filler.text)) continue;
    const side = lengths[0]! <= lengths[1]! ? 0 : 1;
    (side === 0 ? before : after).push(filler.text);
    lengths[side]! += filler.length;
  }
  const whole = (text: string) => [...before, text, ...after].map(asSentence).join(' ');
  return { id: `long-${id}-${at}`, a: whole(core.a), b: whole(core.b), label: core.label, kind: core.kind, theme: themeOf(id) };
}

const asSentence = (text: string): string => (/[.?!:;'")\]}`]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

function lightRewording(alike: readonly string[]): { a: string; b: string } | undefined {
  const written = alike.length < 2 ? undefined : nearest(alike, alike);
  if (written && written.closeness >= LIGHT) return written;
  for (const a of alike) {
    const rule = REWORDINGS.find(([from]) => from.test(a));
    if (rule) return { a, b: a.replace(...rule) };
  }
  return undefined;
}

/** The two, one of each, that have most words in common. */
function nearest(some: readonly string[], others: readonly string[]): { a: string; b: string; closeness: number } {
  let best = { a: '', b: '', closeness: -1 };
  for (const a of some) {
    for (const b of others) {
      const near = a === b ? -1 : closenessOf(a, b);
      if (near > best.closeness) best = { a, b, closeness: near };
    }
  }
  return best;
}

/** Share of the words that both texts have in the same order. */
export function closenessOf(a: string, b: string): number {
  const x = wordsOf(a);
  const y = wordsOf(b);
  let row = Array.from({ length: y.length + 1 }, () => 0);
  for (const one of x) {
    const next = [0];
    for (let j = 0; j < y.length; j++) next.push(one === y[j] ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!));
    row = next;
  }
  return x.length + y.length === 0 ? 1 : (2 * row[y.length]!) / (x.length + y.length);
}

/** Numbers from 0 to 1 that a seed settles (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
