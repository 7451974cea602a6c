import { expect, it } from 'vitest';
import { sideBySide, wrapped } from '../../src/cli/side-by-side.ts';

it('sets two texts beside each other, cut between words', () => {
  expect(sideBySide('one two three four five six', 'short\n\nlast', 45)).toEqual([
    'one two three four    |  short',
    'five six              |',
    '                      |  last',
  ]);
});

it('cuts words that are longer than the room, and shows nothing that a terminal would obey', () => {
  expect(wrapped('abcdefghij klm', 4)).toEqual(['abcd', 'efgh', 'ij', 'klm']);
  expect(wrapped('a\u001b[2Jb', 20)).toEqual(['ab']);
});
