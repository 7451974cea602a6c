import type { Command } from 'commander';
import { CliError } from '../exit-codes.ts';
import { shownStore, withStore } from '../open-store.ts';
import { remove, type RemoveFlags } from '../remove.ts';
import { addSelection, headById, isSelecting, queryOf, type SelectionFlags } from '../selection.ts';
import { addSettings, readSettings } from '../settings.ts';

type Flags = SelectionFlags & RemoveFlags & Record<string, unknown>;

export function configure(command: Command): void {
  addSelection(addSettings(command, ['store', 'namespace']))
    .option('--dry-run', 'Only says how many.')
    .option('--yes', 'Asks nobody.')
    .option('--json', 'As a JSON object.')
    .action(deleteEntries);
}

async function deleteEntries(ids: string[], flags: Flags): Promise<void> {
  if (ids.length === 0 && !isSelecting(flags)) throw new CliError('usage', 'Say which entries: ids, --tag, --model, --text, --older-than, --tenant or --kind. For all of them there is `reprise clear`.');
  const settings = readSettings(flags);
  await withStore(settings, { mustExist: true }, async (store) => {
    const query = queryOf(flags, settings, Date.now());
    const heads = [];
    for (const id of ids) heads.push(await headById(store, id));
    await remove(store, { ...query, ...(ids.length > 0 && { ids: heads.map((head) => head.id) }) }, shownStore(settings), flags);
  });
}
