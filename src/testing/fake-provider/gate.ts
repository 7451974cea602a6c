/** Keeps somebody waiting until a test says so, in place of a pause that is too short or too long. */
export interface Gate {
  /** Lets `count` passers through, those who wait first. @default 1 */
  open(count?: number): void;
  /** Lets everybody through from now on. */
  openAll(): void;
  /** Lets nobody through any more; permits that nobody used are gone. */
  shut(): void;
  /** How many wait now. */
  readonly waiting: number;
  /** Resolves once at least `count` wait at the same time. @default 1 */
  whenWaiting(count?: number): Promise<void>;
  /** Resolves when the caller may pass, in the order of arrival. Who waits no more once `left` resolves takes up no permit. */
  pass(left?: Promise<unknown>): Promise<void>;
}

/** Makes a gate that is shut. */
export function gate(): Gate {
  let permits = 0;
  let queue: (() => void)[] = [];
  const watchers = counter();

  return {
    open(count = 1) {
      permits += count;
      while (permits > 0 && queue.length > 0) {
        permits--;
        queue.shift()?.();
      }
    },
    openAll() {
      permits = Infinity;
      const through = queue;
      queue = [];
      for (const go of through) go();
    },
    shut() {
      permits = 0;
    },
    get waiting() {
      return queue.length;
    },
    whenWaiting: (count = 1) => watchers.reaches(count, queue.length),
    pass(left) {
      if (permits > 0) {
        permits--;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        queue.push(resolve);
        void left?.then(() => (queue = queue.filter((other) => other !== resolve)));
        watchers.is(queue.length);
      });
    },
  };
}

/** Wakes those who wait for a number to be reached. */
export interface Counter {
  /** Tells the number as it is now. */
  is(now: number): void;
  /** Resolves once the number is at least `count`; `now` is what it is at the moment. */
  reaches(count: number, now: number): Promise<void>;
}

export function counter(): Counter {
  let watchers: { count: number; wake: () => void }[] = [];
  return {
    is(now) {
      if (watchers.length === 0) return;
      const due = watchers.filter((watcher) => watcher.count <= now);
      watchers = watchers.filter((watcher) => watcher.count > now);
      for (const watcher of due) watcher.wake();
    },
    reaches: (count, now) => (now >= count ? Promise.resolve() : new Promise((wake) => watchers.push({ count, wake }))),
  };
}
