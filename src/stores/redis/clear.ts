import { listOf, type RedisCommands, textOf } from './commands.ts';
import { indexKey, INDEX, type Keys, literally, namesKey } from './keys.ts';
import { runScript, SCRIPTS } from './scripts.ts';

/** Entries deleted in one step, and keys looked at in one step. */
const STEP = 200;

/**
 * Deletes every entry that is there now, and says how many. First by the index of all; then by cursor over the keys of each server, for
 * entries that no index knows, as when Redis was full and let go of an index. Only keys of this store are named in any command.
 */
export async function clearAll(commands: RedisCommands, keys: Keys): Promise<number> {
  let count = 0;
  for (const base of keys.bases) count += await clearPart(commands, base);
  for (const send of await commands.everyServer()) {
    let cursor = '0';
    do {
      const [next, names] = listOf(await send(['scan', cursor, 'match', `${literally(keys.prefix)}{*}:e:*`, 'count', '1000']));
      cursor = textOf(next) ?? '0';
      count += await clearOrphans(commands, keys, listOf(names).map((name) => textOf(name)!));
    } while (cursor !== '0');
  }
  return count;
}

async function clearPart({ send }: RedisCommands, base: string): Promise<number> {
  const all = indexKey(base, INDEX.all);
  // What comes while this runs has a later moment, so that this comes to an end.
  const [, last] = listOf(await send(['zrange', all, '-1', '-1', 'withscores'], all)).flat() as [unknown, Buffer | string | undefined];
  if (last === undefined) return 0;
  for (let count = 0; ; ) {
    const [seen, had] = listOf(await runScript(send, SCRIPTS.clear, [namesKey(base)], [base, last, String(STEP)]));
    count += Number(had);
    if (Number(seen) < STEP) return count;
  }
}

async function clearOrphans({ send }: RedisCommands, keys: Keys, names: readonly string[]): Promise<number> {
  const removed = names.map(async (name) => {
    const base = keys.bases.find((one) => name.startsWith(`${one}e:`));
    if (base === undefined) return 0;
    return Number(await runScript(send, SCRIPTS.orphan, [name, namesKey(base)], [name.slice(`${base}e:`.length)]));
  });
  return (await Promise.all(removed)).reduce((sum, one) => sum + one, 0);
}
