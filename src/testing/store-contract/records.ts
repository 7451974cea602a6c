import assert from 'node:assert/strict';
import { type StoreCase, unsafeNames } from './case.ts';

/** Records: small texts with compare-and-set. */
export const recordCases: readonly StoreCase[] = [
  {
    name: 'has no record that was never written',
    async run({ records }) {
      assert.equal(await records.get('nobody'), undefined);
      assert.deepEqual(await records.list(''), []);
    },
  },
  {
    name: 'writes a record that is not there yet, once',
    async run({ records }) {
      assert.equal(await records.put('name', 'first', undefined), true);
      assert.equal(await records.put('name', 'second', undefined), false);

      const record = await records.get('name');
      assert.equal(record?.name, 'name');
      assert.equal(record.value, 'first');
    },
  },
  {
    name: 'writes a record only upon the version that was read',
    async run({ records }) {
      await records.put('name', 'one', undefined);
      const { version } = (await records.get('name'))!;

      assert.equal(await records.put('name', 'two', version), true);
      assert.equal(await records.put('name', 'three', version), false);
      assert.equal(await records.put('absent', 'x', version), false);

      const after = (await records.get('name'))!;
      assert.equal(after.value, 'two');
      assert.notEqual(after.version, version);
      assert.equal(await records.get('absent'), undefined);
    },
  },
  {
    name: 'gives a record that is made anew a version that it never had',
    async run({ records }) {
      await records.put('name', 'one', undefined);
      const { version } = (await records.get('name'))!;
      await records.delete('name');
      assert.equal(await records.get('name'), undefined);

      assert.equal(await records.put('name', 'two', undefined), true);

      assert.equal(await records.put('name', 'late', version), false);
      assert.equal((await records.get('name'))?.value, 'two');
    },
  },
  {
    name: 'lets one of many writers win at a time, and loses no write',
    async run({ records }) {
      await records.put('count', '0', undefined);
      const increment = async () => {
        for (;;) {
          const { value, version } = (await records.get('count'))!;
          if (await records.put('count', String(Number(value) + 1), version)) return;
        }
      };

      await Promise.all(Array.from({ length: 20 }, increment));

      assert.equal((await records.get('count'))?.value, '20');
    },
  },
  {
    name: 'lets one of many makers win',
    async run({ records }) {
      const won = await Promise.all(Array.from({ length: 20 }, (_, at) => records.put('made', String(at), undefined)));

      assert.equal(won.filter(Boolean).length, 1);
      assert.equal((await records.get('made'))?.value, String(won.indexOf(true)));
    },
  },
  {
    name: 'lists records by the beginning of their names, sorted',
    async run({ records }) {
      for (const name of ['b/2', 'a', 'b/1', 'b', 'c', 'B/0', 'b%', 'b*']) await records.put(name, `of ${name}`, undefined);

      const listed = await records.list('b/');
      assert.deepEqual(listed.map(({ name, value }) => [name, value]), [['b/1', 'of b/1'], ['b/2', 'of b/2']]);
      assert.deepEqual((await records.list('')).map(({ name }) => name), ['B/0', 'a', 'b', 'b%', 'b*', 'b/1', 'b/2', 'c']);
      assert.deepEqual(await records.list('x'), []);
    },
  },
  {
    name: 'takes any text as name and value, and never takes one for another',
    async run({ records }) {
      for (const name of unsafeNames) assert.equal(await records.put(name, name, undefined), true, JSON.stringify(name).slice(0, 60));

      for (const name of unsafeNames) assert.equal((await records.get(name))?.value, name);
      assert.equal((await records.list('')).length, unsafeNames.length);
      for (const name of unsafeNames) assert.ok((await records.list(name)).some((record) => record.name === name), JSON.stringify(name).slice(0, 60));
    },
  },
  {
    name: 'deletes a record, and one that is not there',
    async run({ records }) {
      await records.put('name', 'x', undefined);

      await records.delete('name');
      await records.delete('name');

      assert.equal(await records.get('name'), undefined);
      assert.deepEqual(await records.list(''), []);
    },
  },
];
