import { isObject, type Json, type JsonObject } from '../base/json.ts';
import type { Milliseconds, Usd } from '../base/units.ts';
import type { OutcomeKind, Settled } from '../model/outcome.ts';
import { noUsage, type Usage } from '../model/usage.ts';
import { Histogram, readHistogram, type HistogramJson } from './histogram.ts';

/** A request that is over. */
export interface CountedRequest {
  readonly tenant: string;
  /** Absent for what knows no models, such as wrapped functions: then it counts in all only. */
  readonly model?: string | undefined;
  /** Whose wire format it spoke; `value` for a wrapped function, which has no tokens to miss. */
  readonly provider: string;
  readonly kind: OutcomeKind;
  /** From the question to the answer's first byte. */
  readonly latencyMs: Milliseconds;
  readonly settled: Settled;
  /** Why it passed the cache by, or was not stored. */
  readonly why?: string | undefined;
}

/** What names come from requests is bounded: the first so many are told apart, and the rest go under one name. */
const MOST_MODELS = 100;
const MOST_REASONS = 50;
const LONGEST_NAME = 200;
export const OTHER = 'other';

/** The row of requests without a model. No model has an empty name. */
const NO_MODEL = '';

/**
 * What is counted. Money is in whole billionths of a dollar: sums are exact and the same in any order, up to nine million dollars.
 * Written out, as objects made from lists are several times as slow to count in.
 */
const noCounts = () => ({
  exact: 0, normalised: 0, semantic: 0, joined: 0, stale: 0, miss: 0, bypass: 0, stored: 0, errors: 0, unpriced: 0, unmetered: 0, spentNanos: 0, savedNanos: 0,
});
const REASONS = ['bypassed', 'refused', 'failed'] as const;

type Mutable<T> = { -readonly [Member in keyof T]: T[Member] };
type Counts = ReturnType<typeof noCounts>;

const COUNTS = Object.keys(noCounts()) as readonly (keyof Counts)[];

/** What is counted of one model. */
export class Row {
  readonly counts = noCounts();
  readonly spent: Mutable<Usage> = { ...noUsage };
  readonly saved: Mutable<Usage> = { ...noUsage };
  readonly hitLatency = new Histogram();
  readonly missLatency = new Histogram();

  add({ kind, latencyMs, provider, settled }: CountedRequest): void {
    const { counts } = this;
    const { usage, cost, saved } = settled;
    counts[kind]++;
    if (settled.stored) counts.stored++;
    if (settled.failed) counts.errors++;

    const called = kind === 'miss' || kind === 'bypass';
    if (kind === 'miss') this.missLatency.record(latencyMs);
    else if (!called && kind !== 'joined') this.hitLatency.record(latencyMs);

    if (usage) addTokens(called ? this.spent : this.saved, usage);
    else if (called && !settled.failed && provider !== 'value') counts.unmetered++;
    const money = called ? cost : saved;
    if (money === undefined) {
      if (usage) counts.unpriced++;
    } else if (called) counts.spentNanos += nanos(money);
    else counts.savedNanos += nanos(money);
    // What embedders and judges cost for a hit by meaning.
    if (!called && cost !== undefined && cost > 0) counts.spentNanos += nanos(cost);
  }

  toJSON(): RowJson {
    const { counts, spent, saved, hitLatency, missLatency } = this;
    return { counts: { ...counts }, spent: { ...spent }, saved: { ...saved }, hitLatency: hitLatency.toJSON(), missLatency: missLatency.toJSON() };
  }

  merge(other: Row | RowJson): void {
    for (const name of COUNTS) this.counts[name] += other.counts[name];
    addTokens(this.spent, other.spent);
    addTokens(this.saved, other.saved);
    this.hitLatency.merge(other.hitLatency);
    this.missLatency.merge(other.missLatency);
  }
}

/** A row as JSON. */
export interface RowJson {
  readonly counts: Readonly<Counts>;
  readonly spent: Usage;
  readonly saved: Usage;
  readonly hitLatency: HistogramJson;
  readonly missLatency: HistogramJson;
}

/** A tally as JSON; tallies add up. */
export type TallyJson = { readonly rows: Readonly<Record<string, RowJson>> } & Readonly<Record<(typeof REASONS)[number], Readonly<Record<string, number>>>>;

/** What is counted by model, and the reasons. Bounded in models and reasons. */
export class Tally {
  readonly rows = new Map<string, Row>();
  readonly bypassed = new Map<string, number>();
  readonly refused = new Map<string, number>();
  readonly failed = new Map<string, number>();

  /** Counts one request. True when that made a new row. */
  add(request: CountedRequest): boolean {
    const { kind, settled, why } = request;
    const rows = this.rows.size;
    this.#row(request.model).add(request);
    if (why !== undefined) {
      if (settled.failed) countReason(this.failed, why);
      else if (kind === 'bypass') countReason(this.bypassed, why);
      else if (kind === 'miss' && !settled.stored) countReason(this.refused, why);
    }
    return this.rows.size > rows;
  }

  merge(other: Tally | TallyJson): void {
    const rows = other instanceof Tally ? other.rows : Object.entries(other.rows);
    for (const [model, row] of rows) this.#row(model).merge(row);
    for (const kind of REASONS) {
      const reasons = other[kind];
      for (const [why, count] of reasons instanceof Map ? reasons : Object.entries(reasons)) countReason(this[kind], why, count);
    }
  }

  /** All rows in one. */
  sum(): Row {
    const sum = new Row();
    for (const row of this.rows.values()) sum.merge(row);
    return sum;
  }

  /** The rows of models, without those of requests that had none. */
  models(): [string, Row][] {
    return [...this.rows].filter(([model]) => model !== NO_MODEL);
  }

  toJSON(): TallyJson {
    const { rows, bypassed, refused, failed } = this;
    return { rows: Object.fromEntries(Array.from(rows, ([model, row]) => [model, row.toJSON()])), bypassed: Object.fromEntries(bypassed), refused: Object.fromEntries(refused), failed: Object.fromEntries(failed) };
  }

  #row(model: string = NO_MODEL): Row {
    const known = this.rows.get(model);
    if (known) return known;
    const full = model !== NO_MODEL && this.rows.size >= MOST_MODELS;
    const name = full ? OTHER : model.slice(0, LONGEST_NAME);
    const row = this.rows.get(name) ?? new Row();
    this.rows.set(name, row);
    return row;
  }
}

/** Reads a tally's JSON; `undefined` for anything else. */
export function readTally(json: Json | undefined): TallyJson | undefined {
  if (!isObject(json) || !isObject(json.rows)) return undefined;
  const rows = Object.entries(json.rows).map(([model, row]) => [model, readRow(row)] as const);
  if (rows.some(([, row]) => row === undefined)) return undefined;
  if (!REASONS.every((kind) => hasCounts(json[kind]))) return undefined;
  return { ...json, rows: Object.fromEntries(rows) } as unknown as TallyJson;
}

/** Counts that a newer version added are not there in an older record, and are 0. */
function readRow(json: Json | undefined): RowJson | undefined {
  if (!isObject(json) || !hasCounts(json.counts) || !hasCounts(json.spent) || !hasCounts(json.saved)) return undefined;
  const hitLatency = readHistogram(json.hitLatency);
  const missLatency = readHistogram(json.missLatency);
  if (!hitLatency || !missLatency) return undefined;
  return {
    counts: { ...noCounts(), ...(json.counts as unknown as Counts) },
    spent: { ...noUsage, ...json.spent },
    saved: { ...noUsage, ...json.saved },
    hitLatency,
    missLatency,
  };
}

function hasCounts(json: Json | undefined): json is JsonObject & Record<string, number> {
  return isObject(json) && Object.values(json).every((count) => typeof count === 'number' && count >= 0);
}

function addTokens(sum: Mutable<Usage>, usage: Usage): void {
  sum.input += usage.input;
  sum.cacheRead += usage.cacheRead;
  sum.cacheWrite5m += usage.cacheWrite5m;
  sum.cacheWrite1h += usage.cacheWrite1h;
  sum.output += usage.output;
  sum.reasoning += usage.reasoning;
}

function countReason(reasons: Map<string, number>, why: string, count = 1): void {
  const name = why.slice(0, LONGEST_NAME);
  const known = reasons.has(name) || reasons.size < MOST_REASONS ? name : OTHER;
  reasons.set(known, (reasons.get(known) ?? 0) + count);
}

const nanos = (money: Usd): number => Math.round(money * 1e9);
