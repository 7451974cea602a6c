import { afterEach, describe, expect, it, vi } from 'vitest';
import { JudgeError } from '../../../src/base/errors.ts';
import { bundledJudge } from '../../../src/semantic/judges/bundled-judge.ts';
import { differingWindows } from '../../../src/semantic/judges/differing-windows.ts';
import { createJudge, type Judge, type Verdict } from '../../../src/semantic/model/judge.ts';
import { tinyJudgeFiles } from '../model/tiny.ts';
import { patient } from './chat-service.ts';

type Pair = readonly [string, string];

/** A model that keeps what it was asked, and takes a word for a token. */
function fakeModel(probability: (pair: Pair) => number = () => 0.9, tokensOf = (pair: Pair) => pair.join(' ').split(' ').length + 3, room = Infinity) {
  const asked: Pair[][] = [];
  const again: Pair[][] = [];
  const model: Judge = {
    async judge(pairs, { signal } = {}) {
      signal?.throwIfAborted();
      // Pairs that come the other way round are asked about after the first verdict, and are looked at in a test of their own.
      const turned = pairs.every(([a, b]) => asked.flat().some(([x, y]) => x === b && y === a));
      (turned && pairs.length > 0 ? again : asked).push([...pairs]);
      return pairs.map((pair): Verdict => {
        const given = probability(pair);
        return { probability: given, logit: Math.log(given / (1 - given)), tokens: tokensOf(pair), whole: tokensOf(pair) <= room };
      });
    },
    ready: vi.fn(async () => 'reprise-judge:0123'),
    close: vi.fn(async () => {}),
  };
  return { model, asked, again };
}

/** The judge, its probabilities without what logarithms leave of rounding. */
function judgeOf(model: Judge): ReturnType<typeof bundledJudge> {
  const judge = bundledJudge(model);
  return {
    ...judge,
    judge: async (pairs, signal) => (await judge.judge(pairs, signal)).map((one) => ({ ...one, probability: Math.round(one.probability * 1e9) / 1e9 })),
  };
}

const sentence = (from: number, to: number): string => Array.from({ length: to - from }, (_, at) => `word${from + at}`).join(' ');
const long = sentence(100, 300);
const SHORT = ['how do I turn on dark mode?', 'enable the dark theme'] as const;

describe('the bundled judge', () => {
  it('gives short pairs to the model as they are', async () => {
    const { model, asked } = fakeModel();

    expect(await judgeOf(model).judge([SHORT, ['a', 'b']], patient())).toEqual([{ probability: 0.9, whole: true }, { probability: 0.9, whole: true }]);
    expect(asked).toEqual([[SHORT, ['a', 'b']]]);
  });

  it('asks both ways round where the first verdict is no clear refusal, and takes the mean of both', async () => {
    const { model, again } = fakeModel(([a]) => (a === 'x' ? 0.05 : a === 'enable the dark theme' ? 0.5 : 0.9));

    const judged = await judgeOf(model).judge([SHORT, ['x', 'y']], patient());

    // The mean of the logits: those of 9 to 1 and of 1 to 1.
    expect(judged).toEqual([{ probability: 0.75, whole: true }, { probability: 0.05, whole: true }]);
    expect(again).toEqual([[[SHORT[1], SHORT[0]]]]);
  });

  it('judges long texts where they differ, and takes the least at half its odds', async () => {
    const { model, asked } = fakeModel((pair) => (pair.join(' ').includes('never') ? 0.2 : 0.8));
    const edited = long.replace('word150', 'always').replace('word250', 'never');

    const judged = await judgeOf(model).judge([[long, edited]], patient());

    // One to four, of which half is one to eight.
    expect(judged).toEqual([{ probability: 0.111111111, whole: true }]);
    expect(asked.flat()).toEqual([
      [sentence(142, 159), sentence(142, 159).replace('word150', 'always')],
      [sentence(242, 259), sentence(242, 259).replace('word250', 'never')],
    ]);
  });

  it('keeps the order where long and short pairs come together', async () => {
    const { model } = fakeModel((pair) => (pair.join(' ').includes('never') ? 0.2 : 0.9));

    const judged = await judgeOf(model).judge([[long, long.replace('word150', 'never')], SHORT, ['a', 'never']], patient());

    expect(judged.map(({ probability }) => probability)).toEqual([0.111111111, 0.9, 0.2]);
  });

  it('looks at the places that differ where a pair turns out to have more tokens than its length says', async () => {
    const { model, asked } = fakeModel(() => 0.8, (pair) => pair.join('').length / 2);
    const a = sentence(10, 50);

    const judged = await judgeOf(model).judge([[a, a.replace('word30', 'never')]], patient());

    expect(asked).toHaveLength(2);
    expect(asked[1]![0]![0]).toBe(sentence(22, 39));
    expect(judged).toEqual([{ probability: 0.666666667, whole: true }]);
  });

  it.each([
    ['that are other texts', sentence(500, 700)],
    ['that differ in too many places', Array.from({ length: 7 }, (_, at) => `word${112 + 25 * at}`).reduce((text, word) => text.replace(word, 'x'), long)],
    ['that differ in too long a piece', long.replace(sentence(150, 190), sentence(550, 590))],
    ['of which one is short', 'word100 word101'],
    ['that differ in white space only', long.replace(' ', '\n')],
  ])('judges long texts as a whole %s', async (_, other) => {
    const { model, asked } = fakeModel();

    expect(await judgeOf(model).judge([[long, other]], patient())).toEqual([{ probability: 0.9, whole: true }]);
    expect(asked.flat()).toEqual([[long, other]]);
  });

  it('does not say that it read what the model could read only in part, and puts it below what was read', async () => {
    const { model } = fakeModel(() => 0.9, undefined, 256);

    expect(await judgeOf(model).judge([[long, sentence(500, 700)], SHORT], patient())).toEqual([{ probability: 0.09, whole: false }, { probability: 0.9, whole: true }]);
  });

  it('never asks the model about more than it may queue', async () => {
    const { model, asked } = fakeModel();

    expect(await judgeOf(model).judge(Array.from({ length: 40 }, () => SHORT), patient())).toHaveLength(40);
    expect(asked.map(({ length }) => length)).toEqual([16, 16, 8]);
  });

  it("is the model it has, by name and fingerprint, and hands on the model's failures and the end of the lookup", async () => {
    const { model } = fakeModel();
    const judge = bundledJudge(model);

    expect([judge.name, judge.decides, await judge.fingerprint(), await judge.fingerprint()]).toEqual(['bundled', undefined, 'reprise-judge:0123', 'reprise-judge:0123']);
    expect(model.ready).toHaveBeenCalledTimes(1);
    await expect(judge.judge([SHORT], AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
    model.judge = () => Promise.reject(new JudgeError('busy', 'busy'));
    await expect(judge.judge([SHORT], patient())).rejects.toMatchObject({ reason: 'busy' });
    await judge.close?.();
    expect(model.close).toHaveBeenCalledTimes(1);
  });
});

describe('the bundled judge with a model', () => {
  const open: Judge[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((judge) => judge.close()));
  });

  it('gives what the model gives, of long texts that of their worst window', async () => {
    const model = createJudge({ load: tinyJudgeFiles, timeLimit: 10_000 });
    open.push(model);
    const judge = bundledJudge(model);
    const filler = 'how do i turn the dark mode on and open the files please '.repeat(8);
    const [a, b] = [`open ${filler}now open the dark files ${filler}`, `close ${filler}now close the dark files ${filler}`];

    const judged = await judge.judge([SHORT, [a, b]], patient());

    const pairs = [SHORT, ...differingWindows(a, b)!];
    const [one, other] = [await model.judge(pairs), await model.judge(pairs.map(([x, y]) => [y, x] as const))];
    const [short, ...windows] = one.map(({ logit }, at) => 1 / (1 + Math.exp(-(logit + other[at]!.logit) / 2)));
    expect(windows).toHaveLength(2);
    expect(judged.map(({ whole }) => whole)).toEqual([true, true]);
    expect(judged[0]!.probability).toBeCloseTo(short!, 9);
    const least = Math.min(...windows);
    expect(judged[1]!.probability).toBeCloseTo(least / (2 - least), 9);
    expect(await judge.fingerprint()).toMatch(/^reprise-judge:/);
  });
});
