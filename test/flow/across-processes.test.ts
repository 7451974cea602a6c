import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProvider, fakeProvider } from '../../src/testing/fake-provider.ts';
import { gate } from '../../src/testing/fake-provider/gate.ts';
import { startWorkers, type Worker } from './across-workers.ts';

/** Of the caches whose holders are killed: short, so that a test need not wait for long. */
const LEASE_TIME = 2000;
const PROCESSES = 4;

const folder = mkdtempSync(join(tmpdir(), 'reprise-across-'));
let provider: FakeProvider;
let workers: readonly Worker[];

beforeAll(async () => {
  provider = await fakeProvider();
  workers = await startWorkers(PROCESSES, `sqlite:${join(folder, 'cache.db')}`, provider.openaiUrl, LEASE_TIME);
}, 20_000);
beforeEach(() => provider.reset());
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  await provider.close();
  rmSync(folder, { recursive: true });
});

describe('equal questions in several processes upon one SQLite file', () => {
  it('make one call: 200 of them in 4 processes', async () => {
    provider.hold();

    const asked = workers.map((worker) => worker.ask({ prompt: 'Capital of France?', count: 50 }).done);
    await provider.whenHeld();
    provider.release();
    const all = await Promise.all(asked);

    expect(all.flatMap(({ errors, troubles }) => [...errors, ...troubles])).toEqual([]);
    expect(provider.calls).toBe(1);
    expect(new Set(all.flatMap(({ bodies }) => bodies)).size).toBe(1);
    const kinds = all.flatMap((done) => done.kinds);
    expect(kinds).toHaveLength(200);
    expect(kinds.filter((kind) => kind === 'miss')).toHaveLength(1);
  });

  it('give the first bytes of a stream to all while it still runs', async () => {
    const events = gate();
    provider.reply({ text: 'Paris, of course.', gate: events });
    const [leader, follower] = workers as [Worker, Worker, ...Worker[]];

    const led = leader.ask({ prompt: 'Capital of Spain?', count: 1, stream: true });
    await provider.whenCalled(1);
    const followed = follower.ask({ prompt: 'Capital of Spain?', count: 3, stream: true });
    events.open(2);
    await Promise.all([led.begun, followed.begun]);
    events.openAll();
    const [first, second] = await Promise.all([led.done, followed.done]);

    expect(provider.calls).toBe(1);
    expect(first.kinds).toEqual(['miss']);
    expect(second).toEqual({ at: 'done', kinds: ['joined', 'joined', 'joined'], bodies: first.bodies, errors: [], troubles: [] });
  });

  it('are asked by another process within the lease time when the one that asks is killed', async () => {
    provider.hold();
    const [leader, ...followers] = workers as [Worker, ...Worker[]];
    void leader.ask({ prompt: 'Capital of Italy?', count: 2, stream: true, brief: true });
    await provider.whenHeld();
    const followed = followers.map((follower) => follower.ask({ prompt: 'Capital of Italy?', count: 2, stream: true, brief: true }).done);

    await leader.kill();
    const killed = performance.now();
    await provider.whenCalled(2);
    const waited = performance.now() - killed;
    provider.release();
    const all = await Promise.all(followed);

    // The lease is looked at every third of its time besides, and the machine may be busy.
    expect(waited).toBeLessThan(LEASE_TIME * 2);
    expect(provider.calls).toBe(2);
    expect(all.flatMap(({ errors }) => errors)).toEqual([]);
    expect(new Set(all.flatMap(({ bodies }) => bodies)).size).toBe(1);
  });

  it('break off within the lease time where the process that asks is killed in the middle of its answer', async () => {
    const events = gate();
    provider.reply({ text: 'Oslo, of course.', gate: events });
    // Those that are still there.
    const [leader, follower] = workers.slice(1) as [Worker, Worker];
    void leader.ask({ prompt: 'Capital of Norway?', count: 1, stream: true, brief: true });
    await provider.whenCalled(1);
    const followed = follower.ask({ prompt: 'Capital of Norway?', count: 1, stream: true, brief: true });
    events.open(2);
    await followed.begun;

    await leader.kill();
    const killed = performance.now();
    const { errors } = await followed.done;

    expect(errors).toEqual([expect.stringContaining('ended before its answer did')]);
    expect(performance.now() - killed).toBeLessThan(LEASE_TIME * 2);
  });
});
