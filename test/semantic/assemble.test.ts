import { describe, expect, it } from 'vitest';
import { functionEmbedder } from '../../src/embedders/function.ts';
import { openDecider } from '../../src/semantic/assemble.ts';
import { modelFolder } from '../../src/semantic/bundled.ts';
import type { CalibrationTable } from '../../src/semantic/calibration.ts';
import { functionJudge } from '../../src/semantic/judges/function-judge.ts';
import { resolveSemantic, type SemanticOptions } from '../../src/semantic/semantic-options.ts';

const likely = functionJudge(() => 0.8, { fingerprint: 'likely' });
const sure = functionJudge(() => true, { fingerprint: 'sure', decides: true });
const embedder = functionEmbedder({ fingerprint: 'mine', embed: (texts) => texts.map(() => [1]) });
const table = (judge: string): CalibrationTable => ({
  judge, guards: [], negatives: 1000, positives: 1000, rows: [{ falseHits: 0.01, threshold: 0.7, measured: 0.005, upTo: 0.01, hits: 0.5 }],
});

const opened = (options: SemanticOptions) => openDecider(resolveSemantic(options), modelFolder('/nowhere'), () => {});

describe('a rate of false hits', () => {
  it.each<[string, SemanticOptions]>([
    ['a judge that gives probabilities', { judge: likely }],
    ['such a judge beside the bundled one', { judge: ['bundled', likely] }],
    ['the bundled judge with another embedder', { embedder }],
  ])('needs a calibration for %s', async (_, options) => {
    await expect(opened(options)).rejects.toMatchObject({ code: 'CALIBRATION_MISSING', message: expect.stringContaining('reprise calibrate --pairs FILE') as string });
  });

  it('needs one of the judge in use', async () => {
    await expect(opened({ judge: likely, calibration: table('another') })).rejects.toMatchObject({ code: 'CALIBRATION_MISSING' });
  });

  it('is kept by a table of that judge', async () => {
    const { thresholdFor } = await opened({ judge: likely, calibration: table('function:likely') });

    expect([thresholdFor(), thresholdFor(0.02), thresholdFor(0.005)]).toEqual([0.7, 0.7, undefined]);
  });

  it('of one request holds where several judge, and none can be applied where all decide or a threshold is set', async () => {
    const rows = [[0.01, 0.9], [0.05, 0.7]].map(([falseHits, threshold]) => ({ falseHits: falseHits!, threshold: threshold!, measured: 0, upTo: falseHits!, hits: 0.5 }));
    const both = await opened({ judge: [likely, sure], calibration: { ...table('function:likely'), rows } });
    const deciding = await opened({ judge: sure });
    const limited = await opened({ judge: likely, threshold: 0.6 });
    const { signal } = new AbortController();
    const same = async (rate: number) => (await both.judgeFor(rate)!.judge([['a', 'b']], signal))[0]!.same;

    expect([await same(0.05), await same(0.01)]).toEqual([true, false]);
    expect([deciding.judgeFor(0.01), limited.judgeFor(0.01)]).toEqual([undefined, undefined]);
  });

  it('needs none where the judge decides, or a threshold is given', async () => {
    const deciding = await opened({ judge: sure, embedder });
    const limited = await opened({ judge: likely, embedder, threshold: 0.6 });

    expect(deciding.thresholdFor()).toBeUndefined();
    expect(limited.thresholdFor()).toBe(0.6);
  });
});
