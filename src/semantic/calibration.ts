import * as v from 'valibot';
import { CalibrationError } from '../base/errors.ts';

/**
 * What a judge's probability means, measured on pairs that nobody trained on: for each rate of false hits the lowest probability that may be
 * served. `reprise calibrate` writes it; `models/shipped/calibration.json` is that of the bundled model.
 */
export interface CalibrationTable {
  /** The judge it was measured with. It says nothing of others. */
  readonly judge: string;
  /** Guards that were asked, by name: with fewer, more false hits come through. */
  readonly guards: readonly string[];
  /** Lookups without a right answer among those measured. */
  readonly negatives: number;
  /** Lookups with one. */
  readonly positives: number;
  readonly rows: readonly CalibrationRow[];
}

export interface CalibrationRow {
  /** The rate that this row is for: of the lookups without a right answer, the share that is served one. */
  readonly falseHits: number;
  /** What is served has at least this probability. */
  readonly threshold: number;
  /** The share of lookups without a right answer that came through, and the upper end of its 95 % interval (Wilson). */
  readonly measured: number;
  readonly upTo: number;
  /** The share of lookups with a right answer that were served it. */
  readonly hits: number;
}

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const schema = v.object({
  judge: v.string(),
  guards: v.array(v.string()),
  negatives: v.number(),
  positives: v.number(),
  rows: v.pipe(v.array(v.object({ falseHits: share, threshold: v.pipe(v.number(), v.minValue(0)), measured: share, upTo: share, hits: share })), v.minLength(1)),
});

/** Checks what was read from a file or given as an option. */
export function readCalibration(value: unknown, from: string): CalibrationTable {
  const { success, output, issues } = v.safeParse(schema, value);
  if (success) return output;
  throw new CalibrationError(`${from} is no calibration table: ${v.getDotPath(issues[0]) ?? 'it'} ${issues[0].message}. \`reprise calibrate --pairs FILE\` writes one.`);
}

/**
 * The lowest probability to serve for a rate of false hits, or `undefined` where no row promises so few: then nothing that has to be judged is
 * served. A row whose own measurement does not keep its promise counts for nothing.
 */
export function thresholdFor(table: CalibrationTable, maxFalseHits: number): number | undefined {
  let best: number | undefined;
  for (const { falseHits, upTo, threshold } of table.rows) {
    if (falseHits <= maxFalseHits && upTo <= falseHits && (best === undefined || threshold < best)) best = threshold;
  }
  return best;
}

/** Two-sided 95 % interval of a share (Wilson, 1927). */
export function interval(count: number, of: number): readonly [low: number, high: number] {
  if (of === 0) return [0, 1];
  const z = 1.959964;
  const share = count / of;
  const middle = share + (z * z) / (2 * of);
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)];
}

/** Measures a table: `scores` are the probabilities of pairs as they would decide, 0 for what is never served. */
export function calibrate(
  judge: string,
  guards: readonly string[],
  scores: readonly { readonly label: 0 | 1; readonly probability: number }[],
  rates: readonly number[] = RATES,
): CalibrationTable {
  const negatives = scores.filter(({ label }) => label === 0).map(({ probability }) => probability).sort((a, b) => b - a);
  const positives = scores.filter(({ label }) => label === 1).map(({ probability }) => probability);
  const rows = rates.map((falseHits) => {
    // The most false hits whose interval's upper end is still within the rate: a promise with room, not a best guess.
    let allowed = -1;
    while (allowed + 1 < negatives.length && interval(allowed + 1, negatives.length)[1] <= falseHits) allowed++;
    // Above the first that may not pass, be it above 1; where not even none is certain enough, nothing is served.
    const threshold = allowed < 0 ? 2 : (negatives[allowed] ?? 0) + 1e-6;
    const passed = negatives.filter((probability) => probability >= threshold).length;
    return {
      falseHits,
      threshold,
      measured: negatives.length === 0 ? 0 : passed / negatives.length,
      upTo: interval(passed, negatives.length)[1],
      hits: positives.length === 0 ? 0 : positives.filter((probability) => probability >= threshold).length / positives.length,
    };
  });
  return { judge, guards, negatives: negatives.length, positives: positives.length, rows };
}

/** The rates a table has rows for. */
export const RATES: readonly number[] = [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2];
