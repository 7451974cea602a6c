import type { Query, Store } from '../stores/store.ts';
import { confirmed } from './confirm.ts';
import { count, say, sayJson } from './output.ts';
import { countOf } from './selection.ts';

export interface RemoveFlags {
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** Deletes what a query names, once somebody has said yes, and says how many. With `--dry-run` it only says how many. */
export async function remove(store: Store, query: Query, where: string, flags: RemoveFlags): Promise<void> {
  const { dryRun = false, yes = false, json = false } = flags;
  if (dryRun) {
    const many = await countOf(store, query);
    return json ? sayJson({ deleted: 0, wouldDelete: many, dryRun: true }) : say(`${count(many, 'entry', 'entries')} would be deleted.`);
  }
  if (!yes && !(await confirmed(`Delete ${count(await countOf(store, query), 'entry', 'entries')} from ${where}?`, false))) {
    return json ? sayJson({ deleted: 0, dryRun: false }) : say('Nothing was deleted.');
  }
  const many = await store.delete(query);
  if (json) sayJson({ deleted: many, dryRun: false });
  else say(`${count(many, 'entry', 'entries')} deleted.`);
}
