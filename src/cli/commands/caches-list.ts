import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { openCaches } from '../../server/langcache/caches.ts';
import { withStore } from '../open-store.ts';
import { printable, say, sayJson, spanText, table } from '../output.ts';
import { addSettings, readSettings } from '../settings.ts';

const COLUMNS = [{ title: 'ID' }, { title: 'THRESHOLD', align: 'right' }, { title: 'STRATEGIES' }, { title: 'TTL' }, { title: 'JUDGE' }, { title: 'NAME' }] as const;

export function configure(command: Command): void {
  addSettings(command, ['store']).option('--json', 'As a JSON array.').action(list);
}

async function list(flags: Record<string, unknown>): Promise<void> {
  const caches = await withStore(readSettings(flags), { mustExist: true }, (store) => openCaches(store.records, systemClock).list());
  if (flags.json) return sayJson(caches);
  if (caches.length === 0) return say('No caches.');
  const rows = caches.map(({ id, similarityThreshold, searchStrategies, ttlMillis, judge, name }) => [
    printable(id), String(similarityThreshold), searchStrategies.join(','), ttlMillis === undefined ? 'forever' : spanText(ttlMillis), judge, printable(name),
  ]);
  for (const line of table(COLUMNS, rows)) say(line);
}
