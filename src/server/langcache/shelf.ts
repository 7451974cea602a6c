import { LRUCache } from 'lru-cache';
import * as v from 'valibot';
import type { Clock } from '../../base/clock.ts';
import { parseJson } from '../../base/json.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { Records } from '../../stores/store.ts';

/** How long a record that was read is believed: as long as what another process changes takes to be seen here. */
export const BELIEVED: Milliseconds = 1000;
/** How many records, and names without one, are remembered. */
const REMEMBERED = 10_000;

export interface Shelved<T> {
  readonly value: T;
  readonly version: number;
}

/** Values of one kind among a store's records. */
export interface Shelf<T> {
  /** May be up to a second old where another process changed it. */
  get(name: string): Promise<T | undefined>;
  /** As it is in the store now. */
  read(name: string): Promise<Shelved<T> | undefined>;
  /** Writes where the record still has this version; says whether it did. */
  put(name: string, value: T, version: number | undefined): Promise<boolean>;
  delete(name: string): Promise<void>;
  /** By name. What cannot be read is left out. */
  list(): Promise<T[]>;
}

/** The records under a prefix. */
export function shelf<T>(records: Records, prefix: string, schema: v.GenericSchema<unknown, T>, clock: Clock): Shelf<T> {
  const remembered = new LRUCache<string, { readonly value: T | undefined; readonly at: Milliseconds }>({ max: REMEMBERED });
  const valueIn = (text: string): T | undefined => {
    const read = v.safeParse(schema, parseJson(text));
    return read.success ? read.output : undefined;
  };

  async function read(name: string): Promise<Shelved<T> | undefined> {
    const at = clock.elapsed();
    const found = await records.get(prefix + name);
    const value = found && valueIn(found.value);
    remembered.set(name, { value, at });
    return value === undefined ? undefined : { value, version: found!.version };
  }

  return {
    read,
    async get(name) {
      const known = remembered.get(name);
      if (known && clock.elapsed() - known.at < BELIEVED) return known.value;
      return (await read(name))?.value;
    },
    async put(name, value, version) {
      try {
        return await records.put(prefix + name, JSON.stringify(value), version);
      } finally {
        remembered.delete(name);
      }
    },
    async delete(name) {
      try {
        await records.delete(prefix + name);
      } finally {
        remembered.delete(name);
      }
    },
    async list() {
      return (await records.list(prefix)).map(({ value }) => valueIn(value)).filter((value) => value !== undefined);
    },
  };
}
