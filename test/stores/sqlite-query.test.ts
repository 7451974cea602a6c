import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DatabaseSync, hashOf, statements } from '../../src/stores/sqlite/driver.ts';
import { keysOf } from '../../src/stores/sqlite/query.ts';
import { openDatabase } from '../../src/stores/sqlite/schema.ts';
import type { Query } from '../../src/stores/store.ts';

/** More rows than two steps look at, of 50 moments, so that steps end between rows of one moment. */
const ROWS = 2500;
const momentOf = (row: number) => (row * 7) % 50;

let database: DatabaseSync;
beforeEach(() => {
  ({ database } = openDatabase(':memory:'));
  const insert = database.prepare(`
    INSERT INTO entries (id_hash, tenant_hash, scope_hash, id, kind, namespace, tenant, scope, created_at, expires_at, drop_at, used_at, head, body)
    VALUES (?, ?, ?, ?, 'llm', 'n', 't', 's', ?, ?, ?, 0, x'', x'')`);
  for (let row = 0; row < ROWS; row++) {
    const moment = momentOf(row);
    insert.run(hashOf(`id-${row}`), hashOf('t'), hashOf('s'), `id-${row}`, moment, moment, moment);
  }
});
afterEach(() => database.close());

const queries: readonly (readonly [what: string, query: Query])[] = [
  ['everything', {}],
  ['what was made before', { createdBefore: 1000 }],
  ['a tenant', { tenant: 't' }],
  ['a scope', { scope: 's' }],
];

/** The keys of a query in order, the statements that were prepared, and how often a step was read. */
async function walk(query: Query, most = Infinity) {
  const prepare = statements(database);
  const asked = new Set<string>();
  const keys: number[] = [];
  let steps = 0;
  for await (const batch of keysOf((sql) => (asked.add(sql), prepare(sql)), query, true)) {
    steps++;
    keys.push(...batch);
    if (keys.length >= most) break;
  }
  return { keys, asked: [...asked], steps };
}

describe('walking an index of SQLite', () => {
  it.each([...queries, ['what has expired', { expiredAt: 1000 }], ['what may be dropped', { droppableAt: 1000 }]] as const)(
    'comes by each row of %s once, and newest first the other way round',
    async (_, query) => {
      const { keys: up } = await walk(query);
      const { keys: down } = await walk({ ...query, newestFirst: true });

      expect(new Set(up).size).toBe(ROWS);
      expect(up.map((key) => momentOf(key - 1))).toEqual(Array.from({ length: ROWS }, (_, row) => momentOf(row)).sort((a, b) => a - b));
      expect(down).toEqual(up.toReversed());
    },
  );

  it.each(queries)('looks no further than it is followed for %s, and sorts nothing, in either direction', async (_, query) => {
    for (const newestFirst of [false, true]) {
      const { steps, keys, asked } = await walk({ ...query, newestFirst }, 10);

      expect(steps).toBe(1);
      expect(keys.length).toBeLessThan(ROWS / 2);
      const plan = asked.flatMap((sql) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => String(detail)));
      expect(plan.join('; ')).toMatch(/USING (COVERING )?INDEX/);
      expect(plan.join('; ')).not.toContain('TEMP B-TREE');
    }
  });
});
