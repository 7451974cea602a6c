import { type Check, type Table } from '../../bench/table.ts';
import { AT, type Figures, type Rate } from './figures.ts';
import type { SetResult } from './results.ts';
import type { StreamResult } from './stream.ts';

const EACH = ['pairs: same / different', 'AUC', ...AT.map((rate) => `hits at ${rate * 100} % false`), 'as shipped: hits', 'false hits', 'of 95 %', 'ECE'];

/** Every table there is to a set, with what is aimed at below the first. */
export function tablesOf(set: SetResult): Table[] {
  return [systems(set), ...(set.themes.length > 1 ? [themes(set)] : []), ...(set.kinds.length > 1 ? [kinds(set)] : []), ends(set), ...(set.guards.length > 0 ? [guards(set)] : [])];
}

function systems({ name, title, about, systems: found }: SetResult): Table {
  return {
    title,
    about: about === undefined ? [] : [`${about[0]!.toUpperCase()}${about.slice(1)}.`],
    columns: ['system', ...EACH],
    rows: found.map((system) => [system.name, ...cellsOf(system.figures)]),
    checks: aimsOf(name, found[0]!.figures),
  };
}

/** One line a set: what ships, on all of them. */
export function summary(sets: readonly SetResult[]): Table {
  return {
    title: 'What ships, on every set',
    about: [],
    columns: ['set', ...EACH],
    rows: sets.map(({ title, systems: [first] }) => [title, ...cellsOf(first!.figures)]),
    checks: [],
  };
}

function cellsOf({ positives, negatives, auc, hitsAt, hits, falseHits, ece }: Figures): string[] {
  return [
    `${positives} / ${negatives}`,
    auc === undefined ? '' : auc.toFixed(3),
    ...AT.map((rate) => (hitsAt[String(rate)] === undefined ? '' : percent(hitsAt[String(rate)]!))),
    shareOf(hits),
    shareOf(falseHits),
    falseHits && falseHits.of > 0 ? `${percent(falseHits.from)} to ${percent(falseHits.to)}` : '',
    ece.toFixed(3),
  ];
}

function themes({ title, themes: found }: SetResult): Table {
  return { title: `${title}, by what they are about`, about: [], columns: ['about', ...EACH], rows: found.map(({ theme, figures }) => [theme, ...cellsOf(figures)]), checks: [] };
}

function kinds({ title, kinds: found }: SetResult): Table {
  return {
    title: `${title}, by what differs`,
    about: ['AUC of the pairs of this kind against all that are the same; false hits as shipped.'],
    columns: ['kind', 'pairs', 'AUC', 'false hits', 'of 95 %'],
    rows: found.map(({ kind, auc, falseHits }) => [kind, String(falseHits.of), auc.toFixed(3), percent(falseHits.share), `${percent(falseHits.from)} to ${percent(falseHits.to)}`]),
    checks: [],
  };
}

function ends({ title, ends: found, systems: [first] }: SetResult): Table {
  const { positives, negatives } = first!.figures;
  return {
    title: `${title}: where pairs end`,
    about: ['Not looked up: about now, about the one who asks, in a language the model does not know, or of another conversation. Not found: the vectors are too far apart.'],
    columns: ['end', 'of the same', 'of the different', ''],
    rows: Object.entries(found).map(([end, { same, different }]) => [end, positives === 0 ? '' : percent(same / positives), negatives === 0 ? '' : percent(different / negatives), '']),
    checks: [],
  };
}

function guards({ title, guards: found }: SetResult): Table {
  return {
    title: `${title}: what the guards veto`,
    about: ['Pairs. A pair may be vetoed by several.'],
    columns: ['guard', 'different', 'of them the judge would serve', 'same', 'of them the judge would serve', ''],
    rows: found.map(({ guard, different, differentSaved, same, sameLost }) => [guard, String(different), String(differentSaved), String(same), String(sameLost), '']),
    checks: [],
  };
}

export function streamTable({ replayed, baselines }: StreamResult): Table {
  const about = replayed.slice(0, 1).map(({ found: { queries, repeated, reworded } }) =>
    `${queries} Quora questions as a cache in use would see them: ${percent(repeated.queries / queries)} repeated word for word, ${percent(reworded.queries / queries)} asked before in other words only.`);
  return {
    title: 'A stream of questions, stored where they miss',
    about: [...about, 'Two groups may hold the same question without a label that says so: some of the false hits are none.'],
    columns: ['setting', 'reworded repeats served rightly', 'served another\'s answer', 'first-time questions served', 'of 95 %', 'judged a lookup', 'lookup p50 / p99'],
    rows: [
      ...replayed.map(({ maxFalseHits, found: { reworded, falseHits, lookups } }) => [
        `Reprise, maxFalseHits ${maxFalseHits}`, percent(reworded.right / reworded.queries), percent(reworded.wrong / reworded.queries), percent(falseHits.share), `${percent(falseHits.from)} to ${percent(falseHits.to)}`,
        lookups.judgedEach.toFixed(2), `${lookups.p50.toFixed(1)} / ${lookups.p99.toFixed(1)} ms`,
      ]),
      ...baselines.flatMap(({ name, rows }) =>
        rows.map(({ threshold, rewordedHits, falseHits }) => [`${name}, cosine from ${threshold}`, percent(rewordedHits), '', percent(falseHits), '', '', ''])),
    ],
    checks: [],
  };
}

/** What is aimed at on sealed data of the same kind, as far as a set shows it. */
function aimsOf(name: string, { auc = 0, hitsAt, hits, falseHits }: Figures): Check[] {
  const most = (what: string, found: Rate | undefined, target: number): Check => ({ what, target: `<= ${percent(target)}`, found: shareOf(found), met: found !== undefined && found.share <= target });
  const least = (what: string, found: number | undefined, target: number): Check => ({ what, target: `>= ${percent(target)}`, found: percent(found ?? 0), met: (found ?? 0) >= target });
  if (name === 'authored') {
    return [
      { what: 'AUC', target: '>= 0.910', found: auc.toFixed(3), met: auc >= 0.91 },
      least('hits at 1 % false', hitsAt['0.01'], 0.35),
      least('hits at 2 % false', hitsAt['0.02'], 0.45),
      most('false hits as shipped', falseHits, 0.02),
    ];
  }
  if (name === 'long' || name === 'conversations') return [most('false hits as shipped', falseHits, 0.01)];
  if (name === 'conversations-judged') return [least('hits at 2 % false', hitsAt['0.02'], 0.15), most('false hits as shipped', falseHits, 0.01)];
  if (name === 'langcache-prompts-dev') {
    return [{ what: 'AUC', target: '>= 0.950', found: auc.toFixed(3), met: auc >= 0.95 }, least('hits as shipped', hits?.share, 0.4), most('false hits as shipped', falseHits, 0.02)];
  }
  return [];
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const shareOf = (found: Rate | undefined): string => (found === undefined || found.of === 0 ? '' : percent(found.share));
