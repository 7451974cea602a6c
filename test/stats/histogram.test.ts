import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram, readHistogram } from '../../src/stats/histogram.ts';

function histogramOf(latencies: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const latency of latencies) histogram.record(latency);
  return histogram;
}

const latency = fc.double({ min: 0.001, max: 600_000, noNaN: true });

describe('a histogram of latencies', () => {
  it('is all zero when nothing was recorded', () => {
    expect(new Histogram().summary()).toEqual({ count: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0 });
  });

  it('gives percentiles that are at most three per cent off', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 300 }), (latencies) => {
        const { count, p50, p90, p95, p99 } = histogramOf(latencies).summary();

        const sorted = latencies.toSorted((a, b) => a - b);
        const exact = [0.5, 0.9, 0.95, 0.99].map((share) => sorted[Math.ceil(share * sorted.length) - 1]!);
        expect(count).toBe(latencies.length);
        for (const [index, approximate] of [p50, p90, p95, p99].entries()) expect(Math.abs(approximate / exact[index]! - 1)).toBeLessThan(0.03);
      }),
    );
  });

  it('adds up with another one as if all had been recorded in one, by way of JSON as well', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (a, b) => {
        const merged = histogramOf(a);
        merged.merge(histogramOf(b));
        const read = new Histogram();
        read.merge(readHistogram(JSON.parse(JSON.stringify(histogramOf(a))))!);
        read.merge(readHistogram(JSON.parse(JSON.stringify(histogramOf(b))))!);

        const together = histogramOf([...a, ...b]);
        expect(merged.toJSON().counts).toEqual(together.toJSON().counts);
        expect(merged.toJSON().first).toBe(together.toJSON().first);
        expect(merged.toJSON().sum).toBeCloseTo(together.toJSON().sum, 3);
        expect(read.toJSON()).toEqual(merged.toJSON());
      }),
    );
  });

  it('counts what lies outside of its range at its ends', () => {
    const low = histogramOf([0, -5, NaN, 1e-9]).summary();
    const high = histogramOf([Infinity, 1e12]).summary();

    expect([low.count, high.count]).toEqual([4, 2]);
    expect(low.p99).toBeCloseTo(0.001, 4);
    expect(high.p50 / 600_000).toBeCloseTo(1, 1);
  });

  it('stays small however many are recorded', () => {
    const histogram = new Histogram();
    for (let index = 0; index < 100_000; index++) histogram.record(1 + (index % 100) / 100);

    expect(histogram.toJSON().counts.length).toBeLessThan(20);
  });

  it.each([
    [undefined], [null], [7], [[]], [{}], [{ first: -1, counts: [], sum: 0 }], [{ first: 0, counts: [-1], sum: 0 }], [{ first: 0, counts: ['1'], sum: 0 }],
    [{ first: 1e6, counts: [1], sum: 1 }], [{ first: 0, counts: Array.from({ length: 5000 }, () => 1), sum: 1 }], [{ first: 0, counts: [1] }],
  ])('is not read from %j', (json) => {
    expect(readHistogram(json)).toBeUndefined();
  });
});
