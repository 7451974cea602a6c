import { difference } from '../text/difference.ts';
import type { ReadText } from '../text/read-text.ts';
import type { Guard } from './guard.ts';

/** What a text asks for. "How do I", "how can I", "what is the way to" are all `manner`. */
type Asks = 'person' | 'time' | 'place' | 'reason' | 'manner' | 'number' | 'duration' | 'frequency' | 'distance' | 'thing';

/** Below this share of common words the texts say too different things for their question words to be compared. */
const CLOSE = 0.5;

/** The question asks for something else: when and where, who and why, how many and how long. Not "how do I" and "what is the way to". */
export const questionWords: Guard = {
  name: 'question-words',
  veto(a, b) {
    const one = a.look(asks);
    const other = b.look(asks);
    if (!one || !other || one.for === other.for || one.others || other.others) return undefined;
    const { closeness, changes } = difference(a, b);
    if (closeness < CLOSE) return undefined;
    // "what" can ask for anything, and "how" for much: they count only where the rest is the same.
    const kinds = new Set([one.for, other.for]);
    const loose = kinds.has('thing') || kinds.has('manner');
    if (loose && ((kinds.has('thing') && kinds.has('manner')) || closeness < 0.99 || changes.length > 2)) return undefined;
    return `${one.shown} against ${other.shown}`;
  },
};

/** Phrases, the longest first; `?` behind a word stands for one word that may be there. */
const PHRASES: readonly [pattern: RegExp, asks: Asks][] = [
  [/^(?:how (?:many|much) (?:hours|hrs|days|weeks|months|years|minutes|seconds|time|notice)|how long|for how long|how much time)\b/, 'duration'],
  [/^(?:how (?:many|much) times|how often|how frequently)\b/, 'frequency'],
  [/^(?:how far|what distance|how many (?:miles|km|kilometres|kilometers))\b/, 'distance'],
  [/^(?:how many|how much|what number|what amount|what share|what percentage)\b/, 'number'],
  [/^(?:how come|why|what (?:is|are|was|were) the reasons?|what makes|for what reasons?|what causes?)\b/, 'reason'],
  [/^(?:when|what (?:time|day|date|year|month)|which (?:day|date|year|month)|since when|at what time)\b/, 'time'],
  [/^(?:where|in (?:which|what) (?:city|country|place|town|state)|(?:what|which) place)\b/, 'place'],
  [/^(?:who|whom|whose|which person|what person)\b/, 'person'],
  [/^(?:how (?:do|does|did|can|could|should|would|to|is|are|was|were)|what (?:is|are|s) the (?:best |easiest |right |fastest |correct )?(?:way|ways|steps|method|procedure|process))\b/, 'manner'],
  [/^what (?:is|are|was|were|does|do|did)\b/, 'thing'],
];
const STARTS = new Set(['how', 'for', 'what', 'which', 'why', 'when', 'since', 'at', 'where', 'in', 'who', 'whom', 'whose']);

/** The question at the start of a text (politeness before it does not matter), and whether it asks others besides. */
function asks(text: ReadText): { for: Asks; shown: string; others: boolean } | undefined {
  const { words } = text;
  const found: { for: Asks; shown: string }[] = [];
  words.forEach((word, i) => {
    if (!STARTS.has(word.lower) || (i > 0 && !word.opens && text.text[word.start - 2] !== ',' && !OPENERS.has(words[i - 1]?.lower ?? ''))) return;
    const phrase = words.slice(i, i + 6).map((one) => one.lower.replace(/'s$/, ' is')).join(' ');
    const match = PHRASES.find(([pattern]) => pattern.test(phrase));
    if (match) found.push({ for: match[1], shown: match[0].exec(phrase)?.[0] ?? word.lower });
  });
  const first = found[0];
  // "how do I do it when ...": a later "when" is mostly no question.
  return first && { ...first, others: new Set(found.map((one) => one.for)).size > 1 };
}

/** Words behind which a question may begin. */
const OPENERS = new Set(['hi', 'hello', 'hey', 'please', 'pls', 'and', 'so', 'ok', 'okay', 'know', 'exactly', 'but', 'say', 'me', 'explain', 'wondering', 'wonder', 'remember', 'tell']);
