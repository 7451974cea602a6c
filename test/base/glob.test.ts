import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { globTest } from '../../src/base/glob.ts';

it('agrees with SQLite on every glob', () => {
  const database = new DatabaseSync(':memory:');
  const glob = database.prepare('SELECT ? GLOB ? AS fits');
  const piece = fc.constantFrom('a', 'b', 'B', '.', '/', '\n', '*', '?', '[ab]', '[^ab]', '[a-c]', '\\', '(', '$', '^', 'é');
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'B', '.', '/', '\n', '*', '\\', '(', '$', '^', 'é'), { maxLength: 6 });

  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), text, (pattern, letters) => {
      const fits = (glob.get(letters.join(''), pattern.join('')) as { fits: number }).fits === 1;
      expect(globTest(pattern.join(''))(letters.join(''))).toBe(fits);
    }),
    { numRuns: 2000 },
  );
});
