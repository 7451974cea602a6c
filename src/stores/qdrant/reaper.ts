import type { Milliseconds } from '../../base/units.ts';
import type { ChangeLog } from './changes.ts';
import type { Entries } from './entries.ts';

export interface Reaper {
  /** Deletes what is past `dropAt`, in steps; says how many entries. */
  reap(): Promise<number>;
  stop(): Promise<void>;
}

/** Deletes what may be forgotten, as Qdrant has no expiry of its own. Several processes share the work without knowing of each other. `every`: 0 for only when asked. */
export function reaper(entries: Entries, changes: ChangeLog, now: () => Milliseconds, every: Milliseconds): Reaper {
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<number> | undefined;
  let stopped = false;

  const work = async () => {
    let count = 0;
    for (let more = true; more && !stopped; ) {
      const step = await entries.reap(now());
      count += step.count;
      more = step.more;
    }
    await changes.reap();
    return count;
  };
  const reap = () => (underWay ??= work().finally(() => (underWay = undefined)));

  const soon = () => {
    if (every === 0 || stopped) return;
    // Not all at the same moment.
    const pause = Math.min(2 ** 31 - 1, every * (0.75 + Math.random() / 2));
    timer = setTimeout(() => void reap().catch(() => {}).finally(soon), pause).unref();
  };
  soon();

  return {
    reap,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await underWay?.catch(() => {});
    },
  };
}
