import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { bytesOf, type Ours, ours } from '../ours.ts';
import { requestOf } from '../sample.ts';
import type { SuiteContext } from '../suite.ts';
import type { Table } from '../table.ts';
import { serverAt, withOptions } from './servers.ts';

/** Requests that are under way at one time. */
const AT_ONCE = 32;

/** What an entry takes in each store: file, memory of the server, tables with their indexes. */
export async function sizes({ quick, note }: SuiteContext): Promise<Table> {
  const entries = quick ? 1_000 : 10_000;
  note(`what ${entries.toLocaleString('en')} entries take`);
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'));
  const redisUrl = serverAt('REPRISE_TEST_REDIS_URL');
  const postgresUrl = serverAt('REPRISE_TEST_POSTGRES_URL');
  const schema = `bench_${randomBytes(6).toString('hex')}`;
  const redis = new Redis(redisUrl);
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  const used = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1]);
  const file = join(folder, 'cache.db');
  try {
    const before = await used();
    const found = [
      { name: 'SQLite', bytes: await filled(ours({ store: `sqlite:${file}`, memory: false }), entries, () => statSync(file).size), says: 'the file after it was closed' },
      {
        name: 'Redis',
        bytes: await filled(ours({ store: withOptions(redisUrl, { prefix: `bench:${randomUUID()}:` }), memory: false, storeTimeout: '10s' }), entries, async () => (await used()) - before, true),
        says: 'memory of the server, indexes of tenant, scope and age included',
      },
      {
        name: 'PostgreSQL',
        bytes: await filled(ours({ store: withOptions(postgresUrl, { schema, vectors: 'off', readTimeout: '10s' }), memory: false, storeTimeout: '10s' }), entries, async () => {
          const { rows } = await client.query<{ bytes: string }>('SELECT sum(pg_total_relation_size(c.oid)) AS bytes FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = \'r\'', [schema]);
          return Number(rows[0]!.bytes);
        }),
        says: 'tables and indexes, as they are written, before any vacuum',
      },
    ];
    return {
      title: `What ${entries.toLocaleString('en')} entries take: request of 1 KB, answer of 2 KB, without vectors`,
      columns: ['', 'an entry', 'what it is'],
      rows: found.map(({ name, bytes, says }) => [name, `${(bytes / entries / 1024).toFixed(1)} KB`, says]),
      checks: [],
      about: ['Bodies above 4 KB are compressed; these are not.'],
    };
  } finally {
    redis.disconnect();
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await client.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Stores so many answers, and says what they take. `first`: it is looked at before the store is closed, and all is deleted then. */
async function filled({ cache, ask }: Ours, entries: number, measure: () => number | Promise<number>, first = false): Promise<number> {
  await cache.open();
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < entries) {
        const outcome = await ask(requestOf(next++, 1024));
        await bytesOf(outcome);
        await outcome.settled;
      }
    }),
  );
  const bytes = first ? await measure() : 0;
  if (first) await cache.core.store.delete({});
  await cache.close();
  return first ? bytes : measure();
}
