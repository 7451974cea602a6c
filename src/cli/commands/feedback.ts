import type { Command } from 'commander';
import { OptionError } from '../../base/errors.ts';
import { DEFAULT_NAMESPACE } from '../../options.ts';
import { feedbackBook, type JudgedPair } from '../../semantic/feedback.ts';
import { FEEDBACK, type Feedback } from '../../semantic/rates.ts';
import { labelPair } from '../../semantic/review.ts';
import type { Records } from '../../stores/store.ts';
import { CliError } from '../exit-codes.ts';
import { withStore } from '../open-store.ts';
import { printable, say, sayJson } from '../output.ts';
import { addSettings, numberIn, readSettings } from '../settings.ts';

interface Flags {
  readonly asked?: string;
  readonly matched?: string;
  readonly scope?: string;
  readonly review?: string;
  readonly json?: true;
}

export function configure(command: Command): void {
  addSettings(command, ['store', 'namespace'])
    .description('Says of a hit by meaning that it was wrong or right. Two questions that were called wrong are never matched again in their scope, whichever is asked; right takes that back. Name them by --asked, --matched and --scope, as the steps of an outcome have them, or by --review.')
    .option('--asked <text>', 'The question that was asked.')
    .option('--matched <text>', 'The stored question.')
    .option('--scope <scope>', 'The scope of both.')
    .option('--review <id>', 'The pair with this id in `reprise review`.')
    .option('--json', 'As a JSON object.')
    .action(feedback);
}

async function feedback(word: string, flags: Flags & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const { namespace = DEFAULT_NAMESPACE } = settings;
  const said = FEEDBACK.find((each) => each === word);
  if (said === undefined) throw new CliError('usage', `Say ${FEEDBACK.join(' or ')}, but not ${printable(word)}.`);
  const named = namedBy(flags);
  const pair = await withStore(settings, { mustExist: true }, ({ records }) => note(records, namespace, named, said));
  if (flags.json) sayJson({ ...pair, said });
  else say(said === 'wrong' ? 'These two are never matched again.' : 'Noted as right.');
}

function namedBy({ asked, matched, scope, review }: Flags): JudgedPair | number {
  const texts = [asked, matched, scope];
  if (review !== undefined && texts.every((text) => text === undefined)) return numberIn(review, '--review', 1, 1e15);
  if (review !== undefined || asked === undefined || matched === undefined || scope === undefined) {
    throw new CliError('usage', 'Name the two questions by --asked, --matched and --scope, or by --review alone.');
  }
  const empty = Object.entries({ asked, matched, scope }).find(([, text]) => text.trim() === '');
  if (empty) throw new OptionError(`--${empty[0]}`, 'a text', empty[1]);
  return { asked, matched, scope };
}

async function note(records: Records, namespace: string, named: JudgedPair | number, said: Feedback): Promise<JudgedPair> {
  if (typeof named !== 'number') {
    await feedbackBook(records).add(named, said);
    return named;
  }
  const pair = await labelPair(records, namespace, named, said);
  if (!pair) throw new CliError('failed', `There is no pair ${named} to review in the namespace ${printable(namespace)}.`, { code: 'NOT_FOUND' });
  const { asked, matched, scope } = pair;
  return { asked, matched, scope };
}
