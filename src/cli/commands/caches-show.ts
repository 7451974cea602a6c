import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { openCaches } from '../../server/langcache/caches.ts';
import { scopeOf } from '../../server/langcache/entries.ts';
import { cacheRows, noCache } from '../cache-flags.ts';
import { withStore } from '../open-store.ts';
import { pairs, say, sayJson } from '../output.ts';
import { addSettings, readSettings } from '../settings.ts';

export function configure(command: Command): void {
  addSettings(command, ['store']).option('--json', 'As a JSON object.').action(show);
}

async function show(id: string, flags: Record<string, unknown>): Promise<void> {
  const { cache, entries } = await withStore(readSettings(flags), { mustExist: true }, async (store) => {
    let many = 0;
    for await (const _ of store.find({ kind: 'qa', scope: scopeOf(id) })) many++;
    return { cache: await openCaches(store.records, systemClock).get(id), entries: many };
  });
  if (!cache) throw noCache(id);
  if (flags.json) return sayJson({ ...cache, entries });
  for (const line of pairs([...cacheRows(cache), ['entries', entries.toLocaleString('en')]])) say(line);
}
