import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/model/entry.ts';
import { moved, select } from '../../src/stores/matches.ts';
import type { Query } from '../../src/stores/store.ts';
import { entryOf } from './entry.ts';
import { describeOn, listed, storesForTest } from './redis-servers.ts';

/** Few names, so that entries share them, with some that are hard to write down. */
const name = fc.constantFrom('a', 'b', '\uD800', '{a}', '');
const moment = fc.integer({ min: 1, max: 6 });
const optional = <T>(made: fc.Arbitrary<T>) => fc.option(made, { nil: undefined });

const entry: fc.Arbitrary<Entry> = fc
  .record({
    id: fc.constantFrom('1', '2', '3', '4', '5', '6'), tenant: name, namespace: name, scope: name, kind: fc.constantFrom('llm' as const, 'qa' as const), createdAt: moment,
    lookups: fc.uniqueArray(name, { maxLength: 2 }), tags: fc.uniqueArray(name, { maxLength: 2 }), attributes: fc.dictionary(name, name, { maxKeys: 2 }),
    model: optional(name), text: optional(name), expiresAt: optional(moment), dropAt: optional(moment.map((at) => at + 1e9)),
  })
  .map(({ id, ...members }) => entryOf(id, members as Partial<Entry>));

const query: fc.Arbitrary<Query> = fc.record(
  {
    ids: fc.array(fc.constantFrom('1', '2', '9'), { maxLength: 3 }), tenant: name, namespace: name, kind: fc.constantFrom('llm' as const), scope: name, lookup: name, tag: name,
    attributes: fc.dictionary(name, name, { maxKeys: 2 }), model: name, text: fc.constantFrom('a', '*', '[ab]'), createdBefore: moment, expiredAt: moment, droppableAt: moment.map((at) => at + 1e9),
    newestFirst: fc.boolean(), limit: fc.integer({ min: 0, max: 4 }),
  },
  { requiredKeys: [] },
);

const step = fc.oneof(
  { weight: 5, arbitrary: entry.map((one) => ({ do: 'set' as const, entry: one })) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('touch' as const), id: fc.constantFrom('1', '2', '9'), at: moment }) },
  // Which entries of one moment a limit keeps is open, so that deleting has none.
  { weight: 1, arbitrary: query.map((one) => ({ do: 'delete' as const, query: { ...one, limit: undefined } })) },
);

for (const server of ['a plain server', 'a cluster'] as const) {
  describeOn(server, 'finding in Redis', (url) => {
    const stores = storesForTest(url, 'ioredis');
    afterEach(() => stores.close());

    describe('after any writes, touches and deletes', () => {
      it('agrees with looking at every entry', { timeout: 60_000 }, async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), fc.array(query, { minLength: 3, maxLength: 6 }), async (steps, queries) => {
            const store = stores.make();
            const model = new Map<string, Entry>();
            for (const one of steps) {
              if (one.do === 'set') {
                await store.set(one.entry);
                model.set(one.entry.id, one.entry);
              } else if (one.do === 'touch') {
                await store.touch(one.id, one.at);
                const known = model.get(one.id);
                if (known) model.set(one.id, moved(known, one.at));
              } else {
                const named = select(model.values(), one.query);
                expect(await store.delete(one.query)).toBe(named.length);
                for (const { id } of named) model.delete(id);
              }
            }
            for (const one of queries) {
              const wanted = select(model.values(), one);
              const found = await listed(store.find(one));
              // Those of one moment may come in any order.
              expect(found.map(({ createdAt }) => createdAt)).toEqual(wanted.map(({ createdAt }) => createdAt));
              const all = new Set(select(model.values(), { ...one, limit: undefined }).map(({ id }) => id));
              expect(new Set(found.map(({ id }) => id)).size).toBe(wanted.length);
              for (const { id } of found) expect(all).toContain(id);
            }
            expect((await store.size()).entries).toBe(model.size);
            await stores.close();
          }),
          { numRuns: 20 },
        );
      });
    });
  });
}
