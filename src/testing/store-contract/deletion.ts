import assert from 'node:assert/strict';
import { entryWith, fill, has, idsOf, lacks, type StoreCase, T0 } from './case.ts';
import { questions, stock } from './queries.ts';

/** Deleting: the same queries, and what is gone stays gone. */
export const deletionCases: readonly StoreCase[] = [
  ...questions.map(
    ([what, query, ids]): StoreCase => ({
      name: `deletes by ${what}, as many as find() named, and nothing else`,
      async run(store) {
        await fill(store, stock);
        const named = await idsOf(store, query);

        assert.equal(await store.delete(query), named.length);

        assert.deepEqual(named, [...ids]);
        for (const entry of stock) await (named.includes(entry.id) ? lacks(store, entry.id) : has(store, entry));
        assert.deepEqual((await idsOf(store, {})).length, stock.length - named.length);
        assert.equal((await store.size()).entries, stock.length - named.length);
      },
    }),
  ),
  {
    name: 'does not serve what was deleted after it was served',
    async run(store) {
      const entry = entryWith({ id: 'served' });
      await store.set(entry);
      await has(store, entry);

      await store.delete({ ids: ['served'] });

      await lacks(store, 'served');
      assert.deepEqual(await idsOf(store, { tag: 'docs' }), []);
    },
  },
  {
    name: 'stores again what was deleted',
    async run(store) {
      const entry = entryWith({ id: 'again' });
      await store.set(entry);
      await store.delete({});

      await store.set(entry);

      await has(store, entry);
      assert.deepEqual(await idsOf(store, { lookup: 'lookup-of-again' }), ['again']);
    },
  },
  {
    name: 'deletes many',
    async run(store) {
      await fill(store, Array.from({ length: 300 }, (_, at) => entryWith({ id: `many-${at}`, createdAt: T0 + at, tenant: at % 3 ? 'stays' : 'goes' })));

      assert.equal(await store.delete({ tenant: 'goes' }), 100);

      assert.equal((await store.size()).entries, 200);
      assert.deepEqual(await idsOf(store, { tenant: 'goes' }), []);
    },
  },
  {
    name: 'deletes nothing where nothing is',
    async run(store) {
      assert.equal(await store.delete({}), 0);
      assert.equal(await store.delete({ ids: ['nobody'] }), 0);
    },
  },
  {
    name: 'leaves records alone when everything is deleted',
    async run(store) {
      await store.records.put('secret', 'value', undefined);

      await store.delete({});

      assert.equal((await store.records.get('secret'))?.value, 'value');
    },
  },
];
