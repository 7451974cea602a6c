import type { Command } from 'commander';
import { SECRET_RECORD } from '../../keys/secret.ts';
import type { Store } from '../../stores/store.ts';
import { readLine } from '../entry-lines.ts';
import { CliError } from '../exit-codes.ts';
import { type BadLine, linesOf, tellBadLines, withInput } from '../lines.ts';
import { withStore } from '../open-store.ts';
import { count, note, say, sayJson } from '../output.ts';
import { withProgress } from '../progress.ts';
import { addSettings, readSettings } from '../settings.ts';

interface Flags {
  readonly dryRun?: true;
  readonly skipBad?: true;
  readonly keep?: true;
  readonly json?: true;
}

/** What the whole file holds, before anything of it is written. */
interface Checked {
  readonly entries: number;
  readonly secret: string | undefined;
  readonly bad: readonly BadLine[];
}

/** What was done with it. */
interface Imported {
  imported: number;
  /** Were there already and stayed, with `--keep`. */
  kept: number;
  /** Are so old that the store may forget them. */
  outdated: number;
}

export function configure(command: Command): void {
  addSettings(command, ['store'])
    .description('Reads entries from a JSONL file as `reprise export` writes it; `-` is standard input. Where a line is bad, nothing is written.')
    .option('--skip-bad', 'Writes the good lines although there are bad ones.')
    .option('--keep', 'Leaves entries that are there already as they are. Without it they are replaced.')
    .option('--dry-run', 'Only checks the lines and says how many.')
    .option('--json', 'As a JSON object.')
    .action(importEntries);
}

async function importEntries(file: string, flags: Flags & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  await withInput(file, async (path) => {
    const checked = await check(path);
    const { bad, entries } = checked;
    const nothing: Imported = { imported: 0, kept: 0, outdated: 0 };
    const refused = bad.length > 0 && !flags.skipBad;
    const done = refused || flags.dryRun ? nothing : await withStore(settings, { mustExist: false }, (store) => write(store, path, checked, flags.keep === true));

    tellBadLines(bad);
    if (flags.json) sayJson({ ...done, lines: entries, bad, dryRun: flags.dryRun === true });
    else if (flags.dryRun) say(`${count(entries, 'entry', 'entries')} would be imported.`);
    else if (!refused) say(`${count(done.imported, 'entry', 'entries')} imported${done.kept > 0 ? `, ${done.kept} kept as they were` : ''}${done.outdated > 0 ? `, ${done.outdated} too old` : ''}.`);
    if (refused) throw new CliError('failed', `${count(bad.length, 'line is', 'lines are')} bad, and nothing was imported. --skip-bad imports the others.`, { code: 'BAD_LINES' });
  });
}

async function check(path: string): Promise<Checked> {
  const bad: BadLine[] = [];
  let entries = 0;
  let secret: string | undefined;
  for await (const { number, text } of linesOf(path)) {
    const read = readLine(text);
    if ('wrong' in read) bad.push({ line: number, why: read.wrong });
    else if ('secret' in read) secret = read.secret;
    else entries++;
  }
  return { entries, secret, bad };
}

async function write(store: Store, path: string, { entries, secret }: Checked, keep: boolean): Promise<Imported> {
  await takeSecret(store, secret);
  const done: Imported = { imported: 0, kept: 0, outdated: 0 };
  const now = Date.now();
  return withProgress('Importing', entries, async (advance) => {
    for await (const { text } of linesOf(path)) {
      const read = readLine(text);
      if (!('entry' in read)) continue;
      const { entry } = read;
      if (entry.dropAt !== undefined && entry.dropAt <= now) done.outdated++;
      else if (keep && (await store.get(entry.id))) done.kept++;
      else {
        await store.set(entry);
        done.imported++;
      }
      advance(done.imported + done.kept + done.outdated);
    }
    return done;
  });
}

/** A store without a secret of its own takes that of the file. One that has another keeps it, since its own entries hang on it. */
async function takeSecret(store: Store, secret: string | undefined): Promise<void> {
  if (secret === undefined) return;
  const record = await store.records.get(SECRET_RECORD);
  if (record?.value === secret) return;
  if (!record && (await store.records.put(SECRET_RECORD, secret, undefined))) return;
  note('The store has another secret than the file: entries of tenants made from credentials will not be found in it.');
}
