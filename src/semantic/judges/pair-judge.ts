import type { Usd } from '../../base/units.ts';

/** What a judge says about two texts. */
export interface Judgement {
  /** That one answer serves both, 0 to 1. */
  readonly probability: number;
  /** The judge's own decision, where it makes one; then no threshold is applied to `probability`. */
  readonly same?: boolean;
  /** False when the judge did not read the whole of both texts: then they are not taken for the same. */
  readonly whole: boolean;
  /** What asking cost, where known. */
  readonly cost?: Usd;
}

/** Reads two texts and says whether one answer serves both. */
export interface PairJudge {
  /** The name in steps and reports: `bundled`, `llm`, `reranker`, `function` or a name of the user's. */
  readonly name: string;
  /** True for a judge whose judgements say `same`: it needs no threshold and no calibration. */
  readonly decides?: boolean;
  /** What judges: a calibration holds for one fingerprint only. */
  fingerprint(): Promise<string>;
  /** Judges pairs, in order. Fails with its own error, which means a miss; `signal` ends it when time is up. */
  judge(pairs: readonly (readonly [asked: string, stored: string])[], signal: AbortSignal): Promise<Judgement[]>;
  close?(): Promise<void>;
}
