import assert from 'node:assert/strict';
import { bareEntry, bytesOf, entryWith, everyByte, fill, has, lacks, type StoreCase, T0, unsafeNames } from './case.ts';

/** One entry at a time: what goes in comes out. */
export const entryCases: readonly StoreCase[] = [
  {
    name: 'gives an entry back with every member',
    async run(store) {
      const entry = entryWith({
        id: 'all',
        kind: 'qa',
        origin: 'import',
        lookups: ['one', 'two', ''],
        tags: ['b', 'a'],
        attributes: { language: 'en', user: '17', '': '', '7': 'seven', ['__proto__']: 'own' },
        stream: { status: 201, headers: { 'content-type': 'text/event-stream' }, body: bytesOf('data: 1\n\ndata: 2\r\n\r\n'), marks: [0, 9, 12.5, 20] },
        vectors: { 'model@1': everyByte(384), 'model@2': new Uint8Array(0), '9': Uint8Array.of(255) },
      });

      await store.set(entry);

      await has(store, entry);
    },
  },
  {
    name: 'gives an entry back that lacks whatever may be absent',
    async run(store) {
      const entry = bareEntry('bare');

      await store.set(entry);

      await has(store, entry);
      const found = await store.get('bare');
      for (const member of ['turns', 'text', 'model', 'usage', 'whole', 'expiresAt', 'dropAt'] as const) assert.equal(found![member], undefined, member);
    },
  },
  {
    name: 'keeps bodies of every kind byte for byte',
    async run(store) {
      const bodies: Record<string, Uint8Array> = {
        empty: new Uint8Array(),
        binary: everyByte(),
        'large binary': everyByte(100_000),
        'large text': bytesOf('The quick brown fox. '.repeat(5000)),
        'exactly 4 KB': bytesOf('x'.repeat(4096)),
        'one over 4 KB': bytesOf('x'.repeat(4097)),
        'byte order mark': bytesOf('\uFEFF{}'),
        'json with spaces': bytesOf('{"a": 1.0, "a": 2, "10": 1, "9": 1e400}'),
        'json, indented': bytesOf('{\n  "a": [\n    1\n  ]\n}'),
        'json text': bytesOf('"\\ud800"'),
        'line ends': bytesOf('a\r\nb\nc\rd\u2028e\0f'),
        'a view': new Uint8Array(everyByte(64).buffer, 10, 20),
      };
      for (const [id, body] of Object.entries(bodies)) {
        const entry = entryWith({ id, whole: { status: 200, headers: {}, body }, stream: { status: 200, headers: {}, body, marks: [] } });

        await store.set(entry);

        await has(store, entry);
      }
    },
  },
  {
    name: 'keeps texts of every kind',
    async run(store) {
      for (const [at, text] of unsafeNames.entries()) {
        const entry = entryWith({ id: `text-${at}`, text, lookups: [text], tags: [text], attributes: { [text]: text }, model: text, fields: { [text]: text } });

        await store.set(entry);

        await has(store, entry);
      }
    },
  },
  {
    name: 'takes any string as id, and never takes one for another',
    async run(store) {
      const entries = unsafeNames.map((id, at) => entryWith({ id, text: `number ${at}` }));

      await fill(store, entries);

      for (const entry of entries) await has(store, entry);
      assert.equal(await store.delete({ ids: [entries[0]!.id] }), 1);
      for (const entry of entries.slice(1)) await has(store, entry);
    },
  },
  {
    name: 'takes any string as tenant and namespace, and never takes one for another',
    async run(store) {
      const entries = unsafeNames.map((name, at) => entryWith({ id: `id-${at}`, tenant: name, namespace: name }));

      await fill(store, entries);

      for (const entry of entries) {
        await has(store, entry);
        const found = [];
        for await (const head of store.find({ tenant: entry.tenant, namespace: entry.namespace })) found.push(head.id);
        assert.deepEqual(found, [entry.id]);
      }
    },
  },
  {
    name: 'has nothing for an id that was never stored',
    async run(store) {
      await store.set(entryWith({ id: 'known' }));

      await lacks(store, 'unknown');
      await lacks(store, 'KNOWN');
      await lacks(store, 'know');
    },
  },
  {
    name: 'replaces an entry of the same id, wholly',
    async run(store) {
      await store.set(entryWith({ id: 'same', tags: ['old'], lookups: ['old'], attributes: { age: 'old' }, tenant: 'old', namespace: 'old' }));
      const next = entryWith({ id: 'same', tags: ['new'], lookups: ['new'], attributes: {}, tenant: 'new', namespace: 'new', model: undefined });

      await store.set(next);

      await has(store, next);
      assert.equal((await store.size()).entries, 1);
      for (const query of [{ tag: 'old' }, { lookup: 'old' }, { attributes: { age: 'old' } }, { tenant: 'old' }, { model: 'gpt-5' }]) {
        for await (const head of store.find(query)) assert.fail(`${JSON.stringify(query)} still finds ${head.id}`);
      }
    },
  },
  {
    name: 'does not change an entry that it was given or has given',
    async run(store) {
      const entry = entryWith({ id: 'mine', whole: { status: 200, headers: { a: 'b' }, body: everyByte() } });
      const before = structuredClone(entry);
      await store.set(entry);
      const given = await store.get('mine');

      await store.touch('mine', T0 + 999_000);
      await store.set(entryWith({ id: 'mine', text: 'other' }));

      assert.deepEqual(entry, before);
      assert.equal(given!.expiresAt, before.expiresAt);
    },
  },
  {
    name: 'moves the time of expiry, and the time of dropping by as much',
    async run(store) {
      const entry = entryWith({ id: 'touched', expiresAt: T0 + 1000, dropAt: T0 + 3000 });
      await store.set(entry);

      await store.touch('touched', T0 + 5000);

      await has(store, { ...entry, expiresAt: T0 + 5000, dropAt: T0 + 7000 });
    },
  },
  {
    name: 'finds a touched entry by its new times',
    async run(store) {
      await store.set(entryWith({ id: 'touched', expiresAt: T0 + 1000, dropAt: T0 + 3000 }));

      await store.touch('touched', T0 + 5000);

      for await (const head of store.find({ expiredAt: T0 + 4999 })) assert.fail(`${head.id} is fresh until later`);
      for await (const head of store.find({ droppableAt: T0 + 6999 })) assert.fail(`${head.id} may not be dropped yet`);
      const found = [];
      for await (const head of store.find({ expiredAt: T0 + 5000, droppableAt: T0 + 7000 })) found.push([head.expiresAt, head.dropAt]);
      assert.deepEqual(found, [[T0 + 5000, T0 + 7000]]);
    },
  },
  {
    name: 'gives an entry without expiry one by touch, and leaves dropping absent',
    async run(store) {
      const entry = entryWith({ id: 'forever', expiresAt: undefined, dropAt: undefined });
      await store.set(entry);

      await store.touch('forever', T0 + 5000);

      await has(store, { ...entry, expiresAt: T0 + 5000 });
    },
  },
  {
    name: 'does nothing when an entry is touched that is not there',
    async run(store) {
      await store.touch('nobody', T0);

      await lacks(store, 'nobody');
      assert.equal((await store.size()).entries, 0);
    },
  },
  {
    name: 'serves an entry that has expired, as freshness is judged elsewhere',
    async run(store) {
      const entry = entryWith({ id: 'old', createdAt: 1, expiresAt: 2, dropAt: Date.now() + 3_600_000 });

      await store.set(entry);

      await has(store, entry);
    },
  },
  {
    name: 'keeps what is written at the same time',
    async run(store) {
      const entries = Array.from({ length: 50 }, (_, at) => entryWith({ id: `at-once-${at}`, createdAt: T0 + at }));

      await Promise.all(entries.map((entry) => store.set(entry)));

      for (const entry of entries) await has(store, entry);
      assert.equal((await store.size()).entries, 50);
    },
  },
  {
    name: 'may be opened again, which does nothing',
    async run(store) {
      const entry = entryWith({ id: 'kept' });
      await store.set(entry);

      await store.open();

      await has(store, entry);
    },
  },
  {
    name: 'tells how much it holds',
    async run(store) {
      assert.equal((await store.size()).entries, 0);

      await fill(store, [entryWith({ id: 'a' }), entryWith({ id: 'b', whole: { status: 200, headers: {}, body: everyByte(4000) } })]);

      const { entries, bytes } = await store.size();
      assert.equal(entries, 2);
      assert.ok(bytes > 4000, `bytes: ${bytes}`);
    },
  },
];
