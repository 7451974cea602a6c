import { closenessBut } from '../text/difference.ts';
import type { ReadText } from '../text/read-text.ts';
import type { Guard } from './guard.ts';
import { BENIGN, NEGATIVE_VERBS, NEGATORS, PREFIXED } from './negation-words.ts';

/** Below this share of common words the two texts say too different things for "not" to be held against one of them. */
const CLOSE = 0.6;
/** The same for texts of more than `MANY` meaningful words, in which one "not" is one remark among many. */
const CLOSE_WHEN_LONG = 0.8;
const MANY = 14;

/** One text denies what the other says: "with" and "without", "safe" and "unsafe" or "not safe". Not "don't forget to" and "remember to". */
export const negation: Guard = {
  name: 'negation',
  veto(a, b) {
    const ofA = a.look(denials);
    const ofB = b.look(denials);
    const flips = prefixFlips(a, b);
    if (ofA.length === 0 && ofB.length === 0 && flips.length === 0) return undefined;
    if ((ofA.length + ofB.length + flips.length) % 2 === 0) return undefined;
    // The shorter side may say it with a verb: "avoid", "prevent", "fail to".
    const less = ofA.length > ofB.length ? b : a;
    const more = less === a ? b : a;
    if (flips.length === 0 && saysOtherwise(less, more)) return undefined;
    if (closenessBut(a, b, flips.length) < (Math.max(a.content.size, b.content.size) > MANY ? CLOSE_WHEN_LONG : CLOSE)) return undefined;
    return flips.length > 0 ? `${flips[0]} is turned round` : `"${(ofA.length > ofB.length ? ofA : ofB)[0]}" in one text only`;
  },
};

/** The words that deny, those in set phrases excepted. */
export function denials(text: ReadText): readonly string[] {
  const { words } = text;
  const found: string[] = [];
  words.forEach((word, i) => {
    if (word.kind !== 'word') return;
    const cut = word.lower.endsWith("n't") || NEGATORS.has(word.lower);
    if (!cut) return;
    const before = words[i - 1]?.lower ?? '';
    const after = words[i + 1]?.lower ?? '';
    if (BENIGN.has(`${before} ${word.lower}`) || BENIGN.has(`${word.lower} ${after}`) || BENIGN.has(`${word.lower} ${after} ${words[i + 2]?.lower}`)) return;
    // "Isn't it ...", "Can't I ...": asked like "Is it ...", and the tag behind a statement.
    const asked = word.opens && (!/^don'?t$/.test(word.lower) || /^(?:you|they|we|i|people|most|all)$/.test(after));
    if (word.lower.endsWith("n't") && (asked || /^(?:it|they|you|he|she|we|i|that|there)$/.test(after) && i + 2 >= words.length)) return;
    if (word.lower === 'no' && words[i + 1]?.kind === 'number') return;
    if ((word.lower === 'no' || word.lower === 'none') && (before === '' && word.opens && text.tokens[1]?.raw === ',')) return;
    found.push(word.raw);
  });
  return found;
}

/** Words that one text has with and the other without `un-`, `in-`, `dis-`, ... */
function prefixFlips(a: ReadText, b: ReadText): string[] {
  const found: string[] = [];
  for (const [from, other] of [[a, b], [b, a]] as const) {
    for (const word of from.look(prefixed)) if (other.stems.has(word.base) && !other.stems.has(word.whole) && !from.stems.has(word.base)) found.push(word.shown);
  }
  return found;
}

function prefixed(text: ReadText): readonly { whole: string; base: string; shown: string }[] {
  return text.words.flatMap((word) => {
    const base = PREFIXED.get(word.stem);
    return base === undefined ? [] : [{ whole: word.stem, base, shown: word.raw }];
  });
}

function saysOtherwise(less: ReadText, more: ReadText): boolean {
  for (const word of less.stems) if ((NEGATIVE_VERBS.has(word) || PREFIXED.has(word)) && !more.stems.has(word)) return true;
  return less.words.some((word) => word.lower.endsWith('less') && word.lower.length > 5 && !more.stems.has(word.stem));
}
