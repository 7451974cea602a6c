import { byName } from '../memory-records.ts';
import type { Records, StoredRecord } from '../store.ts';
import type { Payload } from './client.ts';
import type { Collection } from './collection.ts';
import { is, isOneOf, RECORD } from './filter.ts';
import { pointOf } from './keys.ts';
import { newStamp } from './payload.ts';

/** Records read in one step of a list. */
const PAGE = 500;
/** So many writes of others may come between a write and the look whether it was done. */
const REMEMBERED = 100;

const FIELDS = ['name', 'value', 'stamp', 'stamps'];

/**
 * Records as points of their own. An update can be made to depend on the version that was read, but the server does not say whether it was
 * done: so each record remembers its last versions, which are random numbers, and a writer looks whether its own is one of them.
 */
export function recordsIn(use: () => Promise<Collection>): Records {
  const read = async (collection: Collection, name: string): Promise<Payload | undefined> => {
    const [point] = await collection.pick([pointOf.record(name)], FIELDS, true);
    return point?.payload ?? undefined;
  };
  return {
    async get(name) {
      return recordIn(await read(await use(), name));
    },

    async put(name, value, version) {
      const collection = await use();
      const before = await read(collection, name);
      const known = recordIn(before);
      if (known?.version !== version) return false;
      // One that cannot be read is none, and must not be in the way of a new one.
      if (before && !known) await collection.remove([isOneOf([pointOf.record(name)])], true);
      const stamp = newStamp();
      const stamps = [stamp, ...(version === undefined ? [] : stampsIn(before))].slice(0, REMEMBERED);
      // JSON, as the text of a payload cannot carry lone surrogates.
      const point = { id: pointOf.record(name), vector: {}, payload: { kind: RECORD, name: JSON.stringify(name), value: JSON.stringify(value), stamp, stamps } };
      await collection.put(point, version === undefined ? { only: 'insert' } : { only: 'update', where: [is('stamp', version)] });
      return stampsIn(await read(collection, name)).includes(stamp);
    },

    async delete(name) {
      await (await use()).remove([isOneOf([pointOf.record(name)])], true);
    },

    async list(prefix) {
      const collection = await use();
      const found: StoredRecord[] = [];
      for (let after: string | undefined, more = true; more; more = after !== undefined) {
        const page = await collection.page([is('kind', RECORD)], PAGE, FIELDS, { after });
        for (const { payload } of page.points) {
          const record = recordIn(payload);
          if (record?.name.startsWith(prefix)) found.push(record);
        }
        after = page.after;
      }
      return found.sort(byName);
    },
  };
}

/** The record that a payload holds; `undefined` for one that cannot be read. */
function recordIn(payload: Payload | null | undefined): StoredRecord | undefined {
  if (typeof payload?.stamp !== 'number') return undefined;
  try {
    const name: unknown = JSON.parse(String(payload.name));
    const value: unknown = JSON.parse(String(payload.value));
    return typeof name === 'string' && typeof value === 'string' ? { name, value, version: payload.stamp } : undefined;
  } catch {
    return undefined;
  }
}

const stampsIn = (payload: Payload | undefined): readonly number[] => (Array.isArray(payload?.stamps) ? (payload.stamps as number[]) : []);
