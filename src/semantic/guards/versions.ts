import type { ReadText } from '../text/read-text.ts';
import { quantities } from '../text/quantities.ts';
import { type Version, versions as readVersions } from '../text/versions.ts';
import type { Guard } from './guard.ts';

/** Versions that differ: Python 2 and 3, 1.2 and 1.3, iOS 16 and 17. Not v1.2 and 1.2.0, ES6 and ES2015, Python 3 and Python 3.11. */
export const versions: Guard = {
  name: 'versions',
  veto(a, b) {
    const ofA = a.look(readVersions).found;
    const ofB = b.look(readVersions).found;
    const onlyA = unmatched(ofA, ofB, b);
    const onlyB = unmatched(ofB, ofA, a);
    for (const one of onlyA) {
      const other = onlyB.find((candidate) => one.product === '' || candidate.product === '' || one.product === candidate.product);
      if (other) return `${one.shown} against ${other.shown}`;
    }
    return against(onlyA[0], b) ?? against(onlyB[0], a);
  },
};

function unmatched(of: readonly Version[], others: readonly Version[], otherText: ReadText): Version[] {
  const numbers = otherText.look(quantities);
  return of.filter((one) => !others.some((other) => fits(one, other)) && !numbers.some((number) => partsOf(number.value).join('.') === one.parts.join('.') || number.shown === one.parts.join('.')));
}

function fits(one: Version, other: Version): boolean {
  if (one.product !== '' && other.product !== '' && one.product !== other.product) return false;
  for (let i = 0; i < Math.min(one.parts.length, other.parts.length); i++) if (one.parts[i] !== other.parts[i]) return false;
  return one.parts.length === other.parts.length || [...one.parts, ...other.parts].length > 0;
}

/** "Python 3" against a text that names another number behind a word for the product that is not known as one. */
function against(one: Version | undefined, text: ReadText): string | undefined {
  if (!one || one.product === '') return undefined;
  const { words } = text;
  const place = words.findIndex((word, i) => word.lower === one.product && words[i + 1]?.kind === 'number');
  return place >= 0 && text.look(quantities).some((number) => number.place === place + 1) ? `${one.shown} against ${words[place + 1]?.raw}` : undefined;
}

function partsOf(value: number): number[] {
  return String(value).split('.').map(Number);
}
