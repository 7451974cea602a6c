import type { Command } from 'commander';
import { OptionError } from '../../base/errors.ts';
import { DEFAULT_NAMESPACE } from '../../options.ts';
import { FEEDBACK, type Feedback } from '../../semantic/rates.ts';
import { labelPair, type ReviewPair, reviewPairs } from '../../semantic/review.ts';
import type { Records } from '../../stores/store.ts';
import { CliError } from '../exit-codes.ts';
import { withStore } from '../open-store.ts';
import { clip, colours, count, printable, say, sayJson, timeText } from '../output.ts';
import { addSettings, readSettings } from '../settings.ts';
import { sideBySide } from '../side-by-side.ts';

interface Flags {
  readonly all?: true;
  readonly label?: readonly string[];
  readonly json?: true;
}

export function configure(command: Command): void {
  addSettings(command, ['store', 'namespace'])
    .description('Shows, of questions asked in the mode shadow, the answer that would have been served by meaning beside the one that was given, and takes down whether it would have been wrong. A pair that is called wrong is never matched.')
    .option('--all', 'Also pairs that have a label.')
    .option('--label <id and wrong|right...>', 'Labels one pair and asks nothing: --label 12 wrong.')
    .option('--json', 'Lists the pairs as a JSON array and asks nothing.')
    .action(review);
}

async function review(flags: Flags & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const { namespace = DEFAULT_NAMESPACE } = settings;
  const label = flags.label && labelIn(flags.label);
  await withStore(settings, { mustExist: true }, async ({ records }) => {
    if (label) return labelOne(records, namespace, label, flags.json === true);
    const found = await reviewPairs(records, namespace);
    const open = flags.all ? found : found.filter((pair) => pair.label === undefined);
    if (flags.json) return sayJson(open.map(asJson));
    if (open.length === 0) return say(`Nothing to review in the namespace ${printable(namespace)}.`);
    await askAll(records, open);
  });
}

interface Label {
  readonly id: number;
  readonly said: Feedback;
}

function labelIn(values: readonly string[]): Label {
  const [id = '', said] = values;
  if (values.length !== 2 || !/^[1-9]\d{0,14}$/.test(id) || !isFeedback(said)) throw new OptionError('--label', 'the id of a pair, and wrong or right', values.join(' '));
  return { id: Number(id), said };
}

const isFeedback = (text: string | undefined): text is Feedback => FEEDBACK.includes(text as Feedback);

async function labelOne(records: Records, namespace: string, { id, said }: Label, json: boolean): Promise<void> {
  const labelled = await labelPair(records, namespace, id, said);
  if (!labelled) throw new CliError('failed', `There is no pair ${id} to review in the namespace ${printable(namespace)}.`, { code: 'NOT_FOUND' });
  if (json) sayJson(asJson(labelled));
  else say(`${id} is ${said}.`);
}

async function askAll(records: Records, open: readonly ReviewPair[]): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new CliError('usage', `${count(open.length, 'pair')} to review. --json lists them, --label ID wrong|right labels one.`, { code: 'NOT_CONFIRMED' });
  }
  const { isCancel, select } = await import('@clack/prompts');
  let labels = 0;
  for (const [at, pair] of open.entries()) {
    show(pair, `${at + 1} of ${open.length}`);
    const choice = await select({
      message: 'Would the stored answer have been',
      initialValue: 'skip',
      options: [{ value: 'right', label: 'right' }, { value: 'wrong', label: 'wrong: never match these two' }, { value: 'skip', label: 'skip' }, { value: 'quit', label: 'quit' }],
    });
    if (isCancel(choice) || choice === 'quit') break;
    if (isFeedback(choice) && (await labelPair(records, pair.namespace, pair.id, choice))) labels++;
  }
  say(`${count(labels, 'pair')} labelled.`);
}

/** Lines of answers that are shown. */
const MOST_LINES = 40;

function show({ id, asked, matched, stored = '(gone)', answer, similarity, probability, label }: ReviewPair, place: string): void {
  const width = process.stdout.columns ?? 120;
  const judged = probability === undefined ? '' : `, judge ${probability.toFixed(3)}`;
  say();
  say(colours.bold(`Pair ${id} (${place}): similarity ${similarity.toFixed(3)}${judged}${label === undefined ? '' : `, called ${label}`}`));
  for (const line of sideBySide(`Stored: ${matched}`, `Asked: ${asked}`, width)) say(line);
  say(colours.dim('-'.repeat(Math.min(width, 160))));
  const lines = sideBySide(stored, answer, width);
  for (const line of lines.slice(0, MOST_LINES)) say(line);
  if (lines.length > MOST_LINES) say(colours.dim(clip(`${lines.length - MOST_LINES} more lines; --json has them.`, width)));
}

const asJson = ({ at, label, probability, stored, ...pair }: ReviewPair): object => ({ ...pair, digest: undefined, probability: probability ?? null, stored: stored ?? null, at: timeText(at), label: label ?? null });
