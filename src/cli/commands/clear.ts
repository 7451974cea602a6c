import type { Command } from 'commander';
import { shownStore, withStore } from '../open-store.ts';
import { remove, type RemoveFlags } from '../remove.ts';
import { addSelection, queryOf, type SelectionFlags } from '../selection.ts';
import { addSettings, readSettings } from '../settings.ts';

type Flags = SelectionFlags & RemoveFlags & Record<string, unknown>;

export function configure(command: Command): void {
  addSelection(addSettings(command, ['store', 'namespace']))
    .option('--dry-run', 'Only says how many.')
    .option('--yes', 'Asks nobody.')
    .option('--json', 'As a JSON object.')
    .action(clear);
}

async function clear(flags: Flags): Promise<void> {
  const settings = readSettings(flags);
  await withStore(settings, { mustExist: true }, (store) => remove(store, queryOf(flags, settings, Date.now()), shownStore(settings), flags));
}
