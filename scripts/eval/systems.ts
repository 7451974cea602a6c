import { isTimeBound } from '../../src/flow/time-bound/time-bound.ts';
import { systemClock } from '../../src/base/clock.ts';
import { comparable, openScorer, type Score, scoreAll } from '../../src/semantic/score.ts';
import { type ResolvedSemantic, resolveSemantic } from '../../src/semantic/semantic-options.ts';
import type { Scored } from './figures.ts';
import type { LabelledPair } from './groups.ts';
import type { EvalSet } from './sets.ts';

/** What became of a pair in a cache: served, or what kept it back. */
export type End = 'served' | 'not looked up' | 'not found' | 'vetoed' | 'judged apart';

/** A pair and all that is told of it. */
export interface Row extends Omit<LabelledPair, 'a' | 'b'> {
  readonly end: End;
  /** The number by which pairs are compared, as `reprise semantic score` gives it. */
  readonly comparable: number;
  readonly probability: number;
  readonly similarity: number | undefined;
  /** Guards that vetoed. */
  readonly vetoes: readonly string[];
}

/** How a system puts pairs in order, and whether it would serve them. */
export interface ScoredBy<R> {
  readonly name: string;
  /** `undefined` where it says nothing of the pair. */
  scored(row: R): Scored | undefined;
}

export type System = ScoredBy<Row>;

/** The options that are measured: what ships, with time enough however busy the machine is. */
export const shipped = (model: string | undefined, turns: 'equal' | 'judged' = 'equal'): ResolvedSemantic =>
  resolveSemantic({ mode: 'on', timeout: '60s', turns, ...(model !== undefined && { model }) });

/** What was measured with. */
export interface Measured {
  readonly judge: string;
  readonly threshold: number | undefined;
  readonly rows: readonly Row[];
}

/** Puts the pairs of a set before guards and judge, as `reprise semantic score` does. */
export async function measure(set: EvalSet, pairs: readonly LabelledPair[], model: string | undefined, onProgress: (done: number) => void): Promise<Measured> {
  const scorer = await openScorer(shipped(model, set.turns), { clock: systemClock, timeBound: (text) => isTimeBound(text) });
  try {
    const rows: Row[] = [];
    for await (const { pair, score } of scoreAll(scorer, listed(pairs))) onProgress(rows.push(rowOf(pair, score)));
    return { judge: await scorer.fingerprint(), threshold: scorer.threshold, rows };
  } finally {
    await scorer.close();
  }
}

async function* listed<T>(some: readonly T[]): AsyncGenerator<T> {
  yield* some;
}

function rowOf({ id, label, kind, theme }: LabelledPair, score: Score): Row {
  const { decision, similarity } = score;
  return {
    id, label, kind, theme, similarity,
    end: endOf(score),
    comparable: comparable(decision),
    probability: decision.probability ?? 0,
    vetoes: decision.vetoes.map(({ guard }) => guard),
  };
}

function endOf({ hit, why, decision }: Score): End {
  if (hit) return 'served';
  // Guards and judge are asked in any case here; in a cache it does not come to that where a pair is kept apart before.
  if (why !== decision.why) return why?.startsWith('the similarity') ? 'not found' : 'not looked up';
  return decision.vetoes.length > 0 ? 'vetoed' : 'judged apart';
}

/** The parts by themselves and together, and other systems by the scores they gave. */
export function systemsOf(threshold: number | undefined, baselines: readonly Baseline[]): System[] {
  return [
    { name: 'Reprise (guards and judge)', scored: ({ label, comparable: score, end }) => ({ label, score, hit: end === 'served' }) },
    {
      name: 'judge alone',
      scored: ({ label, probability: score }) => ({ label, score, hit: threshold !== undefined && score >= threshold }),
    },
    { name: 'static vectors alone (cosine)', scored: ({ label, similarity = 0 }) => ({ label, score: similarity }) },
    ...baselines.map(baselineSystem),
  ];
}

export function baselineSystem({ name, scores }: Baseline): ScoredBy<Pick<Row, 'id' | 'label'>> {
  return {
    name,
    scored({ id, label }) {
      const score = scores.get(id);
      return score === undefined ? undefined : { label, score };
    },
  };
}

/** Scores of another system, by the pairs' ids. */
export interface Baseline {
  readonly name: string;
  readonly scores: ReadonlyMap<string, number>;
}

/** What a system says of all pairs, or `undefined` where it knows none of them. Knowing only some is an error: the figures could not be compared. */
export function scoresOf<R extends { readonly id: string }>(system: ScoredBy<R>, rows: readonly R[]): Scored[] | undefined {
  const scored = rows.flatMap((row) => system.scored(row) ?? []);
  if (scored.length === 0) return undefined;
  if (scored.length < rows.length) throw new Error(`The scores of ${system.name} lack ${rows.length - scored.length} of ${rows.length} pairs, such as ${rows.find((row) => !system.scored(row))?.id}.`);
  return scored;
}
