import type { Clock } from '../base/clock.ts';
import type { Milliseconds } from '../base/units.ts';

/** How many texts may still be sent. Fills up evenly, to a minute's worth at most. */
export interface Rate {
  /** Takes `count` of them, or none. */
  take(count: number): boolean;
  /** How long it is until `count` can be taken. */
  waitFor(count: number): Milliseconds;
}

const MINUTE: Milliseconds = 60_000;

export function createRate(perMinute: number, clock: Clock): Rate {
  let left = perMinute;
  let filled = clock.elapsed();
  const fill = () => {
    const now = clock.elapsed();
    left = Math.min(perMinute, left + ((now - filled) * perMinute) / MINUTE);
    filled = now;
  };
  if (perMinute === Infinity) return { take: () => true, waitFor: () => 0 };

  return {
    take(count) {
      fill();
      if (left < count) return false;
      left -= count;
      return true;
    },
    waitFor(count) {
      fill();
      return left >= count ? 0 : Math.ceil(((count - left) * MINUTE) / perMinute) + 1;
    },
  };
}
