import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differingWindows } from '../../../src/semantic/judges/differing-windows.ts';

/** A long text in which every word is another. */
const words = (count: number): string[] => Array.from({ length: count }, (_, at) => `w${'abcdefghij'[at % 10]}${'klmnopqrst'[Math.floor(at / 10) % 10]}${'uvwxyz'[Math.floor(at / 100)]}`);
const text = (some: readonly string[]): string => some.join(' ');
const changed = (some: readonly string[], changes: Record<number, string>): string => text(some.map((word, at) => changes[at] ?? word));
const long = words(300);

describe('the windows where two texts differ', () => {
  it('hold a change with eight words on each side', () => {
    expect(differingWindows(text(long), changed(long, { 150: 'never' }))).toEqual([
      [text(long.slice(142, 159)), changed(long, { 150: 'never' }).split(' ').slice(142, 159).join(' ')],
    ]);
  });

  it('hold a word that only one text has', () => {
    const [[a, b] = [], ...more] = differingWindows(text(long), changed(long, { 150: `not ${long[150]}` }))!;

    expect(more).toEqual([]);
    expect(a).toBe(text(long.slice(142, 158)));
    expect(b).toBe(text([...long.slice(142, 150), 'not', ...long.slice(150, 158)]));
  });

  it('are cut at the ends of a text', () => {
    expect(differingWindows(text(long), changed(long, { 0: 'x', 299: 'y' }))).toEqual([
      [text(long.slice(0, 9)), text(['x', ...long.slice(1, 9)])],
      [text(long.slice(291)), text([...long.slice(291, 299), 'y'])],
    ]);
  });

  it('are one where they touch, and two where they do not', () => {
    expect(differingWindows(text(long), changed(long, { 100: 'x', 117: 'y' }))).toHaveLength(1);
    expect(differingWindows(text(long), changed(long, { 100: 'x', 118: 'y' }))).toHaveLength(2);
  });

  it('see a sign, a letter case, and an inflection', () => {
    const code = `${text(long.slice(0, 100))} total += price ${text(long.slice(100))}`;

    expect(differingWindows(code, code.replace('+=', '-='))).toHaveLength(1);
    expect(differingWindows(code, code.replace('total', 'Total'))).toHaveLength(1);
    expect(differingWindows(code, code.replace('price', 'prices'))).toHaveLength(1);
  });

  it('are at most six', () => {
    const at = (places: number): string => changed(long, Object.fromEntries(Array.from({ length: places }, (_, place) => [20 + 40 * place, 'x'])));

    expect(differingWindows(text(long), at(6))).toHaveLength(6);
    expect(differingWindows(text(long), at(7))).toBeUndefined();
  });

  it('are not to be had of texts that share less than 60 % of their words', () => {
    const replaced = (count: number): string => text([...long.slice(0, 300 - count), ...Array.from({ length: count }, (_, at) => `other${at}`)]);

    expect(differingWindows(text(long), replaced(110))).toHaveLength(1);
    expect(differingWindows(text(long), replaced(130))).toBeUndefined();
    expect(differingWindows(text(long), 'a short one')).toBeUndefined();
    expect(differingWindows(text(long), '')).toBeUndefined();
  });

  it('are not to be had of texts that differ in white space only', () => {
    expect(differingWindows(text(long), text(long).replace(' ', '\n    '))).toBeUndefined();
    expect(differingWindows(text(long), text(long))).toBeUndefined();
  });

  it('are found in a very long text, and not where changes are too far apart to compare', () => {
    const veryLong = Array.from({ length: 60 }, () => text(long));
    const at = (place: number, all: string[]): string[] => all.with(place, `never ${all[place]}`);

    expect(differingWindows(veryLong.join('\n'), at(30, veryLong).join('\n'))).toHaveLength(1);
    expect(differingWindows(veryLong.join('\n'), at(50, at(5, veryLong)).join('\n'))).toBeUndefined();
  });

  it('are the same from both sides', () => {
    const some = fc.array(fc.constantFrom('turn', 'the', 'mode', 'on', 'off', ','), { maxLength: 30 }).map(text);

    fc.assert(fc.property(some, some, (a, b) => {
      expect(differingWindows(b, a)).toEqual(differingWindows(a, b)?.map(([x, y]) => [y, x]));
    }));
  });

  it('hold every word that differs', () => {
    const places = fc.uniqueArray(fc.nat(299), { minLength: 1, maxLength: 8 });
    const edit = fc.constantFrom<(word: string) => string>((word) => `${word}-`, () => '', (word) => `not ${word}`, () => 'other');

    fc.assert(fc.property(places, edit, (at, change) => {
      const edited = text(long.map((word, place) => (at.includes(place) ? change(word) : word)).filter((word) => word !== ''));
      const windows = differingWindows(text(long), edited);

      if (windows === undefined) expect(at.length).toBeGreaterThan(6);
      else {
        // Put back where they came from, they turn the one text into the other.
        expect(windows.reduce((rest, [a, b]) => rest.replace(a, () => b), text(long))).toBe(edited);
      }
    }), { numRuns: 60 });
  });
});
