import { describe, expect, it } from 'vitest';
import { createVectorIndex } from '../../../src/semantic/index/vector-index.ts';
import { bruteForce, randomVectors, fill, SIZES } from './vectors.ts';

describe('among random vectors', () => {
  it.each(SIZES)('finds all true neighbours of $entries with $dimensions dimensions', ({ entries, dimensions, queries }) => {
    const next = randomVectors(dimensions, entries + dimensions);
    const index = createVectorIndex({ dimensions });
    const stored = fill(index, entries, next);

    for (let query = 0; query < queries; query++) {
      const vector = next();
      const limit = [1, 8, 50][query % 3]!;

      const found = index.nearest({ scope: 'scope', vector, limit });

      expect(found.map(({ similarity }) => similarity)).toEqual(bruteForce(stored, vector, limit).map(({ similarity }) => similarity));
    }
  });
});
