import type { Clock } from '../base/clock.ts';
import type { CacheError } from '../base/errors.ts';
import type { Milliseconds } from '../base/units.ts';

/** How long a cause that has been told of is not told again. */
const AGAIN_AFTER: Milliseconds = 60_000;

/**
 * Hands errors on, each cause at most once a minute: what fails for one lookup fails for all, and its listeners want to hear of it and not of every
 * request. Errors of one code, reason, operation and file have one cause, and all that came too late.
 */
export function troubles(tell: (error: CacheError) => void, clock: Clock): (error: CacheError) => void {
  const told = new Map<string, Milliseconds>();
  return (error) => {
    const { reason, operation, path } = error as { reason?: string; operation?: string; path?: string };
    // Whoever closes knows, and an embedder rests because it failed.
    if (reason === 'closed' || reason === 'resting') return;
    // One part that is late makes what waits for it late too.
    const cause = reason === 'late' ? reason : [error.code, reason, operation, path].join(' ');
    const now = clock.elapsed();
    if (now - (told.get(cause) ?? -Infinity) < AGAIN_AFTER) return;
    told.set(cause, now);
    tell(error);
  };
}
