import { LRUCache } from 'lru-cache';
import { OptionError } from '../base/errors.ts';
import type { Usd } from '../base/units.ts';
import { inputOf, type Usage } from '../model/usage.ts';
import { namesOf, familyOf } from './model-names.ts';
import { priceTable, RATES, type Price, type Rates } from './price-table.ts';

/** Prices of the user's own, by model as requests name it, or as `provider/model`. */
export type PriceOverrides = Readonly<Record<string, Price>>;

/** Knows what models cost. */
export interface Prices {
  /**
   * The price of a model, or `undefined` when it is not known. `provider` is whose wire format the request speaks, such as `openai`;
   * since many providers speak OpenAI's, a name that is not OpenAI's is looked for among the others, too, and has a price when all that
   * list it agree. A name that is not listed is reduced by the rules of `model-names.ts`, never guessed.
   */
  priceOf(model: string, provider: string): Price | undefined;
}

/** Names come from requests, so what is remembered of them is bounded. */
const REMEMBERED = 1000;

/**
 * The prices of the table with the user's own before them. An override holds for its exact name, and for every name that is not listed
 * itself and that the rules reduce to it (`gpt-4o` for `gpt-4o-2031-01-01`). Throws an `OptionError` for one that is no price.
 */
export function createPrices(overrides: PriceOverrides = {}): Prices {
  for (const [model, price] of Object.entries(overrides)) checkPrice(price, `prices['${model}']`);
  const own = new Map(Object.entries(overrides));
  const known = new LRUCache<string, { readonly price: Price | undefined }>({ max: REMEMBERED });

  return {
    priceOf(model, provider) {
      const name = `${provider}\n${model}`;
      let found = known.get(name);
      if (!found) known.set(name, (found = { price: lookUp(model, provider, own) }));
      return found.price;
    },
  };
}

function lookUp(model: string, provider: string, own: ReadonlyMap<string, Price>): Price | undefined {
  const exact = own.get(`${provider}/${model}`) ?? own.get(model) ?? listed(provider, model) ?? agreed(model, provider);
  if (exact) return exact;
  const family = familyOf(model, provider);
  for (const name of namesOf(model, family)) {
    const price = own.get(`${family}/${name}`) ?? own.get(name) ?? listed(family, name);
    if (price) return price;
  }
  return undefined;
}

function listed(provider: string, model: string): Price | undefined {
  const models = priceTable()[provider];
  return models?.[model];
}

/** The price that all other providers that list exactly this name have in common. */
function agreed(model: string, provider: string): Price | undefined {
  const prices = Object.keys(priceTable()).flatMap((other) => (other === provider ? [] : (listed(other, model) ?? [])));
  const [first] = prices;
  return first && prices.every((price) => samePrice(price, first)) ? first : undefined;
}

const samePrice = (a: Price, b: Price): boolean =>
  sameRates(a, b) && a.longContext?.above === b.longContext?.above && sameRates(a.longContext, b.longContext);

const sameRates = (a: Rates | undefined, b: Rates | undefined): boolean => RATES.every((part) => a?.[part] === b?.[part]);

/**
 * What a request cost. Rates have at most six decimals, so that tokens times rates are whole multiples of 1e-12 dollars; the sum is
 * rounded to that, which takes away what binary fractions leave behind: 3 tokens at 0.1 are 3e-7, not 3.0000000000000004e-7.
 */
export function costOf(usage: Usage, price: Price): Usd {
  const rates = price.longContext && inputOf(usage) > price.longContext.above ? price.longContext : price;
  const write = rates.cacheWrite5m ?? rates.input;
  const millionths =
    usage.input * rates.input +
    usage.cacheRead * (rates.cacheRead ?? rates.input) +
    usage.cacheWrite5m * write +
    usage.cacheWrite1h * (rates.cacheWrite1h ?? write) +
    usage.output * rates.output;
  return Math.round(millionths * 1e6) / 1e12;
}

function checkPrice(price: Price, option: string): void {
  const { longContext } = price;
  checkRates(price, option);
  if (longContext === undefined) return;
  checkRates(longContext, `${option}.longContext`);
  if (!(longContext.above >= 0)) throw new OptionError(`${option}.longContext.above`, 'a number of tokens from 0 up', longContext.above);
}

function checkRates(rates: Rates, option: string): void {
  for (const part of RATES) {
    const rate: unknown = rates[part];
    if (rate === undefined && part !== 'input' && part !== 'output') continue;
    if (typeof rate !== 'number' || !(rate >= 0 && rate < Infinity)) {
      throw new OptionError(`${option}.${part}`, 'a number of US dollars per million tokens from 0 up', rate);
    }
  }
}
