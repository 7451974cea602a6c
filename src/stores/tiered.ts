import { systemClock, type Clock } from '../base/clock.ts';
import { OptionError } from '../base/errors.ts';
import { type Duration, type Milliseconds, toMilliseconds } from '../base/units.ts';
import type { Entry } from '../model/entry.ts';
import type { Abilities, Change, Changes, Store } from './store.ts';
import { isSame } from './tiered/copy.ts';
import { mirrorIn } from './tiered/mirror.ts';

export interface TieredOptions {
  /** How long a copy stays in the first store after it was read or written last, from 1 ms. @default '1h' */
  readonly redisTtl?: Duration;
  /** How long the first store may take before the last one is asked, from 1 ms. @default 100 */
  readonly mirrorTimeout?: Duration;
  /** Time. @default the machine's */
  readonly clock?: Clock;
}

/**
 * A durable store with copies of its hot entries in a quicker one before it: `tieredStore([redis, postgres], { redisTtl: '1h' })`.
 *
 * - get: the copy, else the durable store, whose entry is then copied. Where the first store is down or slow, the durable one answers; where the
 *   durable one is down, copies are still served;
 * - set, touch: done when the durable store has it. The copy follows, and costs no more than `mirrorTimeout`;
 * - delete: the copies, the durable store, and the copies again. Where a copy cannot be deleted, no process reads copies until it could
 *   be; where not even that can be noted down, the deletion is rejected;
 * - find, size, records: the durable store alone.
 *
 * Abilities: `search` and `changes` of the durable store, as the other does not hold everything; `leases` and `logs` of the first store where it has them,
 * as they are of the moment, else of the durable one.
 */
export function tieredStore([first, durable]: readonly [mirror: Store, durable: Store], options: TieredOptions = {}): Store {
  const { clock = systemClock } = options;
  const ttl = atLeastOne(options.redisTtl ?? '1h', 'redisTtl');
  const limit = atLeastOne(options.mirrorTimeout ?? 100, 'mirrorTimeout');
  const mirror = mirrorIn(first, { clock, ttl, limit, records: durable.records });
  const underWay = new Set<Promise<void>>();
  /** Counts writes, so that an entry that was read before one is not copied after it. */
  let writes = 0;
  let opening: Promise<Abilities> | undefined;
  let unsubscribe: (() => void) | undefined;

  const copy = async (entry: Entry) => {
    await mirror.put(entry);
    // Another process may have changed or deleted it just now.
    const now = await Promise.resolve(durable.get(entry.id)).catch(() => undefined);
    if (!isSame(entry, now)) await mirror.drop({ ids: [entry.id] });
  };
  const inBackground = (work: Promise<void>) => {
    const done = work.catch(() => {}).finally(() => underWay.delete(done));
    underWay.add(done);
  };
  const onChange = ({ kind }: Change) => {
    writes++;
    if (kind !== 'set') inBackground(mirror.learn());
  };

  const open = async (): Promise<Abilities> => {
    const [quick, lasting] = await Promise.allSettled([first.open(), durable.open()]);
    if (lasting.status === 'rejected') throw lasting.reason;
    const { search, changes, leases, logs, remote } = lasting.value;
    const mirrored: Abilities = quick.status === 'fulfilled' ? quick.value : {};
    const meeting: Abilities = mirrored.leases && mirrored.logs ? mirrored : { ...(leases && { leases }), ...(logs && { logs }) };
    await mirror.learn();
    unsubscribe ??= changes?.subscribe(onChange);
    const heard: Changes | undefined = changes ?? mirrored.changes;
    return {
      ...(search && { search }),
      ...(heard && { changes: heard }),
      ...(meeting.leases && { leases: meeting.leases }),
      ...(meeting.logs && { logs: meeting.logs }),
      ...((remote || mirrored.remote) && { remote: true }),
    };
  };

  return {
    name: 'tiered',
    open() {
      opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    async get(id) {
      const known = await mirror.read(id);
      if (known) return known;
      const before = writes;
      const entry = await durable.get(id);
      if (entry && writes === before) inBackground(copy(entry));
      return entry;
    },
    async set(entry) {
      writes++;
      await durable.set(entry);
      writes++;
      await copy(entry);
    },
    async touch(id, expiresAt) {
      writes++;
      await durable.touch(id, expiresAt);
      writes++;
      await mirror.touch(id, expiresAt);
    },
    find: (query) => durable.find(query),
    async delete(query) {
      writes++;
      const reached = await mirror.drop(query);
      if (!reached) await mirror.note();
      const count = await durable.delete(query);
      writes++;
      if (!(await mirror.drop(query)) && reached) await mirror.note();
      return count;
    },
    size: () => durable.size(),
    records: durable.records,
    async close() {
      unsubscribe?.();
      unsubscribe = undefined;
      await Promise.all(underWay);
      const [, closed] = await Promise.allSettled([first.close(), durable.close()]);
      if (closed.status === 'rejected') throw closed.reason;
    },
  };
}

function atLeastOne(given: Duration, option: string): Milliseconds {
  const span = toMilliseconds(given, option);
  if (!(span >= 1)) throw new OptionError(option, 'a span of 1 millisecond or more', given);
  return span;
}
