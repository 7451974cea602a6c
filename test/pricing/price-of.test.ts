import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/base/errors.ts';
import { noUsage, type Usage } from '../../src/model/usage.ts';
import { costOf, createPrices } from '../../src/pricing/price-of.ts';
import { priceTable, readPrices, writePrices, type Price } from '../../src/pricing/price-table.ts';
import { PRICES_DATE } from '../../src/pricing/prices.ts';

const PRICES = priceTable();
const { priceOf } = createPrices();
const usage = (parts: Partial<Usage>): Usage => ({ ...noUsage, ...parts });

describe('the price of a model', () => {
  it.each([
    ['gpt-4o', 'openai', 'openai', 'gpt-4o'],
    ['gpt-4o-2024-08-06', 'openai', 'openai', 'gpt-4o-2024-08-06'],
    ['gpt-4o-2024-05-13', 'openai', 'openai', 'gpt-4o-2024-05-13'],
    ['gpt-4.1-mini-2025-04-14', 'openai', 'openai', 'gpt-4.1-mini'],
    ['gpt-4-0613', 'openai', 'openai', 'gpt-4'],
    ['azure/gpt-4o-mini', 'openai', 'openai', 'gpt-4o-mini'],
    ['text-embedding-3-small', 'openai', 'openai', 'text-embedding-3-small'],
    ['claude-sonnet-4-5-20250929', 'anthropic', 'anthropic', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5-latest', 'anthropic', 'anthropic', 'claude-sonnet-4-5'],
    ['claude-3-7-sonnet-20250219', 'anthropic', 'anthropic', 'claude-3-7-sonnet-latest'],
    ['claude-sonnet-4-20250514', 'anthropic', 'anthropic', 'claude-sonnet-4-0'],
    ['claude-opus-4-1@20250805', 'anthropic', 'anthropic', 'claude-opus-4-1'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic', 'anthropic', 'claude-sonnet-4-5'],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 'openai', 'anthropic', 'claude-haiku-4-5'],
    ['anthropic/claude-opus-4.8', 'openai', 'anthropic', 'claude-opus-4-8'],
    ['claude-opus-4-8', 'openai', 'anthropic', 'claude-opus-4-8'],
    ['gemini-2.5-pro', 'openai', 'google', 'gemini-2.5-pro'],
    ['models/gemini-2.0-flash-001', 'openai', 'google', 'gemini-2.0-flash'],
    ['mistral-large-latest', 'openai', 'mistral', 'mistral-large-latest'],
    ['deepseek-chat', 'openai', 'deepseek', 'deepseek-chat'],
    ['llama-3.3-70b-versatile', 'openai', 'groq', 'llama-3.3-70b-versatile'],
    ['grok-4', 'openai', 'xai', 'grok-4'],
  ])('of %s, asked for in the format of %s, is that of %s %s', (model, provider, listedBy, listedAs) => {
    const price = priceOf(model, provider);

    expect(price).toBeDefined();
    expect(price).toBe(PRICES[listedBy]?.[listedAs]);
  });

  it.each([
    ['gpt-99', 'openai'],
    ['gpt-4o-mini-extra', 'openai'],
    ['ft:gpt-4o-mini-2024-07-18:acme::abc', 'openai'],
    ['claude-sonnet-99-20300101', 'anthropic'],
    ['mistral-large-9912', 'openai'],
    ['openai/gpt-oss-120b', 'openai'],
    ['my-deployment', 'openai'],
    ['dall-e-3', 'openai'],
    ['', 'openai'],
    ['__proto__', 'openai'],
    ['constructor', 'constructor'],
    ['anthropic/', 'openai'],
  ])('of %s is not known', (model, provider) => {
    expect(priceOf(model, provider)).toBeUndefined();
  });

  it('may be overridden for one model, its unlisted snapshots included', () => {
    const mine: Price = { input: 1, output: 2 };
    const prices = createPrices({ 'gpt-4o': mine, 'house-model': mine, 'anthropic/shared-name': mine });

    expect(prices.priceOf('gpt-4o', 'openai')).toBe(mine);
    expect(prices.priceOf('gpt-4o-2031-01-01', 'openai')).toBe(mine);
    expect(prices.priceOf('gpt-4o-2024-05-13', 'openai')).toBe(PRICES.openai?.['gpt-4o-2024-05-13']);
    expect(prices.priceOf('house-model', 'openai')).toBe(mine);
    expect(prices.priceOf('shared-name', 'anthropic')).toBe(mine);
    expect(prices.priceOf('shared-name', 'openai')).toBeUndefined();
  });

  it.each([
    [{ input: -1, output: 2 }, 'prices[\'m\'].input'],
    [{ input: 1, output: NaN }, 'prices[\'m\'].output'],
    [{ input: 1 }, 'prices[\'m\'].output'],
    [{ input: 1, output: 2, cacheRead: '3' }, 'prices[\'m\'].cacheRead'],
    [{ input: 1, output: 2, longContext: { input: 1, output: 2 } }, 'prices[\'m\'].longContext.above'],
  ])('is refused when an override is no price: %j', (price, option) => {
    const make = () => createPrices({ m: price as unknown as Price });

    expect(make).toThrow(OptionError);
    expect(make).toThrow(option);
  });
});

describe('the cost of a request', () => {
  const price: Price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite5m: 3.75, cacheWrite1h: 6 };

  it.each([
    ['nothing', {}, 0],
    ['input', { input: 1_000_000 }, 3],
    ['output, reasoning being part of it', { output: 1_000_000, reasoning: 900_000 }, 15],
    ['tokens read from the prompt cache', { cacheRead: 1_000_000 }, 0.3],
    ['tokens written to it for five minutes', { cacheWrite5m: 1_000_000 }, 3.75],
    ['tokens written to it for an hour', { cacheWrite1h: 1_000_000 }, 6],
    ['all of them', { input: 10, cacheRead: 20, cacheWrite5m: 30, cacheWrite1h: 40, output: 50 }, 0.0011385],
  ])('counts %s', (_, parts, cost) => {
    expect(costOf(usage(parts), price)).toBe(cost);
  });

  it('charges cached tokens as input where no price of their own is known', () => {
    const plain: Price = { input: 2, output: 8 };

    expect(costOf(usage({ cacheRead: 500_000, cacheWrite5m: 250_000, cacheWrite1h: 250_000 }), plain)).toBe(2);
  });

  it('charges all tokens at the long rates once the whole input is longer than the threshold', () => {
    const long: Price = { input: 1, output: 2, cacheRead: 0.1, longContext: { above: 200_000, input: 2, output: 3, cacheRead: 0.2 } };

    expect(costOf(usage({ input: 100_000, cacheRead: 100_000, output: 1_000_000 }), long)).toBe(2.11);
    expect(costOf(usage({ input: 100_000, cacheRead: 100_001, output: 1_000_000 }), long)).toBe(3.2200002);
  });

  it('leaves nothing behind of binary fractions', () => {
    const tokens = fc.integer({ min: 0, max: 2_000_000 });
    const rate = fc.integer({ min: 0, max: 200_000_000 });

    fc.assert(
      fc.property(tokens, tokens, rate, rate, (input, output, inputRate, outputRate) => {
        const cost = costOf(usage({ input, output }), { input: inputRate / 1e6, output: outputRate / 1e6 });

        const exact = BigInt(input) * BigInt(inputRate) + BigInt(output) * BigInt(outputRate);
        if (exact < 2n ** 52n) expect(cost).toBe(Number(exact) / 1e12);
      }),
    );
  });
});

describe('the table of prices', () => {
  const rows = Object.entries(PRICES).flatMap(([provider, models]) => Object.entries(models).map(([model, price]) => ({ at: `${provider} ${model}`, price })));

  it('is dated and has the current models of OpenAI and Anthropic', () => {
    expect(PRICES_DATE).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(Object.keys(PRICES.openai ?? {}).length).toBeGreaterThan(50);
    expect(Object.keys(PRICES.anthropic ?? {}).length).toBeGreaterThan(10);
  });

  it('is the same when it was written and read again', () => {
    expect(readPrices(writePrices(PRICES))).toEqual(PRICES);
    expect(PRICES.openai?.['gpt-5.5']).toMatchObject({ input: expect.any(Number), longContext: { above: expect.any(Number), output: expect.any(Number) } });
  });

  it('has no price that is free, negative, or out of all proportion', () => {
    const odd = rows.filter(({ price }) => !(price.input > 0 && price.input <= 200 && price.output >= 0 && price.output <= 1000 && (price.cacheRead ?? 0) <= price.input));

    expect(odd).toEqual([]);
  });

  it('has rates of at most six decimals, on which exact costs rest', () => {
    const numbers = (value: object): number[] => Object.values(value).flatMap((part) => (typeof part === 'object' ? numbers(part as object) : [part as number]));

    const finer = rows.filter(({ price }) => numbers(price).some((rate) => Number(rate.toFixed(6)) !== rate));

    expect(finer).toEqual([]);
  });

  it('knows both prices of cache writes for every model of Anthropic', () => {
    const models = Object.entries(PRICES.anthropic ?? {});

    expect(models.filter(([, price]) => price.cacheWrite5m !== price.input * 1.25 || price.cacheWrite1h !== price.input * 2)).toEqual([]);
  });
});
