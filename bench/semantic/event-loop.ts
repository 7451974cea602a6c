import { modelFolder } from '../../src/semantic/bundled.ts';
import { createGuards } from '../../src/semantic/guards/guards.ts';
import { createStaticEmbedder } from '../../src/semantic/model/static-embedder.ts';
import { createJudge } from '../../src/semantic/model/judge.ts';
import { normalForm } from '../../src/semantic/normal-form.ts';
import { readText } from '../../src/semantic/text/read-text.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { fill, type Ours } from '../ours.ts';
import type { SuiteContext } from '../suite.ts';
import { millis, type Table } from '../table.ts';
import { asking, type ByMeaning, byMeaning, timed, untilReady, withoutMeaning } from './by-meaning.ts';
import { type Held, whileWatched } from './loop-watch.ts';
import { mixedQuestions, textOfLength } from './texts.ts';

const ENTRIES = 10_000;
const LENGTHS = [20, 200, 2000] as const;
const MOST = 2;
const RUNS = 3;

/** What counts: what the thread itself worked, where Node tells it. */
const weight = ({ worked, longest }: Held): number => (Number.isNaN(worked) ? longest : worked);

/** The longest that the event loop is held by lookups, loading and judging. */
export async function eventLoop({ quick, model, note }: SuiteContext): Promise<readonly Table[]> {
  const lookups = quick ? 40 : 200;
  note('watching the event loop');
  const rows: { what: string; held: Held; says: string; counts: boolean }[] = [];
  /** Each three times: what holds the loop by itself does so every time, and other processes do not. */
  const watch = async (what: string, says: string, work: (run: number) => Promise<unknown>, counts = true): Promise<void> => {
    note(what);
    const runs: Held[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await whileWatched(() => work(run)));
    rows.push({ what, held: runs.reduce((quietest, held) => (weight(held) < weight(quietest) ? held : quietest)), says, counts });
  };
  const folder = modelFolder(model);
  // Loading sources takes time of its own; in the built package they are a few files.
  await import('../../src/semantic/assemble.ts');
  await watch('nothing', 'the machine alone', () => new Promise((resolve) => setTimeout(resolve, 1000)), false);
  await watch('loading the static vectors', '3 MB read, checked and taken apart', () => createStaticEmbedder({ load: () => folder.finder }));
  const judges = Array.from({ length: RUNS }, () => createJudge({ load: () => folder.judge, timeLimit: 60_000, maxWaiting: 1000 }));
  await watch('starting the judge', 'a thread, which reads 20 MB by itself', (run) => judges[run]!.ready());
  const pairs = mixedQuestions(64, 21).map((text, at, all) => [text, all[(at + 1) % all.length]!] as const);
  await watch(`judging ${quick ? 16 : 64} pairs`, 'by message to the thread and back', () => judges[0]!.judge(quick ? pairs.slice(0, 16) : pairs));
  await Promise.all(judges.map((judge) => judge.close()));

  const store = memoryStore({ maxBytes: '2GiB', maxEntries: 1_000_000 });
  const off = withoutMeaning(store);
  const stored = mixedQuestions(ENTRIES, 3);
  await fill(off, stored.map((question) => asking(question)));
  for (const [at, length] of LENGTHS.entries()) {
    for (let each = 0; each < lookups; each++) await timed(off, asking(textOfLength(length, 10_000 + at * 1000 + each)));
  }
  const opened: ByMeaning[] = [];
  for (let run = 0; run < RUNS; run++) opened.push(await byMeaning(store, model, { timeBound: true, personal: true }));
  await watch(`loading ${ENTRIES.toLocaleString('en')} questions`, 'from memory: normal forms, vectors, index', (run) => untilReady(opened[run]!, stored.slice(run * 1000)));
  const on = opened[0]!;
  await Promise.all(opened.slice(1).map(({ cache }) => cache.close()));
  for (const [at, length] of LENGTHS.entries()) {
    const texts = Array.from({ length: lookups * RUNS + 5 }, (_, each) => textOfLength(length, 20_000 + at * 1000 + each));
    for (const text of texts.slice(0, 5)) await timed(on, asking(text));
    const all = async (cache: Ours, temperature: number, run: number): Promise<void> => {
      for (const text of texts.slice(5 + run * lookups, 5 + (run + 1) * lookups)) await timed(cache, asking(text, temperature));
    };
    await watch(`${length} characters, meaning off`, `${lookups} misses, stored`, (run) => all(off, 0.3, run), false);
    await watch(`${length} characters, by meaning`, `${lookups} lookups, misses stored and taken in`, (run) => all(on, 0.2, run));
  }
  await Promise.all([off.cache.close(), on.cache.close()]);
  const worst = (of: (held: Held) => number): { what: string; time: number } =>
    rows.filter(({ counts }) => counts).map(({ what, held }) => ({ what, time: of(held) })).reduce((a, b) => (b.time > a.time ? b : a));
  const check = (what: string, { what: where, time }: { what: string; time: number }) =>
    ({ what, target: `<= ${millis(MOST)}`, found: `${millis(time)} (${where})`, met: time <= MOST });
  return [
    {
      title: 'How long the event loop is held',
      columns: ['while', 'worked', 'longest', 'p99.9', 'collection', 'what it is'],
      rows: rows.map(({ what, held, says }) => [what, millis(held.worked), millis(held.longest), millis(held.p999), millis(held.collection), says]),
      checks: [check('longest turn, as the thread worked', worst(weight))],
      about: [
        `Worked: the most that this thread had a core between two turns of its event loop, collections of garbage included. Longest: the same by the clock, with what other processes take of the core, as the first line shows. p99.9: how late a timer that is due every 0.2 ms would be. Collection: the longest of the garbage collector. Everything was done ${RUNS} times, and the quietest is told.`,
        `Whole requests through the cache, one at a time, among ${ENTRIES.toLocaleString('en')} questions, with texts that overlap much with others: what is near is vetoed or judged.`,
      ],
    },
    pieces(quick ? 20 : 100),
  ];
}

/** What on this thread takes how long at most, by itself. */
function pieces(times: number): Table {
  const guards = createGuards();
  const all = {
    'normal form': (a: string, _: string, round: number) => normalForm(`${a} ${round}`),
    'reading a text for the guards': (a: string) => readText(a),
    'guards, of one pair': (a: string, b: string) => guards(readText(a), readText(b)),
  };
  const texts = LENGTHS.map((length) => Array.from({ length: times }, (_, each) => textOfLength(length, 30_000 + each)));
  const rows = Object.entries(all).map(([name, work]) => [
    name,
    ...texts.map((some) => {
      const took: number[] = [];
      for (let round = 0; round < 3; round++) {
        for (const [at, text] of some.entries()) {
          const begun = performance.now();
          work(text, some[(at + 1) % some.length]!, round);
          if (round > 0) took.push(performance.now() - begun);
        }
      }
      took.sort((a, b) => a - b);
      return `${millis(took[took.length >> 1]!)}, ${millis(took.at(-1)!)}`;
    }),
    '',
  ]);
  return {
    title: 'What holds it: single steps, median and longest',
    columns: ['', ...LENGTHS.map((length) => `${length.toLocaleString('en')} characters`), ''],
    rows,
    checks: [],
    about: ['Each runs to its end without a turn in between.'],
  };
}
