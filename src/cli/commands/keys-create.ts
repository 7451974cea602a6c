import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { OptionError } from '../../base/errors.ts';
import { toMilliseconds } from '../../base/units.ts';
import { openCaches } from '../../server/langcache/caches.ts';
import { KEY_SCOPES, openKeys } from '../../server/langcache/keys.ts';
import { noCache } from '../cache-flags.ts';
import { CliError } from '../exit-codes.ts';
import { withStore } from '../open-store.ts';
import { note, say, sayJson, timeText } from '../output.ts';
import { addSettings, readSettings } from '../settings.ts';

export function configure(command: Command): void {
  addSettings(command, ['store'])
    .description('Makes a key of one cache, or, with the scope admin, one of the admin API. The key is shown once; the store keeps its hash.')
    .requiredOption('--scope <scope>', 'read, write (reads, too) or admin.')
    .option('--expires <duration>', 'How long it is good, such as 90d. Default: for ever.')
    .option('--json', 'As a JSON object.')
    .action(create);
}

async function create(cache: string | undefined, flags: { scope: string; expires?: string; json?: true } & Record<string, unknown>): Promise<void> {
  const scope = KEY_SCOPES.find((each) => each === flags.scope);
  if (!scope) throw new OptionError('--scope', KEY_SCOPES.join(', '), flags.scope);
  if (scope === 'admin' && cache !== undefined) throw new CliError('usage', 'A key of the scope admin opens the admin API, and no cache: leave the cache out.');
  if (scope !== 'admin' && cache === undefined) throw new CliError('usage', `A key of the scope ${scope} opens one cache: say which.`);
  const expiresAt = flags.expires === undefined ? undefined : systemClock.now() + toMilliseconds(flags.expires, '--expires');

  const { key, token } = await withStore(readSettings(flags), { mustExist: cache !== undefined }, async ({ records }) => {
    if (cache !== undefined && !(await openCaches(records, systemClock).get(cache))) throw noCache(cache);
    return openKeys(records, systemClock).create({ scope, cache, expiresAt });
  });

  if (flags.json) {
    return sayJson({ id: key.id, key: token, scope, cache: cache ?? null, createdAt: timeText(key.createdAt), expiresAt: key.expiresAt === undefined ? null : timeText(key.expiresAt) });
  }
  say(token);
  note(`Key ${key.id}. It is not shown again.`);
}
