import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { cacheChangesSchema, openCaches } from '../../server/langcache/caches.ts';
import { addCacheFlags, type CacheFlags, cacheMembers, cacheRows, checkedMembers, noCache } from '../cache-flags.ts';
import { withStore } from '../open-store.ts';
import { pairs, say, sayJson } from '../output.ts';
import { addSettings, readSettings } from '../settings.ts';

export function configure(command: Command): void {
  addCacheFlags(addSettings(command, ['store'])).option('--json', 'As a JSON object.').action(update);
}

async function update(id: string, flags: CacheFlags & Record<string, unknown>): Promise<void> {
  const changes = checkedMembers(cacheChangesSchema, cacheMembers(flags));
  const cache = await withStore(readSettings(flags), { mustExist: true }, (store) => openCaches(store.records, systemClock).update(id, changes));
  if (!cache) throw noCache(id);
  if (flags.json) return sayJson(cache);
  for (const line of pairs(cacheRows(cache))) say(line);
}
