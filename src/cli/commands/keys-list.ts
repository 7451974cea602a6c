import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { type Key, openKeys } from '../../server/langcache/keys.ts';
import { withStore } from '../open-store.ts';
import { printable, say, sayJson, table, timeText } from '../output.ts';
import { addSettings, readSettings } from '../settings.ts';

const COLUMNS = [{ title: 'ID' }, { title: 'SCOPE' }, { title: 'STATE' }, { title: 'CREATED' }, { title: 'EXPIRES' }, { title: 'CACHE' }] as const;

export function configure(command: Command): void {
  addSettings(command, ['store']).option('--json', 'As a JSON array.').action(list);
}

async function list(flags: Record<string, unknown>): Promise<void> {
  const keys = await withStore(readSettings(flags), { mustExist: true }, ({ records }) => openKeys(records, systemClock).list());
  if (flags.json) return sayJson(keys.map(shown));
  if (keys.length === 0) return say('No keys.');
  const rows = keys.map(shown).map(({ id, scope, state, createdAt, expiresAt, cache }) => [id, scope, state, createdAt, expiresAt ?? 'never', printable(cache ?? '-')]);
  for (const line of table(COLUMNS, rows)) say(line);
}

function shown({ id, scope, cache, createdAt, expiresAt, revokedAt }: Key) {
  const expired = expiresAt !== undefined && systemClock.now() >= expiresAt;
  return {
    id, scope,
    cache: cache ?? null,
    state: revokedAt !== undefined ? 'revoked' : expired ? 'expired' : 'good',
    createdAt: timeText(createdAt),
    expiresAt: expiresAt === undefined ? null : timeText(expiresAt),
    revokedAt: revokedAt === undefined ? null : timeText(revokedAt),
  };
}
