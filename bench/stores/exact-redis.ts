import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { fill, type Ours, ours, textOfAnswer, textOfOutcome } from '../ours.ts';
import { llmCacherOnRedis } from '../peers.ts';
import { type Contestant, inRounds } from '../rounds.ts';
import { answerOf, answerText, type ChatRequest, indexOf, requestOf } from '../sample.ts';
import type { SuiteContext } from '../suite.ts';
import { atLeast, atMost, micros, type Table, times } from '../table.ts';
import { serverAt, withOptions } from './servers.ts';

const REQUESTS = 500;
/** What a hit may take, against one bare command. */
const MOST = 1.25;

/** An exact hit from Redis against one `GET` of the same bytes, and against llm-cacher. */
export async function exactOnRedis({ quick, note }: SuiteContext): Promise<Table> {
  note('exact hits from Redis');
  const url = serverAt('REPRISE_TEST_REDIS_URL');
  const prefix = `bench:${randomUUID()}:`;
  const requests = Array.from({ length: REQUESTS }, (_, index) => requestOf(index, 1024));
  const bodies = requests.map((request) => Buffer.from(JSON.stringify(request)));
  const cacheBy = (driver: string): Ours => ours({ store: withOptions(url, { driver, prefix: `${prefix}${driver}:` }), memory: false, storeTimeout: '10s' });
  const [byIoredis, byRedis] = [cacheBy('ioredis'), cacheBy('redis')];
  const bare = new Redis(url);
  const other = createClient({ url });
  await other.connect();
  const create = async (request: object) => answerOf(indexOf((request as ChatRequest).messages.at(-1)!.content));
  const peer = await llmCacherOnRedis({ chat: { completions: { create } } }, new Redis(url), `${prefix}peer:`);
  try {
    await fill(byIoredis, requests);
    await fill(byRedis, requests);
    const copies = await copyEntries(bare, `${prefix}ioredis:`, `${prefix}bytes:`, requests.length);
    const keys = requests.map((_, at) => `${prefix}bytes:${at}`);
    const get = { ioredis: (at: number) => bare.getBuffer(keys[at]!), redis: (at: number) => other.sendCommand(['GET', keys[at]!], { typeMapping: { 36: Buffer } }) };
    const bareOne = (name: keyof typeof get): Contestant => ({
      name: `${name}, GET`,
      includes: `the client alone: one GET of the ${copies[0]!.byteLength} bytes of an entry`,
      ask: async (at) => ({ at, bytes: await get[name](at) }),
      textOf(answer) {
        const { at, bytes } = answer as { at: number; bytes: unknown };
        return Buffer.isBuffer(bytes) && bytes.equals(copies[at]!) ? answerText(at) : 'other bytes';
      },
    });
    const object = (name: string, { ask }: Ours): Contestant => ({
      name: `reprise by ${name}, object`,
      includes: 'object to key, one command, checksum, statistics; the answer as bytes',
      ask: (at) => ask(requests[at]!),
      textOf: textOfOutcome,
    });
    const contestants: Contestant[] = [
      bareOne('ioredis'),
      object('ioredis', byIoredis),
      { ...object('ioredis', byIoredis), name: 'reprise by ioredis, raw body', includes: 'the same from bytes', ask: (at) => byIoredis.ask(bodies[at]!) },
      bareOne('redis'),
      object('redis', byRedis),
      {
        name: 'llm-cacher on Redis',
        includes: 'object to key, one GET by ioredis, entry parsed from JSON',
        ask: (at) => peer.chat.completions.create(requests[at]!),
        textOf: textOfAnswer,
      },
    ];
    const plan = { rounds: quick ? 10 : 60, calls: 250, requests: REQUESTS, warmUp: quick ? 500 : 4_000 };
    const timings = await inRounds(contestants, plan, answerText);
    const [plain, byObject, raw, otherPlain, otherObject, peers] = timings.map(({ median }) => median) as [number, number, number, number, number, number];
    const bareOf = [plain, plain, plain, otherPlain, otherPlain, plain];
    return {
      title: 'Exact hit from Redis: request of 1 KB, answer of 2 KB, memory before it switched off',
      columns: ['', 'a call', 'fastest round', 'against the bare GET', 'what it includes'],
      rows: timings.map(({ name, includes, median, spread }, at) => [name, micros(median), micros(spread[0]), times(median / bareOf[at]!), includes]),
      checks: [
        atMost('from an object, by ioredis, against its GET', MOST, byObject / plain, times),
        atMost('from a raw body, by ioredis, against its GET', MOST, raw / plain, times),
        atMost('from an object, by redis, against its GET', MOST, otherObject / otherPlain, times),
        atLeast('from an object, against llm-cacher', 1, peers / byObject),
      ],
      about: [
        `${REQUESTS} entries asked in turn, one at a time; median of ${plan.rounds} rounds of ${plan.calls} calls each, contestants in turn. The server is on the same machine.`,
        'With memory before it, which is the default, the second hit of an entry asks no server; the table of memory says what that takes.',
      ],
    };
  } finally {
    await Promise.all([byIoredis, byRedis].map(({ cache }) => cache.core.store.delete({})));
    await Promise.all([byIoredis.cache.close(), byRedis.cache.close()]);
    await bare.unlink(...requests.map((_, at) => `${prefix}bytes:${at}`));
    await peer.close();
    bare.disconnect();
    other.destroy();
  }
}

/** Copies head and body of each entry under one key, so that one GET reads as many bytes as a hit. */
async function copyEntries(client: Redis, from: string, to: string, count: number): Promise<Buffer[]> {
  const keys: string[] = [];
  for await (const some of client.scanStream({ match: `${from}*:e:*`, count: 1000 })) keys.push(...(some as string[]));
  if (keys.length < count) throw new Error(`There are ${keys.length} entries, not ${count}.`);
  const copies: Buffer[] = [];
  for (const [at, key] of keys.slice(0, count).entries()) {
    const [head, body] = await client.hmgetBuffer(key, 'h', 'b');
    await client.set(`${to}${at}`, (copies[at] = Buffer.concat([head!, body!])));
  }
  return copies;
}
