import { JudgeError } from '../base/errors.ts';
import type { MaybePromise } from '../base/maybe.ts';
import type { Usd } from '../base/units.ts';
import type { GuardCheck } from './guards/guards.ts';
import type { Veto } from './guards/guard.ts';
import type { Judgement, PairJudge } from './judges/pair-judge.ts';
import { normalFormOf } from './normal-form.ts';
import { moments } from './text/moments.ts';
import { quantities } from './text/quantities.ts';
import type { ReadText } from './text/read-text.ts';
import { versions } from './text/versions.ts';
import { turn } from './turns.ts';

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
  /** Why there is no judge. @default 'enough candidates have been judged' */
  readonly unjudged?: string;
  /** The lowest probability to serve; `undefined`: none is good enough. */
  readonly threshold: number | undefined;
  /** Whether equal normal forms are a hit without the judge. */
  readonly normalised: boolean;
  /** Asks the judge even where a guard has vetoed or nothing can come of it, so that there is a probability for every pair. For measuring. */
  readonly always?: boolean;
  /** A veto that takes longer to look up than guards take: asked last, of what guards let pass. */
  barred?(): MaybePromise<Veto | undefined>;
}

/** Texts that are longer are served only where they are equal but for form: guards take too long over them. In characters. */
export const LONGEST_COMPARED = 4000;

/** Holds a question against a stored one, and lets others run meanwhile. Fails with the judge's error. */
export async function decide(asked: ReadText, stored: ReadText, options: DeciderOptions, signal: AbortSignal): Promise<Decision> {
  const { judge, threshold, normalised, always = false } = options;
  const isEqual = (await normalFormOf(asked.text)) === (await normalFormOf(stored.text));
  await turn();
  const strategy: Decision['strategy'] = normalised && isEqual ? 'normalised' : 'semantic';
  const tooLong = !isEqual && Math.max(asked.text.length, stored.text.length) > LONGEST_COMPARED;
  if (tooLong && !always) return { hit: false, strategy, vetoes: [], why: TOO_LONG };
  // A text that is not compared is not read: so long a one would take long.
  if (!tooLong) for (const text of [asked, stored]) await read(text);
  const vetoes = await vetoesOf(asked, stored, options, signal);
  let refused = vetoes.length > 0 ? `vetoed: ${vetoes.map(({ guard, why }) => `${guard} (${why})`).join(', ')}` : tooLong ? TOO_LONG : undefined;
  if (refused === undefined && (judge || strategy === 'normalised')) {
    const veto = await options.barred?.();
    if (veto) {
      vetoes.push(veto);
      refused = `vetoed: ${veto.why}`;
    }
  }
  if (!always) {
    if (refused !== undefined) return { hit: false, strategy, vetoes, why: refused };
    if (strategy === 'normalised') return { hit: true, strategy, vetoes };
  }

  if (!judge) return { hit: false, strategy, vetoes, why: refused ?? options.unjudged ?? 'enough candidates have been judged' };
  const judgement = verdictIn(await judge.judge([[asked.text, stored.text]], signal));
  if (!judgement) throw new JudgeError('unreadable', `The judge ${judge.name} gave no verdict that can be read.`);
  const { probability, cost } = judgement;
  const judged = { strategy, vetoes, probability, ...(cost !== undefined && { cost }) };
  if (refused !== undefined) return { ...judged, hit: false, why: refused };
  if (strategy === 'normalised') return { ...judged, hit: true };
  const why = whyNot(judgement, threshold, judge.name);
  return why === undefined ? { ...judged, hit: true } : { ...judged, hit: false, why };
}

/** Reads what several guards look at, a piece a turn, so that the first of them has not all of it to do. */
async function read(text: ReadText): Promise<void> {
  if (text.text.length < READ_AT_ONCE) return;
  await text.cut();
  for (const reader of [moments, versions, quantities]) {
    await turn();
    text.look<unknown>(reader);
  }
}

/** Characters of a text that is read in well under a millisecond. */
const READ_AT_ONCE = 500;

const TOO_LONG = `it is longer than ${LONGEST_COMPARED} characters, and not equal but for form`;

/** What guards say: all of them where there shall be a probability in any case, else up to the first veto. */
async function vetoesOf(asked: ReadText, stored: ReadText, { guards, always = false }: DeciderOptions, signal: AbortSignal): Promise<Veto[]> {
  const vetoes: Veto[] = [];
  for (const veto of guards.steps?.(asked, stored) ?? guards(asked, stored)) {
    if (veto) vetoes.push(veto);
    if (veto && !always) break;
    const others = turn();
    if (!others) continue;
    await others;
    signal.throwIfAborted();
  }
  return vetoes;
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
