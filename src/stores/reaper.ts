import type { Milliseconds } from '../base/units.ts';

/** Deletes from time to time what a store without expiry of its own may forget. */
export interface Reaper {
  /** Does it now, or waits for the one under way; says how many entries went. */
  reap(): Promise<number>;
  stop(): Promise<void>;
}

/** Several processes share the work without knowing of each other. `work` ends early once stopped. `every`: 0 for only when asked. */
export function startReaper(every: Milliseconds, work: (isStopped: () => boolean) => Promise<number>): Reaper {
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<number> | undefined;
  let stopped = false;

  const reap = () => (underWay ??= work(() => stopped).finally(() => (underWay = undefined)));

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
