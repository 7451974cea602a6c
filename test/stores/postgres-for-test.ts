import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import type { PostgresStoreOptions } from '../../src/stores/postgres/options.ts';
import { type PostgresStore, postgresStore } from '../../src/stores/postgres.ts';

/** Where the server for tests is; `eval "$(scripts/services start postgres)"` sets it. */
export const url = process.env.REPRISE_TEST_POSTGRES_URL ?? '';
export const pooledUrl = process.env.REPRISE_TEST_PGBOUNCER_URL ?? '';
const HOW = 'eval "$(scripts/services start postgres)"';

/** Says once why a file is skipped; in CI that is a failure. */
export function needsServer(name: string, address: string): void {
  if (address !== '') return;
  if (process.env.CI) it(`${name} is set in CI`, () => expect(address).not.toBe(''));
  else it.skip(`needs ${name}: ${HOW}`, () => {});
}

const schemas: string[] = [];

/** A schema of its own, which goes at the end of the file. */
export function newSchema(): string {
  const schema = `test_${randomBytes(6).toString('hex')}`;
  schemas.push(schema);
  return schema;
}

/** A store in a schema of its own, with time enough for a busy machine. */
export const newStore = (options: PostgresStoreOptions = {}): PostgresStore =>
  postgresStore({ url, schema: newSchema(), readTimeout: '10s', writeTimeout: '10s', reapEvery: 0, maxConnections: 4, ...options });

/** Runs something on a connection of the test's own. */
export async function onServer<T>(work: (client: pg.Client) => Promise<T>, address = url): Promise<T> {
  const client = new pg.Client({ connectionString: address });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

if (url !== '') {
  afterAll(async () => {
    await onServer(async (client) => {
      await client.query('SET client_min_messages = warning');
      for (const schema of schemas) await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    });
  }, 60_000);
}

/** All that comes, in a list. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
