import { expect, it } from 'vitest';
import type { EntryHead } from '../../src/model/entry.ts';
import type { Store, StoredRecord } from '../../src/stores/store.ts';
import { fakeClock, faultyStore } from '../../src/testing/index.ts';
import { collect } from './collect.ts';

/** A store that holds nothing and always works. */
function emptyStore(): Store {
  return {
    name: 'empty',
    open: async () => ({}),
    get: () => undefined,
    set: () => {},
    touch: () => {},
    async *find(): AsyncIterable<EntryHead> {},
    delete: async () => 0,
    size: async () => ({ entries: 0, bytes: 0 }),
    records: { get: (): StoredRecord | undefined => undefined, put: () => true, delete: () => {}, list: () => [] },
    close: async () => {},
  };
}

it('does what the store does while nothing is wrong', async () => {
  const store = faultyStore(emptyStore());

  expect(store.get('a')).toBeUndefined();
  expect(store.records.put('a', 'b', undefined)).toBe(true);
  expect(await store.delete({})).toBe(0);
  expect(store.calls).toMatchObject({ 'get': 1, 'records.put': 1, 'delete': 1, 'set': 0 });
});

it('fails so many times and then works again', async () => {
  const store = faultyStore(emptyStore());
  store.fail('get', new Error('disk full'), 1);

  await expect(store.get('a')).rejects.toThrow('disk full');
  expect(store.get('a')).toBeUndefined();
});

it('fails from the start, where planned, until it is healed', async () => {
  const store = faultyStore(emptyStore(), { fail: ['open', 'find'], throws: true });

  await expect(store.open()).rejects.toThrow('open');
  await expect(collect(store.find({}))).rejects.toThrow('find');
  store.heal('open');

  expect(await store.open()).toEqual({});
  await expect(collect(store.find({}))).rejects.toThrow('find');
});

it('can throw at once as a store in the process would', () => {
  const store = faultyStore(emptyStore(), { fail: ['get'], throws: true });

  expect(() => store.get('a')).toThrow('told to fail at get');
});

it('hangs until it is healed, and then goes on', async () => {
  const store = faultyStore(emptyStore());
  store.hang('size');
  let ended = false;
  const size = store.size().finally(() => (ended = true));
  await new Promise(setImmediate);
  expect(ended).toBe(false);

  store.heal();

  expect(await size).toEqual({ entries: 0, bytes: 0 });
});

it('takes as long as it is told', async () => {
  const clock = fakeClock();
  const store = faultyStore(emptyStore(), { delay: { get: 500 }, clock });
  let ended = false;
  const got = Promise.resolve(store.get('a')).then(() => (ended = true));

  await clock.advance(499);
  expect(ended).toBe(false);

  await clock.advance(1);
  await got;
  expect(ended).toBe(true);
});
