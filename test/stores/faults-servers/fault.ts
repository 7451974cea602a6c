import { afterAll, expect } from 'vitest';
import type { Milliseconds } from '../../../src/base/units.ts';
import type { CacheOptions } from '../../../src/options.ts';
import { type Load, underLoad } from './load.ts';
import { until } from './until.ts';

/** How long a read may take before a request goes on without the store. */
export const STORE_TIMEOUT: Milliseconds = 250;
/** How long a process is believed to live that makes a call for others. */
export const LEASE_TIME: Milliseconds = 3000;
/**
 * The most that a store may add to a request: three waits for it (the lookup, the lease, the lookup under the lease), or, behind a call of
 * another process, a third of the lease time at most until somebody looks whether the store is still there, and two waits for that.
 */
export const LONGEST_ADDED: Milliseconds = Math.max(3 * STORE_TIMEOUT, Math.min(1000, LEASE_TIME / 3) + 2 * STORE_TIMEOUT);
/** Each of so many waits ends as late as the machine is busy. */
const WAITS = 3;
/** A circuit is open for 5 s after the last attempt that failed, and connecting again takes a second at most. */
const LONGEST_RETURN: Milliseconds = 10_000;

/** Requests of each cache before the fault and during it. */
const BEFORE = 30;
const DURING = 80;

export interface Fault {
  readonly name: string;
  readonly caches: Readonly<Record<string, CacheOptions>>;
  begin(load: Load): Promise<void>;
  end(load: Load): Promise<void>;
  /** True where what is stored goes on being served. */
  readonly hitsGoOn?: boolean;
  /** False where the fault shows in no error. @default true */
  readonly told?: boolean;
}

interface Figures {
  readonly name: string;
  readonly requests: number;
  readonly median: Milliseconds;
  readonly longest: Milliseconds;
  readonly back: Milliseconds;
}

const figures: Figures[] = [];
const whole = (value: number) => value.toFixed(value < 10 ? 1 : 0);

/** Prints what was measured, when all of a file has been. */
export function printsFigures(): void {
  afterAll(() => {
    const rows = figures.map(({ name, requests, median, longest, back }) => `| ${name} | ${requests} | ${whole(median)} | ${whole(longest)} | ${(back / 1000).toFixed(1)} |`);
    if (rows.length > 0) console.log(['| fault | requests | added, median (ms) | added, longest (ms) | back after (s) |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'));
  });
}

/** Has a server fail under load: no request may fail, take too long or get a wrong answer, and all is as before soon after. */
export async function survives({ name, caches, begin, end, hitsGoOn = false, told = true }: Fault): Promise<void> {
  const load = await underLoad(Object.fromEntries(Object.entries(caches).map(([cache, options]) => [cache, { storeTimeout: STORE_TIMEOUT, leaseTime: LEASE_TIME, ...options }])));
  try {
    await load.answered(BEFORE);
    load.phase = 'during';
    await begin(load);
    await load.answered(DURING);
    await end(load);
    load.phase = 'after';
    const began = performance.now();
    await Promise.all(Object.keys(caches).map((cache) => until(`${name}: ${cache} stores and finds again`, LONGEST_RETURN, () => works(load, cache))));
    const back = performance.now() - began;
    const during = load.figures('during');
    figures.push({ name, requests: during.requests, median: during.median, longest: during.longest, back });

    expect(load.failures).toEqual([]);
    if (told) expect(load.errors).not.toEqual([]);
    for (const { longest, noise } of [during, load.figures('after')]) expect(longest).toBeLessThan(LONGEST_ADDED + WAITS * noise);
    for (const cache of hitsGoOn ? Object.keys(caches) : []) {
      const kinds = load.kindsOfKnown('during', cache);
      // On a machine that is busy some reads take longer than they may.
      expect(kinds.filter((kind) => kind === 'exact').length, cache).toBeGreaterThan(kinds.length / 2);
    }
  } finally {
    await load.close();
  }
}

let asked = 0;

/** True when an answer is stored, and found again. */
async function works(load: Load, cache: string): Promise<boolean> {
  const prompt = `is it there again, ${asked++}`;
  const first = await load.ask(cache, prompt);
  if (!(await first.settled).stored) return false;
  return (await load.ask(cache, prompt)).kind === 'exact';
}
