import { describe, expect, it } from 'vitest';
import { priceTable, problemsOf, type Source } from '../../scripts/prices.ts';

const text = { inputPer1MTokens: 2, outputPer1MTokens: 8 };

describe('the table made from the data of the package', () => {
  it('takes rates, long-context rates and the hour writes of Anthropic', () => {
    const source: Source = {
      anthropic: {
        'claude-x': {
          ...text,
          cacheReadPer1MTokens: 0.2,
          cacheWritePer1MTokens: 2.5,
          longContextThreshold: 200_000,
          longContextInputPer1MTokens: 4,
          longContextOutputPer1MTokens: 12,
        },
      },
      xai: { 'grok-x': { ...text, longContextThreshold: 200_000, longContextThresholdInclusive: true, longContextInputPer1MTokens: 4, longContextOutputPer1MTokens: 12 } },
    };

    const { table } = priceTable(source);

    expect(table).toEqual({
      anthropic: { 'claude-x': { input: 2, output: 8, cacheRead: 0.2, cacheWrite5m: 2.5, cacheWrite1h: 4, longContext: { above: 200_000, input: 4, output: 12 } } },
      xai: { 'grok-x': { input: 2, output: 8, longContext: { above: 199_999, input: 4, output: 12 } } },
    });
  });

  it('leaves out what token sums cannot price, and says so', () => {
    const source: Source = {
      openai: {
        'dall-e-9': { inputPer1MTokens: 0, outputPer1MTokens: 0, imageGenerationPerImage: 0.04 },
        'gpt-audio-9': text,
        'free-9': { inputPer1MTokens: 0, outputPer1MTokens: 0 },
        'thinks-9': { ...text, reasoningPer1MTokens: 3 },
        'gpt-9': { ...text, reasoningPer1MTokens: 8 },
      },
    };

    const { table, left } = priceTable(source);

    expect(Object.keys(table.openai ?? {})).toEqual(['gpt-9']);
    expect(left).toHaveLength(4);
  });

  it('takes a write price below that of input for a storage fee', () => {
    const { table } = priceTable({ google: { 'gemini-x': { ...text, cacheWritePer1MTokens: 0.08 } } });

    expect(table.google?.['gemini-x']).toEqual({ input: 2, output: 8 });
  });
});

describe('the checks of a new table', () => {
  const before = { openai: { a: { input: 2, output: 8 }, b: { input: 1, output: 1 }, c: { input: 1, output: 1 } } };

  it.each([
    ['a negative price', { ...before.openai, a: { input: -1, output: 8 } }, 'a input is -1'],
    ['no number', { ...before.openai, a: { input: NaN, output: 8 } }, 'a input is NaN'],
    ['a unit that slipped', { ...before.openai, a: { input: 2000, output: 8 } }, 'more than 1000 USD'],
    ['a jump up', { ...before.openai, a: { input: 20, output: 8 } }, 'went from 2 to 20'],
    ['a jump down', { ...before.openai, a: { input: 2, output: 0.008 } }, 'went from 8 to 0.008'],
    ['cached reads above input', { ...before.openai, a: { input: 2, output: 8, cacheRead: 3 } }, 'reads from the cache'],
    ['long requests below short ones', { ...before.openai, a: { input: 2, output: 8, longContext: { above: 1, input: 1, output: 8 } } }, 'cheaper with length'],
    ['most models gone', { a: { input: 2, output: 8 } }, 'lost 2 of 3'],
  ])('find %s', (_, models, problem) => {
    const problems = problemsOf({ openai: models }, before);

    expect(problems.join('\n')).toContain(problem);
  });

  it('find nothing in a usual change', () => {
    const next = { openai: { ...before.openai, a: { input: 1, output: 4 }, d: { input: 9, output: 9 } } };

    expect(problemsOf(next, before)).toEqual([]);
  });
});
