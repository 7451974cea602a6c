import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { openCaches } from '../../server/langcache/caches.ts';
import { scopeOf } from '../../server/langcache/entries.ts';
import { openKeys } from '../../server/langcache/keys.ts';
import type { Store } from '../../stores/store.ts';
import { noCache } from '../cache-flags.ts';
import { confirmed } from '../confirm.ts';
import { withStore } from '../open-store.ts';
import { count, printable, say, sayJson } from '../output.ts';
import { addSettings, readSettings } from '../settings.ts';

export function configure(command: Command): void {
  addSettings(command, ['store']).option('--yes', 'Asks nobody.').option('--json', 'As a JSON object.').action(remove);
}

async function remove(id: string, flags: Record<string, unknown>): Promise<void> {
  const deleted = await withStore(readSettings(flags), { mustExist: true }, async (store) => {
    if (!(await openCaches(store.records, systemClock).get(id))) throw noCache(id);
    if (!(await confirmed(`Delete the cache ${printable(id)} with all its entries, and revoke its keys?`, flags.yes === true))) return undefined;
    return deleteAll(store, id);
  });
  if (deleted === undefined) return;
  if (flags.json) sayJson({ id, entries: deleted });
  else say(`Deleted, with ${count(deleted, 'entry', 'entries')}.`);
}

async function deleteAll(store: Store, id: string): Promise<number> {
  // Keys first, so that nobody writes while the entries go.
  await openKeys(store.records, systemClock).revokeOf(id);
  await openCaches(store.records, systemClock).delete(id);
  return store.delete({ kind: 'qa', scope: scopeOf(id) });
}
