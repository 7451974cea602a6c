import { describe, expect, it } from 'vitest';
import { JudgeError } from '../../../src/base/errors.ts';
import type { Judgement, PairJudge } from '../../../src/semantic/judges/pair-judge.ts';
import { resting } from '../../../src/semantic/judges/resting.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';

const FINE: Judgement[] = [{ probability: 1, whole: true }];
const signal = new AbortController().signal;

/** A judge that does what it is told next, with how often it was asked. */
function judgeForTest(does: () => Promise<Judgement[]>) {
  const clock = fakeClock();
  const own: PairJudge & { asked: number; does: typeof does } = { name: 'own', asked: 0, does, fingerprint: async () => 'own:1', judge: () => (own.asked++, own.does()) };
  return { clock, own, judge: resting(own, { clock }) };
}

const reasonOf = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'fine', (error: unknown) => (error as JudgeError).reason ?? (error as Error).message);
const failing = async (): Promise<never> => {
  throw new JudgeError('failed', 'no connection');
};

describe('a judge that fails again and again', () => {
  it('is not asked after three failures in a row, and asked once more some seconds later', async () => {
    const { clock, own, judge } = judgeForTest(failing);
    const asks = () => reasonOf(judge.judge([['a', 'b']], signal));

    const reasons = [await asks(), await asks(), await asks(), await asks(), await asks()];
    await clock.advance(10_000);
    const later = [await asks(), await asks()];
    await clock.advance(10_000);
    own.does = async () => FINE;
    const well = [await asks(), await asks()];

    expect(reasons).toEqual(['failed', 'failed', 'failed', 'resting', 'resting']);
    expect(later).toEqual(['failed', 'resting']);
    expect(well).toEqual(['fine', 'fine']);
    expect(own.asked).toBe(6);
  });

  it('that hangs is left with the lookup, and rests', async () => {
    const { clock, own, judge } = judgeForTest(() => new Promise(() => {}));

    const reasons: string[] = [];
    for (let i = 0; i < 4; i++) {
      const lookup = new AbortController();
      const asked = reasonOf(judge.judge([['a', 'b']], lookup.signal));
      await clock.advance(1000);
      lookup.abort(new Error('late'));
      reasons.push(await asked);
    }

    expect(reasons).toEqual(['late', 'late', 'late', 'resting']);
    expect(own.asked).toBe(3);
  });

  it('lets one lookup try when it has rested, and not those beside it', async () => {
    const { clock, own, judge } = judgeForTest(failing);
    for (let i = 0; i < 3; i++) await reasonOf(judge.judge([['a', 'b']], signal));
    await clock.advance(10_000);
    let answer: (judged: Judgement[]) => void = () => {};
    own.does = () => new Promise((resolve) => void (answer = resolve));

    const first = reasonOf(judge.judge([['a', 'b']], signal));
    const beside = await reasonOf(judge.judge([['a', 'b']], signal));
    answer(FINE);

    expect([await first, beside, own.asked]).toEqual(['fine', 'resting', 4]);
  });

  it.each([
    ['once in a while', [failing, failing, async () => FINE, failing, failing, async () => FINE], 6],
    ['because there is too much to do', Array(6).fill(async () => Promise.reject(new JudgeError('busy', 'full'))) as (() => Promise<Judgement[]>)[], 6],
  ])('does not rest where it fails %s', async (_, each, times) => {
    const { own, judge } = judgeForTest(async () => FINE);

    for (const does of each) {
      own.does = does;
      await reasonOf(judge.judge([['a', 'b']], signal));
    }

    expect(own.asked).toBe(times);
  });
});
