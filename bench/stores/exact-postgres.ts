import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { fill, ours, textOfOutcome } from '../ours.ts';
import { type Contestant, inRounds } from '../rounds.ts';
import { answerText, requestOf } from '../sample.ts';
import type { SuiteContext } from '../suite.ts';
import { atMost, micros, type Table, times } from '../table.ts';
import { serverAt, withOptions } from './servers.ts';

const REQUESTS = 500;
const MOST = 1.25;

/** An exact hit from PostgreSQL against one prepared `SELECT` of the same row. */
export async function exactOnPostgres({ quick, note }: SuiteContext): Promise<Table> {
  note('exact hits from PostgreSQL');
  const url = serverAt('REPRISE_TEST_POSTGRES_URL');
  const schema = `bench_${randomBytes(6).toString('hex')}`;
  const requests = Array.from({ length: REQUESTS }, (_, index) => requestOf(index, 1024));
  const bodies = requests.map((request) => Buffer.from(JSON.stringify(request)));
  const cache = ours({ store: withOptions(url, { schema, readTimeout: '10s', vectors: 'off' }), memory: false, storeTimeout: '10s' });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await fill(cache, requests);
    // The rows of the store itself.
    const { rows } = await client.query<{ key: string }>(`SELECT key FROM ${schema}.entries`);
    const text = `SELECT head, body, expires_at, drop_at FROM ${schema}.entries WHERE key = $1`;
    const select = (at: number) => client.query({ name: 'bench', text, values: [rows[at]!.key], rowMode: 'array' });
    const contestants: Contestant[] = [
      {
        name: 'pg, prepared SELECT',
        includes: 'the client alone: one row of an entry by its key, as an array',
        ask: async (at) => ({ at, rows: (await select(at)).rows as unknown[][] }),
        textOf(answer) {
          const { at, rows: [row] } = answer as { at: number; rows: unknown[][] };
          return Buffer.isBuffer(row?.[1]) ? answerText(at) : 'no row';
        },
      },
      { name: 'reprise, object', includes: 'object to key, one SELECT, checksum, statistics; the answer as bytes', ask: (at) => cache.ask(requests[at]!), textOf: textOfOutcome },
      { name: 'reprise, raw body', includes: 'the same from bytes', ask: (at) => cache.ask(bodies[at]!), textOf: textOfOutcome },
    ];
    const plan = { rounds: quick ? 10 : 60, calls: 250, requests: REQUESTS, warmUp: quick ? 500 : 4_000 };
    const timings = await inRounds(contestants, plan, answerText);
    const [bare, object, raw] = timings.map(({ median }) => median) as [number, number, number];
    return {
      title: 'Exact hit from PostgreSQL: request of 1 KB, answer of 2 KB, memory before it switched off',
      columns: ['', 'a call', 'fastest round', 'against the bare SELECT', 'what it includes'],
      rows: timings.map(({ name, includes, median, spread }) => [name, micros(median), micros(spread[0]), times(median / bare), includes]),
      checks: [
        atMost('from an object, against a prepared SELECT', MOST, object / bare, times),
        atMost('from a raw body, against a prepared SELECT', MOST, raw / bare, times),
      ],
      about: [`${REQUESTS} entries asked in turn, one at a time; median of ${plan.rounds} rounds of ${plan.calls} calls each, contestants in turn. The server is on the same machine.`],
    };
  } finally {
    await cache.cache.close();
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await client.end();
  }
}
