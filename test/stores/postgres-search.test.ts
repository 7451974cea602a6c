import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Entry } from '../../src/model/entry.ts';
import { reembed } from '../../src/semantic/reembed.ts';
import type { NearestQuery } from '../../src/stores/store.ts';
import { openDatabase } from '../../src/stores/postgres/database.ts';
import { settingsOf } from '../../src/stores/postgres/options.ts';
import { keyOf } from '../../src/stores/postgres/text.ts';
import { vectorTables } from '../../src/stores/postgres/vectors.ts';
import { entryOf } from './entry.ts';
import { needsServer, newSchema, newStore, onServer, pooledUrl, url } from './postgres-for-test.ts';

needsServer('REPRISE_TEST_POSTGRES_URL', url);

const bytesOf = (...numbers: number[]): Uint8Array => new Uint8Array(Float32Array.from(numbers).buffer);
const cosine = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
const asked = (vector: readonly number[], members: Partial<NearestQuery> = {}): NearestQuery => ({
  tenant: 't1', namespace: 'n1', scope: 's1', fingerprint: 'model@1', limit: 10, vector: Float32Array.from(vector), ...members,
});

describe.skipIf(url === '')('searching by pgvector', () => {
  it('finds what comparing every vector finds, and never looks into another scope, tenant, namespace, turn or model', async () => {
    const number = fc.integer({ min: -4, max: 4 });
    const vector = fc.tuple(number, number, number).filter((all) => all.some((value) => value !== 0));
    const stored = fc.record({
      vector, id: fc.constantFrom(...'abcdefghijkl'), tenant: fc.constantFrom('t1', 't1', 't2'), namespace: fc.constantFrom('n1', 'n1', 'n2'), scope: fc.constantFrom('s1', 's1', 's2'),
      turns: fc.constantFrom('u1', 'u2', undefined), attributes: fc.constantFrom<Record<string, string>>({}, { lang: 'en' }, { lang: 'de' }), model: fc.constantFrom('model@1', 'model@1', 'model@2'),
    });
    const query = fc.record({ vector, turns: fc.constantFrom(undefined, 'u1', ''), attributes: fc.constantFrom(undefined, { lang: 'en' }), limit: fc.constantFrom(1, 3, 100) });
    const store = newStore({ listenUrl: false });
    const { search } = await store.open();

    await fc.assert(
      fc.asyncProperty(fc.array(stored, { maxLength: 10 }), query, async (entries, { vector: sought, turns, attributes, limit }) => {
        await store.delete({});
        const last = new Map(entries.map((entry) => [entry.id, entry]));
        for (const { id, vector: numbers, model, ...members } of entries) {
          await store.set(entryOf(id, { ...members, vectors: { [model]: bytesOf(...numbers) } } as Partial<Entry>));
        }
        const expected = [...last.values()]
          .filter((entry) => entry.tenant === 't1' && entry.namespace === 'n1' && entry.scope === 's1' && entry.model === 'model@1')
          .filter((entry) => (turns === undefined || (entry.turns ?? '') === turns) && (attributes === undefined || entry.attributes.lang === attributes.lang))
          .map((entry) => ({ id: entry.id, similarity: cosine(entry.vector, sought) }))
          .sort((a, b) => b.similarity - a.similarity);

        const found = await search!.nearest(asked(sought, { limit, ...(turns !== undefined && { turns }), ...(attributes && { attributes }) }));

        expect(found.length).toBe(Math.min(limit, expected.length));
        for (const [at, { id, similarity }] of found.entries()) {
          expect(similarity).toBeCloseTo(expected[at]!.similarity, 5);
          expect(similarity).toBeCloseTo(expected.find((each) => each.id === id)!.similarity, 5);
        }
      }),
      { numRuns: 20 },
    );
    await store.close();
  });

  it('finds nothing of what was deleted, replaced, or has no vector', async () => {
    const store = newStore();
    const { search } = await store.open();
    const place = { tenant: 't1', namespace: 'n1', scope: 's1' };
    const idsNow = async () => (await search!.nearest(asked([1, 0, 0]))).map(({ id }) => id).sort();
    for (const id of ['stays', 'goes', 'loses it', '\uD800\0']) await store.set(entryOf(id, { ...place, vectors: { 'model@1': bytesOf(1, 0, 0) } }));
    for (const [id, bytes] of Object.entries({ zero: bytesOf(0, 0, 0), nan: bytesOf(Number.NaN, 1, 1), huge: bytesOf(3e38, 3e38, 3e38), odd: new Uint8Array(13), other: bytesOf(1, 0) })) {
      await store.set(entryOf(id, { ...place, vectors: { 'model@1': bytes } }));
    }

    await store.delete({ ids: ['goes'] });
    await store.set(entryOf('loses it', place));

    expect(await idsNow()).toEqual(['huge', 'stays', '\uD800\0'].sort());
    expect((await store.get('nan'))?.vectors['model@1']).toHaveLength(12);
    expect(await search!.nearest(asked([0, 0, 0]))).toEqual([]);
    expect(await search!.nearest(asked([1, 0], { fingerprint: 'unknown' }))).toEqual([]);
    await store.close();
  });

  it('finds what was stored before it was there, once its vectors were made anew', async () => {
    const schema = newSchema();
    const before = newStore({ schema, vectors: 'off' });
    const place = { tenant: 't1', namespace: 'n1', scope: 's1', kind: 'llm' as const };
    for (const id of ['a', 'b']) await before.set(entryOf(id, { ...place, text: id, vectors: { 'model@1': bytesOf(1, 0, 0) } }));
    await before.close();
    const store = newStore({ schema });
    const { search } = await store.open();
    await store.set(entryOf('new', { ...place, text: 'new', vectors: { 'model@1': bytesOf(1, 0, 0) } }));
    const found = async () => (await search!.nearest(asked([1, 0, 0]))).map(({ id }) => id).sort();
    const again = () => reembed(store, { fingerprint: 'model@1', dropOld: false, excluded: () => false, unsearched: (ids) => search!.unsearched!(ids, 'model@1') });

    const [first, done, second, last] = [await found(), await again(), await found(), await again()];

    expect([first, second]).toEqual([['new'], ['a', 'b', 'new']]);
    expect([done, last]).toMatchObject([{ embedded: 2, present: 1 }, { embedded: 0, present: 3 }]);
    await store.close();
  });

  it('finds nearly all of the nearest in a scope too large to compare whole, by the index, also through a pooler', async () => {
    const schema = newSchema();
    const store = newStore({ schema });
    await store.open();
    // The first entry makes the table of its model; the rest comes from the server's own random numbers.
    await store.set(entryOf('first', { tenant: 't1', namespace: 'n1', scope: 's1', vectors: { 'model@1': bytesOf(...Array.from({ length: 16 }, (_, at) => at + 1)) } }));
    const uuid = (name: string) => `'${keyOf(name)}'::uuid`;
    const { rows } = await onServer(async (client) => {
      const table = (await client.query<{ name: string }>(`SELECT name FROM ${schema}.vector_tables`)).rows[0]!.name;
      await client.query(`
        SELECT setseed(0.5);
        INSERT INTO ${schema}.entries SELECT md5(i::text)::uuid, ${uuid('t1')}, ${uuid('n1')}, CASE WHEN i % 4 = 0 THEN ${uuid('s2')} ELSE ${uuid('s1')} END, NULL, 'llm', i, NULL, NULL,
          '{}', i::text, '', '' FROM generate_series(1, 1200) i;
        INSERT INTO ${schema}.${table} SELECT e.key, e.tenant, e.namespace, e.scope, NULL, '{}',
          l2_normalize((SELECT array_agg(random() - 0.5) FROM generate_series(1, 16) WHERE e.key IS NOT NULL)::vector) FROM ${schema}.entries e WHERE id <> 'first';
        ANALYZE ${schema}.${table}`);
      return client.query<{ id: string }>(`SELECT e.id FROM ${schema}.${table} v JOIN ${schema}.entries e USING (key) WHERE v.scope = ${uuid('s1')}
        ORDER BY (v.embedding <#> '[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]') + 0 LIMIT 20`);
    });
    const nearest = rows.map(({ id }) => id);

    // So few rows the server would rather sort, were it not told otherwise.
    for (const address of [`${url}?options=-c%20enable_sort%3Doff`, pooledUrl].filter((each) => each !== '')) {
      const database = await openDatabase(settingsOf({ schema, url: address, writeTimeout: '10s' }));
      const search = await vectorTables(database, 200);
      // The first search finds that the scope is large, the second knows.
      for (const _ of [1, 2]) {
        const found = (await search!.nearest(asked([1, ...Array<number>(15).fill(0)], { limit: 20 }))).map(({ id }) => id);

        expect(found).toHaveLength(20);
        expect(found.filter((id) => nearest.includes(id)).length).toBeGreaterThanOrEqual(19);
      }
      await database.close();
    }
    await store.close();
    await vi.waitFor(async () => {
      const used = await onServer((client) => client.query<{ scans: number }>("SELECT sum(idx_scan)::int AS scans FROM pg_stat_user_indexes WHERE schemaname = $1 AND indexrelname LIKE '%embedding%'", [schema]));
      expect(used.rows[0]!.scans).toBeGreaterThanOrEqual(2);
    }, 10_000);
  });
});
