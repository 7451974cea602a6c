import { setImmediate as nextTurn } from 'node:timers/promises';
import { lazy } from '../../base/lazy.ts';
import type { Judge, Verdict } from '../model/judge.ts';
import { differingWindows, type Window } from './differing-windows.ts';
import type { Judgement, PairJudge } from './pair-judge.ts';

/**
 * Tokens of both texts together up to which the bundled judge is trusted. It was trained on pairs of that length; on longer ones it
 * overlooks single words, though its window would take them.
 */
const TRUSTED_TOKENS = 120;
/** Longer pairs are not even tried as a whole: English has some five characters a token, spaces included. */
const TRUSTED_LENGTH = TRUSTED_TOKENS * 5;
/** Pairs of one call to the judge, so that one lookup does not take up its whole queue. */
const AT_A_TIME = 16;

/**
 * The judge is asked once more with the texts the other way round where the first verdict is no clear refusal, and the mean of both counts: that is
 * worth a point of AUC, and most pairs that are judged are clear refusals.
 */
const CLEAR_REFUSAL = 0.1;

const UNREAD: Judgement = { probability: 0, whole: false };

/**
 * The bundled model as a judge of pairs. Of texts that are too long for it, the places are judged where they differ, and the least
 * probability counts; pairs that differ in too many places, or too much, are not judged as a whole and so not served.
 */
export function bundledJudge(judge: Judge): PairJudge {
  async function verdicts(pairs: readonly Window[], signal: AbortSignal): Promise<Verdict[]> {
    const found: Verdict[] = [];
    for (let at = 0; at < pairs.length; at += AT_A_TIME) found.push(...await judge.judge(pairs.slice(at, at + AT_A_TIME), { signal }));
    return found;
  }

  async function bothWays(pairs: readonly Window[], signal: AbortSignal): Promise<Verdict[]> {
    const found = await verdicts(pairs, signal);
    const again = found.flatMap(({ probability }, at) => (probability > CLEAR_REFUSAL ? [at] : []));
    const turned = await verdicts(again.map((at) => [pairs[at]![1], pairs[at]![0]]), signal);
    for (const [place, at] of again.entries()) found[at] = mean(found[at]!, turned[place]!);
    return found;
  }

  /** Judges long pairs by their windows. */
  async function byWindows(pairs: readonly Window[], signal: AbortSignal): Promise<Judgement[]> {
    const cuts: Window[][] = [];
    for (const [a, b] of pairs) {
      // Comparing two long texts takes some milliseconds: others may run between two pairs.
      if (cuts.length > 0) await nextTurn();
      const windows = differingWindows(a, b) ?? [];
      cuts.push(windows.every(seemsToFit) ? windows : []);
    }
    const found = await bothWays(cuts.flat(), signal);
    let at = 0;
    return cuts.map((windows) => {
      const ofPair = found.slice(at, (at += windows.length));
      if (ofPair.length === 0 || !ofPair.every(fits)) return UNREAD;
      return { probability: Math.min(...ofPair.map(({ probability }) => probability)), whole: true };
    });
  }

  return {
    name: 'bundled',
    // Kept, since asking again would start the judge's thread anew after it has rested.
    fingerprint: lazy(() => judge.ready()),
    async judge(pairs, signal) {
      signal.throwIfAborted();
      const judged: (Judgement | undefined)[] = pairs.map(() => undefined);
      const short = pairs.flatMap((pair, at) => (seemsToFit(pair) ? [at] : []));
      const found = await bothWays(short.map((at) => pairs[at]!), signal);
      for (const [place, at] of short.entries()) {
        const verdict = found[place]!;
        if (fits(verdict)) judged[at] = { probability: verdict.probability, whole: true };
      }

      const long = pairs.flatMap((_, at) => (judged[at] ? [] : [at]));
      const byParts = long.length === 0 ? [] : await byWindows(long.map((at) => pairs[at]!), signal);
      for (const [place, at] of long.entries()) judged[at] = byParts[place]!;
      return judged.map((one) => one ?? UNREAD);
    },
    close: () => judge.close(),
  };
}

function mean(one: Verdict, other: Verdict): Verdict {
  const logit = (one.logit + other.logit) / 2;
  return { ...one, logit, probability: 1 / (1 + Math.exp(-logit)), whole: one.whole && other.whole };
}

const seemsToFit = ([a, b]: readonly [string, string]): boolean => a.length + b.length <= TRUSTED_LENGTH;

/** What the length only suggests, the verdict knows. */
const fits = ({ tokens, whole }: Verdict): boolean => whole && tokens <= TRUSTED_TOKENS;
