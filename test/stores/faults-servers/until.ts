import { setTimeout as pause } from 'node:timers/promises';
import type { Milliseconds } from '../../../src/base/units.ts';

/** The pause between two looks. */
const LOOK: Milliseconds = 20;

/** Looks until something holds, and says after how long it did. Fails after `limit`. An error while looking is a no. */
export async function until(what: string, limit: Milliseconds, holds: () => Promise<unknown> | unknown): Promise<Milliseconds> {
  const began = performance.now();
  let last: unknown;
  for (;;) {
    try {
      if (await holds()) return performance.now() - began;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() - began > limit) throw new Error(`${what}: not within ${limit} ms`, { cause: last });
    await pause(LOOK);
  }
}
