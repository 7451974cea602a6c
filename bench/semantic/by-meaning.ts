import { type ModelFolder, modelFolder } from '../../src/semantic/bundled.ts';
import type { CalibrationTable } from '../../src/semantic/calibration.ts';
import { bundledJudge } from '../../src/semantic/judges/bundled-judge.ts';
import type { PairJudge } from '../../src/semantic/judges/pair-judge.ts';
import { createJudge } from '../../src/semantic/model/judge.ts';
import type { SemanticOptions } from '../../src/semantic/semantic-options.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Store } from '../../src/stores/store.ts';
import { bytesOf, type Ours, ours } from '../ours.ts';
import type { ChatRequest } from '../sample.ts';

/** A cache that matches by meaning, whose judge is watched. */
export interface ByMeaning extends Ours {
  /** Pairs that have been judged so far, and how long each call took, thread and all, in milliseconds. */
  readonly judged: { pairs: number; readonly took: number[] };
}

/** As it comes, but without the bound on lookups in a second, and with time enough for a busy machine. */
export async function byMeaning(store: Store | string, model: string | undefined, semantic: SemanticOptions = {}): Promise<ByMeaning> {
  const folder = modelFolder(model);
  const judged = { pairs: 0, took: [] as number[] };
  const bundled = bundledJudge(createJudge({ load: () => folder.judge, timeLimit: 60_000 }));
  const judge: PairJudge = {
    ...bundled,
    async judge(pairs, signal) {
      const begun = performance.now();
      const judgements = await bundled.judge(pairs, signal);
      judged.pairs += pairs.length;
      judged.took.push(performance.now() - begun);
      return judgements;
    },
  };
  const options: SemanticOptions = { perSecond: 1e6, timeout: 60_000, judge, calibration: await tableFor(folder, judge), ...(model !== undefined && { model }), ...semantic };
  return Object.assign(ours({ store, storeTimeout: 60_000, semantic: options }, 0, shortAnswer), { judged });
}

/** The model's table, for a folder whose table is of another training of it too. */
async function tableFor(folder: ModelFolder, judge: PairJudge): Promise<CalibrationTable> {
  return { ...await folder.calibration(), judge: await judge.fingerprint() };
}

export const withoutMeaning = (store: Store | string): Ours => ours({ store, storeTimeout: 60_000, semantic: 'off' }, 0, shortAnswer);

/** A request that asks this. Another temperature is another scope. */
export const asking = (question: string, temperature = 0.2): ChatRequest => ({
  model: 'gpt-4o-mini', temperature, max_tokens: 512, messages: [{ role: 'system', content: 'You answer briefly.' }, { role: 'user', content: question }],
});

/** Asks and waits until the answer has been read and everything has settled; how long that took, in milliseconds. */
export async function timed(cache: Ours, request: ChatRequest): Promise<{ outcome: Outcome; took: number }> {
  const begun = performance.now();
  const outcome = await cache.ask(request);
  await bytesOf(outcome);
  await outcome.settled;
  return { outcome, took: performance.now() - begun };
}

/** Resolves when stored questions are found by meaning: asks them again, each politely, until one is known by its form. How long it took, in milliseconds. */
export async function untilReady(cache: Ours, questions: readonly string[]): Promise<number> {
  const begun = performance.now();
  for (let at = 0; performance.now() - begun < 120_000; at++) {
    // What is asked in vain is stored, so every question is asked once.
    const { outcome } = await timed(cache, asking(`Please ${questions[at]!} Thank you!`));
    if (outcome.kind === 'normalised') return performance.now() - begun;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error('The stored questions were not found in time.');
}

/** What its provider answers: as little as there can be. */
export function shortAnswer(question: string): object {
  return {
    id: 'chatcmpl-bench', object: 'chat.completion', created: 1_760_000_000, model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, message: { role: 'assistant', content: `It depends on ${question.slice(0, 40)}.`, refusal: null }, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 40, completion_tokens: 12, total_tokens: 52 },
  };
}
