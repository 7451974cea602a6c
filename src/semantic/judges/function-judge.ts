import { JudgeError, OptionError } from '../../base/errors.ts';
import type { MaybePromise } from '../../base/maybe.ts';
import { bounded, untilAborted } from './bounded.ts';
import type { Judgement, PairJudge } from './pair-judge.ts';

/** Says of two texts whether one answer serves both: a boolean decides, a number from 0 to 1 is the probability. */
export type JudgeFunction = (asked: string, stored: string, signal: AbortSignal) => MaybePromise<number | boolean>;

export interface FunctionJudgeOptions {
  /** The name in steps and reports. @default 'function' */
  name?: string;
  /** What judges, and its version: another one for every change that changes verdicts. A calibration holds for one fingerprint only. */
  fingerprint: string;
  /** True for a function that gives booleans only: it needs no threshold and no calibration. @default false */
  decides?: boolean;
  /** Calls that run at a time. @default 4 */
  maxConcurrent?: number;
}

/** Lets a function judge. What it throws, and what is neither a boolean nor a number from 0 to 1, is a `JudgeError`. */
export function functionJudge(judge: JudgeFunction, options: FunctionJudgeOptions): PairJudge {
  const { name = 'function', fingerprint, decides = false, maxConcurrent = 4 } = options;
  if (typeof judge !== 'function') throw new OptionError('judge', 'a function', judge);
  if (typeof fingerprint !== 'string' || fingerprint === '') throw new OptionError('fingerprint', 'a text that names what judges', fingerprint);
  if (!(maxConcurrent >= 1)) throw new OptionError('maxConcurrent', 'a number from 1 up', maxConcurrent);
  const room = bounded(maxConcurrent, Infinity);

  async function ask(asked: string, stored: string, signal: AbortSignal): Promise<Judgement> {
    let said: unknown;
    try {
      said = await untilAborted(Promise.resolve(judge(asked, stored, signal)), signal);
    } catch (error) {
      if (signal.aborted) throw error;
      throw new JudgeError('failed', `The judge ${name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    if (typeof said === 'boolean') return { probability: said ? 1 : 0, same: said, whole: true };
    if (!decides && typeof said === 'number' && said >= 0 && said <= 1) return { probability: said, whole: true };
    const expected = decides ? 'a boolean' : 'a boolean or a number from 0 to 1';
    throw new JudgeError('unreadable', `The judge ${name} must give ${expected}, but gave ${typeof said === 'number' ? said : typeof said}.`);
  }

  return {
    name,
    ...(decides && { decides }),
    fingerprint: async () => `function:${fingerprint}`,
    async judge(pairs, signal) {
      const failing = new AbortController();
      const ending = AbortSignal.any([signal, failing.signal]);
      ending.throwIfAborted();
      try {
        return await Promise.all(pairs.map(([asked, stored]) => room.run(() => ask(asked, stored, ending), ending)));
      } catch (error) {
        failing.abort(error);
        throw error;
      }
    },
  };
}
