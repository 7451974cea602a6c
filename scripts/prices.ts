/**
 * Makes `src/pricing/prices.ts` from the data of the package `ai-sdk-cost-calculator`, as it is installed: `npm run prices`.
 * Refuses to write figures that look wrong, unless `--force` is given. See `priceTable` for what is taken and what is left out.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readPrices, writePrices, type Price, type PriceTable } from '../src/pricing/price-table.ts';

const PACKAGE = 'ai-sdk-cost-calculator';
const TARGET = new URL('../src/pricing/prices.ts', import.meta.url);

/** The members of the package's records that are read here; all in US dollars per million tokens. */
export type SourcePrice = Readonly<Record<string, unknown>> & {
  readonly inputPer1MTokens: number;
  readonly outputPer1MTokens: number;
  readonly cacheReadPer1MTokens?: number;
  readonly cacheWritePer1MTokens?: number;
  readonly reasoningPer1MTokens?: number;
  readonly longContextThreshold?: number;
  readonly longContextThresholdInclusive?: boolean;
  readonly longContextInputPer1MTokens?: number;
  readonly longContextOutputPer1MTokens?: number;
  readonly longContextCacheReadPer1MTokens?: number;
  readonly longContextCacheWritePer1MTokens?: number;
};

export type Source = Readonly<Record<string, Readonly<Record<string, SourcePrice>>>>;

/** Second names of a provider in the source, which hold the same figures again. */
const SAME_PROVIDER = new Set(['together', 'zhipu', 'z-ai', 'dashscope', 'alibaba', 'moonshotai']);

/** A model with one of these is also billed by something that token sums do not show, so that no honest price can be given. */
const OTHER_UNITS = [
  'audioOutputPer1MTokens',
  'imageOutputPer1MTokens',
  'videoOutputPer1MTokens',
  'imageGenerationPerImage',
  'imageGenerationPricing',
  'imageOutputTokensBySize',
  'videoGenerationPerSecond',
  'videoGenerationPerVideo',
  'speechPer1MCharacters',
  'transcriptionPerMinute',
  'transcriptionStreamingPerMinute',
  'sessionPerMinute',
];

/** Models that speak, listen or draw, by name: the source does not always list what they bill beside text. */
const OTHER_SENSES = /(?:^|[-/])(?:audio|realtime|image|live|transcribe|tts|omni)(?:-|$)/;

/** Anthropic bills a write for an hour at twice the input. Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching */
const HOUR_WRITE = 2;

/** The table, and each model that was left out with the reason. */
export function priceTable(source: Source): { table: PriceTable; left: string[] } {
  const table: Record<string, Record<string, Price>> = {};
  const left: string[] = [];
  for (const [provider, models] of Object.entries(source)) {
    if (SAME_PROVIDER.has(provider)) continue;
    const rows: [string, Price][] = [];
    for (const [model, price] of Object.entries(models)) {
      const why = OTHER_SENSES.test(model) ? 'not text alone' : unfit(price);
      if (why === undefined) rows.push([model, rowOf(price, provider === 'anthropic' || model.startsWith('anthropic/'))]);
      else left.push(`${provider} ${model}: ${why}`);
    }
    table[provider] = Object.fromEntries(rows.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
  return { table, left };
}

function unfit(price: SourcePrice): string | undefined {
  const unit = OTHER_UNITS.find((name) => price[name] !== undefined);
  if (unit !== undefined) return `also billed by ${unit}`;
  if (price.inputPer1MTokens === 0 && price.outputPer1MTokens === 0) return 'no price above 0';
  if (price.reasoningPer1MTokens !== undefined && price.reasoningPer1MTokens !== price.outputPer1MTokens) return 'reasoning has a price of its own';
  return undefined;
}

function rowOf(price: SourcePrice, hourWrites: boolean): Price {
  const base = rates(price.inputPer1MTokens, price.outputPer1MTokens, price.cacheReadPer1MTokens, price.cacheWritePer1MTokens, hourWrites);
  const { longContextThreshold: threshold, longContextInputPer1MTokens: input, longContextOutputPer1MTokens: output } = price;
  if (threshold === undefined || input === undefined || output === undefined) return base;
  return {
    ...base,
    longContext: {
      above: price.longContextThresholdInclusive ? threshold - 1 : threshold,
      ...rates(input, output, price.longContextCacheReadPer1MTokens, price.longContextCacheWritePer1MTokens, hourWrites),
    },
  };
}

/** A price for writing below that of input is a surcharge for storage, not what the tokens cost, and is left out. */
function rates(input: number, output: number, cacheRead: number | undefined, cacheWrite: number | undefined, hourWrites: boolean) {
  const writes = cacheWrite !== undefined && cacheWrite >= input;
  return {
    input,
    output,
    ...(cacheRead !== undefined && { cacheRead }),
    ...(writes && { cacheWrite5m: cacheWrite }),
    ...(writes && hourWrites && { cacheWrite1h: Number((input * HOUR_WRITE).toPrecision(12)) }),
  };
}

/** What looks wrong with a new table: impossible figures, and jumps of ten times or more against the table of before. */
export function problemsOf(next: PriceTable, before: PriceTable): string[] {
  const problems: string[] = [];
  for (const [provider, models] of Object.entries(next)) {
    for (const [model, price] of Object.entries(models)) {
      const old = before[provider]?.[model];
      for (const [name, value] of figures(price)) {
        const at = `${provider} ${model} ${name}`;
        if (!(value >= 0)) problems.push(`${at} is ${value}`);
        else if (value > 1000) problems.push(`${at} is ${value}, more than 1000 USD for a million tokens`);
        const was = old && new Map(figures(old)).get(name);
        if (was && value && (value / was >= 10 || was / value >= 10)) problems.push(`${at} went from ${was} to ${value}`);
      }
      if ((price.cacheRead ?? 0) > price.input) problems.push(`${provider} ${model} reads from the cache at more than its input price`);
      if (price.longContext && price.longContext.input < price.input) problems.push(`${provider} ${model} gets cheaper with length`);
    }
  }
  for (const [provider, models] of Object.entries(before)) {
    const gone = Object.keys(models).filter((model) => !next[provider]?.[model]);
    if (gone.length > Object.keys(models).length / 2) problems.push(`${provider} lost ${gone.length} of ${Object.keys(models).length} models`);
  }
  return problems;
}

function figures({ longContext, ...rest }: Price): [string, number][] {
  const long = longContext ? Object.entries(longContext).filter(([name]) => name !== 'above') : [];
  return [...Object.entries(rest), ...long.map(([name, value]): [string, number] => [`longContext.${name}`, value])] as [string, number][];
}

/** The data file's text. */
function fileOf(table: PriceTable, version: string, date: string): string {
  return `/*
 * Made by \`npm run prices\`; do not edit. Figures: the data of the npm package ${PACKAGE} ${version},
 * Copyright (c) 2026 agos, MIT licence (https://github.com/RenKoya1/ai-sdk-cost-calculator). The price of cache writes for an hour is
 * Anthropic's rule, twice the input price (https://platform.claude.com/docs/en/build-with-claude/prompt-caching).
 */

/** The day of the figures. */
export const PRICES_DATE = '${date}';

/**
 * US dollars per million tokens, by provider and model; \`price-table.ts\` reads it. Fees per request (web search, say) are not in it.
 * A text and not an object, as it is read only when a price is asked for, and so costs nothing before.
 */
export const PRICES_TEXT = \`
${writePrices(table)}\`;
`;
}

async function main(): Promise<void> {
  const home = new URL(`../node_modules/${PACKAGE}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(home, 'utf8')) as { version: string };
  const times = JSON.parse(execFileSync('npm', ['view', PACKAGE, 'time', '--json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as Record<string, string>;
  const date = times[version]?.slice(0, 10);
  if (date === undefined) throw new Error(`The registry does not say when ${PACKAGE} ${version} was published.`);

  const { allPricing } = (await import(PACKAGE)) as { allPricing: Source };
  const { table, left } = priceTable(allPricing);
  const before = await import(TARGET.href).then(
    (file: { PRICES_TEXT: string }) => readPrices(file.PRICES_TEXT),
    () => ({}),
  );
  const problems = problemsOf(table, before);
  for (const problem of problems) console.error(`check: ${problem}`);
  if (problems.length > 0 && !process.argv.includes('--force')) {
    console.error('Nothing was written. Look at these figures, and give --force if they are right.');
    process.exitCode = 1;
    return;
  }
  writeFileSync(TARGET, fileOf(table, version, date));
  const count = Object.values(table).reduce((sum, models) => sum + Object.keys(models).length, 0);
  console.log(`${count} prices of ${Object.keys(table).length} providers, ${PACKAGE} ${version} of ${date}; ${left.length} models left out.`);
  if (process.argv.includes('--verbose')) for (const line of left) console.log(`left out: ${line}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
