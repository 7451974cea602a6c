import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../exit-codes.ts';
import { nearestEnv } from '../nearest-env.ts';
import { shownStore, storePath, storeUrl, withStore } from '../open-store.ts';
import { colours, count, printable, say, sayJson, sizeText, spanText } from '../output.ts';
import { addSettings, readSettings, SETTINGS, type Settings } from '../settings.ts';

/** What became of one check. `warn` is worth a look and fails nothing. */
interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
}

const LITTLE_DISK = 1024 ** 3;
const NO_DISK = 64 * 1024 ** 2;
const PATIENCE = 5_000;
const SHOWN = { ok: colours.green, warn: colours.yellow, fail: colours.red };

export function configure(command: Command): void {
  addSettings(command, ['store', 'openaiUrl', 'anthropicUrl'])
    .description('Checks Node, the store, the disk, and whether the providers can be reached. No key is sent.')
    .option('--offline', 'Leaves the providers alone.')
    .option('--json', 'As a JSON object.')
    .action(doctor);
}

async function doctor(flags: { readonly offline?: true; readonly json?: true } & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const { openaiUrl = SETTINGS.openaiUrl.default, anthropicUrl = SETTINGS.anthropicUrl.default } = settings;
  const found = await Promise.all([
    node(),
    sqlite(),
    settingsFile(),
    store(settings),
    disk(settings),
    ...(flags.offline ? [] : [upstream('OpenAI', openaiUrl), upstream('Anthropic', anthropicUrl)]),
  ]);
  const checks = found.filter((check) => check !== undefined);
  const failed = checks.filter(({ status }) => status === 'fail').length;
  if (flags.json) sayJson({ ok: failed === 0, checks });
  else for (const { name, status, detail } of checks) say(`${SHOWN[status](status.padEnd(4))}  ${name.padEnd(10)}  ${printable(detail)}`);
  if (failed > 0) throw new CliError('failed', `${count(failed, 'check')} failed.`, { code: 'CHECKS_FAILED' });
}

/** One that is too old has been refused before any command was loaded. */
function node(): Check {
  return { name: 'Node', status: 'ok', detail: process.version };
}

function sqlite(): Check {
  const version = (process.versions as Record<string, string | undefined>).sqlite;
  return version === undefined ? { name: 'SQLite', status: 'fail', detail: 'this Node has none' } : { name: 'SQLite', status: 'ok', detail: version };
}

function settingsFile(): Check {
  return { name: 'settings', status: 'ok', detail: nearestEnv(process.cwd())?.path ?? 'no .env in this folder or above it' };
}

/** Opens the store, and writes, reads and deletes a record in it. */
async function store(settings: Settings): Promise<Check> {
  const name = 'store';
  const begun = performance.now();
  try {
    const size = await withStore(settings, { mustExist: false }, async ({ records, size }) => {
      const probe = `doctor/${process.pid}-${Date.now()}`;
      const written = await records.put(probe, 'probe', undefined);
      const read = await records.get(probe);
      await records.delete(probe);
      if (!written || read?.value !== 'probe' || (await records.get(probe))) throw new Error('what was written does not come back as it was');
      return size();
    });
    return { name, status: 'ok', detail: `${shownStore(settings)}: ${count(size.entries, 'entry', 'entries')}, ${sizeText(size.bytes)}; opened, written, read and deleted in ${spanText(performance.now() - begun)}` };
  } catch (error) {
    return { name, status: 'fail', detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Room on the disk of the store, where it is on one. */
async function disk(settings: Settings): Promise<Check | undefined> {
  let folder = storePath(storeUrl(settings));
  if (folder === undefined) return undefined;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  return { name: 'disk', status: free < NO_DISK ? 'fail' : free < LITTLE_DISK ? 'warn' : 'ok', detail: `${sizeText(free)} free` };
}

/** Any answer will do, whatever its status: without a key it is a refusal. */
async function upstream(name: string, url: string): Promise<Check> {
  const begun = performance.now();
  try {
    const { status } = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) });
    return { name, status: 'ok', detail: `${url} answered with ${status} in ${spanText(performance.now() - begun)}` };
  } catch (error) {
    const { cause } = error as Error;
    return { name, status: 'fail', detail: `${url} cannot be reached: ${(cause instanceof Error && cause.message) || String(error)}` };
  }
}
