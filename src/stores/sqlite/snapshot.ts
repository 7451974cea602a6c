import { statSync } from 'node:fs';
import type { Bytes, Milliseconds } from '../../base/units.ts';
import type { StatementSync } from './driver.ts';

/** How long a view of the file is kept for the reads that follow. By so much a read may be behind what other processes wrote. */
const KEPT: Milliseconds = 20;

/**
 * One read transaction for many reads, as beginning and ending one takes longer than the read itself. Writers may go on meanwhile. It has
 * to end before this process writes or looks for changes, and ends by itself after 20 ms, so that logs are not kept from being emptied.
 */
export interface Snapshot {
  /** To be called before a read. */
  begin(): void;
  end(): void;
}

/** `log`: the write-ahead log, beside which no view is kept once it has more than `most` bytes: it can be begun anew only when nobody reads. */
export function snapshot(prepare: (sql: string) => StatementSync, log: string, most: Bytes): Snapshot {
  const start = prepare('BEGIN');
  const stop = prepare('ROLLBACK');
  let open = false;
  let until: Milliseconds = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  const end = () => {
    if (!open) return;
    open = false;
    clearTimeout(timer);
    try {
      stop.run();
    } catch {
      // SQLite ended it by itself, as it does after some errors.
    }
  };

  return {
    begin() {
      // By the clock too, as timers wait while one read follows the other.
      const now = performance.now();
      if (now < until) return;
      end();
      until = now + KEPT;
      if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > most) return;
      start.run();
      open = true;
      timer = setTimeout(end, KEPT).unref();
    },
    end() {
      end();
      until = -Infinity;
    },
  };
}
