import type { Milliseconds } from '../../base/units.ts';
import type { StreamLogs } from '../store.ts';
import type { Database } from './database.ts';
import type { Listener } from './listener.ts';
import { keyOf } from './text.ts';

/** Pauses between two looks at a log: the first, and the longest. */
const FIRST: Milliseconds = 2;
const LONGEST: Milliseconds = 50;
/** Readers are woken at most so often for one lease, as notifications are written one transaction at a time in the whole server. */
const WAKE: Milliseconds = 20;
/** Pieces read at one time. */
const READ = 200;

/**
 * What the holder of a lease writes while it holds it, kept under its fence, so that no two holders' pieces ever mix. `append` fails when the lease
 * was taken over or released. `read` gives the pieces of who holds or held it last, from the number `from` on and in order, and ends with
 * an empty piece, or when the lease was released, ran out or was taken over, after what was written until then.
 */
export function logsIn({ s, run }: Database, listener: Listener | undefined, channel: string): StreamLogs {
  const woken = new Map<string, Milliseconds>();
  const isTime = (key: string, seq: number): boolean => {
    const now = performance.now();
    const due = seq === 0 || now - (woken.get(key) ?? -Infinity) >= WAKE;
    if (due) {
      woken.delete(key);
      woken.set(key, now);
      if (woken.size > 1000) woken.delete(woken.keys().next().value!);
    }
    return due;
  };

  return {
    async append({ name, fence }, seq, bytes) {
      const key = keyOf(name);
      const [row] = await run(
        `WITH written AS (
          INSERT INTO ${s}logs (key, fence, seq, bytes) SELECT key, fence, $3::int, $4::bytea FROM ${s}leases
          WHERE key = $1::uuid AND fence = $2 AND NOT released RETURNING 1
        ) SELECT count(*)${isTime(key, seq) ? `, pg_notify('${channel}', $1::uuid::text)` : ''} FROM written`,
        [key, fence, seq, bytes],
      );
      if (Number(row?.[0]) !== 1) throw new Error(`The lease ${name} was lost.`);
    },

    async *read(id, from) {
      const key = keyOf(id);
      const dashed = key.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      let wake = () => {};
      let isAwake = false;
      const unlisten = listener?.listen(channel, (payload) => {
        if (payload !== dashed) return;
        isAwake = true;
        wake();
      });
      const wait = (pause: Milliseconds) =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pause);
          wake = () => (clearTimeout(timer), resolve());
          if (isAwake) wake();
        });

      let fence: string | undefined;
      let next = from;
      try {
        for (let pause = FIRST; ; ) {
          isAwake = false;
          // The lease and the log in one statement, so that what is said to have ended has nothing behind it.
          const rows = await run(
            `SELECT l.fence::text, NOT l.released AND l.until > clock_timestamp(), g.seq, g.bytes FROM ${s}leases l
            LEFT JOIN LATERAL (
              SELECT seq, bytes FROM ${s}logs WHERE key = l.key AND fence = coalesce($2::bigint, l.fence) AND seq >= $3::int ORDER BY seq LIMIT ${READ}
            ) g ON true
            WHERE l.key = $1`,
            [key, fence ?? null, next],
          );
          const [first] = rows;
          if (!first) return;
          fence ??= first[0] as string;
          const before = next;
          for (const [, , seq, bytes] of rows) {
            // One that comes out of its turn waits for those before it.
            if (seq !== next) break;
            next++;
            yield bytes as Buffer;
            if ((bytes as Buffer).byteLength === 0) return;
          }
          if (next > before) {
            pause = FIRST;
            if (next - before === READ) continue;
          }
          if (first[0] !== fence || first[1] !== true) return;
          await wait(pause);
          pause = isAwake ? FIRST : Math.min(LONGEST, pause * 1.6);
        }
      } finally {
        unlisten?.();
      }
    },
  };
}
