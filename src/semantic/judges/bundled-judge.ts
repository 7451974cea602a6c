import { setImmediate as nextTurn } from 'node:timers/promises';
import { lazy } from '../../base/lazy.ts';
import type { Judge, Verdict } from '../model/judge.ts';
import { differingWindows, type Window } from './differing-windows.ts';
import type { Judgement, PairJudge } from './pair-judge.ts';

/**
 * Tokens of both texts together up to which every pair is judged as a whole. Of longer ones that are nearly the same text it overlooks
 * single words, so that those are judged where they differ.
 */
const SHORT_TOKENS = 120;
/** Longer pairs are not even tried as short ones: English has some five characters a token, spaces included. */
const SHORT_LENGTH = SHORT_TOKENS * 5;
/** Pairs of one call to the judge, so that one lookup does not take up its whole queue. */
const AT_A_TIME = 16;

/**
 * The judge is asked once more with the texts the other way round where the first verdict is no clear refusal, and the mean of both counts: that is
 * worth a point of AUC, and most pairs that are judged are clear refusals.
 */
const CLEAR_REFUSAL = 0.1;

/**
 * Where only windows are judged, the odds count half: of the development split's long prompts with one fact changed, 1.5 % would be served at a
 * threshold meant for 1 %, so 0.7 %. `npm run eval -- --only long` measures it.
 */
const ODDS_OF_WINDOWS = 0.5;

/** What was judged only in part is never served; this keeps its number below those of pairs that were read, and in an order. */
const UNREAD_FACTOR = 0.1;

/**
 * The bundled model as a judge of pairs. Of long texts that are nearly the same, the places are judged where they differ, and the least
 * probability counts; long rewordings are judged as a whole where they fit into the model's window, and what does not fit is not served.
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

  /** Judges long pairs: by their windows, or as a whole where there are none. */
  async function judgeLong(pairs: readonly Window[], signal: AbortSignal): Promise<Judgement[]> {
    const cuts: { readonly parts: readonly Window[]; readonly odds: number }[] = [];
    for (const pair of pairs) {
      // Comparing two long texts takes some milliseconds: others may run between two pairs.
      if (cuts.length > 0) await nextTurn();
      const windows = differingWindows(...pair) ?? [];
      cuts.push(windows.length > 0 && windows.every(seemsShort) ? { parts: windows, odds: ODDS_OF_WINDOWS } : { parts: [pair], odds: 1 });
    }
    const found = await bothWays(cuts.flatMap(({ parts }) => parts), signal);
    let at = 0;
    return cuts.map(({ parts, odds }) => {
      const ofPair = found.slice(at, (at += parts.length));
      const probability = weighted(Math.min(...ofPair.map((verdict) => verdict.probability)), odds);
      const whole = ofPair.every((verdict) => verdict.whole);
      return { probability: whole ? probability : probability * UNREAD_FACTOR, whole };
    });
  }

  return {
    name: 'bundled',
    // Kept, since asking again would start the judge's thread anew after it has rested.
    fingerprint: lazy(() => judge.ready()),
    async judge(pairs, signal) {
      signal.throwIfAborted();
      const judged = new Map<number, Judgement>();
      const short = pairs.flatMap((pair, at) => (seemsShort(pair) ? [at] : []));
      const found = await bothWays(short.map((at) => pairs[at]!), signal);
      for (const [place, at] of short.entries()) {
        const { probability, tokens, whole } = found[place]!;
        // What the length only suggested, the verdict knows.
        if (whole && tokens <= SHORT_TOKENS) judged.set(at, { probability, whole });
      }

      const long = pairs.flatMap((_, at) => (judged.has(at) ? [] : [at]));
      const rest = long.length === 0 ? [] : await judgeLong(long.map((at) => pairs[at]!), signal);
      for (const [place, at] of long.entries()) judged.set(at, rest[place]!);
      return pairs.map((_, at) => judged.get(at)!);
    },
    close: () => judge.close(),
  };
}

function mean(one: Verdict, other: Verdict): Verdict {
  const logit = (one.logit + other.logit) / 2;
  return { ...one, logit, probability: 1 / (1 + Math.exp(-logit)), whole: one.whole && other.whole };
}

const weighted = (probability: number, odds: number): number => (probability * odds) / (probability * odds + 1 - probability);

const seemsShort = ([a, b]: readonly [string, string]): boolean => a.length + b.length <= SHORT_LENGTH;
