import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { developmentGroups } from '../../../scripts/eval/groups.ts';
import { cut, tokens } from '../../../src/semantic/text/tokens.ts';

/** What texts are made of, and what may come between. */
const PIECES = [
  'how', 'I', 'A', 'US', 'Polish', "don't", "it's", 'rock\'n\'roll', 'dogs\'', 'iPhone', 'camelCase', 'snake_case', 'fn()', 'e.g.', 'U.S.', 'Node.js', 'app.ts', 'C++', 'C#', '.NET', 'C:',
  'v2', '3.4.5', '5km', '1,000', '12 000', '2024-03-31', '10:30', 'a@b.org', 'https://x.org/a', 'www.x.org', '/etc/hosts', 'src/a.ts', '--all', '-f', '`code here`', '```', '`', '@user', '$x',
  'naïve', 'é', 'größe', 'им', '日本', 'well-known', 'and/or', '"quoted text"', "'single'", '(aside)', '...', '.', ',', '?', '!', ';', ':', '-', '_', '#', '’s', '5!',
] as const;
const SPACES = ['', ' ', ' ', ' ', '  ', '\n', '\t', '\u00a0'] as const;

const texts = fc.array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(...SPACES)), { maxLength: 14 }).map((parts) => parts.flat().join(''));

describe('cutting a text into tokens', () => {
  it('finds the same tokens whether plain words are tried first or not', () => {
    fc.assert(fc.property(texts, (text) => {
      expect(tokens(text)).toEqual(cut(text, false));
    }), { numRuns: 2000 });
  });

  it('finds the same tokens in arbitrary strings', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(tokens(text)).toEqual(cut(text, false));
    }), { numRuns: 1000 });
  });

  it('finds the same tokens in the questions of the development split', () => {
    const questions = developmentGroups('authored').flatMap(({ q, same }) => [q, ...same] as string[]);

    const differing = questions.filter((text) => JSON.stringify(tokens(text)) !== JSON.stringify(cut(text, false)));

    expect(questions.length).toBeGreaterThan(1000);
    expect(differing).toEqual([]);
  });
});
