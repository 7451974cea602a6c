import type { Milliseconds } from './units.ts';

/**
 * Waits for `work`, but no longer than `limit`. Unlike a clock's sleep its timer holds the process, so that a program whose last act is
 * to wait comes to its end.
 */
export async function atMost(limit: Milliseconds, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bell = new Promise<void>((resolve) => (timer = setTimeout(resolve, limit)));
  try {
    await Promise.race([work, bell]);
  } finally {
    clearTimeout(timer);
  }
}
