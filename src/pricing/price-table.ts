import type { Usd } from '../base/units.ts';
import { PRICES_TEXT } from './prices.ts';

/** What tokens cost, in US dollars per million. */
export interface Rates {
  readonly input: Usd;
  readonly output: Usd;
  /** Input read from the provider's prompt cache. @default the price of input: no discount is assumed */
  readonly cacheRead?: Usd;
  /** Input written to it for five minutes, or for its only lifetime. @default the price of input */
  readonly cacheWrite5m?: Usd;
  /** Input written to it for an hour. @default the price of a write for five minutes */
  readonly cacheWrite1h?: Usd;
}

/** The price of a model. */
export interface Price extends Rates {
  /** The rates of all tokens of a request whose input, cached tokens included, is longer than `above` tokens. */
  readonly longContext?: Rates & { readonly above: number };
}

/** Prices by provider and model. Objects without a prototype: any name may be asked for. */
export type PriceTable = Readonly<Record<string, Readonly<Record<string, Price>>>>;

/** The members of rates. */
export const RATES = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const;

let table: PriceTable | undefined;

/** The table of prices. Read when it is first asked for. */
export const priceTable = (): PriceTable => (table ??= readPrices(PRICES_TEXT));

/**
 * Writes a table as text, one line a model: its name, and the rates by name; those for long requests after `above` with its number of
 * tokens. A line with one word names the provider of the models that follow.
 */
export function writePrices(prices: PriceTable): string {
  const rates = (given: Rates): string => RATES.flatMap((name) => (given[name] === undefined ? [] : [`${name} ${given[name]}`])).join(' ');
  const line = ([model, price]: [string, Price]): string =>
    `${model} ${rates(price)}${price.longContext ? ` above ${price.longContext.above} ${rates(price.longContext)}` : ''}\n`;
  return Object.entries(prices)
    .map(([provider, models]) => `${provider}\n${Object.entries(models).map(line).join('')}`)
    .join('');
}

/** Reads what `writePrices` wrote. */
export function readPrices(text: string): PriceTable {
  const prices: Record<string, Record<string, Price>> = Object.create(null);
  let models: Record<string, Price> = {};
  for (const line of text.split('\n')) {
    const [name, ...words] = line.split(' ');
    if (!name) continue;
    if (words.length === 0) models = prices[name] = Object.create(null) as Record<string, Price>;
    else models[name] = readPrice(words);
  }
  return prices;
}

function readPrice(words: readonly string[]): Price {
  const above = words.indexOf('above');
  const pairs = (part: readonly string[]) => Object.fromEntries(part.flatMap((word, index) => (index % 2 === 0 ? [[word, Number(part[index + 1])]] : [])));
  if (above === -1) return pairs(words) as unknown as Price;
  return { ...pairs(words.slice(0, above)), longContext: pairs(words.slice(above)) } as unknown as Price;
}
