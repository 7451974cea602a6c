import type { Outcome } from '../model/outcome.ts';

/** What became of results, without a mark on the results themselves. */
const outcomes = new WeakMap<object, Outcome>();

/** Remembers what became of the request that a result came from. */
export function noteOutcome<T extends object>(result: T, outcome: Outcome): T {
  outcomes.set(result, outcome);
  return result;
}

/**
 * What became of the request that this result came from: hit or miss, its age, its steps, its cost. For a `Response` of `cache.fetch`
 * and for results of `cached(client)`; `undefined` for anything else.
 */
export const outcomeOf = (result: object): Outcome | undefined => outcomes.get(result);
