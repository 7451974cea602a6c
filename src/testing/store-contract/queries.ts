import assert from 'node:assert/strict';
import type { Entry } from '../../model/entry.ts';
import type { Query } from '../../stores/store.ts';
import { bytesOf, entryWith, fill, headsOf, idsOf, type StoreCase, T0 } from './case.ts';

const recorded = (text: string) => ({ status: 200, headers: {}, body: bytesOf(text) });

/** Five entries, of which each differs from the others in what queries ask for. Not stored in the order of age. */
const stock: readonly Entry[] = [
  entryWith({ id: 'c', createdAt: T0 + 3, tenant: 't2', namespace: 'n1', scope: 's1', tags: ['x', 'y'], attributes: { lang: 'en', team: 'red' }, text: 'Capital of France?' }),
  entryWith({ id: 'a', createdAt: T0 + 1, tenant: 't1', namespace: 'n1', scope: 's1', tags: ['x'], attributes: { lang: 'en' }, text: 'capital of France?', expiresAt: T0 + 100, dropAt: T0 + 200 }),
  entryWith({ id: 'e', createdAt: T0 + 5, tenant: 't2', namespace: 'n2', scope: 's2', tags: [], attributes: {}, kind: 'qa', model: undefined, text: undefined, expiresAt: undefined, dropAt: undefined }),
  entryWith({ id: 'b', createdAt: T0 + 2, tenant: 't1', namespace: 'n2', scope: 's2', tags: ['y'], attributes: { lang: 'de', team: 'red' }, model: 'claude', text: 'Capital\nof/Spain?', lookups: ['shared', 'b-only'] }),
  entryWith({ id: 'd', createdAt: T0 + 4, tenant: 't1', namespace: 'n1', scope: 's1', tags: ['x', 'z'], attributes: { lang: 'en', team: 'blue' }, kind: 'value', lookups: ['shared'], text: '[a]*' }),
];

/** Every member of a query alone, some together, and what they name, in order. */
const questions: readonly (readonly [what: string, query: Query, ids: string])[] = [
  ['nothing', {}, 'abcde'],
  ['absent members', { tenant: undefined, limit: undefined }, 'abcde'],
  ['ids', { ids: ['d', 'a', 'nobody', 'a'] }, 'ad'],
  ['no ids', { ids: [] }, ''],
  ['a tenant', { tenant: 't1' }, 'abd'],
  ['an unknown tenant', { tenant: 'T1' }, ''],
  ['a namespace', { namespace: 'n2' }, 'be'],
  ['a kind', { kind: 'llm' }, 'abc'],
  ['a scope', { scope: 's1' }, 'acd'],
  ['a lookup', { lookup: 'shared' }, 'bd'],
  ['a tag', { tag: 'x' }, 'acd'],
  ['an attribute', { attributes: { team: 'red' } }, 'bc'],
  ['two attributes', { attributes: { team: 'red', lang: 'en' } }, 'c'],
  ['no attributes', { attributes: {} }, 'abcde'],
  ['an attribute that everything inherits', { attributes: { toString: 'x' } }, ''],
  ['a model', { model: 'gpt-5' }, 'acd'],
  ['a text', { text: 'Capital of France?' }, 'c'],
  ['a glob', { text: 'Capital*' }, 'bc'],
  ['a glob with one character', { text: '?apital of *' }, 'ac'],
  ['a glob with a set', { text: '[Cc]apital of *' }, 'ac'],
  ['a glob for a set in the text', { text: '[[]a]*' }, 'd'],
  ['any text', { text: '*' }, 'abcd'],
  ['made before', { createdBefore: T0 + 3 }, 'ab'],
  ['expired at its moment', { expiredAt: T0 + 100 }, 'a'],
  ['expired before its moment', { expiredAt: T0 + 99 }, ''],
  ['expired', { expiredAt: T0 + 60_000 }, 'abcd'],
  ['droppable at its moment', { droppableAt: T0 + 200 }, 'a'],
  ['droppable', { droppableAt: T0 + 90_000 }, 'abcd'],
  ['a limit', { limit: 2 }, 'ab'],
  ['a limit of none', { limit: 0 }, ''],
  ['a large limit', { limit: 1000 }, 'abcde'],
  ['a tenant and a limit', { tenant: 't1', limit: 2 }, 'ab'],
  ['a tag and a limit', { tag: 'x', limit: 2 }, 'ac'],
  ['a glob and a limit', { text: '*apital*', limit: 2 }, 'ab'],
  ['ids and a limit', { ids: ['e', 'd', 'c'], limit: 2 }, 'cd'],
  ['expired and a limit', { expiredAt: T0 + 60_000, limit: 3 }, 'abc'],
  ['the newest first', { newestFirst: true }, 'edcba'],
  ['the oldest first, as is said', { newestFirst: false }, 'abcde'],
  ['the newest and a limit', { newestFirst: true, limit: 2 }, 'ed'],
  ['the newest and a limit of none', { newestFirst: true, limit: 0 }, ''],
  ['the newest of a tenant', { tenant: 't1', newestFirst: true, limit: 2 }, 'db'],
  ['the newest of a scope', { scope: 's1', newestFirst: true, limit: 2 }, 'dc'],
  ['the newest with a tag', { tag: 'x', newestFirst: true, limit: 2 }, 'dc'],
  ['the newest with an attribute', { attributes: { team: 'red' }, newestFirst: true, limit: 1 }, 'c'],
  ['the newest with a lookup', { lookup: 'shared', newestFirst: true, limit: 1 }, 'd'],
  ['the newest that fit a glob', { text: '*apital*', newestFirst: true, limit: 2 }, 'cb'],
  ['the newest of some ids', { ids: ['e', 'a', 'c'], newestFirst: true, limit: 2 }, 'ec'],
  ['the newest made before', { createdBefore: T0 + 4, newestFirst: true, limit: 2 }, 'cb'],
  ['the newest that are expired', { expiredAt: T0 + 60_000, newestFirst: true, limit: 3 }, 'dcb'],
  ['the newest that are droppable', { droppableAt: T0 + 90_000, newestFirst: true, limit: 3 }, 'dcb'],
  ['a tenant, a namespace and a scope', { tenant: 't1', namespace: 'n1', scope: 's1' }, 'ad'],
  ['a tag of a tenant', { tenant: 't2', tag: 'x' }, 'c'],
  ['ids of a tenant', { tenant: 't1', ids: ['a', 'c'] }, 'a'],
  ['everything at once', { ids: ['c', 'd'], tenant: 't2', namespace: 'n1', kind: 'llm', scope: 's1', lookup: 'lookup-of-c', tag: 'y', attributes: { lang: 'en' }, model: 'gpt-5', text: 'Cap*', createdBefore: T0 + 9, expiredAt: T0 + 60_000, droppableAt: T0 + 90_000, limit: 9 }, 'c'],
];

/** Finding: what a query names, and in which order. */
export const queryCases: readonly StoreCase[] = [
  {
    name: 'finds what a query names, oldest first, or newest first where it says so',
    async run(store) {
      await fill(store, stock);

      for (const [what, query, ids] of questions) assert.deepEqual(await idsOf(store, query), [...ids], `find by ${what}`);
    },
  },
  {
    name: 'finds nothing where nothing is',
    async run(store) {
      assert.deepEqual(await idsOf(store, {}), []);
    },
  },
  {
    name: 'shows heads: all but bodies and vectors, with the forms and the size',
    async run(store) {
      await fill(store, [
        entryWith({ id: 'both', createdAt: T0, whole: recorded('x'.repeat(3000)), stream: recorded('data: 1\n\n'), vectors: { m: Uint8Array.of(1) } }),
        entryWith({ id: 'streamed', createdAt: T0 + 1, whole: undefined, stream: recorded('data: 1\n\n') }),
      ]);

      const [both, streamed] = await headsOf(store, {});

      const { whole: _, vectors: __, ...expected } = entryWith({ id: 'both', createdAt: T0 });
      const { bytes, forms, ...shown } = both!;
      assert.deepEqual({ ...shown }, expected);
      assert.deepEqual([...forms].sort(), ['stream', 'whole']);
      assert.ok(bytes > 0);
      assert.deepEqual(streamed!.forms, ['stream']);
      for (const member of ['whole', 'stream', 'vectors']) assert.ok(!(member in both!), member);
    },
  },
  {
    name: 'finds many, each once, in the order of age',
    async run(store) {
      const entries = Array.from({ length: 250 }, (_, at) => entryWith({ id: `many-${at}`, createdAt: T0 + ((at * 89) % 250), tags: at % 2 ? ['odd'] : [] }));
      await fill(store, entries);
      const ordered = entries.toSorted((a, b) => a.createdAt - b.createdAt);

      assert.deepEqual(await idsOf(store, {}), ordered.map(({ id }) => id));
      assert.deepEqual(await idsOf(store, { tag: 'odd' }), ordered.filter(({ tags }) => tags.includes('odd')).map(({ id }) => id));
      assert.deepEqual(await idsOf(store, { newestFirst: true }), ordered.toReversed().map(({ id }) => id));
    },
  },
  {
    name: 'finds entries of one moment, each once',
    async run(store) {
      const entries = Array.from({ length: 40 }, (_, at) => entryWith({ id: `same-${at}`, createdAt: T0, expiresAt: T0, dropAt: T0 }));
      await fill(store, entries);

      for (const query of [{}, { newestFirst: true }, { droppableAt: T0 }, { expiredAt: T0 }, { tag: 'docs' }]) {
        assert.deepEqual((await idsOf(store, query)).sort(), entries.map(({ id }) => id).sort());
      }
    },
  },
  {
    name: 'may be left before the last head',
    async run(store) {
      await fill(store, stock);

      for await (const head of store.find({})) {
        assert.equal(head.id, 'a');
        break;
      }

      assert.equal(await store.delete({}), stock.length);
    },
  },
];

export { stock, questions };
