import type { Command } from 'commander';
import { withStore } from '../open-store.ts';
import { remove, type RemoveFlags } from '../remove.ts';
import { addSettings, readSettings } from '../settings.ts';

export function configure(command: Command): void {
  addSettings(command, ['store', 'namespace'])
    .description('Deletes what may be forgotten: entries that have expired and whose stale window is over.')
    .option('--expired', 'Also those that are still within their stale window.')
    .option('--dry-run', 'Only says how many.')
    .option('--json', 'As a JSON object.')
    .action(prune);
}

async function prune(flags: RemoveFlags & { readonly expired?: true } & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const now = Date.now();
  const query = { ...(settings.namespace !== undefined && { namespace: settings.namespace }), ...(flags.expired ? { expiredAt: now } : { droppableAt: now }) };
  await withStore(settings, { mustExist: true }, (store) => remove(store, query, '', { ...flags, yes: true }));
}
