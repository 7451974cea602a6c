import { quoted } from '../text/quoted.ts';
import type { ReadText } from '../text/read-text.ts';
import { tokens } from '../text/tokens.ts';
import type { Guard } from './guard.ts';
import { onlyIn } from './sets.ts';

/** Quoted strings that differ: "hello" and "goodbye" to be translated. A string that the other text has without quotes is no difference. */
export const quotes: Guard = {
  name: 'quotes',
  veto(a, b) {
    const ofA = a.look(quoted);
    const ofB = b.look(quoted);
    if (ofA.size === 0 || ofB.size === 0) return undefined;
    const one = onlyIn(ofA, ofB).find((text) => !mentions(b, text));
    const other = one === undefined ? undefined : onlyIn(ofB, ofA).find((text) => !mentions(a, text));
    return one !== undefined && other !== undefined ? `"${short(one)}" against "${short(other)}"` : undefined;
  },
};

/** The other text has all the words that matter, in whatever form ("lets the cat out" for "to let the cat out"), or the very string. */
function mentions(text: ReadText, quote: string): boolean {
  if (text.look(inLowerCase).includes(quote)) return true;
  const stems = tokens(quote).flatMap((token) => (token.kind === 'symbol' || SMALL.has(token.lower) ? [] : [token.stem]));
  return stems.length > 0 && stems.every((one) => text.stems.has(one));
}

const inLowerCase = ({ text }: ReadText): string => text.toLowerCase();

const SMALL = new Set(['a', 'an', 'the', 'to']);

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
