import { PerformanceObserver } from 'node:perf_hooks';

/** How long the event loop was held while something ran, in milliseconds. */
export interface Held {
  /** From the first turn to the last. */
  readonly took: number;
  /** What a timer that is due every 0.2 ms would have been late by. */
  readonly p999: number;
  /** The longest between two turns by the clock, in which other processes may have had the core. */
  readonly longest: number;
  /** Between two turns, by the clock: all of them. */
  readonly turns: readonly number[];
  /** The most that this thread worked between two turns, by the time that the system counts for it. What other processes take is no part of it. */
  readonly worked: number;
  /** The longest collection of garbage, which is part of the above where it fell into it. */
  readonly collection: number;
}

const DUE = 0.2;

/** Time that this thread has had a core, in milliseconds; `NaN` on a Node that does not tell. */
function working(): number {
  if (process.threadCpuUsage === undefined) return NaN;
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Looks at the clock in every turn of the event loop while `work` runs. */
export async function whileWatched(work: () => Promise<unknown>): Promise<Held> {
  const turns: number[] = [];
  const collections: number[] = [];
  const observer = new PerformanceObserver((list) => collections.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ entryTypes: ['gc'] });
  let worked = 0;
  let over = false;
  let last = performance.now();
  let lastWorking = working();
  const begun = last;
  const tick = (): void => {
    const [now, nowWorking] = [performance.now(), working()];
    turns.push(now - last);
    worked = Math.max(worked, nowWorking - lastWorking);
    last = now;
    lastWorking = nowWorking;
    if (!over) setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  over = true;
  const took = performance.now() - begun;
  // The last turn, and what is told of collections.
  await new Promise((resolve) => setTimeout(resolve, 5));
  observer.disconnect();
  return { took, p999: lateness(turns, 0.999), longest: greatest(turns), turns, worked, collection: greatest(collections) };
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
