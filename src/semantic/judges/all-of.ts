import { JudgeError, OptionError } from '../../base/errors.ts';
import type { Usd } from '../../base/units.ts';
import type { Judgement, PairJudge } from './pair-judge.ts';

/** Whether this judge's judgement says that the pair is the same. */
export type Decides = (judge: PairJudge, judgement: Judgement) => boolean;

/** What asking costs, from nothing up, by the judge's name: the model in the process, a function, a service, a chat model. */
const EXPENSE: Readonly<Record<string, number>> = { bundled: 0, function: 1, reranker: 2, llm: 3 };

const expenseOf = ({ name }: PairJudge): number => (Object.hasOwn(EXPENSE, name) ? EXPENSE[name]! : 1);

/**
 * A pair is the same only if every judge says so. They are asked one after the other, the cheapest first and else in the order given,
 * and each only about the pairs that all before it took for the same. `probability` is the least that was given, `cost` the sum.
 * What a judge did not read as a whole is not the same, whatever `decides` says. The failure of one is the failure of all.
 */
export function allOf(judges: readonly PairJudge[], decides: Decides): PairJudge {
  if (judges.length === 0) throw new OptionError('judge', 'at least one judge', judges);
  const inOrder = judges.toSorted((a, b) => expenseOf(a) - expenseOf(b));

  return {
    name: inOrder.map(({ name }) => name).join('+'),
    decides: true,
    async fingerprint() {
      const each = await Promise.all(inOrder.map((judge) => judge.fingerprint()));
      return `all:${each.join('+')}`;
    },
    async judge(pairs, signal) {
      const found = pairs.map((): Judgement => ({ probability: 1, same: true, whole: true }));
      for (const judge of inOrder) {
        const left = found.flatMap(({ same }, at) => (same ? [at] : []));
        if (left.length === 0) break;
        const judged = await judge.judge(left.map((at) => pairs[at]!), signal);
        if (judged.length !== left.length) {
          throw new JudgeError('unreadable', `The judge ${judge.name} gave ${judged.length} judgements on ${left.length} pairs.`);
        }
        for (const [place, at] of left.entries()) found[at] = both(found[at]!, judged[place]!, decides(judge, judged[place]!));
      }
      return found;
    },
    async close() {
      await Promise.all(judges.map((judge) => judge.close?.()));
    },
  };
}

function both(before: Judgement, judged: Judgement, same: boolean): Judgement {
  const cost = sum(before.cost, judged.cost);
  return {
    probability: Math.min(before.probability, judged.probability),
    same: same && judged.whole,
    whole: judged.whole,
    ...(cost !== undefined && { cost }),
  };
}

const sum = (a: Usd | undefined, b: Usd | undefined): Usd | undefined => (a === undefined ? b : a + (b ?? 0));
