import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auc, figuresOf, hitsBy, rate, type Scored } from '../../scripts/eval/figures.ts';

const same = (...scores: number[]): Scored[] => scores.map((score) => ({ label: 1, score }));
const different = (...scores: number[]): Scored[] => scores.map((score) => ({ label: 0, score }));
const scores = fc.array(fc.integer({ min: 0, max: 20 }).map((tenth) => tenth / 20), { minLength: 1, maxLength: 40 });

describe('the figures of an evaluation', () => {
  it('have an AUC of 1 where all that is the same scores higher, 0 where lower, a half where nothing tells them apart', () => {
    expect(auc(same(0.8, 0.9), different(0.1, 0.7))).toBe(1);
    expect(auc(same(0.1, 0.2), different(0.3))).toBe(0);
    expect(auc(same(0.5, 0.5), different(0.5))).toBe(0.5);
  });

  it('have the AUC that comparing every pair with every other gives', () => {
    fc.assert(fc.property(scores, scores, (right, wrong) => {
      const wins = right.flatMap((one) => wrong.map((other) => (one > other ? 1 : one === other ? 0.5 : 0) as number));

      expect(auc(same(...right), different(...wrong))).toBeCloseTo(wins.reduce((sum, win) => sum + win, 0) / wins.length, 9);
    }));
  });

  it('count as hits what is above the threshold that lets so many through, and no more', () => {
    const hits = hitsBy(same(0.95, 0.75, 0.55, 0.35), different(0.9, 0.7, 0.5, 0.3));

    expect([0, 0.2, 0.25, 0.5, 1].map(hits)).toEqual([0.25, 0.25, 0.5, 0.75, 1]);
  });

  it('never let more through than was asked for', () => {
    fc.assert(fc.property(scores, scores, fc.double({ min: 0, max: 1, noNaN: true }), (right, wrong, falseHits) => {
      const hits = hitsBy(same(...right), different(...wrong))(falseHits);

      const fair = [...new Set([...wrong, ...right, -1])].filter((cut) => wrong.filter((score) => score > cut).length <= falseHits * wrong.length + 1e-9);
      expect(hits).toBe(Math.max(0, ...fair.map((cut) => right.filter((score) => score > cut).length / right.length)));
    }));
  });

  it('are perfectly calibrated where the probability is the share, and else off by the distance', () => {
    const half: Scored[] = [...same(0.5), ...different(0.5)];

    expect(figuresOf(half).ece).toBe(0);
    expect(figuresOf([...same(0.9), ...different(0.9)]).ece).toBeCloseTo(0.4, 9);
    expect(figuresOf([...half, ...same(1, 1)]).bins).toEqual([{ pairs: 2, said: 0.5, found: 0.5 }, { pairs: 2, said: 1, found: 1 }]);
  });

  it('tell served pairs with the bounds of their share, for systems that decide', () => {
    const served: Scored[] = [{ label: 1, score: 1, hit: true }, { label: 1, score: 0, hit: false }, { label: 0, score: 0, hit: false }];

    const { hits, falseHits } = figuresOf(served);

    expect(hits).toMatchObject({ count: 1, of: 2, share: 0.5 });
    expect(falseHits).toMatchObject({ count: 0, of: 1, share: 0, from: 0 });
    expect(falseHits!.to).toBeGreaterThan(0.7);
    expect(figuresOf(same(1)).hits).toBeUndefined();
  });

  it('leave out what one label alone cannot tell', () => {
    expect(figuresOf(same(0.3, 0.6))).toMatchObject({ positives: 2, negatives: 0, hitsAt: {}, curve: [] });
    expect(figuresOf(same(0.3, 0.6)).auc).toBeUndefined();
  });

  it('give bounds as Wilson does', () => {
    const { from, to } = rate(10, 1000);

    expect([from, to].map((bound) => bound.toFixed(5))).toEqual(['0.00544', '0.01831']);
  });
});
