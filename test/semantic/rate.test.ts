import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateLimit } from '../../src/semantic/rate.ts';

describe('a rate', () => {
  it('lets a second\'s worth through at once, and as much again with every second', () => {
    let now = 0;
    const may = rateLimit(5, () => now);
    const through = (tries: number) => Array.from({ length: tries }, () => may('a')).filter(Boolean).length;

    const counts = [through(20)];
    for (const later of [200, 400, 1000, 100_000]) {
      now = later;
      counts.push(through(20));
    }

    expect(counts).toEqual([5, 1, 1, 3, 5]);
  });

  it('counts each tenant for itself', () => {
    const may = rateLimit(1, () => 0);

    expect([may('a'), may('a'), may('b'), may('b')]).toEqual([true, false, true, false]);
  });

  it('below one a second lets one through after the time it takes', () => {
    let now = 0;
    const may = rateLimit(0.125, () => now);
    const said = [may('a')];
    for (now = 1000; now <= 21_000; now += 1000) said.push(may('a'));

    expect(said.flatMap((yes, at) => (yes ? [at] : []))).toEqual([0, 8, 16]);
  });

  it('is kept over any span, however the calls come', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 200 }), (perSecond, waits) => {
      let now = 0;
      let through = 0;
      const may = rateLimit(perSecond, () => now);
      for (const wait of waits) {
        now += wait;
        if (may('a')) through++;
      }

      expect(through).toBeLessThanOrEqual(perSecond * (1 + now / 1000) + 1e-6);
    }));
  });
});
