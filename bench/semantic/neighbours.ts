import { modelFolder } from '../../src/semantic/bundled.ts';
import { createVectorIndex } from '../../src/semantic/index/vector-index.ts';
import { createStaticEmbedder } from '../../src/semantic/model/static-embedder.ts';
import { flatSearch, hnswSearch, type PeerIndex } from '../peers.ts';
import { median, percentile } from '../rounds.ts';
import type { SuiteContext } from '../suite.ts';
import { atLeast, atMost, type Check, micros, millis, type Table, times } from '../table.ts';
import { inTurns } from './in-turns.ts';
import { whileWatched } from './loop-watch.ts';
import { mixedQuestions } from './texts.ts';
import { plainScan, truth, vectors, vectorsOf } from './vectors.ts';

const LIMIT = 8;
const QUERIES = 24;
const MB = 1e6;
const MOST_HNSW = 10_000;
/** The aims against the plain scan, by entries. */
const AIMS = [
  { entries: 10_000, aim: 10 },
  { entries: 100_000, aim: 20 },
] as const;

/** A search that is timed, and how much it found. */
interface Contestant {
  readonly name: string;
  readonly gives: number;
  readonly note: string;
  nearest(vector: Float32Array): readonly number[] | Promise<readonly number[]>;
  /** What an addition took on average, in milliseconds. */
  readonly added: number;
}

/** A lookup in one scope: ours, a scan in plain JavaScript, and the searches of the peers, over the same vectors. */
export async function neighbours(context: SuiteContext): Promise<Table> {
  return ofQuestions(AIMS[0], context);
}

/** The same among ten times as many. */
export async function manyNeighbours(context: SuiteContext): Promise<Table> {
  return ofQuestions(AIMS[1], context);
}

async function ofQuestions({ entries, aim }: (typeof AIMS)[number], { quick, model, note }: SuiteContext): Promise<Table> {
  const embedder = await createStaticEmbedder({ load: () => modelFolder(model).finder });
  const texts = mixedQuestions(entries + QUERIES, 1);
  return compared(`questions, ${embedder.dimensions} dimensions`, vectorsOf(texts, embedder), { entries, aim, peers: !quick || entries <= 10_000, quick, note });
}

/** Vectors that are made up, against the plain scan alone. */
export async function madeUp({ quick, note }: SuiteContext): Promise<Table> {
  const rows: string[][] = [];
  const checks: Check[] = [];
  for (const { entries, aim } of AIMS) {
    for (const dimensions of [128, 384]) {
      for (const kind of ['random', 'clustered'] as const) {
        const { ours, plain, found } = await againstScan(entries, dimensions, vectors(dimensions, kind), { quick, note: (text) => note(`${kind}: ${text}`) });
        rows.push([`${entries.toLocaleString('en')} ${kind} of ${dimensions}`, micros(ours * 1e6), micros(plain * 1e6), times(plain / ours), percent(found), '']);
        checks.push(atLeast(`${entries.toLocaleString('en')} ${kind} of ${dimensions} dimensions, against the plain scan`, aim, plain / ours));
      }
    }
  }
  return {
    title: 'Made-up vectors, against the plain scan alone',
    columns: ['entries, dimensions', 'reprise', 'plain int8 scan', 'ratio', 'found of the nearest 8', ''],
    rows,
    checks,
    about: ['Random vectors are the hardest there are: nearly all are equally far, and few can be ruled out early. Clustered ones lie around a thousand centres.'],
  };
}

interface Setting {
  readonly entries: number;
  readonly aim: number;
  readonly peers: boolean;
  readonly quick: boolean;
  readonly note: (text: string) => void;
}

async function compared(what: string, next: () => Float32Array, { entries, aim, peers, quick, note }: Setting): Promise<Table> {
  const title = `A lookup among ${entries.toLocaleString('en')} ${what}`;
  note(title.toLowerCase());
  const all = Array.from({ length: entries }, next);
  const queries = Array.from({ length: QUERIES }, next);
  const contestants = [ours(all), plain(all)];
  if (peers) {
    note(`${entries.toLocaleString('en')} additions to the peers`);
    contestants.push(await peer('@nodellmcache/semantic-cache', 'flat search in 64-bit floats; the nearest one', all, await flatSearch()));
    // Its additions take a millisecond and more each.
    if (entries <= MOST_HNSW) contestants.push(await peer('llm-cacher, HNSW', 'hnswlib-node with its settings; the nearest one', all, await hnswSearch(all[0]!.length)));
  }
  const took = await inTurns(
    contestants.map(({ name, nearest }) => ({ name, work: (call) => nearest(queries[call % QUERIES]!) })),
    { rounds: quick ? 7 : 10, calls: QUERIES, warmUp: 4 },
  );
  const scan = took.get('plain int8 scan')!.median;
  const rows = await Promise.all(contestants.map(async (contestant) => {
    const { name, gives, note: says, added } = contestant;
    const { median: time, fastest } = took.get(name)!;
    return [name, micros(time * 1e6), times(scan / time), micros(fastest * 1e6), percent(await recall(contestant, all, queries)), `${gives}`, micros(added * 1e6), says];
  }));
  return {
    title,
    columns: ['', 'a lookup', 'against the scan', 'fastest round', 'found', 'of the nearest', 'an addition', 'what it is'],
    rows,
    checks: [
      atLeast(`among ${entries.toLocaleString('en')}, against the plain scan`, aim, scan / took.get('reprise')!.median),
      atMost(`an addition, among ${entries.toLocaleString('en')}`, 50_000, contestants[0]!.added * 1e6, micros),
    ],
    about: [
      `All in one scope, medians of rounds of ${QUERIES} lookups each, contestants in turn. Found: the share of the nearest by the vectors as they came (cosine in 64 bits) that is given; reprise and the plain scan keep 8 bits of each number. The peers give the nearest one only.`,
    ],
  };
}

function ours(all: readonly Float32Array[]): Contestant {
  const index = createVectorIndex({ dimensions: all[0]!.length, maxBytes: 2 ** 32 });
  const begun = performance.now();
  all.forEach((vector, at) => index.add({ id: `id-${at}`, scope: 's', vector }));
  const added = (performance.now() - begun) / all.length;
  return {
    name: 'reprise',
    gives: LIMIT,
    note: 'binary codes first, 8 bits where it is close, in WebAssembly',
    nearest: (vector) => index.nearest({ scope: 's', vector, limit: LIMIT }).map(({ id }) => Number(id.slice(3))),
    added,
  };
}

function plain(all: readonly Float32Array[]): Contestant {
  const scan = plainScan(all.length, all[0]!.length, LIMIT);
  const begun = performance.now();
  all.forEach((vector, at) => scan.set(at, vector));
  return { name: 'plain int8 scan', gives: LIMIT, note: 'a loop over one Int8Array', nearest: scan.nearest, added: (performance.now() - begun) / all.length };
}

async function peer(name: string, says: string, all: readonly Float32Array[], index: PeerIndex): Promise<Contestant> {
  const lists = all.map((vector) => [...vector]);
  const begun = performance.now();
  for (const [at, list] of lists.entries()) await index.add(`id-${at}`, list);
  const added = (performance.now() - begun) / all.length;
  return {
    name,
    gives: 1,
    note: says,
    // As a list of numbers, which is what the peers take: made before, not counted.
    async nearest(vector) {
      const id = await index.nearest(listOf(vector));
      return id === undefined ? [] : [Number(id.slice(3))];
    },
    added,
  };
}

const lists = new WeakMap<Float32Array, number[]>();
function listOf(vector: Float32Array): number[] {
  let list = lists.get(vector);
  if (!list) lists.set(vector, (list = [...vector]));
  return list;
}

/** The share of the nearest that were given; one as near as the last of them counts too. */
async function recall({ gives, nearest }: Pick<Contestant, 'gives' | 'nearest'>, all: readonly Float32Array[], queries: readonly Float32Array[]): Promise<number> {
  let found = 0;
  for (const query of queries) {
    const { cosines, least } = truth(all, query, gives);
    found += (await nearest(query)).filter((entry) => cosines[entry]! >= least - 1e-9).length;
  }
  return found / (gives * queries.length);
}

async function againstScan(entries: number, dimensions: number, next: () => Float32Array, { quick, note }: Pick<Setting, 'quick' | 'note'>) {
  note(`${entries.toLocaleString('en')} of ${dimensions} dimensions`);
  const all = Array.from({ length: entries }, next);
  const queries = Array.from({ length: QUERIES }, next);
  const [index, scan] = [ours(all), plain(all)];
  const took = await inTurns([index, scan].map(({ name, nearest }) => ({ name, work: (call) => nearest(queries[call % QUERIES]!) })), { rounds: quick ? 1 : 5, calls: QUERIES, warmUp: 4 });
  for (const query of queries) {
    const [found, expected] = [await index.nearest(query), await scan.nearest(query)];
    if (!found.every((entry, place) => entry === expected[place])) throw new Error(`The index and the plain scan disagree about ${entries} vectors of ${dimensions} dimensions.`);
  }
  return { ours: took.get('reprise')!.median, plain: took.get('plain int8 scan')!.median, found: await recall(index, all, queries.slice(0, 8)) };
}

/** A million entries. To be run first, so that its memory is not that of others used again. */
export async function million({ quick, note }: SuiteContext): Promise<Table> {
  note('a million vectors of 128 dimensions');
  const searches = quick ? 10 : 30;
  const next = vectors(128, 'clustered');
  const index = createVectorIndex({ dimensions: 128, maxBytes: 2 ** 32 });
  const before = process.memoryUsage().rss;
  const added: number[] = [];
  for (let at = 0; at < 1_000_000; at++) {
    const entry = { id: `id-${at}`, scope: 's', vector: next() };
    const begun = performance.now();
    index.add(entry);
    added.push(performance.now() - begun);
  }
  const rss = process.memoryUsage().rss - before - added.length * 8;
  const atOnce: number[] = [];
  const inSlices: number[] = [];
  const held: number[] = [];
  const most: number[] = [];
  for (let at = 0; at < searches; at++) {
    const query = { scope: 's', vector: next(), limit: LIMIT };
    const begun = performance.now();
    index.nearest(query);
    atOnce.push(performance.now() - begun);
    const { took, turns, worked } = await whileWatched(() => index.nearestInSteps(query));
    inSlices.push(took);
    held.push(...turns);
    most.push(worked);
  }
  const add = added.reduce((sum, time) => sum + time, 0) / added.length;
  return {
    title: 'A million vectors of 128 dimensions, clustered, in one scope',
    columns: ['', 'median', '99th percentile', 'what it is'],
    rows: [
      ['search at once', millis(median(atOnce)), millis(percentile(atOnce, 0.99)), 'holds the event loop'],
      ['search in slices', millis(median(inSlices)), millis(percentile(inSlices, 0.99)), 'as a lookup does it; until its result is there'],
      ['slice', millis(median(held)), millis(percentile(held, 0.99)), 'the event loop is held, by the clock'],
      ['longest slice of a search', millis(median(most)), millis(percentile(most, 0.99)), 'the same by the time that the thread had a core'],
      ['addition', micros(median(added) * 1e6), micros(percentile(added, 0.99) * 1e6), `mean ${micros(add * 1e6)}`],
      ['memory', `${(index.bytes / MB).toFixed(0)} MB`, `${(rss / MB).toFixed(0)} MB`, 'as counted, and as the process grew, with ids'],
    ],
    checks: [
      atMost('search among a million', 25, median(atOnce), millis),
      atMost('the event loop is held by one slice, in 99 of 100 searches', 2, percentile(most, 0.99), millis),
      atMost('an addition on average', 50_000, add * 1e6, micros),
      { what: 'memory of a million', target: '<= 400 MB', found: `${(rss / MB).toFixed(0)} MB`, met: rss <= 400 * MB },
    ],
    about: ['What else the machine does shows in the high percentiles.'],
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
