import type { Usd } from '../base/units.ts';
import { noUsage, type Usage } from '../model/usage.ts';
import type { Latency } from './histogram.ts';
import type { Row } from './tally.ts';

/** What a cache did: for one model, for one tenant, or in all. */
export interface Figures {
  /** All requests: `hits + stale + joined + misses + bypassed`. */
  readonly requests: number;
  /** Answered by a fresh stored answer: `exact + normalised + semantic`. */
  readonly hits: number;
  readonly exact: number;
  readonly normalised: number;
  readonly semantic: number;
  /** Answered by a stored answer past its time. */
  readonly stale: number;
  /** Answered by a call that another request had begun. */
  readonly joined: number;
  /** Went to the source, and might have been stored. */
  readonly misses: number;
  /** Went to the source untouched. */
  readonly bypassed: number;
  /** Share of requests, bypassed ones aside, that needed no call of their own: 0 to 1; 0 when there were none. */
  readonly hitRate: number;
  /** New answers that were stored. */
  readonly stored: number;
  /** Calls that the source did not answer: error statuses, errors inside answers, streams that broke off. */
  readonly errors: number;
  /** To the first byte of the answer: of hits (stale ones included) and of misses. */
  readonly latency: { readonly hits: Latency; readonly misses: Latency };
  /** Tokens that were billed, and that hits, stale answers and joined calls saved. */
  readonly tokens: { readonly spent: Usage; readonly saved: Usage };
  /** The same in money, as far as prices are known. */
  readonly money: { readonly spent: Usd; readonly saved: Usd };
  /** Requests with tokens whose price is not known; their money is missing from `money`. */
  readonly unpriced: number;
  /** Calls of which the tokens are not known either, bypassed ones above all. */
  readonly unmetered: number;
}

/** What was counted, as it is shown. */
export function figuresOf({ counts, spent, saved, hitLatency, missLatency }: Row): Figures {
  const { exact, normalised, semantic, stale, joined, miss: misses, bypass: bypassed, stored, errors, unpriced, unmetered } = counts;
  const hits = exact + normalised + semantic;
  const spared = hits + stale + joined;
  return {
    requests: spared + misses + bypassed,
    hits, exact, normalised, semantic, stale, joined, misses, bypassed,
    hitRate: spared === 0 ? 0 : spared / (spared + misses),
    stored, errors,
    latency: { hits: hitLatency.summary(), misses: missLatency.summary() },
    tokens: { spent: { ...noUsage, ...spent }, saved: { ...noUsage, ...saved } },
    money: { spent: counts.spentNanos / 1e9, saved: counts.savedNanos / 1e9 },
    unpriced, unmetered,
  };
}
