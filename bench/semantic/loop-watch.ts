import { PerformanceObserver } from 'node:perf_hooks';

/** How long the event loop was held while something ran. */
export interface Held {
  /** What a timer that is due every 0.2 ms would have been late by, in milliseconds. */
  readonly p999: number;
  /** The longest between two turns. */
  readonly most: number;
  /** The longest collection of garbage, which is part of the above where it fell into it. */
  readonly collection: number;
}

const DUE = 0.2;

/** Looks at the clock in every turn of the event loop while `work` runs. */
export async function whileWatched(work: () => Promise<unknown>): Promise<Held> {
  const gaps: number[] = [];
  const collections: number[] = [];
  const observer = new PerformanceObserver((list) => collections.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ entryTypes: ['gc'] });
  let over = false;
  let last = performance.now();
  const tick = (): void => {
    const now = performance.now();
    gaps.push(now - last);
    last = now;
    if (!over) setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  over = true;
  await new Promise((resolve) => setTimeout(resolve, 5));
  observer.disconnect();
  return { p999: lateness(gaps, 0.999), most: greatest(gaps), collection: greatest(collections) };
}

/** By how much the timer is late at most in this share of the times that it is due. */
function lateness(gaps: readonly number[], share: number): number {
  const late: number[] = [];
  let due = 0;
  let now = 0;
  for (const gap of gaps) {
    now += gap;
    for (; due <= now; due += DUE) late.push(now - due);
  }
  return late.sort((a, b) => a - b)[Math.floor(share * (late.length - 1))] ?? 0;
}

const greatest = (numbers: readonly number[]): number => numbers.reduce((most, value) => Math.max(most, value), 0);
