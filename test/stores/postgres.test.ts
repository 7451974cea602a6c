import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { NotACacheError } from '../../src/base/errors.ts';
import { openStore } from '../../src/stores/open.ts';
import { postgresStore } from '../../src/stores/postgres.ts';
import { select } from '../../src/stores/matches.ts';
import type { Query, Store } from '../../src/stores/store.ts';
import { entryOf } from './entry.ts';
import { all, needsServer, newSchema, newStore, onServer, pooledUrl, url } from './postgres-for-test.ts';

needsServer('REPRISE_TEST_POSTGRES_URL', url);
needsServer('REPRISE_TEST_PGBOUNCER_URL', pooledUrl);

const idsOf = async (store: Store, query: Query): Promise<string[]> => (await all(store.find(query))).map(({ id }) => id);

describe.skipIf(url === '')('opening a PostgreSQL store', () => {
  it.each([['directly', url], ['through PgBouncer', pooledUrl]])('makes the tables once when ten open at the same moment %s', async (_, address) => {
    const schema = newSchema();
    const stores = Array.from({ length: 10 }, () => newStore({ url: address, schema, maxConnections: 2 }));

    await Promise.all(stores.map((store) => store.open()));

    await Promise.all(stores.map((store, at) => store.set(entryOf(`${at}`))));
    for (const store of stores) expect((await store.size()).entries).toBe(10);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('says what it can do: everything where pgvector is, and no search where it is turned off', async () => {
    const store = newStore();
    const without = newStore({ vectors: 'off' });

    expect(Object.keys(await store.open()).sort()).toEqual(['changes', 'leases', 'logs', 'remote', 'search']);
    expect((await without.open()).search).toBeUndefined();
    await Promise.all([store.close(), without.close()]);
  });

  it('goes by its URL, with its schema', async () => {
    const schema = newSchema();
    const store = openStore(`${url}?schema=${schema}&readTimeout=10s`, { now: Date.now, onDamage: () => {} });
    await store.set(entryOf('a'));

    const again = newStore({ schema });

    expect((await again.get('a'))?.id).toBe('a');
    await Promise.all([store.close(), again.close()]);
  });

  it('leaves a schema alone that a newer version wrote, or that is something else', async () => {
    const [newer, other] = [newSchema(), newSchema()];
    await onServer((client) => client.query(`
      CREATE SCHEMA ${newer}; CREATE TABLE ${newer}.reprise (version int); INSERT INTO ${newer}.reprise VALUES (99);
      CREATE SCHEMA ${other}; CREATE TABLE ${other}.entries (mine text)`));

    await expect(newStore({ schema: newer }).open()).rejects.toThrow(NotACacheError);
    await expect(newStore({ schema: other }).open()).rejects.toThrow(NotACacheError);

    const { rows } = await onServer((client) => client.query(`SELECT tablename FROM pg_tables WHERE schemaname = '${other}'`));
    expect(rows).toEqual([{ tablename: 'entries' }]);
  });

  it('is tried again after it failed', async () => {
    const schema = newSchema();
    const store = newStore({ schema, url: url.replace(/:\d+\//, ':1/'), listenUrl: false });

    await expect(store.open()).rejects.toThrow(/ECONNREFUSED/);
    await expect(store.get('a')).rejects.toThrow(/ECONNREFUSED/);
    await store.close();
    await expect(store.get('a')).rejects.toThrow('closed');
  });

  it('uses a pool that was given, and leaves it open', async () => {
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    const store = postgresStore({ pool, schema: newSchema(), readTimeout: '10s' });
    await store.set(entryOf('a'));

    await store.close();

    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});

describe.skipIf(url === '')('finding in PostgreSQL', () => {
  const few = <T>(...values: T[]) => fc.constantFrom(...values);
  const stored = fc.record({
    id: few('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), tenant: few('t1', 't2'), namespace: few('n1', 'n2'), scope: few('s1', 's2'), kind: few('llm' as const, 'qa' as const),
    model: few('m', undefined), tags: fc.subarray(['x', 'y']), lookups: fc.subarray(['l', 'x']), attributes: few<Record<string, string>>({}, { x: 'y' }, { x: 'y', z: '' }, { xy: '' }),
    text: few('one', 'two\nlines', undefined), expiresAt: few(undefined, 5, 6), dropAt: few(undefined, 5, 7),
  });
  const query: fc.Arbitrary<Query> = fc.record(
    {
      ids: fc.subarray(['a', 'b', 'c', 'nobody']), tenant: few('t1', 'T1'), namespace: few('n1'), scope: few('s1'), kind: few('llm' as const), lookup: few('l', 'x'),
      tag: few('x', 'y', 'l'), attributes: few<Record<string, string>>({}, { x: 'y' }, { z: '' }, { xy: '' }), model: few('m'), text: few('*', 'one', 'two*'),
      createdBefore: few(3, 6), expiredAt: few(4, 5), droppableAt: few(5, 6), newestFirst: fc.boolean(), limit: few(0, 1, 3),
    },
    { requiredKeys: [] },
  );

  it('agrees with looking at every entry, whatever is asked, and deletes the same', async () => {
    const store = newStore({ listenUrl: false, vectors: 'off' });
    const changes = fc.oneof({ weight: 4, arbitrary: stored }, few<'touch'>('touch'));
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { maxLength: 8 }), fc.array(query, { minLength: 1, maxLength: 4 }), async (steps, queries) => {
        await store.delete({});
        const model = new Map<string, ReturnType<typeof entryOf>>();
        for (const [at, step] of steps.entries()) {
          if (step === 'touch') continue;
          const { id, ...members } = step;
          // Each at a moment of its own, as the order within one is open.
          const entry = entryOf(id, { ...members, createdAt: (at * 5) % 8 });
          model.set(id, entry);
          await store.set(entry);
        }

        for (const each of queries) expect(await idsOf(store, each)).toEqual(select(model.values(), each).map(({ id }) => id));

        const [last] = queries;
        const gone = select(model.values(), last!).map(({ id }) => id);
        expect(await store.delete(last!)).toBe(gone.length);
        expect((await idsOf(store, {})).sort()).toEqual([...model.keys()].filter((id) => !gone.includes(id)).sort());
      }),
      { numRuns: 25 },
    );
    await store.close();
  });

  it('reads a long list page by page, and deletes it step by step', async () => {
    const schema = newSchema();
    const store = newStore({ schema, vectors: 'off' });
    const entries = Array.from({ length: 1100 }, (_, at) => entryOf(`${at}`, { createdAt: at % 7, tags: ['many'] }));
    for (let at = 0; at < entries.length; at += 100) await Promise.all(entries.slice(at, at + 100).map((entry) => store.set(entry)));

    for (const query of [{}, { tag: 'many' }, { tag: 'many', newestFirst: true }]) {
      const heads = await all(store.find(query));
      expect(new Set(heads.map(({ id }) => id)).size).toBe(1100);
      const moments = heads.map(({ createdAt }) => createdAt);
      expect(moments).toEqual(moments.toSorted((a, b) => ('newestFirst' in query ? b - a : a - b)));
    }
    expect(await store.delete({ tag: 'many' })).toBe(1100);

    const { rows } = await onServer((client) => client.query(`SELECT (SELECT count(*)::int FROM ${schema}.entries) AS entries, (SELECT count(*)::int FROM ${schema}.names) AS names`));
    expect(rows).toEqual([{ entries: 0, names: 0 }]);
    await store.close();
  });

  it.each([
    ['a tag', { tag: 'x' }, 'names_pkey'],
    ['an attribute', { attributes: { a: 'b' } }, 'names_pkey'],
    ['a scope', { scope: 's' }, 'entries_scope'],
    ['a tenant', { tenant: 't' }, 'entries_tenant'],
    ['what may be dropped', { droppableAt: 1 }, 'entries_drop'],
  ] as const)('goes along an index to delete by %s', async (_, query, index) => {
    const schema = newSchema();
    const said: string[] = [];
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    const store = postgresStore({ pool, schema, readTimeout: '10s', writeTimeout: '10s', vectors: 'off' });
    await store.open();
    await onServer((client) => client.query(`
      INSERT INTO ${schema}.entries SELECT md5(i::text)::uuid, md5((i % 50)::text)::uuid, md5('n')::uuid, md5((i % 50)::text)::uuid, NULL, 'llm', i, i, i + 2,
        ARRAY[md5((i % 50)::text)::uuid], i::text, '', '' FROM generate_series(1, 5000) i;
      ANALYZE ${schema}.entries; ANALYZE ${schema}.names`));
    const connect = pool.connect.bind(pool);
    vi.spyOn(pool, 'connect').mockImplementation(async () => {
      const client = await connect();
      const run = client.query.bind(client) as (query: { text: string; values?: unknown[] }) => Promise<{ rows: unknown[][] }>;
      client.query = (async (given: { text: string; values?: unknown[] }) => {
        if (given.text.includes('picked')) said.push(...(await run({ ...given, text: `EXPLAIN ${given.text}` })).rows.map(([line]) => String(line)));
        return run(given);
      }) as never;
      return client;
    });

    await store.delete(query);

    expect(said.join('\n')).toContain(index);
    expect(said.join('\n')).not.toMatch(/Seq Scan on (?:entries e|names)/);
    await store.close();
    await pool.end();
  });
});

describe.skipIf(url === '')('what is damaged or late in PostgreSQL', () => {
  it('is a miss that is told, where a row holds random bytes', async () => {
    const schema = newSchema();
    const onDamage = vi.fn();
    const store = newStore({ schema, onDamage, vectors: 'off' });
    for (const id of ['head', 'body', 'both', 'whole']) await store.set(entryOf(id));
    await onServer((client) => client.query(`
      UPDATE ${schema}.entries SET head = decode(md5('1') || md5('2'), 'hex') WHERE id IN ('head', 'both');
      UPDATE ${schema}.entries SET body = decode(md5('3'), 'hex') WHERE id IN ('body', 'both')`));

    const found = await Promise.all(['head', 'body', 'both', 'whole'].map((id) => store.get(id)));

    expect(found.map((entry) => entry?.id)).toEqual([undefined, undefined, undefined, 'whole']);
    expect(onDamage.mock.calls.map(([id]) => id as string).sort()).toEqual(['body', 'both', 'head']);
    expect(await idsOf(store, {})).toEqual(expect.arrayContaining(['whole', 'body']));
    expect(await store.delete({})).toBe(4);
    await store.close();
  });

  it('fails a read within its time, and serves the next one', async () => {
    const schema = newSchema();
    const slow = newStore({ schema, readTimeout: 300, maxConnections: 1, vectors: 'off' });
    const store = newStore({ schema, vectors: 'off' });
    await slow.open();
    await store.set(entryOf('a'));

    await onServer(async (client) => {
      await client.query(`BEGIN; LOCK TABLE ${schema}.entries IN ACCESS EXCLUSIVE MODE`);
      const began = performance.now();
      await expect(Promise.all([slow.get('a'), slow.get('b')])).rejects.toThrow('did not answer within 300 ms');
      expect(performance.now() - began).toBeLessThan(5000);
    });

    await vi.waitFor(async () => expect((await slow.get('a'))?.id).toBe('a'), 10_000);
    await Promise.all([slow.close(), store.close()]);
  });

  it('goes on after all its connections were cut', async () => {
    const schema = newSchema();
    const store = newStore({ schema, vectors: 'off' });
    const { changes } = await store.open();
    const told: string[] = [];
    changes!.subscribe(({ kind }) => told.push(kind));
    await store.set(entryOf('a'));
    // The one that listens is found by its channel.
    const channel = await vi.waitFor(async () => {
      const { rows } = await onServer((client) => client.query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE query LIKE $1", ['LISTEN "reprise_changes%']));
      expect(rows).not.toEqual([]);
      return rows;
    }, 10_000);

    await onServer((client) => client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'reprise%' AND pid <> pg_backend_pid()"));

    expect(channel.length).toBeGreaterThan(0);
    await vi.waitFor(() => expect(told).toContain('lost'), 10_000);
    await vi.waitFor(async () => expect((await store.get('a'))?.id).toBe('a'), 10_000);
    await store.close();
  });
});

describe.skipIf(url === '')('reaping in PostgreSQL', () => {
  it('deletes what is past its time, passes by what somebody holds, and waits for nobody', async () => {
    const schema = newSchema();
    const store = newStore({ schema, now: () => 1000, vectors: 'off' });
    for (let at = 0; at < 10; at++) await store.set(entryOf(`${at}`, { expiresAt: 900, dropAt: at < 8 ? 1000 : 1001, tags: ['x'] }));
    await store.set(entryOf('forever'));

    await onServer(async (client) => {
      await client.query(`BEGIN; SELECT 1 FROM ${schema}.entries WHERE id IN ('0', '1') FOR UPDATE`);
      expect(await store.reap()).toBe(6);
      // Others read and write all the while.
      await store.set(entryOf('new'));
      expect((await store.get('0'))?.id).toBe('0');
      await client.query('ROLLBACK');
    });

    expect(await store.reap()).toBe(2);
    expect((await idsOf(store, {})).sort()).toEqual(['8', '9', 'forever', 'new']);
    await store.close();
  });

  it('is done by itself, in more than one step', async () => {
    const schema = newSchema();
    const store = newStore({ schema, now: () => 1000, reapEvery: 50, vectors: 'off' });
    await store.set(entryOf('stays'));
    await onServer((client) => client.query(`
      INSERT INTO ${schema}.entries SELECT md5(i::text)::uuid, md5('t')::uuid, md5('n')::uuid, md5('s')::uuid, NULL, 'llm', i, 1, 2, '{}', i::text, '', ''
      FROM generate_series(1, 1200) i`));

    await vi.waitFor(async () => expect((await store.size()).entries).toBe(1), 10_000);

    await store.close();
  });
});
