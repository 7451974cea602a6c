import type { Milliseconds } from '../../base/units.ts';
import type { Lease, Leases, StreamLogs } from '../store.ts';
import type { Bus } from './bus.ts';
import { bytesOf, listOf, type RedisCommands, textOf } from './commands.ts';
import { type Keys, nameOf } from './keys.ts';
import { LEASE_SCRIPTS } from './lease-scripts.ts';
import { runScript } from './scripts.ts';

/** How long a stream may be read after its last piece. */
const KEPT: Milliseconds = 30_000;
/** How long a reader waits for word before it looks by itself: also how late the death of a holder is seen. */
const LOOK: Milliseconds = 500;
/** Pieces read at one time. */
const STEP = 64;

interface Parts {
  readonly commands: RedisCommands;
  readonly keys: Keys;
  readonly bus: Bus;
}

/** Keys and channel of a name. */
function namesFor({ prefix, baseOf }: Keys, name: string) {
  const base = baseOf(name);
  const short = nameOf(name);
  return { lease: `${base}lease:${short}`, fence: `${base}fence`, stream: `${base}log:${short}`, channel: `${prefix}log:${short}` };
}

/** Leases: a key that holds the number of its holder, and when it runs out. */
export function redisLeases({ commands: { send }, keys }: Parts): Leases {
  return {
    async acquire(name, duration) {
      const { lease, fence } = namesFor(keys, name);
      const got = textOf(await runScript(send, LEASE_SCRIPTS.acquire, [lease, fence], [spanOf(duration)]));
      return got === undefined ? undefined : { name, fence: Number(got) };
    },
    async renew({ name, fence }, duration) {
      return (await runScript(send, LEASE_SCRIPTS.renew, [namesFor(keys, name).lease], [String(fence), spanOf(duration)])) === 1;
    },
    async release({ name, fence }) {
      const { lease, channel } = namesFor(keys, name);
      await runScript(send, LEASE_SCRIPTS.release, [lease], [String(fence), channel]);
    },
  };
}

const spanOf = (duration: Milliseconds): string => String(Math.max(1, Math.ceil(duration)));

/**
 * Logs: a Redis stream for each name, whose pieces are numbered `fence-seq`. Redis refuses a number that is not above the last one, and the
 * script one whose lease is not held. Readers hear of pieces by message, and look every 500 ms besides.
 */
export function redisLogs({ commands: { send }, keys, bus }: Parts): StreamLogs {
  return {
    async append(lease: Lease, seq, bytes) {
      const { name, fence } = lease;
      const { lease: held, stream, channel } = namesFor(keys, name);
      const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const done = await runScript(send, LEASE_SCRIPTS.append, [held, stream], [String(fence), String(seq), piece, String(KEPT), channel]);
      if (done !== 1) throw new Error(`the lease ${JSON.stringify(name)} is held no longer`);
    },

    async *read(name, from) {
      const { lease, stream, channel } = namesFor(keys, name);
      let news = Promise.withResolvers<void>();
      const { ready, stop } = bus.listen(channel, () => news.resolve(), () => news.resolve());
      try {
        // What is appended before messages are heard is found by looking; what comes after is heard.
        await orIn(LOOK, ready);
        let fence = '';
        let next = from;
        for (;;) {
          news = Promise.withResolvers();
          const [held, whose, ...pieces] = listOf(await runScript(send, LEASE_SCRIPTS.readLog, [lease, stream], [fence, String(next), String(STEP)]));
          fence = textOf(whose) ?? '';
          for (let at = 0; at < pieces.length; at += 2) {
            next = Number(textOf(pieces[at])) + 1;
            yield bytesOf(pieces[at + 1])!;
          }
          if (pieces.length > 0) continue;
          if (fence === '' || textOf(held) !== fence) return;
          await orIn(LOOK, news.promise);
        }
      } finally {
        stop();
      }
    },
  };
}

/** Waits for `work`, but no longer than `limit`. The timer does not hold the process. */
async function orIn(limit: Milliseconds, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise<void>((resolve) => (timer = setTimeout(resolve, limit).unref()))]);
  clearTimeout(timer);
}
