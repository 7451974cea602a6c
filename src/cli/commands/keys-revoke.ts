import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { openKeys } from '../../server/langcache/keys.ts';
import { CliError } from '../exit-codes.ts';
import { withStore } from '../open-store.ts';
import { printable, say, sayJson } from '../output.ts';
import { addSettings, readSettings } from '../settings.ts';

export function configure(command: Command): void {
  addSettings(command, ['store']).description('Revokes a key by its id, as `reprise keys list` shows it. Running servers refuse it within a second.').option('--json', 'As a JSON object.').action(revoke);
}

async function revoke(id: string, flags: Record<string, unknown>): Promise<void> {
  const done = await withStore(readSettings(flags), { mustExist: true }, ({ records }) => openKeys(records, systemClock).revoke(id));
  if (!done) throw new CliError('failed', `There is no key ${printable(id)}.`, { code: 'NOT_FOUND' });
  if (flags.json) sayJson({ id, state: 'revoked' });
  else say('Revoked.');
}
