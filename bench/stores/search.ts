import { hash, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Embedder } from '../../src/embedders/embedder.ts';
import type { Entry } from '../../src/model/entry.ts';
import { functionJudge } from '../../src/semantic/judges/function-judge.ts';
import { normalFormOf } from '../../src/semantic/normal-form.ts';
import { redisStore } from '../../src/stores/redis.ts';
import type { Store } from '../../src/stores/store.ts';
import { bytesOf, ours, textOfAnswer } from '../ours.ts';
import { type Contestant, inRounds } from '../rounds.ts';
import { asking, shortAnswer } from '../semantic/by-meaning.ts';
import { randomFrom } from '../semantic/texts.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { SuiteContext } from '../suite.ts';
import { atMost, micros, type Table, times } from '../table.ts';
import { serverAt } from './servers.ts';

const DIMENSIONS = 384;
/** Different questions that are asked in turn. */
const REQUESTS = 200;
const MOST = 1.3;
/** Writes that are under way at one time. */
const AT_ONCE = 64;

/** Any two questions of one number are near to each other, and far from all others. */
const embedder: Embedder = {
  fingerprint: `bench:${DIMENSIONS}`,
  dimensions: DIMENSIONS,
  batchSize: 32,
  longest: 1000,
  embed: async (texts) => ({ vectors: texts.map(vectorOf) }),
};

function vectorOf(text: string): Float32Array {
  const number = Number(/\d+/.exec(text)?.[0] ?? 0);
  const [place, noise] = [randomFrom(number + 1), randomFrom(hash('sha256', text, 'buffer').readUInt32LE() || 1)];
  const vector = new Float32Array(DIMENSIONS).map(() => place() - 0.5 + (noise() - 0.5) / 5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

const stored = (number: number) => `How is chair number ${number} repaired?`;
const asked = (number: number) => `What is the way to mend chair number ${number}?`;

/** A hit by meaning from Redis among many entries, against its search alone. */
export async function searchInRedis({ quick, note }: SuiteContext): Promise<Table> {
  const entries = quick ? 2_000 : 100_000;
  const url = serverAt('REPRISE_TEST_REDIS_STACK_URL');
  const prefix = `bench:${randomUUID()}:`;
  const store = redisStore({ url, prefix, driver: 'ioredis', timeout: '60s' });
  // What decides is left to the caller's own words here, so that the model's time is not in the figure: `-- semantic` has that.
  const judge = functionJudge(() => true, { fingerprint: 'bench', decides: true });
  const semantic = { embedder, judge, perSecond: 1e6, timeout: '60s', minSimilarity: 0.6 };
  const cache = ours({ store, storeTimeout: '10s', semantic }, 0, shortAnswer);
  const bare = new Redis(url);
  try {
    const name = await fillWith(store, cache, entries, note, bare, prefix);
    const group = String(await bare.hget((await anyEntry(bare, prefix))!, 'g')).replaceAll('-', '\\-');
    const search = (number: number) =>
      bare.callBuffer(
        'FT.SEARCH', name, `(@g:{${group}})=>[KNN 8 @v $vector AS distance]`, 'PARAMS', '2', 'vector', vectors[number]!,
        'SORTBY', 'distance', 'ASC', 'LIMIT', '0', '8', 'RETURN', '2', 'i', 'distance', 'DIALECT', '2',
      );
    // As the cache embeds it: in another direction HNSW may find what it does not find in this one.
    const forms = await Promise.all(Array.from({ length: REQUESTS }, (_, number) => normalFormOf(asked(number))));
    const vectors = forms.map((form) => Buffer.from(vectorOf(form).buffer));
    // HNSW finds nearly all; what it does not find is asked of nobody.
    const numbers: number[] = [];
    for (let number = 0; number < REQUESTS; number++) if (nearestIn(await search(number)) === idOf(number)) numbers.push(number);
    const info = (await bare.call('FT.INFO', name)) as unknown[];
    note('searching');
    const contestants: Contestant[] = [
      {
        name: 'ioredis, FT.SEARCH',
        includes: 'the client alone: the 8 nearest vectors of the scope, ids and distances',
        ask: async (at) => ({ at, reply: await search(numbers[at]!) }),
        textOf(answer) {
          const { at, reply } = answer as { at: number; reply: unknown };
          return nearestIn(reply) === idOf(numbers[at]!) ? answerTo(numbers[at]!) : 'another entry';
        },
      },
      {
        name: 'reprise, hit by meaning',
        includes: 'key, two reads that find nothing, equal forms, the vector, the search, feedback, guards, a judge that says yes, the answer as bytes',
        ask: (at) => cache.ask(asking(asked(numbers[at]!))),
        async textOf(outcome) {
          const known = outcome as Outcome;
          if (known.kind !== 'semantic') return `not found by meaning, but ${known.kind}: ${JSON.stringify(known.steps)}`;
          return textOfAnswer(JSON.parse(Buffer.from(await bytesOf(known)).toString()));
        },
      },
    ];
    const plan = { rounds: quick ? 10 : 40, calls: 100, requests: numbers.length, warmUp: quick ? 200 : 1_000 };
    const timings = await inRounds(contestants, plan, (at) => answerTo(numbers[at]!));
    const [plain, whole] = timings.map(({ median }) => median) as [number, number];
    return {
      title: `Hit by meaning from Redis among ${entries.toLocaleString('en')} entries of ${DIMENSIONS} dimensions in one scope`,
      columns: ['', 'a call', 'fastest round', 'against the bare search', 'what it includes'],
      rows: timings.map(({ name: who, includes, median, spread }) => [who, micros(median), micros(spread[0]), times(median / plain), includes]),
      checks: [atMost('a hit by meaning, against its FT.SEARCH', MOST, whole / plain, times)],
      about: [
        `${numbers.length} questions (of ${REQUESTS}, those whose nearest the index finds) asked in turn, one at a time; median of ${plan.rounds} rounds of ${plan.calls} calls each, in turn. HNSW with RediSearch's defaults, on the same machine.`,
        `Memory before the store holds the entries that were found by then. The index takes ${Number(info[info.indexOf('vector_index_sz_mb') + 1]).toFixed(0)} MB of the server's memory.`,
      ],
    };
  } finally {
    await store.delete({});
    await cache.cache.close();
    for (const index of (await bare.call('FT._LIST')) as string[]) if (index.startsWith(prefix)) await bare.call('FT.DROPINDEX', index);
    bare.disconnect();
  }
}

/** The id of the first entry that a search gives. */
function nearestIn(reply: unknown): string | undefined {
  const found = ((reply as unknown[])[2] as Buffer[] | undefined)?.map(String) ?? [];
  const at = found.indexOf('i');
  return at < 0 ? undefined : (JSON.parse(found[at + 1]!) as string);
}

const idOf = (number: number): string => hash('sha256', `bench ${number}`);
const answerTo = (number: number): string => (shortAnswer(stored(number)) as { choices: { message: { content: string } }[] }).choices[0]!.message.content;

/** Stores so many questions as the cache would, and waits until all are in the index, whose name it gives. */
async function fillWith(store: Store, cache: ReturnType<typeof ours>, entries: number, note: (text: string) => void, client: Redis, prefix: string): Promise<string> {
  note(`storing ${entries.toLocaleString('en')} entries in Redis`);
  // One that the cache stored, of which the others are copies.
  await (await cache.ask(asking('How is a table repaired that is number 999999999?'))).settled;
  const made = await onlyEntry(store);
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < entries) {
        const number = next++;
        const text = stored(number);
        const body = Buffer.from(JSON.stringify(shortAnswer(text)));
        const vector = new Uint8Array(vectorOf(await normalFormOf(text)).buffer);
        const entry: Entry = { ...made, id: idOf(number), text, lookups: [], whole: { ...made.whole!, body }, vectors: { [Object.keys(made.vectors)[0]!]: vector } };
        await store.set(entry);
      }
    }),
  );
  const name = ((await client.call('FT._LIST')) as string[]).find((index) => index.startsWith(prefix))!;
  for (;;) {
    const info = (await client.call('FT.INFO', name)) as unknown[];
    const at = (what: string) => Number(info[info.indexOf(what) + 1]);
    if (at('num_docs') > entries && at('indexing') === 0) return name;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function onlyEntry(store: Store): Promise<Entry> {
  for await (const { id } of store.find({ limit: 1 })) return (await store.get(id))!;
  throw new Error('The cache stored nothing.');
}

async function anyEntry(client: Redis, prefix: string): Promise<string | undefined> {
  for await (const some of client.scanStream({ match: `${prefix}*:e:*`, count: 1000 })) if ((some as string[]).length > 0) return (some as string[])[0];
  return undefined;
}
