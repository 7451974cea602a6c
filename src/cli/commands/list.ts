import type { Command } from 'commander';
import type { EntryHead } from '../../model/entry.ts';
import type { Query, Store } from '../../stores/store.ts';
import { withStore } from '../open-store.ts';
import { printable, say, sayJson, sizeText, spanText, table } from '../output.ts';
import { addSelection, queryOf, type SelectionFlags } from '../selection.ts';
import { addSettings, numberIn, readSettings } from '../settings.ts';
import { shownEntry } from '../shapes.ts';

interface Flags extends SelectionFlags {
  readonly limit: string;
  readonly oldest?: true;
  readonly expired?: true;
  readonly json?: true;
}

const COLUMNS = [{ title: 'ID' }, { title: 'AGE', align: 'right' }, { title: 'EXPIRES', align: 'right' }, { title: 'SIZE', align: 'right' }, { title: 'FORMAT' }, { title: 'MODEL' }, { title: 'TEXT' }] as const;
/** Enough of an id to find the entry by. */
const SHOWN_ID = 12;

export function configure(command: Command): void {
  addSelection(addSettings(command, ['store', 'namespace']))
    .option('--limit <number>', 'At most so many.', '50')
    .option('--oldest', 'The oldest first.')
    .option('--expired', 'Only entries that are fresh no longer.')
    .option('--json', 'As a JSON array.')
    .action(list);
}

async function list(flags: Flags & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const limit = numberIn(flags.limit, '--limit', 1, 1_000_000);
  const now = Date.now();
  const query = { ...queryOf(flags, settings, now), ...(flags.expired && { expiredAt: now }), newestFirst: flags.oldest !== true };

  const { heads, more } = await withStore(settings, { mustExist: true }, (store) => firstOf(store, query, limit));

  if (flags.json) return sayJson(heads.map((head) => shownEntry(head, now)));
  if (heads.length === 0) return say('No entries.');
  for (const line of table(COLUMNS, heads.map((head) => rowOf(head, now)))) say(line);
  if (more) say(`There are more; --limit shows more than ${limit}.`);
}

interface Page {
  readonly heads: readonly EntryHead[];
  readonly more: boolean;
}

async function firstOf(store: Store, query: Query, limit: number): Promise<Page> {
  const heads: EntryHead[] = [];
  for await (const head of store.find({ ...query, limit: limit + 1 })) heads.push(head);
  return { heads: heads.slice(0, limit), more: heads.length > limit };
}

function rowOf({ id, createdAt, expiresAt, bytes, format, model, text, tags }: EntryHead, now: number): string[] {
  const left = expiresAt === undefined ? 'never' : expiresAt <= now ? 'expired' : `in ${spanText(expiresAt - now)}`;
  const marked = [...tags.map((tag) => `#${tag}`), text ?? ''].join(' ');
  return [printable(id).slice(0, SHOWN_ID), spanText(Math.max(0, now - createdAt)), left, sizeText(bytes), printable(format), printable(model ?? '-'), printable(marked)];
}
