import { auc, type Figures, figuresOf, rate, type Rate, type Scored } from './figures.ts';
import type { LabelledPair } from './groups.ts';
import type { EvalSet } from './sets.ts';
import { type Baseline, baselineSystem, type End, type Measured, type Row, scoresOf, systemsOf } from './systems.ts';

/** What was found out about a set. */
export interface SetResult {
  readonly name: string;
  readonly title: string;
  readonly about?: string;
  readonly systems: readonly { readonly name: string; readonly figures: Figures }[];
  /** Where pairs of either label ended. */
  readonly ends: Readonly<Record<End, { readonly same: number; readonly different: number }>>;
  readonly guards: readonly GuardResult[];
  /** Of pairs that differ, by what; each against all pairs that do not. */
  readonly kinds: readonly KindResult[];
  readonly themes: readonly { readonly theme: string; readonly figures: Figures }[];
}

export interface KindResult {
  readonly kind: string;
  readonly auc: number;
  readonly falseHits: Rate;
}

/** Pairs that a guard vetoed, and how many of them the judge would have served. */
export interface GuardResult {
  readonly guard: string;
  readonly different: number;
  readonly differentSaved: number;
  readonly same: number;
  readonly sameLost: number;
}

export function resultOf({ name, title, about }: EvalSet, { rows, threshold }: Measured, baselines: readonly Baseline[]): SetResult {
  const systems = systemsOf(threshold, baselines);
  const [whole] = systems;
  const scoredBy = (some: readonly Row[]): Scored[] => some.flatMap((row) => whole!.scored(row) ?? []);
  return {
    name, title, ...(about !== undefined && { about }),
    systems: systems.flatMap((system) => {
      const scored = scoresOf(system, rows);
      return scored ? [{ name: system.name, figures: figuresOf(scored) }] : [];
    }),
    ends: endsOf(rows),
    guards: guardsOf(rows, threshold),
    kinds: kindsOf(rows, scoredBy),
    themes: [...Map.groupBy(rows, ({ theme }) => theme)].filter(([theme]) => theme !== 'other').map(([theme, some]) => ({ theme, figures: figuresOf(scoredBy(some)) })),
  };
}

/** The result with the figures of more systems. They must know all the pairs that were measured. */
export function withBaselines(result: SetResult, pairs: readonly LabelledPair[], baselines: readonly Baseline[]): SetResult {
  const measured = result.systems[0]!.figures;
  const more = baselines.flatMap((baseline) => {
    const scored = scoresOf(baselineSystem(baseline), pairs);
    if (!scored) return [];
    const figures = figuresOf(scored);
    if (figures.positives !== measured.positives || figures.negatives !== measured.negatives) throw new Error(`${result.title} was measured on other pairs than those that ${baseline.name} has scored.`);
    return [{ name: baseline.name, figures }];
  });
  return { ...result, systems: [...result.systems.filter(({ name }) => !baselines.some((baseline) => baseline.name === name)), ...more] };
}

const ENDS: readonly End[] = ['served', 'not looked up', 'not found', 'vetoed', 'judged apart'];

function endsOf(rows: readonly Row[]): SetResult['ends'] {
  const count = (end: End, label: 0 | 1) => rows.filter((row) => row.end === end && row.label === label).length;
  return Object.fromEntries(ENDS.map((end) => [end, { same: count(end, 1), different: count(end, 0) }])) as Record<End, { same: number; different: number }>;
}

function guardsOf(rows: readonly Row[], threshold = Infinity): GuardResult[] {
  const names = [...new Set(rows.flatMap(({ vetoes }) => vetoes))];
  const found = names.map((guard) => {
    const vetoed = rows.filter(({ vetoes }) => vetoes.includes(guard));
    const count = (label: 0 | 1, least: number) => vetoed.filter((row) => row.label === label && row.probability >= least).length;
    return { guard, different: count(0, 0), differentSaved: count(0, threshold), same: count(1, 0), sameLost: count(1, threshold) };
  });
  return found.sort((a, b) => b.differentSaved - a.differentSaved || b.different - a.different);
}

function kindsOf(rows: readonly Row[], scoredBy: (some: readonly Row[]) => Scored[]): KindResult[] {
  const same = scoredBy(rows.filter(({ label }) => label === 1));
  const kinds = Map.groupBy(rows.filter(({ label }) => label === 0), ({ kind }) => kind);
  if (same.length === 0 || kinds.size < 2) return [];
  const found = [...kinds].map(([kind, some]): KindResult => ({
    kind,
    auc: auc(same, scoredBy(some)),
    falseHits: rate(some.filter(({ end }) => end === 'served').length, some.length),
  }));
  return found.sort((a, b) => b.falseHits.share - a.falseHits.share || a.auc - b.auc);
}
