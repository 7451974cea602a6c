import type { Command } from 'commander';
import type { Milliseconds } from '../../base/units.ts';
import type { Figures } from '../../stats/figures.ts';
import { type CacheStats, forgetStats, readStats } from '../../stats/stats.ts';
import { inputOf, type Usage } from '../../model/usage.ts';
import { DEFAULT_NAMESPACE } from '../../options.ts';
import { keepsStatistics } from '../../stores/committed.ts';
import type { StoreSize } from '../../stores/store.ts';
import { confirmed } from '../confirm.ts';
import { shownStore, withStore } from '../open-store.ts';
import { colours, pairs, printable, say, sayJson, sizeText, spanText, table, timeText } from '../output.ts';
import { addSettings, readSettings } from '../settings.ts';

interface Flags {
  readonly reset?: true;
  readonly yes?: true;
  readonly json?: true;
}

export function configure(command: Command): void {
  addSettings(command, ['store', 'namespace'])
    .description('Shows what all processes that use the store have counted in a namespace, and what the store holds. A running proxy adds to it every 10 seconds.')
    .option('--reset', 'Begins to count anew.')
    .option('--yes', 'Asks nobody before a reset.')
    .option('--json', 'As a JSON object.')
    .action(stats);
}

async function stats(flags: Flags & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const { namespace = DEFAULT_NAMESPACE } = settings;
  const { counted, size, forgotten, kept } = await withStore(settings, { mustExist: true }, async (store) => {
    const counted = await readStats(store.records, namespace);
    const forgotten = flags.reset === true && (await confirmed(`Forget the statistics of ${printable(namespace)} in ${shownStore(settings)}?`, flags.yes === true));
    if (forgotten) await forgetStats(store.records, namespace);
    return { counted, size: await store.size(), forgotten, kept: keepsStatistics(store) };
  });
  if (flags.json) return sayJson({ store: shownStore(settings), namespace, ...size, counted: counted ? { ...counted, since: timeText(counted.since) } : null, reset: forgotten });
  tellStore(shownStore(settings), namespace, size);
  if (counted) tellCounted(counted);
  else if (!kept) say('A store that is meant to be committed keeps no statistics.');
  else say(`Nothing has been counted in the namespace ${printable(namespace)} yet.`);
  if (forgotten) say('From now on it is counted anew.');
}

function tellStore(store: string, namespace: string, { entries, bytes }: StoreSize): void {
  for (const line of pairs([['store', store], ['entries', entries.toLocaleString('en')], ['size', sizeText(bytes)], ['namespace', printable(namespace)]])) say(line);
}

function tellCounted(counted: CacheStats): void {
  const { since, hitRate, latency, tokens, money, unpriced } = counted;
  say();
  say(colours.bold(`Since ${timeText(since)}`));
  const rows: [string, string][] = [
    ['requests', number(counted.requests)],
    ['hits', number(counted.hits)],
    ['misses', number(counted.misses)],
    ['joined', number(counted.joined)],
    ['stale', number(counted.stale)],
    ['bypassed', number(counted.bypassed)],
    ['hit rate', percent(hitRate)],
    ['stored', number(counted.stored)],
    ['errors', number(counted.errors)],
    ['hit latency', latencyText(latency.hits)],
    ['miss latency', latencyText(latency.misses)],
    ['tokens saved', tokenText(tokens.saved)],
    ['tokens spent', tokenText(tokens.spent)],
    ['money saved', dollars(money.saved)],
    ['money spent', `${dollars(money.spent)}${unpriced > 0 ? ` and ${number(unpriced)} requests without a known price` : ''}`],
  ];
  for (const line of pairs(rows, '  ')) say(line);
  tellModels(counted.models);
  tellReasons('Bypassed because', counted.bypassedBecause);
  tellReasons('Not stored because', counted.refusedBecause);
  tellReasons('Errors', counted.errorsBecause);
}

const MODEL_COLUMNS = [...['REQUESTS', 'HITS', 'MISSES', 'HIT RATE', 'SAVED'].map((title) => ({ title, align: 'right' }) as const), { title: 'MODEL' }];

function tellModels(models: Readonly<Record<string, Figures>>): void {
  const all = Object.entries(models);
  if (all.length === 0) return;
  say();
  const rows = all.map(([model, { requests, hits, misses, hitRate, money }]) => [number(requests), number(hits), number(misses), percent(hitRate), dollars(money.saved), printable(model)]);
  for (const line of table(MODEL_COLUMNS, rows)) say(line);
}

function tellReasons(title: string, reasons: Readonly<Record<string, number>>): void {
  const all = Object.entries(reasons);
  if (all.length === 0) return;
  say();
  say(colours.bold(title));
  for (const [reason, many] of all.toSorted(([, a], [, b]) => b - a)) say(`  ${number(many).padStart(8)}  ${printable(reason)}`);
}

const number = (value: number): string => value.toLocaleString('en');
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
const dollars = (usd: number): string => `$${usd.toFixed(usd !== 0 && usd < 0.01 ? 6 : 2)}`;
const tokenText = (usage: Usage): string => `${number(inputOf(usage))} in, ${number(usage.output)} out`;
const latencyText = ({ count, p50, p95, p99 }: { count: number; p50: Milliseconds; p95: Milliseconds; p99: Milliseconds }): string =>
  count === 0 ? '-' : `${spanText(p50)} median, ${spanText(p95)} p95, ${spanText(p99)} p99`;
