import { interval } from '../../src/semantic/calibration.ts';

/** What a system made of a pair. */
export interface Scored {
  readonly label: 0 | 1;
  /** Higher: rather the same. */
  readonly score: number;
  /** Whether it would have served one the answer of the other at its own setting; absent where it has none. */
  readonly hit?: boolean;
}

/** A share with its 95 % interval (Wilson). */
export interface Rate {
  readonly count: number;
  readonly of: number;
  readonly share: number;
  readonly from: number;
  readonly to: number;
}

/** Pairs by their score, 15 bins from 0 to 1, empty ones left out: what was said, and what is so. */
export interface Bin {
  readonly pairs: number;
  readonly said: number;
  readonly found: number;
}

export interface Figures {
  readonly positives: number;
  readonly negatives: number;
  /** The chance that a pair of label 1 scores above one of label 0, equal scores counted half; absent without both labels. */
  readonly auc?: number;
  /** Share of label 1 above the lowest threshold that lets at most this share of label 0 through. */
  readonly hitsAt: Readonly<Record<string, number>>;
  /** Served at the system's own setting: of label 1, and of label 0. */
  readonly hits?: Rate;
  readonly falseHits?: Rate;
  /** Mean distance of the score, taken as a probability, from what is so. */
  readonly ece: number;
  readonly bins: readonly Bin[];
  /** Share of false hits, share of hits: a logarithmic grid from 0.1 to 20 %. */
  readonly curve: readonly (readonly [falseHits: number, hits: number])[];
}

/** The rates of false hits at which hit rates are told. */
export const AT: readonly number[] = [0.01, 0.02, 0.05];
const BINS = 15;
const CURVE = { from: 0.001, to: 0.2, points: 93 };

export function figuresOf(scored: readonly Scored[]): Figures {
  const positives = scored.filter(({ label }) => label === 1);
  const negatives = scored.filter(({ label }) => label === 0);
  const both = positives.length > 0 && negatives.length > 0;
  const hits = both ? hitsBy(positives, negatives) : undefined;
  const bins = binsOf(scored);
  const isServed = ({ hit }: Scored) => hit === true;
  return {
    positives: positives.length,
    negatives: negatives.length,
    ...(both && { auc: auc(positives, negatives) }),
    hitsAt: Object.fromEntries(hits ? AT.map((rate) => [String(rate), hits(rate)]) : []),
    ...(scored.every(({ hit }) => hit !== undefined) && {
      hits: rate(positives.filter(isServed).length, positives.length),
      falseHits: rate(negatives.filter(isServed).length, negatives.length),
    }),
    ece: bins.reduce((sum, { pairs, said, found }) => sum + (pairs / scored.length) * Math.abs(said - found), 0),
    bins,
    curve: hits ? grid().map((falseHits) => [falseHits, hits(falseHits)] as const) : [],
  };
}

export function rate(count: number, of: number): Rate {
  const [from, to] = interval(count, of);
  return { count, of, share: of === 0 ? 0 : count / of, from, to };
}

/** By ranks, equal scores sharing theirs. */
export function auc(positives: readonly Scored[], negatives: readonly Scored[]): number {
  const all = [...positives, ...negatives].sort((a, b) => a.score - b.score);
  let ranks = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]!.score === all[from]!.score) to++;
    const rank = (from + 1 + to) / 2;
    for (; from < to; from++) if (all[from]!.label === 1) ranks += rank;
  }
  return (ranks - (positives.length * (positives.length + 1)) / 2) / (positives.length * negatives.length);
}

/** Gives, for a rate of false hits, the share of `positives` above the lowest threshold that keeps it. */
export function hitsBy(positives: readonly Scored[], negatives: readonly Scored[]): (falseHits: number) => number {
  const wrong = negatives.map(({ score }) => score).sort((a, b) => b - a);
  const right = positives.map(({ score }) => score);
  return (falseHits) => {
    const cut = wrong[Math.floor(falseHits * wrong.length + 1e-9)] ?? -Infinity;
    return right.filter((score) => score > cut).length / right.length;
  };
}

function binsOf(scored: readonly Scored[]): Bin[] {
  const bins = Array.from({ length: BINS }, () => ({ pairs: 0, said: 0, found: 0 }));
  for (const { label, score } of scored) {
    const said = Math.min(1, Math.max(0, score));
    const bin = bins[Math.min(BINS - 1, Math.floor(said * BINS))]!;
    bin.pairs++;
    bin.said += said;
    bin.found += label;
  }
  return bins.filter(({ pairs }) => pairs > 0).map(({ pairs, said, found }) => ({ pairs, said: said / pairs, found: found / pairs }));
}

const grid = (): number[] =>
  Array.from({ length: CURVE.points }, (_, at) => CURVE.from * (CURVE.to / CURVE.from) ** (at / (CURVE.points - 1)));
