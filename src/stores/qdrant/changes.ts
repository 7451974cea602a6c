import { randomUUID } from 'node:crypto';
import { atMost } from '../../base/at-most.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { Change, Changes } from '../store.ts';
import type { Payload } from './client.ts';
import type { Collection } from './collection.ts';
import { CHANGES, is } from './filter.ts';
import { pointOf } from './keys.ts';

/** Changes are gathered for so long before they are told. */
const GATHER: Milliseconds = 20;
/** How long it is waited before what could not be told is told again. */
const AGAIN: Milliseconds = 1000;
/** Ids that a process remembers having changed; whoever asks less often than they change hears that changes were missed. */
const REMEMBERED = 2000;
/** For how long after its last change the point of a process stays. */
const KEPT: Milliseconds = 10 * 60_000;
/** A look that takes longer than this tells that nothing remembered may be trusted; after one that failed the next comes so much later. */
const LATE: Milliseconds = 500;
/** Points of other processes read in one step. */
const PAGE = 200;

/** What one process changed: a number that counts up, and what it was. */
type Note = readonly [number: number, kind: 'set' | 'delete' | 'clear', ...ids: string[]];

export interface ChangeLog extends Changes {
  /** Tells soon. */
  tell(kind: 'set' | 'delete' | 'clear', ids?: readonly string[]): void;
  /** Waits until all is told. */
  flush(): Promise<void>;
  /** Deletes the points of processes that have told nothing for long. */
  reap(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Each process keeps what it changed lately in a point of its own, which nobody else writes, and looks at those of the others: at their numbers,
 * and at the changes themselves where a number has grown. `every`: how often; 0 for never, and then nothing is told either.
 */
export function changeLog(collection: Collection, now: () => Milliseconds, every: Milliseconds): ChangeLog {
  const origin = randomUUID();
  const own = pointOf.changes(origin);
  const listeners = new Set<(change: Change) => void>();
  const seen = new Map<string, number>();
  let notes: Note[] = [];
  let remembered = 0;
  let last = 0;
  let told = 0;
  let writing: Promise<void> | undefined;
  let gathering: NodeJS.Timeout | undefined;
  let looking: NodeJS.Timeout | undefined;
  let anchored = false;
  let closed = false;

  const deliver = (change: Change) => {
    for (const listener of listeners) listener(change);
  };

  const write = async () => {
    const number = last;
    const payload = { kind: CHANGES, origin, stamp: number, notes: JSON.stringify(notes), dropAt: now() + KEPT };
    await collection.put({ id: own, vector: {}, payload });
    told = Math.max(told, number);
  };
  const flush = async () => {
    clearTimeout(gathering);
    gathering = undefined;
    try {
      while (told < last) {
        writing ??= write().finally(() => (writing = undefined));
        await writing;
      }
    } catch (error) {
      flushSoon(AGAIN);
      throw error;
    }
  };
  const flushSoon = (after = GATHER) => {
    if (gathering || closed) return;
    gathering = setTimeout(() => void flush().catch(() => {}), after).unref();
  };

  const hear = (payload: Payload) => {
    const { origin: from, stamp } = payload as { origin?: unknown; stamp?: unknown };
    if (typeof from !== 'string' || typeof stamp !== 'number') return;
    const known = seen.get(from) ?? 0;
    seen.set(from, stamp);
    let all: readonly Note[];
    try {
      all = JSON.parse(String(payload.notes)) as readonly Note[];
      if (all.length === 0 || all[0]![0] > known + 1) return deliver({ kind: 'lost' });
      for (const [number, kind, ...ids] of all) {
        if (number <= known) continue;
        deliver(kind === 'clear' ? { kind } : { kind: kind === 'set' ? 'set' : 'delete', ids });
      }
    } catch {
      deliver({ kind: 'lost' });
    }
  };
  const look = async () => {
    const numbers = new Map<string, number>();
    const grown: string[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await collection.page([is('kind', CHANGES)], PAGE, ['origin', 'stamp'], { after });
      for (const { id, payload } of page.points) {
        const { origin: from, stamp } = (payload ?? {}) as { origin?: unknown; stamp?: unknown };
        if (typeof from !== 'string' || typeof stamp !== 'number' || from === origin) continue;
        numbers.set(from, stamp);
        if (seen.get(from) !== stamp) grown.push(id);
      }
      after = page.after;
    }
    if (!anchored) {
      // What was changed before this moment was not heard.
      for (const [from, number] of numbers) seen.set(from, number);
      anchored = true;
      return deliver({ kind: 'lost' });
    }
    for (let at = 0; at < grown.length; at += PAGE) {
      for (const { payload } of await collection.pick(grown.slice(at, at + PAGE), ['origin', 'stamp', 'notes'])) if (payload) hear(payload);
    }
    for (const from of seen.keys()) {
      if (numbers.has(from)) continue;
      // Its last changes may have gone with it.
      seen.delete(from);
      deliver({ kind: 'lost' });
    }
  };
  const lookSoon = (after = every) => {
    if (looking || closed || listeners.size === 0) return;
    looking = setTimeout(async () => {
      const late = setInterval(() => deliver({ kind: 'lost' }), LATE).unref();
      let next = every;
      try {
        await look();
      } catch {
        deliver({ kind: 'lost' });
        next = Math.max(every, LATE);
      } finally {
        clearInterval(late);
        looking = undefined;
        lookSoon(next);
      }
    }, after).unref();
  };

  return {
    tell(kind, ids = []) {
      if (every === 0 || (kind !== 'clear' && ids.length === 0)) return;
      notes.push([++last, kind, ...ids]);
      remembered += ids.length + 1;
      while (remembered > REMEMBERED && notes.length > 1) remembered -= notes.shift()!.length - 1;
      flushSoon();
    },
    flush,
    async reap() {
      if (every > 0) await collection.remove([is('kind', CHANGES), { key: 'dropAt', range: { lte: now() } }]);
    },
    subscribe(listener) {
      listeners.add(listener);
      lookSoon();
      return () => {
        listeners.delete(listener);
        // What is changed while nobody listens is not heard.
        if (listeners.size === 0) anchored = false;
      };
    },
    async close() {
      closed = true;
      clearTimeout(looking);
      listeners.clear();
      await atMost(LATE, flush().catch(() => {}));
      notes = [];
    },
  };
}
