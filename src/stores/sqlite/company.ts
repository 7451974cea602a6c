import { randomUUID } from 'node:crypto';
import type { Milliseconds } from '../../base/units.ts';
import type { Value } from './driver.ts';
import type { Tables } from './tables.ts';

/** How often it is looked whether another process has come. */
const LOOK: Milliseconds = 20;
/** How long a process that comes waits at most until the one that was alone has seen it, and how often it looks. */
const SEEN: Milliseconds = 200;
const PAUSE: Milliseconds = 5;
/** For how long a process that was not heard of is believed to be there, and how often each is heard of. */
const BELIEVED: Milliseconds = 60_000;
const SAY: Milliseconds = 20_000;

/** Whether other processes have the file open. */
export interface Company {
  /** True while this process has the file for itself. Looks anew each time, which takes some microseconds. */
  isAlone(): boolean;
  /** Resolves when the others know that this process is there. */
  seen(): Promise<void>;
  close(): void;
}

/**
 * Tells who else has the file open. Each process has a row that it renews, which says whether it is alone; one that comes waits until nobody says so
 * any more. `onCompany` is called when the first other one comes, before that is said. A process that was killed is believed to be there for a minute.
 */
export function company({ prepare, refresh, write, writeSoon }: Tables, now: () => Milliseconds, onCompany: () => Promise<void>): Company {
  const id = randomUUID();
  let alone = false;
  let dataVersion: Value | undefined;
  /** Until when this process is believed to be there. */
  let until = -Infinity;
  /** The row is being written, so that nothing else is made of it. */
  let changing: Promise<void> | undefined;

  const others = (which: 'any' | 'alone'): boolean =>
    prepare(`SELECT 1 FROM processes WHERE id <> ? AND until > ? AND alone >= ?`).get(id, now(), which === 'alone' ? 1 : 0) !== undefined;
  const change = (work: () => Promise<void>): Promise<void> => (changing ??= work().finally(() => (changing = undefined)));

  /** Says that this process is there, for the first time or after it could not for long. */
  const come = () =>
    change(async () => {
      const met = await write(() => {
        prepare('DELETE FROM processes WHERE until < ?').run(now());
        const company = others('any');
        until = now() + BELIEVED;
        prepare('INSERT OR REPLACE INTO processes (id, until, alone) VALUES (?, ?, ?)').run(id, until, Number(!company));
        return company;
      });
      alone = !met;
      for (const end = performance.now() + SEEN; met && performance.now() < end; ) {
        refresh();
        if (!others('alone')) return;
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    });

  const meet = () => {
    alone = false;
    void change(async () => {
      await onCompany();
      await write(() => void prepare('UPDATE processes SET alone = 0 WHERE id = ?').run(id));
    }).catch(() => {});
  };

  const beAlone = () =>
    void change(async () => {
      // In one transaction, so that whoever comes next sees it.
      alone = await write(() => !others('any') && Number(prepare('UPDATE processes SET alone = 1 WHERE id = ? AND until > ?').run(id, now()).changes) === 1);
    }).catch(() => {});

  const look = () => {
    if (now() >= until) {
      alone = false;
      return;
    }
    try {
      refresh();
      const version = (prepare('PRAGMA data_version').get() as unknown as readonly Value[] | undefined)?.[0];
      if (version === dataVersion) return;
      const met = others('any');
      if (met === alone && changing) return;
      dataVersion = version;
      if (met && alone) meet();
      else if (!met && !alone) beAlone();
    } catch {
      // A file that is locked right now is looked at the next time.
    }
  };
  const looking = setInterval(look, LOOK).unref();
  const saying = setInterval(() => {
    // One that was killed goes without a sign.
    dataVersion = undefined;
    void writeSoon(() => {
      if (now() >= until) return;
      until = now() + BELIEVED;
      prepare('UPDATE processes SET until = ? WHERE id = ?').run(until, id);
    }).catch(() => {});
  }, SAY).unref();

  return {
    isAlone() {
      if (alone) look();
      return alone;
    },
    async seen() {
      if (now() >= until) await come();
      else if (!alone && changing) await changing;
    },
    close() {
      clearInterval(looking);
      clearInterval(saying);
      // Whoever is left need not wait for a minute to know.
      void writeSoon(() => void prepare('DELETE FROM processes WHERE id = ?').run(id)).catch(() => {});
    },
  };
}
