import type { Json, JsonObject } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';

/**
 * Spreads the usage of one answer over its items by their weights. The provider does not say what each cost, so a share is an
 * estimate, but the shares of a whole number are whole and sum to it exactly (largest remainders). What is no number goes to all.
 */
export function shareUsage(usage: Json | undefined, weights: readonly number[]): (Json | undefined)[] {
  if (typeof usage === 'number') return shareNumber(usage, weights);
  if (!isObject(usage)) return weights.map(() => usage);
  const members = Object.entries(usage).map(([name, value]) => [name, shareUsage(value, weights)] as const);
  return weights.map((_, at) => Object.fromEntries(members.map(([name, shares]) => [name, shares[at]!])));
}

function shareNumber(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((before, weight) => before + weight, 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  if (!Number.isSafeInteger(total)) return exact;
  const shares = exact.map(Math.floor);
  let left = total - shares.reduce((before, share) => before + share, 0);
  const byRemainder = exact.map((share, at) => [share - shares[at]!, at] as const).sort(([a], [b]) => b - a);
  for (const [, at] of byRemainder) if (left-- > 0) shares[at]!++;
  return shares;
}

/** The sum of usages, member by member. What is no number is taken from the first that has it. */
export function sumUsage(usages: readonly (Json | undefined)[]): Json | undefined {
  const [first, ...rest] = usages.filter((usage) => usage !== undefined && usage !== null);
  return rest.reduce<Json | undefined>((sum, usage) => add(sum!, usage!), first);
}

function add(a: Json, b: Json): Json {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (!isObject(a) || !isObject(b)) return a;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const sum: JsonObject = Object.fromEntries([...names].map((name) => [name, sumUsage([own(a, name), own(b, name)])!]));
  return sum;
}

const own = (object: JsonObject, name: string): Json | undefined => (Object.hasOwn(object, name) ? object[name] : undefined);
