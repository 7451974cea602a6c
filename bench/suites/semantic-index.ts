import type { VectorIndex } from '../../src/semantic/index/contract.ts';
import { createVectorIndex } from '../../src/semantic/index/vector-index.ts';
import { median, percentile } from '../rounds.ts';
import type { SuiteContext } from '../suite.ts';
import { atLeast, atMost, type Check, micros, millis, type Table, times } from '../table.ts';

const LIMIT = 8;
const QUERIES = 16;
const MB = 1e6;

/** The vector index in the process: against a scan in plain JavaScript, a million entries, additions, and how long the event loop is held. */
export async function run({ quick, note }: SuiteContext): Promise<readonly Table[]> {
  // First, so that its memory is not that of others used again.
  note('a million vectors of 128 dimensions');
  const large = await million(quick ? 10 : 30);
  const rows: string[][] = [];
  const checks: Check[] = [];
  for (const { entries, dimensions, aim } of [
    { entries: 10_000, dimensions: 128, aim: 10 },
    { entries: 10_000, dimensions: 384, aim: 10 },
    { entries: 100_000, dimensions: 128, aim: 20 },
    { entries: 100_000, dimensions: 256, aim: 20 },
    { entries: 100_000, dimensions: 384, aim: 20 },
  ]) {
    for (const kind of ['random', 'clustered'] as const) {
      note(`${entries} ${kind} vectors of ${dimensions} dimensions`);
      const { ours, plain, same } = sideBySide(entries, dimensions, kind, quick ? 24 : 80);
      if (!same) throw new Error(`The index and the plain scan disagree about ${entries} ${kind} vectors of ${dimensions} dimensions.`);
      rows.push([`${entries} ${kind} of ${dimensions}`, micros(ours * 1e6), micros(plain * 1e6), times(plain / ours), 'both give the same entries']);
      checks.push(atLeast(`${entries} ${kind} of ${dimensions} dimensions, against the plain scan`, aim, plain / ours));
    }
  }
  return [
    {
      title: `The nearest ${LIMIT} in the process, against a scan in plain JavaScript`,
      columns: ['entries, dimensions', 'index', 'plain int8 scan', 'ratio', ''],
      rows,
      checks,
      about: ['Medians of searches in turn. Random vectors are the hardest there are: nearly all are equally far, and few can be ruled out early.'],
    },
    large,
  ];
}

function sideBySide(entries: number, dimensions: number, kind: Kind, searches: number) {
  const next = vectors(dimensions, kind);
  const index = createVectorIndex({ dimensions, maxBytes: 2 ** 32 });
  const plain = plainScan(entries, dimensions);
  for (let at = 0; at < entries; at++) {
    const vector = next();
    index.add({ id: `id-${at}`, scope: 's', vector });
    plain.set(at, vector);
  }
  const queries = Array.from({ length: QUERIES }, next);
  const taken = { ours: [] as number[], plain: [] as number[] };
  let same = true;
  for (let at = 0; at < searches; at++) {
    const vector = queries[at % QUERIES]!;
    const begun = performance.now();
    const found = index.nearest({ scope: 's', vector, limit: LIMIT });
    const between = performance.now();
    const expected = plain.nearest(vector);
    const end = performance.now();
    if (at >= QUERIES / 2) {
      taken.ours.push(between - begun);
      taken.plain.push(end - between);
    }
    same &&= found.every(({ id }, place) => id === `id-${expected[place]}`);
  }
  return { ours: median(taken.ours), plain: median(taken.plain), same };
}

async function million(searches: number): Promise<Table> {
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
  for (let at = 0; at < searches; at++) {
    const query = { scope: 's', vector: next(), limit: LIMIT };
    const begun = performance.now();
    index.nearest(query);
    atOnce.push(performance.now() - begun);
    const { took, gaps } = await watched(index, query);
    inSlices.push(took);
    held.push(...gaps);
  }
  const add = added.reduce((sum, time) => sum + time, 0) / added.length;
  const longest = percentile(held, 0.99);
  return {
    title: 'A million vectors of 128 dimensions, clustered',
    columns: ['', 'median', '99th percentile', 'what it is'],
    rows: [
      ['search at once', millis(median(atOnce)), millis(percentile(atOnce, 0.99)), 'holds the event loop'],
      ['search in slices', millis(median(inSlices)), millis(percentile(inSlices, 0.99)), 'until its result is there'],
      ['slice', millis(median(held)), millis(longest), 'the event loop is held'],
      ['addition', micros(median(added) * 1e6), micros(percentile(added, 0.99) * 1e6), `mean ${micros(add * 1e6)}`],
      ['memory', `${(index.bytes / MB).toFixed(0)} MB`, `${(rss / MB).toFixed(0)} MB`, 'as counted, and as the process grew, with ids'],
    ],
    checks: [
      atMost('search among a million', 25, median(atOnce), millis),
      atMost('the event loop is held, 99 of 100 slices', 2, longest, millis),
      atMost('an addition on average', 50_000, add * 1e6, micros),
      { what: 'memory of a million', target: '<= 400 MB', found: `${(rss / MB).toFixed(0)} MB`, met: rss <= 400 * MB },
    ],
    about: ['What else the machine does shows in the high percentiles.'],
  };
}

/** How long the event loop is held between its turns while a search in slices runs. */
async function watched(index: VectorIndex, query: Parameters<VectorIndex['nearestInSteps']>[0]): Promise<{ took: number; gaps: number[] }> {
  const gaps: number[] = [];
  let over = false;
  const begun = performance.now();
  let last = begun;
  const tick = (): void => {
    const now = performance.now();
    gaps.push(now - last);
    last = now;
    if (!over) setImmediate(tick);
  };
  setImmediate(tick);
  await index.nearestInSteps(query);
  over = true;
  return { took: performance.now() - begun, gaps };
}

type Kind = 'random' | 'clustered';

/** Random vectors, or such around a thousand centres. */
function vectors(dimensions: number, kind: Kind): () => Float32Array {
  let state = 12_345;
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const normal = new Float32Array(65_536).map(() => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
  const plain = (): Float32Array => {
    const vector = new Float32Array(dimensions);
    for (let at = 0; at < dimensions; at++) vector[at] = normal[Math.floor(random() * 65_536)]!;
    return vector;
  };
  if (kind === 'random') return plain;
  const centres = Array.from({ length: 1000 }, plain);
  return () => {
    const centre = centres[Math.floor(random() * 1000)]!;
    const vector = plain();
    for (let at = 0; at < dimensions; at++) vector[at] = vector[at]! * 0.6 + centre[at]!;
    return vector;
  };
}

/** What anybody would write: all vectors as int8 in one array, one after the other. */
function plainScan(entries: number, dimensions: number) {
  const codes = new Int8Array(entries * dimensions);
  const inverses = new Float32Array(entries);
  const query = new Int8Array(dimensions);
  const quantise = (vector: Float32Array, into: Int8Array, from: number): number => {
    const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    let squares = 0;
    for (let at = 0; at < dimensions; at++) squares += (into[from + at] = Math.round((vector[at]! / largest) * 127)) ** 2;
    return 1 / Math.sqrt(squares);
  };
  return {
    set(entry: number, vector: Float32Array): void {
      inverses[entry] = quantise(vector, codes, entry * dimensions);
    },
    nearest(vector: Float32Array): number[] {
      quantise(vector, query, 0);
      const best: { entry: number; value: number }[] = [];
      let floor = -Infinity;
      for (let entry = 0; entry < entries; entry++) {
        const from = entry * dimensions;
        let dot = 0;
        for (let at = 0; at < dimensions; at++) dot += codes[from + at]! * query[at]!;
        const value = Math.fround(dot * inverses[entry]!);
        if (value <= floor) continue;
        best.push({ entry, value });
        best.sort((a, b) => b.value - a.value);
        if (best.length > LIMIT) best.pop();
        if (best.length === LIMIT) floor = best[LIMIT - 1]!.value;
      }
      return best.map(({ entry }) => entry);
    },
  };
}
