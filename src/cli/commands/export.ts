import { createWriteStream, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import { SECRET_RECORD } from '../../keys/secret.ts';
import type { Query, Store } from '../../stores/store.ts';
import { entryLine, secretLine } from '../entry-lines.ts';
import { CliError } from '../exit-codes.ts';
import { withStore } from '../open-store.ts';
import { count, note, say } from '../output.ts';
import { withProgress } from '../progress.ts';
import { addSelection, queryOf, type SelectionFlags } from '../selection.ts';
import { addSettings, readSettings } from '../settings.ts';

interface Flags extends SelectionFlags {
  readonly withSecret?: true;
  readonly json?: true;
}

/** What was written. */
interface Exported {
  exported: number;
  /** Were there, and could not be read or went away meanwhile. */
  skipped: number;
}

export function configure(command: Command): void {
  addSelection(addSettings(command, ['store', 'namespace']))
    .option('--with-secret', 'Also the secret of the store. Entries of tenants made from credentials can be found in another store only with it.')
    .option('--json', 'Says how many as a JSON object; on standard error when the entries go to standard output.')
    .action(exportEntries);
}

async function exportEntries(file: string | undefined, flags: Flags & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const query = queryOf(flags, settings, Date.now());
  const toFile = file !== undefined && file !== '-';
  const done = await withStore(settings, { mustExist: true }, (store) => {
    const write = (to: Writable) => writeAll(store, query, to, flags.withSecret === true);
    return toFile ? intoFile(file, write) : write(process.stdout);
  });
  // What is said goes where the entries do not.
  const tell = toFile ? say : note;
  if (flags.json) tell(JSON.stringify(done));
  else tell(`${count(done.exported, 'entry', 'entries')} exported${done.skipped > 0 ? `, ${done.skipped} left out` : ''}.`);
}

/** Writes beside the file, which then takes its place: nobody ever sees half of it. Only this user may read it. */
async function intoFile<T>(path: string, work: (to: Writable) => Promise<T>): Promise<T> {
  const beside = `${path}.${process.pid}.tmp`;
  const stream = createWriteStream(beside, { mode: 0o600, flags: 'wx' });
  const closed = new Promise<void>((resolve, reject) => stream.on('close', resolve).on('error', reject));
  closed.catch(() => {});
  const forget = () => rmSync(beside, { force: true });
  process.once('exit', forget);   // Ctrl-C, too, leaves nothing behind
  try {
    const result = await work(stream);
    stream.end();
    await closed;
    await rename(beside, path);
    return result;
  } catch (error) {
    stream.destroy();
    throw error instanceof Error && 'syscall' in error ? new CliError('failed', `${path} cannot be written: ${error.message}`, { code: 'UNWRITABLE', cause: error }) : error;
  } finally {
    forget();
    process.off('exit', forget);
  }
}

async function writeAll(store: Store, query: Query, to: Writable, withSecret: boolean): Promise<Exported> {
  const done: Exported = { exported: 0, skipped: 0 };
  const secret = withSecret ? await store.records.get(SECRET_RECORD) : undefined;
  if (secret) await writeLine(to, secretLine(secret.value));
  const { entries } = await store.size();
  return withProgress('Exporting', to === process.stdout ? 0 : entries, async (advance) => {
    for await (const { id } of store.find(query)) {
      const entry = await store.get(id);
      if (entry) {
        await writeLine(to, entryLine(entry));
        done.exported++;
      } else done.skipped++;
      advance(done.exported + done.skipped);
    }
    return done;
  });
}

/** Writes a line, no faster than it is taken. */
function writeLine(to: Writable, line: string): Promise<void> {
  return new Promise((resolve, reject) => to.write(`${line}\n`, (error) => (error ? reject(error) : resolve())));
}
