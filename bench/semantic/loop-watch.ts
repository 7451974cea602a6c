import { PerformanceObserver } from 'node:perf_hooks';

/** How long the event loop was held while something ran. */
export interface Held {
  /** What a timer that is due every 0.2 ms would have been late by, in milliseconds. */
  readonly p999: number;
  /** The longest between two turns. */
  readonly most: number;
  /** The most of the thread's own time between two turns, without what other processes took of the core; absent before Node 23.9. */
  readonly mostOwn: number | undefined;
  /** The longest collection of garbage, which is part of the above where it fell into it. */
  readonly collection: number;
}

const DUE = 0.2;

/** Looks at the clock in every turn of the event loop while `work` runs. */
export async function whileWatched(work: () => Promise<unknown>): Promise<Held> {
  const gaps: number[] = [];
  const own: number[] = [];
  const collections: number[] = [];
  const observer = new PerformanceObserver((list) => collections.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ entryTypes: ['gc'] });
  let over = false;
  let last = performance.now();
  let lastOwn = ownTime();
  const tick = (): void => {
    const now = performance.now();
    const nowOwn = ownTime();
    gaps.push(now - last);
    if (nowOwn !== undefined) own.push(nowOwn - lastOwn!);
    [last, lastOwn] = [now, nowOwn];
    if (!over) setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  over = true;
  await new Promise((resolve) => setTimeout(resolve, 5));
  observer.disconnect();
  return { p999: lateness(gaps, 0.999), most: greatest(gaps), mostOwn: own.length === 0 ? undefined : greatest(own), collection: greatest(collections) };
}

/** Milliseconds that the thread has computed. */
function ownTime(): number | undefined {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  if (!threadCpuUsage) return undefined;
  const { user, system } = threadCpuUsage.call(process);
  return (user + system) / 1000;
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
