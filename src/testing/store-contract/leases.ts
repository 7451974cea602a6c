import assert from 'node:assert/strict';
import type { Lease, Leases, Store, StreamLogs } from '../../stores/store.ts';
import { bytesOf, everyByte, type StoreCase, unsafeNames } from './case.ts';

/** A lease that nobody loses while a case runs, and one that nobody keeps. In milliseconds. */
const LONG = 60_000;
const SHORT = 40;
/** How long a case waits for what has to come. */
const LONGEST_WAIT = 10_000;

/** A case that runs where the store has leases, and passes where it has none. */
const withLeases = (name: string, run: (leases: Leases, store: Store) => Promise<void>): StoreCase => ({
  name,
  async run(store) {
    const { leases } = await store.open();
    if (leases) await run(leases, store);
  },
});

const withLogs = (name: string, run: (leases: Leases, logs: StreamLogs) => Promise<void>): StoreCase =>
  withLeases(name, async (leases, store) => {
    const { logs } = await store.open();
    if (logs) await run(leases, logs);
  });

async function held(leases: Leases, name: string, duration = LONG): Promise<Lease> {
  const lease = await leases.acquire(name, duration);
  assert.ok(lease, `the lease ${JSON.stringify(name)} is free`);
  return lease;
}

/** The lease, as soon as it is free. */
async function whenFree(leases: Leases, name: string): Promise<Lease> {
  for (const until = Date.now() + LONGEST_WAIT; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 10))) {
    const lease = await leases.acquire(name, LONG);
    if (lease) return lease;
  }
  assert.fail(`the lease ${JSON.stringify(name)} did not run out`);
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<string[]> {
  const read: string[] = [];
  for await (const piece of pieces) read.push(Buffer.from(piece).toString('latin1'));
  return read;
}

/** What a store with leases and logs does with them. */
export const leaseCases: readonly StoreCase[] = [
  withLeases('gives a lease to one of many who ask at once', async (leases) => {
    const given = await Promise.all(Array.from({ length: 20 }, () => leases.acquire('call', LONG)));

    assert.equal(given.filter((lease) => lease !== undefined).length, 1);
  }),
  withLeases('gives a lease again once it was released, with a greater fence', async (leases) => {
    const first = await held(leases, 'call');
    await leases.release(first);

    const second = await held(leases, 'call');

    assert.ok(second.fence > first.fence);
    assert.equal(await leases.acquire('call', LONG), undefined);
  }),
  withLeases('gives a lease that has run out to the next, and the late holder cannot take it back', async (leases) => {
    const late = await held(leases, 'call', SHORT);

    const next = await whenFree(leases, 'call');

    assert.ok(next.fence > late.fence);
    assert.equal(await leases.renew(late, LONG), false);
    await leases.release(late);
    assert.equal(await leases.acquire('call', LONG), undefined, 'release by the late holder frees nothing');
    assert.equal(await leases.renew(next, LONG), true);
  }),
  withLeases('holds a lease for longer when it is renewed, and not once it is released', async (leases) => {
    const lease = await held(leases, 'call', LONG);

    assert.equal(await leases.renew(lease, LONG), true);
    await leases.release(lease);

    assert.equal(await leases.renew(lease, LONG), false);
    await held(leases, 'call');
  }),
  withLeases('keeps leases of any two names apart', async (leases) => {
    const names = unsafeNames.filter((name) => name !== '');

    const given = await Promise.all(names.map((name) => leases.acquire(name, LONG)));

    assert.equal(given.filter((lease) => lease === undefined).length, 0);
  }),
  withLogs('gives the pieces of a log to a reader as they come, and ends with the lease', async (leases, logs) => {
    const lease = await held(leases, 'call');
    await logs.append(lease, 0, bytesOf('head'));
    const reader = logs.read('call', 0)[Symbol.asyncIterator]();
    const first = await reader.next();
    await logs.append(lease, 1, everyByte());
    const second = await reader.next();
    const third = reader.next();
    await logs.append(lease, 2, bytesOf('end'));
    await leases.release(lease);

    assert.deepEqual([first.value, second.value, (await third).value].map((piece) => [...piece!]), [bytesOf('head'), everyByte(), bytesOf('end')].map((piece) => [...piece]));
    assert.equal((await reader.next()).done, true);
  }),
  withLogs('gives a log from any piece on, also after its holder released the lease while it was read', async (leases, logs) => {
    const lease = await held(leases, 'call');
    const whole = logs.read('call', 0)[Symbol.asyncIterator]();
    const begun = whole.next();
    const rest = all(logs.read('call', 1));
    for (const [seq, piece] of ['a', 'b', 'c'].entries()) await logs.append(lease, seq, bytesOf(piece));
    await leases.release(lease);

    assert.equal(Buffer.from((await begun).value!).toString(), 'a');
    assert.deepEqual(await all({ [Symbol.asyncIterator]: () => whole }), ['b', 'c']);
    assert.deepEqual(await rest, ['b', 'c']);
  }),
  withLogs('ends a log whose holder is gone when the lease has run out', async (leases, logs) => {
    const lease = await held(leases, 'call', SHORT * 25);
    await logs.append(lease, 0, bytesOf('a'));

    assert.deepEqual(await all(logs.read('call', 0)), ['a']);
  }),
  withLogs('lets no late holder append, and begins the log anew for the next', async (leases, logs) => {
    const late = await held(leases, 'call', SHORT);
    const next = await whenFree(leases, 'call');
    const read = all(logs.read('call', 0));

    await assert.rejects(logs.append(late, 0, bytesOf('late')));
    await logs.append(next, 0, bytesOf('next'));
    await assert.rejects(logs.append(late, 1, bytesOf('later')));
    await leases.release(next);

    assert.deepEqual((await read).filter((piece) => piece !== 'next'), []);
  }),
  withLogs('ends at once where nobody holds the lease and nobody wrote', async (_, logs) => {
    assert.deepEqual(await all(logs.read('nobody', 0)), []);
  }),
];
