import { isObject, type Json } from '../base/json.ts';
import type { Milliseconds } from '../base/units.ts';

/** Each bucket's upper end is five per cent above its lower one, so that a percentile is off by 2.5 per cent at most. */
const GROWTH = 1.05;
const PER_LOG = 1 / Math.log(GROWTH);
/** The least and the most that are told apart: a microsecond and ten minutes. What lies outside counts as these. */
const LEAST: Milliseconds = 0.001;
const MOST: Milliseconds = 600_000;
const BUCKETS = Math.floor(Math.log(MOST / LEAST) * PER_LOG) + 1;

/** A histogram as JSON: the counts from the bucket `first` on, and the sum of all that was recorded. Of the same version, they add up. */
export interface HistogramJson {
  readonly first: number;
  readonly counts: readonly number[];
  readonly sum: Milliseconds;
}

/** What of a set of latencies is shown, in milliseconds. All 0 when there were none. */
export interface Latency {
  readonly count: number;
  readonly mean: Milliseconds;
  readonly p50: Milliseconds;
  readonly p90: Milliseconds;
  readonly p95: Milliseconds;
  readonly p99: Milliseconds;
}

/** Counts latencies in buckets of a logarithmic scale. Keeps only the span of buckets that was needed, mostly a few hundred bytes. */
export class Histogram {
  #first = 0;
  #counts = new Float64Array(0);
  #sum: Milliseconds = 0;

  /** Counts one latency. Negative ones and `NaN` count as the least. */
  record(latency: Milliseconds): void {
    const clamped = latency > LEAST ? (latency < MOST ? latency : MOST) : LEAST;
    const at = (Math.log(clamped / LEAST) * PER_LOG) | 0;
    const index = at - this.#first;
    if (index >= 0 && index < this.#counts.length) this.#counts[index]!++;
    else this.#add(at, 1);
    this.#sum += clamped;
  }

  /** Adds all that another one, or its JSON, has counted. */
  merge(other: Histogram | HistogramJson): void {
    const { first, counts, sum } = other instanceof Histogram ? other.toJSON() : other;
    for (const [index, count] of counts.entries()) if (count > 0) this.#add(Math.min(first + index, BUCKETS - 1), count);
    this.#sum += sum;
  }

  summary(): Latency {
    const count = this.#counts.reduce((sum, each) => sum + each, 0);
    const [p50, p90, p95, p99] = [0.5, 0.9, 0.95, 0.99].map((share) => this.#percentile(share, count)) as [number, number, number, number];
    return { count, mean: count === 0 ? 0 : rounded(this.#sum / count), p50, p90, p95, p99 };
  }

  toJSON(): HistogramJson {
    let from = 0;
    let to = this.#counts.length;
    while (from < to && this.#counts[from] === 0) from++;
    while (to > from && this.#counts[to - 1] === 0) to--;
    return { first: from === to ? 0 : this.#first + from, counts: Array.from(this.#counts.subarray(from, to)), sum: this.#sum };
  }

  /** The middle (on the logarithmic scale) of the bucket in which the latency of that rank lies. */
  #percentile(share: number, count: number): Milliseconds {
    const rank = Math.max(1, Math.ceil(share * count));
    let seen = 0;
    for (const [index, each] of this.#counts.entries()) {
      seen += each;
      if (each > 0 && seen >= rank) return rounded(LEAST * GROWTH ** (this.#first + index + 0.5));
    }
    return 0;
  }

  #add(at: number, count: number): void {
    const end = this.#first + this.#counts.length;
    if (this.#counts.length === 0) {
      this.#first = at;
      this.#counts = new Float64Array(8);
    } else if (at < this.#first || at >= end) {
      // Some room on the side of growth, so that a slow drift does not copy at every step.
      const first = at < this.#first ? Math.max(0, at - 8) : this.#first;
      const grown = new Float64Array(Math.max(end, at < this.#first ? end : at + 9) - first);
      grown.set(this.#counts, this.#first - first);
      this.#first = first;
      this.#counts = grown;
    }
    this.#counts[at - this.#first]! += count;
  }
}

/** Reads a histogram's JSON; `undefined` for anything else. */
export function readHistogram(json: Json | undefined): HistogramJson | undefined {
  if (!isObject(json)) return undefined;
  const { first, counts, sum } = json;
  if (!isCount(first) || first >= BUCKETS || typeof sum !== 'number' || !(sum >= 0) || !Array.isArray(counts) || counts.length > BUCKETS) return undefined;
  return counts.every(isCount) ? { first, counts: counts as number[], sum } : undefined;
}

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);

/** Four significant digits, which is more than the buckets can tell. */
const rounded = (value: number): number => Number(value.toPrecision(4));
