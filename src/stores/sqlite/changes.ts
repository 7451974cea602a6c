import { randomUUID } from 'node:crypto';
import type { Milliseconds } from '../../base/units.ts';
import type { Change, Changes } from '../store.ts';
import { textOf, toValue, type StatementSync, type Value } from './driver.ts';

/** How often a subscriber looks for what others did. Looking costs some microseconds while nothing happened. */
const POLL: Milliseconds = 40;
/** Changes kept in the file. Whoever falls further behind is told that changes were lost. */
const KEPT = 10_000;
/** Changes read at one time; when there are more, it is cheaper to forget everything. */
const READ = 2_000;

type Kind = 'set' | 'delete' | 'clear';
type LogRow = readonly [seq: number, kind: Kind, id: Value];

/** The log of changes in the file, by which processes that share it hear of each other. */
export interface ChangeLog extends Changes {
  /** Notes a change. To be called inside the transaction that makes it. */
  note(kind: Kind, id?: string): void;
  /** Stops looking. */
  close(): void;
}

/** Opens the log. `prepare` compiles a statement. */
export function changeLog(prepare: (sql: string) => StatementSync): ChangeLog {
  const origin = randomUUID();
  const listeners = new Set<(change: Change) => void>();
  let timer: NodeJS.Timeout | undefined;
  let seen = 0;
  let dataVersion: Value | undefined;
  let noted = 0;

  const newest = () => Number(valueOf(prepare('SELECT coalesce(max(seq), 0) FROM changes')));
  const tell = (change: Change) => {
    for (const listener of listeners) listener(change);
  };

  /** Reads what others noted since the last look. A file that is locked right now is looked at the next time. */
  const look = () => {
    try {
      const version = valueOf(prepare('PRAGMA data_version'));
      if (version === dataVersion) {
        // Nobody else wrote, so that all that is new is our own, unless somebody did just now.
        const own = newest();
        if (valueOf(prepare('PRAGMA data_version')) === version) seen = own;
        return;
      }
      const oldest = Number(valueOf(prepare('SELECT coalesce(min(seq), 0) FROM changes')));
      const changes = prepare('SELECT seq, kind, CAST(id AS BLOB) FROM changes WHERE seq > ? AND origin <> ? ORDER BY seq LIMIT ?')
        .all(seen, origin, READ) as unknown as readonly LogRow[];
      if (changes.length === READ || oldest > seen + 1) {
        seen = newest();
        tell({ kind: 'lost' });
      } else {
        seen = changes.at(-1)?.[0] ?? seen;
        for (const change of grouped(changes)) tell(change);
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
      prepare('INSERT INTO changes (origin, kind, id) VALUES (?, ?, ?)').run(origin, kind, id === undefined ? null : toValue(id));
      if (++noted % 1000 === 0) prepare('DELETE FROM changes WHERE seq <= (SELECT max(seq) FROM changes) - ?').run(KEPT);
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

/** Rows of the log as changes, neighbours of one kind together. */
function grouped(rows: readonly LogRow[]): Change[] {
  const changes: Change[] = [];
  let ids: string[] = [];
  let open: Kind | undefined;
  for (const [, kind, id] of rows) {
    if (kind === 'clear') changes.push({ kind });
    else if (kind === open) ids.push(textOf(id));
    else changes.push({ kind, ids: (ids = [textOf(id)]) });
    open = kind;
  }
  return changes;
}
