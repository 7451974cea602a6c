import { describe, expect, it } from 'vitest';
import type { Found } from '../../../src/semantic/index/contract.ts';
import { createVectorIndex } from '../../../src/semantic/index/vector-index.ts';
import { bruteForce, clusteredVectors, fill } from './vectors.ts';

const round = (found: readonly Found[]) => found.map(({ id, similarity }) => ({ id, similarity: Number(similarity.toFixed(5)) }));
const similarities = (found: readonly Found[]) => found.map(({ similarity }) => similarity);

describe('the plain kernel', () => {
  it.each([1, 16, 48, 100, 128, 160, 384, 1536])('finds what the one in WebAssembly finds, to the last bit, with %i dimensions', (dimensions) => {
    const simd = createVectorIndex({ dimensions });
    const plain = createVectorIndex({ dimensions, kernel: 'plain' });
    const next = clusteredVectors(dimensions, dimensions, 20);
    fill(simd, 400, next);
    const again = clusteredVectors(dimensions, dimensions, 20);
    fill(plain, 400, again);

    for (let query = 0; query < 40; query++) {
      const asked = { scope: 'scope', vector: next(), limit: 1 + query, least: query % 2 === 0 ? 0.3 : undefined };
      const found = simd.nearest(asked);

      expect(plain.nearest(asked)).toEqual(found);
    }
    expect([simd.kernel, plain.kernel]).toEqual(['simd', 'plain']);
  });

  it('agrees on vectors of extreme values', () => {
    const dimensions = 256;
    const corners = [1, -1].flatMap((sign) => [new Float32Array(dimensions).fill(sign), new Float32Array(dimensions).map((_, at) => (at % 2 === 0 ? sign : -sign))]);
    const simd = createVectorIndex({ dimensions });
    const plain = createVectorIndex({ dimensions, kernel: 'plain' });
    for (const index of [simd, plain]) corners.forEach((vector, at) => index.add({ id: `corner-${at}`, scope: 's', vector }));

    for (const vector of corners) {
      const found = simd.nearest({ scope: 's', vector, limit: 4 });

      expect(found.map(({ similarity }) => Math.round(similarity * 1e6) / 1e6)).toEqual([1, 0, 0, -1]);
      expect(plain.nearest({ scope: 's', vector, limit: 4 })).toEqual(found);
    }
  });
});

describe('a search', () => {
  it('gives itself the similarity 1, and the same in slices as at once', async () => {
    const index = createVectorIndex({ dimensions: 128 });
    const next = clusteredVectors(128, 3);
    fill(index, 60_000, next);
    const vector = next();
    index.add({ id: 'itself', scope: 'scope', vector });

    const found = index.nearest({ scope: 'scope', vector, limit: 20 });

    expect(round(found)[0]).toEqual({ id: 'itself', similarity: 1 });
    expect(await index.nearestInSteps({ scope: 'scope', vector, limit: 20 })).toEqual(found);
  });

  it('gives nothing below the least similarity asked for', () => {
    const index = createVectorIndex({ dimensions: 128 });
    const next = clusteredVectors(128, 4, 30);
    const stored = fill(index, 3000, next);
    const vector = next();

    const found = index.nearest({ scope: 'scope', vector, limit: 1000, least: 0.5 });

    expect(similarities(found)).toEqual(similarities(bruteForce(stored, vector, 1000, 0.5)));
    expect(found.length).toBeGreaterThan(0);
  });
});
