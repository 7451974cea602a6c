import type { Command } from 'commander';
import { toMilliseconds } from '../base/units.ts';
import type { EntryHead } from '../model/entry.ts';
import type { Query, Store } from '../stores/store.ts';
import { CliError } from './exit-codes.ts';
import { printable } from './output.ts';
import type { Settings } from './settings.ts';

/** Flags that say which entries are meant. All that is given must hold. */
export interface SelectionFlags {
  readonly tag?: string;
  readonly model?: string;
  readonly text?: string;
  readonly olderThan?: string;
  readonly tenant?: string;
  readonly kind?: string;
}

const KINDS = ['llm', 'value', 'qa'] as const;

/** Puts the flags on a command. */
export function addSelection(command: Command): Command {
  return command
    .option('--tag <tag>', 'Only entries with this tag.')
    .option('--model <model>', 'Only answers of this model.')
    .option('--text <glob>', "Only entries whose text fits: '*weather*'. Letter case counts.")
    .option('--older-than <duration>', 'Only entries made longer ago: 15m, 7d.')
    .option('--tenant <name>', 'Only entries of this tenant.')
    .option('--kind <kind>', `Only entries of this kind: ${KINDS.join(', ')}.`);
}

/** The query that flags mean. Without a namespace among the settings all namespaces are meant. */
export function queryOf(flags: SelectionFlags, settings: Settings, now: number): Query {
  const { tag, model, text, olderThan, tenant, kind } = flags;
  const known = KINDS.find((each) => each === kind);
  if (kind !== undefined && known === undefined) throw new CliError('usage', `--kind must be one of ${KINDS.join(', ')}, but is ${printable(kind)}.`);
  return {
    ...(settings.namespace !== undefined && { namespace: settings.namespace }),
    ...(tag !== undefined && { tag }),
    ...(model !== undefined && { model }),
    ...(text !== undefined && { text }),
    ...(olderThan !== undefined && { createdBefore: now - toMilliseconds(olderThan, '--older-than') }),
    ...(tenant !== undefined && { tenant }),
    ...(known !== undefined && { kind: known }),
  };
}

/** True when flags name anything. */
export const isSelecting = (flags: SelectionFlags): boolean =>
  [flags.tag, flags.model, flags.text, flags.olderThan, flags.tenant, flags.kind].some((flag) => flag !== undefined);

/** How many entries a query names. */
export async function countOf(store: Store, query: Query): Promise<number> {
  let many = 0;
  for await (const _ of store.find(query)) many++;
  return many;
}

const SHORTEST_PREFIX = 4;

/** The head of the entry with an id, or with the beginning of one where that is the only one. */
export async function headById(store: Store, given: string): Promise<EntryHead> {
  for await (const head of store.find({ ids: [given] })) return head;
  const found: EntryHead[] = [];
  if (given.length >= SHORTEST_PREFIX) {
    for await (const head of store.find({})) if (head.id.startsWith(given) && found.push(head) > 1) break;
  }
  if (found.length > 1) throw new CliError('failed', `More than one entry begins with ${printable(given)}. Give more of its id.`, { code: 'AMBIGUOUS' });
  if (found.length === 0) throw new CliError('failed', `There is no entry ${printable(given)}.`, { code: 'NOT_FOUND' });
  return found[0]!;
}
