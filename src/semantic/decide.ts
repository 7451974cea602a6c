import { JudgeError } from '../base/errors.ts';
import type { Usd } from '../base/units.ts';
import type { GuardCheck } from './guards/guards.ts';
import type { Veto } from './guards/guard.ts';
import type { Judgement, PairJudge } from './judges/pair-judge.ts';
import { normalForm } from './normal-form.ts';
import type { ReadText } from './text/read-text.ts';

/** A pair of questions and all that was found out about it. */
export interface Decision {
  /** Whether the stored answer may be served. */
  readonly hit: boolean;
  readonly strategy: 'normalised' | 'semantic';
  /** That one answer serves both, 0 to 1; absent when no judge was asked. */
  readonly probability?: number;
  readonly vetoes: readonly Veto[];
  /** Why not, where it is no hit. */
  readonly why?: string;
  readonly cost?: Usd;
}

export interface DeciderOptions {
  readonly guards: GuardCheck;
  /** Absent: the pair is looked at, and not served unless the normal forms are equal. */
  readonly judge: PairJudge | undefined;
  /** The lowest probability to serve; `undefined`: none is good enough. */
  readonly threshold: number | undefined;
  /** Whether equal normal forms are a hit without the judge. */
  readonly normalised: boolean;
  /** Asks the judge even where a guard has vetoed or nothing can come of it, so that there is a probability for every pair. For measuring. */
  readonly always?: boolean;
}

/** Holds a question against a stored one. Fails with the judge's error. */
export async function decide(asked: ReadText, stored: ReadText, options: DeciderOptions, signal: AbortSignal): Promise<Decision> {
  const { guards, judge, threshold, normalised, always = false } = options;
  const vetoes = guards(asked, stored);
  const strategy: Decision['strategy'] = normalised && normalForm(asked.text) === normalForm(stored.text) ? 'normalised' : 'semantic';
  const refused = vetoes.length > 0 ? `vetoed: ${vetoes.map(({ guard, why }) => `${guard} (${why})`).join(', ')}` : undefined;
  if (!always) {
    if (refused !== undefined) return { hit: false, strategy, vetoes, why: refused };
    if (strategy === 'normalised') return { hit: true, strategy, vetoes };
  }

  if (!judge) return { hit: false, strategy, vetoes, why: 'enough candidates have been judged' };
  const judgement = verdictIn(await judge.judge([[asked.text, stored.text]], signal));
  if (!judgement) throw new JudgeError('unreadable', `The judge ${judge.name} gave no verdict that can be read.`);
  const { probability, cost } = judgement;
  const judged = { strategy, vetoes, probability, ...(cost !== undefined && { cost }) };
  if (refused !== undefined) return { ...judged, hit: false, why: refused };
  if (strategy === 'normalised') return { ...judged, hit: true };
  const why = whyNot(judgement, threshold, judge.name);
  return why === undefined ? { ...judged, hit: true } : { ...judged, hit: false, why };
}

/** The one judgement of an answer, if that is what it is: a judge may be anybody's, and what it says decides. */
function verdictIn(said: unknown): Judgement | undefined {
  if (!Array.isArray(said) || said.length !== 1) return undefined;
  const [judgement] = said as [Partial<Judgement> | null];
  const { probability, same, whole } = judgement ?? {};
  if (typeof probability !== 'number' || !(probability >= 0 && probability <= 1)) return undefined;
  return typeof whole === 'boolean' && (same === undefined || typeof same === 'boolean') ? (judgement as Judgement) : undefined;
}

function whyNot({ probability, same, whole }: Judgement, threshold: number | undefined, name: string): string | undefined {
  if (!whole) return `the judge ${name} could not read the whole of both`;
  if (same !== undefined) return same ? undefined : `the judge ${name} says they differ`;
  if (threshold === undefined) return 'no threshold keeps the rate of false hits that was asked for';
  return probability >= threshold ? undefined : `the judge ${name} gives ${probability.toFixed(3)}, and ${threshold.toFixed(3)} is needed`;
}
