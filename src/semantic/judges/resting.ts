import { type Clock, systemClock } from '../../base/clock.ts';
import { JudgeError } from '../../base/errors.ts';
import type { Milliseconds } from '../../base/units.ts';
import { untilAborted } from './bounded.ts';
import type { PairJudge } from './pair-judge.ts';

export interface RestOptions {
  /** @default the machine's own clock */
  clock?: Clock;
  /** Whoever gives up after waiting this long gives up because of the judge. @default 1000 */
  patience?: Milliseconds;
  /** After so many failures in a row the judge is not asked for a while. @default 3 */
  after?: number;
  /** How long that while is. Then one request tries, and the others wait for how it ends. @default 10000 */
  restFor?: Milliseconds;
}

/**
 * The judge, not asked for a while after it has failed or hung several times in a row: until then a request fails at once, as `resting`, so that no
 * miss has to wait for it. Too much to do at once (`busy`) is no failure.
 */
export function resting(judge: PairJudge, options: RestOptions = {}): PairJudge {
  const { clock = systemClock, patience = 1000, after = 3, restFor = 10_000 } = options;
  let failures = 0;
  let restsUntil = -Infinity;
  let isTried = false;

  function failed(): void {
    failures++;
    if (failures >= after) restsUntil = clock.elapsed() + restFor;
  }

  return {
    name: judge.name,
    ...(judge.decides !== undefined && { decides: judge.decides }),
    fingerprint: () => judge.fingerprint(),
    close: async () => judge.close?.(),
    async judge(pairs, signal) {
      signal.throwIfAborted();
      const tries = failures >= after;
      if (tries && (isTried || clock.elapsed() < restsUntil)) {
        throw new JudgeError('resting', `The judge ${judge.name} failed ${after} times in a row and is not asked for ${restFor} ms.`);
      }
      if (tries) isTried = true;
      const began = clock.elapsed();
      try {
        const judged = await untilAborted(judge.judge(pairs, signal), signal);
        failures = 0;
        return judged;
      } catch (error) {
        const isBusy = error instanceof JudgeError && error.reason === 'busy';
        if (signal.aborted ? clock.elapsed() - began >= patience : !isBusy) failed();
        throw error;
      } finally {
        if (tries) isTried = false;
      }
    },
  };
}
