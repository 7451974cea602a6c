import { LRUCache } from 'lru-cache';
import type { Milliseconds } from '../base/units.ts';

/** How many tenants are told apart; those not heard of for longest begin anew. */
const TENANTS = 10_000;

/** Lets so much through per second for each name, with bursts of one second's worth (a token bucket). */
export function rateLimit(perSecond: number, now: () => Milliseconds): (name: string) => boolean {
  const most = Math.max(1, perSecond);
  const buckets = new LRUCache<string, { left: number; at: Milliseconds }>({ max: TENANTS });
  return (name) => {
    const at = now();
    const bucket = buckets.get(name) ?? { left: most, at };
    const left = Math.min(most, bucket.left + ((at - bucket.at) / 1000) * perSecond);
    buckets.set(name, { left: left >= 1 ? left - 1 : left, at });
    return left >= 1;
  };
}
