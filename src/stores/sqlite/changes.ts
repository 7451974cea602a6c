import { randomUUID } from 'node:crypto';
import type { Milliseconds } from '../../base/units.ts';
import type { Change, Changes } from '../store.ts';
import type { StatementSync, Value } from './driver.ts';

/** How often a subscriber looks for what others did. Looking costs some microseconds while nothing happened. */
const POLL: Milliseconds = 40;
/** Rows kept in the file, each the neighbours of one kind in a transaction. Whoever falls further behind is told that changes were lost. */
const KEPT = 10_000;
/** Rows read at one time; when there are more, it is cheaper to forget everything. */
const READ = 2_000;

type Kind = 'set' | 'delete' | 'clear';
/** `ids` as a JSON array, which has any string. */
type LogRow = readonly [seq: number, kind: Kind, ids: string];

/** The log of changes in the file, by which processes that share it hear of each other. */
export interface ChangeLog extends Changes {
  /** Notes a change inside the transaction that makes it. */
  note(kind: Kind, id?: string): void;
  /** Writes what was noted; to be called at the end of the transaction. */
  write(): void;
  /** Forgets what was noted in a transaction that failed. */
  drop(): void;
  /** Stops looking. */
  close(): void;
}

/** Opens the log. `prepare` compiles a statement; `refresh` lets go of a view of the file that is kept for reads. */
export function changeLog(prepare: (sql: string) => StatementSync, refresh: () => void): ChangeLog {
  const origin = randomUUID();
  const listeners = new Set<(change: Change) => void>();
  let timer: NodeJS.Timeout | undefined;
  let seen = 0;
  let dataVersion: Value | undefined;
  let noted: { readonly kind: Kind; readonly ids: string[] }[] = [];
  let written = 0;

  const newest = () => Number(valueOf(prepare('SELECT coalesce(max(seq), 0) FROM changes')));
  const tell = (change: Change) => {
    for (const listener of listeners) listener(change);
  };

  /** Reads what others noted since the last look. A file that is locked right now is looked at the next time. */
  const look = () => {
    try {
      refresh();
      const version = valueOf(prepare('PRAGMA data_version'));
      if (version === dataVersion) {
        // Nobody else wrote, so that all that is new is our own, unless somebody did just now.
        const own = newest();
        if (valueOf(prepare('PRAGMA data_version')) === version) seen = own;
        return;
      }
      const oldest = Number(valueOf(prepare('SELECT coalesce(min(seq), 0) FROM changes')));
      const changes = prepare('SELECT seq, kind, ids FROM changes WHERE seq > ? AND origin <> ? ORDER BY seq LIMIT ?')
        .all(seen, origin, READ) as unknown as readonly LogRow[];
      if (changes.length === READ || oldest > seen + 1) {
        seen = newest();
        tell({ kind: 'lost' });
      } else {
        seen = changes.at(-1)?.[0] ?? seen;
        for (const [, kind, ids] of changes) tell(kind === 'clear' ? { kind } : { kind, ids: JSON.parse(ids) as string[] });
      }
      dataVersion = version;
    } catch {
      // Tried again in a moment: `dataVersion` did not go on.
    }
  };

  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    note(kind, id) {
      let last = noted.at(-1);
      if (last?.kind !== kind) noted.push((last = { kind, ids: [] }));
      if (id !== undefined) last.ids.push(id);
    },
    write() {
      for (const { kind, ids } of noted) {
        prepare('INSERT INTO changes (origin, kind, ids) VALUES (?, ?, ?)').run(origin, kind, JSON.stringify(ids));
        if (++written % 1000 === 0) prepare('DELETE FROM changes WHERE seq <= (SELECT max(seq) FROM changes) - ?').run(KEPT);
      }
      noted = [];
    },
    drop() {
      noted = [];
    },
    subscribe(listener) {
      if (listeners.size === 0) {
        seen = newest();
        dataVersion = undefined;
        timer = setInterval(look, POLL).unref();
      }
      // An own function for each subscriber, so that one listener may subscribe twice.
      const own = (change: Change) => listener(change);
      listeners.add(own);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) stop();
      };
    },
    close() {
      listeners.clear();
      stop();
    },
  };
}

const valueOf = (statement: StatementSync): Value | undefined => (statement.get() as unknown as readonly Value[] | undefined)?.[0];
