import type { Milliseconds } from '../base/units.ts';
import type { OutcomeKind } from '../model/outcome.ts';

/** Upper ends of the buckets in seconds: from a tenth of a millisecond, as hits take, to ten minutes, as long answers may. */
const ENDS = [0.0001, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

interface Buckets {
  /** One count a bucket, and a last one for all that took longer. */
  readonly counts: Float64Array;
  sum: number;
}

/** One line of a histogram as Prometheus writes it. */
export interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A histogram of latencies by outcome, with the fixed buckets of Prometheus. */
export class Latencies {
  readonly #byOutcome = new Map<OutcomeKind, Buckets>();

  observe(outcome: OutcomeKind, ms: Milliseconds): void {
    let buckets = this.#byOutcome.get(outcome);
    if (!buckets) this.#byOutcome.set(outcome, (buckets = { counts: new Float64Array(ENDS.length + 1), sum: 0 }));
    const seconds = ms / 1000;
    let at = 0;
    while (at < ENDS.length && seconds > ENDS[at]!) at++;
    buckets.counts[at]!++;
    buckets.sum += seconds;
  }

  /** The lines of a histogram of this name. Each bucket counts those below it too. */
  *samples(name: string): Generator<Sample> {
    for (const [outcome, { counts, sum }] of this.#byOutcome) {
      let count = 0;
      for (const [at, each] of counts.entries()) {
        count += each;
        yield { metricName: `${name}_bucket`, labels: { outcome, le: at < ENDS.length ? String(ENDS[at]) : '+Inf' }, value: count };
      }
      yield { metricName: `${name}_sum`, labels: { outcome }, value: sum };
      yield { metricName: `${name}_count`, labels: { outcome }, value: count };
    }
  }
}
