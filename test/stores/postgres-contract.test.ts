import { describe, it } from 'vitest';
import { storeContract } from '../../src/testing/store-contract.ts';
import { needsServer, newSchema, newStore, onServer, pooledUrl, url } from './postgres-for-test.ts';

needsServer('REPRISE_TEST_POSTGRES_URL', url);
needsServer('REPRISE_TEST_PGBOUNCER_URL', pooledUrl);

const schema = newSchema();
const make = () => newStore({ schema });
/** Emptying tables takes a fraction of the time that making them anew takes. */
const emptied = <T>(store: () => T) => async () => {
  await onServer(async (client) => {
    const { rows } = await client.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 AND tablename NOT IN ('reprise', 'vector_tables')", [schema]);
    for (const { name } of rows) await client.query(`DELETE FROM "${schema}"."${name}"`);
  });
  return store();
};

describe.skipIf(url === '')('the PostgreSQL store', () => {
  for (const { name, run } of storeContract(emptied(make), { reopen: make })) it(name, run);
});

describe.skipIf(pooledUrl === '')('the PostgreSQL store through PgBouncer in transaction mode', () => {
  const pooled = () => newStore({ schema, url: pooledUrl });
  for (const { name, run } of storeContract(emptied(pooled), { reopen: pooled })) it(name, run);
});
