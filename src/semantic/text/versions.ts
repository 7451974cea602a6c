import { moments } from './moments.ts';
import type { ReadText } from './read-text.ts';
import { PRODUCTS, RELEASES } from './version-names.ts';

/** A version that a text names. */
export interface Version {
  /** What it is a version of, in lower case; empty where the text does not say. */
  readonly product: string;
  /** Its numbers: `1.2.0` is [1, 2, 0]. */
  readonly parts: readonly number[];
  readonly shown: string;
}

/** Reads the versions of a text: `Python 3`, `v1.2`, `version 1.2.0`, `iOS 17`, `ES6`. */
export function versions(text: ReadText): { readonly found: readonly Version[]; readonly used: ReadonlySet<number> } {
  const { words } = text;
  const dates = text.look(moments).used;
  const found: Version[] = [];
  const used = new Set<number>();
  words.forEach((word, i) => {
    const release = RELEASES.get(word.lower) ?? RELEASES.get(`${words[i - 1]?.lower} ${word.lower}`);
    if (release) { found.push({ ...release, shown: word.raw }); used.add(i); return; }
    const before = words[i - 1]?.lower ?? '';
    const named = before === 'version' || before === 'release' || before === 'v' || before === 'ver';
    const product = PRODUCTS.get(named ? words[i - 2]?.lower ?? '' : before) ?? '';
    if (word.kind === 'version') {
      found.push({ product, parts: partsOf(word.raw.replace(/^v/i, '')), shown: word.raw });
      used.add(i);
    } else if (word.kind === 'number' && !dates.has(i) && /^\d+(?:\.\d+)?$/.test(word.raw) && (named || product !== '')) {
      if (words[i + 1]?.glued && words[i + 1]?.kind === 'word' && /^[a-z]/.test(words[i + 1]?.raw ?? '')) return;
      found.push({ product, parts: partsOf(word.raw), shown: `${before} ${word.raw}` });
      used.add(i);
    } else if (word.kind === 'word') {
      // "python3", "ios17", "es6"
      const glued = /^([a-z]+)(\d+(?:\.\d+)*)$/.exec(word.lower);
      const name = glued && PRODUCTS.get(glued[1] ?? '');
      if (name) { found.push({ product: name, parts: partsOf(glued[2] ?? ''), shown: word.raw }); used.add(i); }
    }
  });
  return { found, used };
}

function partsOf(numbers: string): number[] {
  return numbers.split('.').filter((part) => part !== 'x').map(Number);
}
