import { describe, expect, it } from 'vitest';
import { judgeKernel } from '../../../src/semantic/model/judge-kernel.ts';
import { readJudge } from '../../../src/semantic/model/judge-model.ts';
import { expected, tinyBytes } from './tiny.ts';

const probability = (logit: number) => 1 / (1 + Math.exp(-logit));

describe('the judge\'s network', async () => {
  const { model } = await readJudge(tinyBytes('judge.bin'));
  const kernel = judgeKernel(model);

  it('gives the probabilities of PyTorch, for inputs of every length', () => {
    const cases = expected().judge;

    const off = cases.map(({ ids, second, logit }) => Math.abs(probability(kernel.logit(ids, second)) - probability(logit)));

    expect(cases.map(({ ids }) => ids.length)).toEqual(Array.from({ length: kernel.limit }, (_, at) => at + 1));
    expect(Math.max(...off)).toBeLessThan(0.005);
    expect(new Set(cases.map(({ logit }) => Math.sign(logit))).size, 'verdicts of both kinds').toBe(2);
  });

  it('gives the same verdict whatever it read before', () => {
    const { ids, second } = expected().judge[20]!;
    const alone = judgeKernel(model).logit(ids, second);
    const long = expected().judge.at(-1)!;

    kernel.logit(long.ids, long.second);

    expect(kernel.logit(ids, second)).toBe(alone);
  });

  it('refuses what is no input', () => {
    expect(() => kernel.logit([], 0)).toThrow(RangeError);
    expect(() => kernel.logit(Array.from({ length: kernel.limit + 1 }, () => 5), 2)).toThrow(RangeError);
    expect(() => kernel.logit([2, model.words.rows, 3], 2)).toThrow(RangeError);
    expect(() => kernel.logit([2, -1, 3], 2)).toThrow(RangeError);
    expect(() => kernel.logit([2, Number.NaN, 3], 2)).toThrow(RangeError);
  });
});
