import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CalibrationError } from '../../src/base/errors.ts';
import { calibrate, interval, RATES, readCalibration, thresholdFor } from '../../src/semantic/calibration.ts';

// Many equal ones among them, as judges that are sure say 0 or 1.
const probability = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 0.5, 0.999999, 0.9999999));
const scores = fc.array(fc.record({ label: fc.constantFrom<0 | 1>(0, 1), probability }), { maxLength: 400 });

describe('a table', () => {
  it('lets no more of the measured pairs through than each row says, at its upper end too', () => {
    fc.assert(fc.property(scores, (measured) => {
      const table = calibrate('judge-1', [], measured);
      const negatives = measured.filter(({ label }) => label === 0);

      for (const { falseHits, threshold, measured: share, upTo } of table.rows) {
        const through = negatives.filter((pair) => pair.probability >= threshold).length;
        expect(through).toBeLessThanOrEqual(falseHits * negatives.length);
        expect(negatives.length === 0 || Math.abs(share - through / negatives.length) < 1e-12).toBe(true);
        // Where nothing can be promised, nothing is served.
        expect(threshold > 1 ? through : upTo <= falseHits).toBe(threshold > 1 ? 0 : true);
      }
    }), { numRuns: 300 });
  });

  it('serves no less for a higher rate', () => {
    fc.assert(fc.property(scores, (measured) => {
      const { rows } = calibrate('judge-1', [], measured);

      expect(rows.map(({ falseHits }) => falseHits)).toEqual(RATES);
      for (const [at, row] of rows.slice(1).entries()) {
        expect(row.threshold).toBeLessThanOrEqual(rows[at]!.threshold);
        expect(row.hits).toBeGreaterThanOrEqual(rows[at]!.hits);
      }
    }));
  });

  it('promises nothing on too few pairs, and more on many', () => {
    const pairs = (count: number) => Array.from({ length: count }, (_, at) => ({ label: (at % 2) as 0 | 1, probability: at % 2 }));

    const [few, many] = [calibrate('j', [], pairs(100)), calibrate('j', [], pairs(20_000))];

    expect(thresholdFor(few, 0.01)).toBeUndefined();
    expect(thresholdFor(many, 0.01)).toBeLessThan(0.5);
    expect(many.rows.find(({ falseHits }) => falseHits === 0.01)).toMatchObject({ hits: 1, measured: 0 });
  });

  it('that does not keep its own promise promises nothing', () => {
    const row = { falseHits: 0.01, threshold: 0.5, measured: 0.02, upTo: 0.03, hits: 1 };

    expect(thresholdFor({ judge: 'j', guards: [], negatives: 1, positives: 1, rows: [row] }, 0.05)).toBeUndefined();
  });

  it('gives the threshold of the best row that is allowed, and none below its lowest', () => {
    const row = (falseHits: number, threshold: number) => ({ falseHits, threshold, measured: 0, upTo: falseHits, hits: 0 });
    const table = { judge: 'j', guards: [], negatives: 1, positives: 1, rows: [row(0.02, 0.7), row(0.01, 0.8), row(0.05, 0.6)] };

    expect([0.001, 0.01, 0.015, 0.02, 0.2].map((rate) => thresholdFor(table, rate))).toEqual([undefined, 0.8, 0.8, 0.7, 0.6]);
  });
});

describe('the interval of a share', () => {
  it.each([
    // Wilson's formula worked out by hand: https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval
    [0, 10, 0, 0.2775],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
    [1, 1000, 0.0002, 0.0056],
  ])('of %d in %d', (count, of, low, high) => {
    const [from, to] = interval(count, of);

    expect([from.toFixed(4), to.toFixed(4)]).toEqual([low.toFixed(4), high.toFixed(4)]);
  });

  it('is everything where nothing was measured', () => {
    expect(interval(0, 0)).toEqual([0, 1]);
  });
});

describe('what is read as a table', () => {
  const good = { judge: 'j', guards: ['names'], negatives: 2, positives: 3, rows: [{ falseHits: 0.01, threshold: 0.9, measured: 0, upTo: 0.01, hits: 0.5 }] };

  it('comes back as it is', () => {
    expect(readCalibration(good, 'x')).toEqual(good);
    expect(readCalibration(JSON.parse(JSON.stringify(calibrate('j', ['names'], []))), 'x').rows).toHaveLength(RATES.length);
  });

  it.each<[string, unknown]>([
    ['a text', 'table'],
    ['null', null],
    ['no rows', { ...good, rows: [] }],
    ['rows that are none', { ...good, rows: [1] }],
    ['no judge', { ...good, judge: undefined }],
    ['a rate above 1', { ...good, rows: [{ ...good.rows[0], falseHits: 2 }] }],
    ['a threshold below 0', { ...good, rows: [{ ...good.rows[0], threshold: -0.1 }] }],
    ['a threshold that is no number', { ...good, rows: [{ ...good.rows[0], threshold: NaN }] }],
  ])('is refused with its place and what makes one: %s', (_, value) => {
    expect(() => readCalibration(value, 'table.json')).toThrow(CalibrationError);
    expect(() => readCalibration(value, 'table.json')).toThrow(/^table\.json is no calibration table: .*reprise calibrate --pairs/);
  });
});
