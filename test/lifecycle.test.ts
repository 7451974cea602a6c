import { describe, expect, it, vi } from 'vitest';
import type { CacheError } from '../src/base/errors.ts';
import { SECRET_RECORD } from '../src/keys/secret.ts';
import { memoryStore } from '../src/stores/memory.ts';
import type { Store } from '../src/stores/store.ts';
import { faultyStore, type FaultyStore } from '../src/testing/faulty-store.ts';
import { pathForTest } from './flow/path-for-test.ts';

const STORE_TIMEOUT = 250;
/** A credential, so that the tenant is made under the secret of the store. */
const KEY = { authorization: 'Bearer of one' };

/** A store in memory that says it is on a server. */
const onServer = (inner = memoryStore()): FaultyStore => faultyStore({ ...inner, name: 'far', open: async () => ({ ...(await inner.open()), remote: true }) });

async function pathOn(store: Store) {
  const path = await pathForTest({ store, memory: false, storeTimeout: STORE_TIMEOUT });
  const errors: CacheError[] = [];
  path.cache.on('error', ({ error }) => void errors.push(error));
  return { ...path, errors };
}

describe('a server that hangs when its store is opened', () => {
  it('holds the first requests for the time limit of the store, and later ones not at all', async () => {
    const store = onServer();
    store.hang('open');
    const { askAndSettle, clock, errors } = await pathOn(store);

    const first = Promise.all([askAndSettle('One?'), askAndSettle('Two?')]);
    await vi.waitUntil(() => clock.sleepers > 0);
    await clock.advance(STORE_TIMEOUT);
    const outcomes = [...(await first), await askAndSettle('Three?')];

    expect(outcomes.map(({ kind }) => kind)).toEqual(['miss', 'miss', 'miss']);
    expect(clock.elapsed()).toBe(STORE_TIMEOUT);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining(`no answer within ${STORE_TIMEOUT} ms`)]);
    store.heal();
  });

  it('is used as soon as it has opened', async () => {
    const store = onServer();
    store.hang('open');
    const { askAndSettle, cache, clock } = await pathOn(store);
    const first = askAndSettle('One?');
    await vi.waitUntil(() => clock.sleepers > 0);
    await clock.advance(STORE_TIMEOUT);
    await first;

    store.heal();
    await cache.open();
    await askAndSettle('One?');

    expect((await askAndSettle('One?')).kind).toBe('exact');
  });

  it('and refuses in the end says why, and is left alone for five seconds', async () => {
    const store = onServer();
    store.hang('open');
    const { askAndSettle, clock, errors } = await pathOn(store);
    const first = askAndSettle('One?');
    await vi.waitUntil(() => clock.sleepers > 0);
    await clock.advance(STORE_TIMEOUT);
    await first;
    store.fail('records.get', new Error('no such user'));
    store.heal('open');
    await vi.waitUntil(() => errors.length > 1);

    await askAndSettle('Two?');
    const tried = store.calls.open;
    await clock.advance(5_000);
    store.heal();
    await askAndSettle('Three?');

    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('no answer'), expect.stringContaining('no such user')]);
    expect([tried, store.calls.open]).toEqual([1, 2]);
    expect((await askAndSettle('Three?')).kind).toBe('exact');
  });
});

describe('a server that loses all it has', () => {
  it('gets the secret of its tenants back from the process that uses it', async () => {
    const inner = memoryStore();
    const store = onServer(inner);
    const { askAndSettle, clock, errors } = await pathOn(store);
    await askAndSettle('One?');
    const secret = (await inner.records.get(SECRET_RECORD))!.value;

    await inner.records.delete(SECRET_RECORD);
    store.fail('get', new Error('the connection broke'), 1);
    await askAndSettle('Two?');
    await clock.advance(1_000);

    await vi.waitUntil(async () => (await inner.records.get(SECRET_RECORD)) !== undefined);
    expect((await inner.records.get(SECRET_RECORD))!.value).toBe(secret);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('the connection broke')]);
  });

  it('and has got another secret since is used with that one, which is said', async () => {
    const inner = memoryStore();
    const store = onServer(inner);
    const { askAndSettle, clock, errors } = await pathOn(store);
    await askAndSettle('One?');
    await inner.records.delete(SECRET_RECORD);
    const other = await pathOn(onServer(inner));
    await askAndSettle('Two?', { headers: KEY, cache: other.cache });

    store.fail('get', new Error('the connection broke'), 1);
    await askAndSettle('Three?');
    await clock.advance(1_000);
    await vi.waitUntil(() => errors.length > 1);

    expect(errors.at(-1)!.message).toContain('another process has made a new one');
    expect((await askAndSettle('Two?', { headers: KEY })).kind).toBe('exact');
  });

  it('is asked again until it answers', async () => {
    const inner = memoryStore();
    const store = onServer(inner);
    const { askAndSettle, clock } = await pathOn(store);
    await askAndSettle('One?');
    await inner.records.delete(SECRET_RECORD);
    store.fail('records.get', new Error('still starting'), 2);
    store.fail('get', new Error('the connection broke'), 1);
    await askAndSettle('Two?');

    for (let second = 0; second < 3; second++) await clock.advance(1_000);

    await vi.waitUntil(async () => (await inner.records.get(SECRET_RECORD)) !== undefined);
  });
});
