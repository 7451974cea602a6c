import assert from 'node:assert/strict';
import { entryWith, everyByte, fill, has, idsOf, lacks, type StoreCase, T0, unsafeNames } from './case.ts';

/** What a lasting store still has when it is opened again. */
export const lastingCases: readonly StoreCase[] = [
  {
    name: 'has its entries again after it was closed',
    async run(store, { reopen }) {
      const entries = unsafeNames.map((name, at) => entryWith({ id: name, tenant: name, createdAt: T0 + at, vectors: { m: everyByte(at) } }));
      await fill(store, entries);

      const again = await reopen();

      for (const entry of entries) await has(again, entry);
      assert.deepEqual(await idsOf(again, {}), entries.map(({ id }) => id));
    },
  },
  {
    name: 'does not have what was deleted, and has what was touched, after it was closed',
    async run(store, { reopen }) {
      const stays = entryWith({ id: 'stays', expiresAt: T0 + 1, dropAt: T0 + 2 });
      await fill(store, [stays, entryWith({ id: 'goes' })]);
      await store.delete({ ids: ['goes'] });
      await store.touch('stays', T0 + 10);

      const again = await reopen();

      await lacks(again, 'goes');
      await has(again, { ...stays, expiresAt: T0 + 10, dropAt: T0 + 11 });
    },
  },
  {
    name: 'has its records again after it was closed, and counts their versions on',
    async run(store, { reopen }) {
      await store.records.put('secret', 'value', undefined);
      const { version } = (await store.records.get('secret'))!;

      const again = await reopen();

      assert.deepEqual({ ...(await again.records.get('secret')) }, { name: 'secret', value: 'value', version });
      assert.equal(await again.records.put('secret', 'next', version), true);
    },
  },
];
