import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { newCacheSchema, openCaches } from '../../server/langcache/caches.ts';
import { addCacheFlags, type CacheFlags, cacheMembers, cacheRows, checkedMembers } from '../cache-flags.ts';
import { CliError } from '../exit-codes.ts';
import { withStore } from '../open-store.ts';
import { pairs, printable, say, sayJson } from '../output.ts';
import { addSettings, readSettings } from '../settings.ts';

export function configure(command: Command): void {
  addCacheFlags(addSettings(command, ['store'])).option('--json', 'As a JSON object.').action(create);
}

async function create(id: string, flags: CacheFlags & Record<string, unknown>): Promise<void> {
  // What is any or for ever by default needs not be taken away.
  const members = Object.fromEntries(Object.entries(cacheMembers(flags)).filter(([, value]) => value !== null));
  const given = checkedMembers(newCacheSchema, { id, ...members });
  const cache = await withStore(readSettings(flags), { mustExist: false }, (store) => openCaches(store.records, systemClock).create(given));
  if (!cache) throw new CliError('failed', `There is a cache ${printable(id)} already.`, { code: 'EXISTS' });
  if (flags.json) return sayJson(cache);
  for (const line of pairs(cacheRows(cache))) say(line);
}
