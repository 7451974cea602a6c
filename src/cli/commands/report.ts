import type { Command } from 'commander';
import { DEFAULT_NAMESPACE } from '../../options.ts';
import { feedbackBook, type FeedbackCounts } from '../../semantic/feedback.ts';
import { type ReviewPair, reviewPairs, type ShadowTotals, shadowTotals } from '../../semantic/review.ts';
import { readStats } from '../../stats/stats.ts';
import type { Store } from '../../stores/store.ts';
import { shownStore, withStore } from '../open-store.ts';
import { clip, colours, count, pairs, printable, say, sayJson, table, timeText } from '../output.ts';
import { addSettings, numberIn, readSettings } from '../settings.ts';

interface Flags {
  readonly doubtful: string;
  readonly json?: true;
}

export function configure(command: Command): void {
  addSettings(command, ['store', 'namespace'])
    .description('Says what matching by meaning would have saved in the mode shadow and served in the mode on, which of its hits are the most doubtful, and what people said of them.')
    .option('--doubtful <number>', 'How many doubtful pairs are shown, 0 to 1000.', '10')
    .option('--json', 'As a JSON object.')
    .action(report);
}

/** Feedback with what tells people which scope it is. */
interface ScopeCounts extends FeedbackCounts {
  readonly namespace: string;
  readonly model: string | null;
}

async function report(flags: Flags & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const { namespace = DEFAULT_NAMESPACE } = settings;
  const most = numberIn(flags.doubtful, '--doubtful', 0, 1000);
  const { totals, kept, counted, feedback } = await withStore(settings, { mustExist: true }, async (store) => {
    const pairs = await reviewPairs(store.records, namespace);
    return {
      totals: await shadowTotals(store.records, namespace),
      kept: pairs,
      counted: await readStats(store.records, namespace),
      feedback: await countsOf(store, namespace, pairs),
    };
  });
  const doubtful = mostDoubtful(kept).slice(0, most);
  const labels = { right: labelled(kept, 'right'), wrong: labelled(kept, 'wrong'), none: labelled(kept, undefined) };
  const served = counted ? { requests: counted.requests, normalised: counted.normalised, semantic: counted.semantic } : undefined;
  if (flags.json) {
    return sayJson({
      store: shownStore(settings), namespace,
      shadow: totals ? { since: timeText(totals.since), hits: totals.hits, misses: totals.misses ?? null, share: shareOf(totals) ?? null, saved: totals.saved, unpriced: totals.unpriced } : null,
      served: served ?? null,
      labels, feedback,
      doubtful: doubtful.map(({ id, asked, matched, similarity, probability, label }) => ({ id, asked, matched, similarity, probability: probability ?? null, label: label ?? null })),
    });
  }
  const rows: [string, string][] = [['store', shownStore(settings)], ['namespace', printable(namespace)]];
  if (totals) rows.push(...rowsOf(totals));
  if (served && served.normalised + served.semantic > 0) rows.push(['served by meaning', `${number(served.normalised + served.semantic)} of ${count(served.requests, 'request')}, ${number(served.normalised)} of them the same but for how they were written`]);
  if (kept.length > 0) rows.push(['reviewed', `${number(labels.right)} right, ${number(labels.wrong)} wrong, ${number(labels.none)} open`]);
  for (const line of pairs(rows)) say(line);
  if (!totals) say('Nothing was noted in the mode shadow. `reprise serve --semantic shadow` notes what matching by meaning would do, and does not do it.');
  tellFeedback(feedback);
  tellDoubtful(doubtful);
}

/** Those that the judge was least sure of; equal but for how they are written are the last. */
const mostDoubtful = (kept: readonly ReviewPair[]): ReviewPair[] =>
  kept.toSorted((a, b) => (a.strategy === b.strategy ? 0 : a.strategy === 'semantic' ? -1 : 1) || (a.probability ?? 1) - (b.probability ?? 1) || b.id - a.id);

const labelled = (kept: readonly ReviewPair[], label: ReviewPair['label']): number => kept.filter((pair) => pair.label === label).length;

/** Of the questions that went to the provider. */
const shareOf = ({ hits, misses }: ShadowTotals): number | undefined => (misses === undefined || misses === 0 ? undefined : hits / misses);

function rowsOf(totals: ShadowTotals): [string, string][] {
  const share = shareOf(totals);
  return [
    ['since', timeText(totals.since)],
    ['would have served', `${count(totals.hits, 'question')}${share === undefined ? '' : `, ${(share * 100).toFixed(1)} % of ${count(totals.misses ?? 0, 'miss', 'misses')}`}`],
    ['would have saved', `${dollars(totals.saved)}${totals.unpriced > 0 ? `, and what ${count(totals.unpriced, 'answer')} without a known price cost` : ''}`],
  ];
}

/** Feedback outlives entries and does not say whose it is: a scope is one of the namespace where an entry of it, or a pair for review, is. */
async function countsOf(store: Store, namespace: string, kept: readonly ReviewPair[]): Promise<ScopeCounts[]> {
  const counts = await feedbackBook(store.records).counts();
  const wanted = new Set(counts.map(({ scope }) => scope));
  const models = new Map<string, string | null>();
  // One pass however many scopes there are: not every store finds by scope without reading all.
  if (wanted.size > 0) {
    for await (const { scope, model } of store.find({ namespace })) {
      if (!wanted.delete(scope)) continue;
      models.set(scope, model ?? null);
      if (wanted.size === 0) break;
    }
  }
  for (const { scope } of kept) if (wanted.delete(scope)) models.set(scope, null);
  return counts
    .flatMap((each) => (models.has(each.scope) ? [{ ...each, namespace, model: models.get(each.scope) ?? null }] : []))
    .toSorted((a, b) => b.wrong - a.wrong);
}

const SHOWN_SCOPE = 12;

function tellFeedback(feedback: readonly ScopeCounts[]): void {
  if (feedback.length === 0) return;
  say();
  say(colours.bold('Feedback by scope'));
  const rows = feedback.map(({ scope, right, wrong, model, namespace }) => [number(wrong), number(right), printable(scope).slice(0, SHOWN_SCOPE), printable(namespace), printable(model ?? '-')]);
  for (const line of table([{ title: 'WRONG', align: 'right' }, { title: 'RIGHT', align: 'right' }, { title: 'SCOPE' }, { title: 'NAMESPACE' }, { title: 'MODEL' }], rows)) say(line);
}

const SHOWN_TEXT = 60;

function tellDoubtful(doubtful: readonly ReviewPair[]): void {
  if (doubtful.length === 0) return;
  say();
  say(colours.bold('Most doubtful'));
  const rows = doubtful.map(({ id, probability, label, matched, asked }) => [String(id), probability?.toFixed(3) ?? '-', label ?? 'open', clip(printable(matched), SHOWN_TEXT), printable(asked)]);
  for (const line of table([{ title: 'PAIR', align: 'right' }, { title: 'JUDGE', align: 'right' }, { title: 'LABEL' }, { title: 'STORED' }, { title: 'ASKED' }], rows)) say(line);
}

const number = (value: number): string => value.toLocaleString('en');
const dollars = (usd: number): string => `$${usd.toFixed(usd !== 0 && usd < 0.01 ? 6 : 2)}`;
