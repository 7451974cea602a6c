import type { Milliseconds } from '../../base/units.ts';
import type { Change, Lease } from '../../stores/store.ts';
import type { Found } from '../flight.ts';
import { OVER } from '../../base/clock.ts';
import type { Parts } from '../parts.ts';
import { type Across, acquire } from './across.ts';

/** The shortest and the longest pause between two looks; a change that is told ends a pause early. */
const FIRST: Milliseconds = 20;
const LONGEST: Milliseconds = 500;

interface Waiting {
  readonly name: string;
  readonly id: string;
  readonly signal: AbortSignal;
  look(): Promise<Found | undefined>;
}

/** Waits until the call of another process has been stored, or its lease is free, where streams cannot be followed. */
export async function waitForEntry({ name, id, signal, look }: Waiting, across: Across, parts: Parts): Promise<{ found: Found } | { lease: Lease } | 'alone'> {
  let wake = () => {};
  const unsubscribe = across.changes?.subscribe((change: Change) => {
    if (!('ids' in change) || change.ids.includes(id)) wake();
  });
  try {
    for (let pause = FIRST, failures = 0; ; pause = Math.min(LONGEST, pause * 1.5)) {
      const over = new AbortController();
      const told = new Promise<void>((resolve) => (wake = resolve));
      const ring = parts.clock.sleep(pause, AbortSignal.any([over.signal, signal]));
      await Promise.race([ring, told]).finally(() => {
        ring.catch(() => {});
        over.abort(OVER);
      });
      const found = await look();
      if (found) return { found };
      const lease = await acquire(name, across, parts);
      if (lease === 'failed' && ++failures >= 2) return 'alone';
      if (lease !== undefined && lease !== 'failed') return { lease };
    }
  } finally {
    unsubscribe?.();
  }
}
