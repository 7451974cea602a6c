import { parseJson } from '../../base/json.ts';
import { byName } from '../memory-records.ts';
import type { Records, StoredRecord } from '../store.ts';
import { bytesOf, isWrongType, listOf, type RedisCommands, textOf } from './commands.ts';
import { literally } from './keys.ts';
import { runScript, SCRIPTS } from './scripts.ts';

/** Names read in one step of a list. */
const STEP = '500';

/**
 * Records in one hash: the name as JSON to version and value, `17 "text"`. JSON, as UTF-8 cannot carry lone surrogates. Versions come from
 * one counter, so that a record that is made anew never has a version of before.
 */
export function redisRecords(prefix: string, connected: () => Promise<RedisCommands>): Records {
  const all = `${prefix}{records}`;
  const counter = `${prefix}{records}:version`;

  return {
    async get(name) {
      const { send } = await connected();
      return recordOf(name, bytesOf(await send(['hget', all, JSON.stringify(name)], all).catch(nothing)));
    },
    async put(name, value, version) {
      const { send } = await connected();
      const args = [JSON.stringify(name), JSON.stringify(value), version === undefined ? '' : String(version)];
      return (await runScript(send, SCRIPTS.putRecord, [all, counter], args)) === 1;
    },
    async delete(name) {
      const { send } = await connected();
      await send(['hdel', all, JSON.stringify(name)], all);
    },
    async list(prefix) {
      const { send } = await connected();
      const found = new Map<string, StoredRecord>();
      // The end of an ill-formed prefix may be written otherwise where the name goes on.
      const pattern = prefix.isWellFormed() ? `${literally(JSON.stringify(prefix).slice(0, -1))}*` : '*';
      let cursor = '0';
      do {
        const [next, items] = listOf(await send(['hscan', all, cursor, 'match', pattern, 'count', STEP], all).catch(noItems));
        cursor = textOf(next) ?? '0';
        const pairs = listOf(items);
        for (let at = 0; at < pairs.length; at += 2) {
          const name = parseJson(textOf(pairs[at])!);
          const record = typeof name === 'string' && name.startsWith(prefix) ? recordOf(name, bytesOf(pairs[at + 1])) : undefined;
          if (record) found.set(record.name, record);
        }
      } while (cursor !== '0');
      return [...found.values()].sort(byName);
    },
  };
}

/** What stands in the place of the records and holds something else is no record. */
function otherwise<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (!isWrongType(error)) throw error;
    return value;
  };
}
const nothing = otherwise(null);
const noItems = otherwise(['0', []] as const);

/** A record as it is kept; `undefined` for what is none. A value that cannot be read is given as it is, so that it can be replaced. */
function recordOf(name: string, kept: Buffer | undefined): StoredRecord | undefined {
  const [, version, value = ''] = /^(\d+) (".*)$/s.exec(kept?.toString() ?? '') ?? [];
  if (version === undefined) return undefined;
  const text = parseJson(value);
  return { name, version: Number(version), value: typeof text === 'string' ? text : value };
}
