import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeProvider, fakeProvider } from '../../src/testing/fake-provider.ts';
import { gate } from '../../src/testing/fake-provider/gate.ts';
import { HOW_POSTGRES, PostgresServer, postgresPrograms, removeTemplate } from '../stores/faults-servers/postgres-server.ts';
import { needs } from '../stores/faults-servers/programs.ts';
import { HOW_REDIS, redisProgram, RedisServer } from '../stores/faults-servers/redis-server.ts';
import { startWorkers, type Worker } from './across-workers.ts';

/** Of the caches whose holders are killed: short, so that a test need not wait for long; long enough for a busy machine to renew in time. */
const LEASE_TIME = 3000;
const PROCESSES = 4;
const STARTING = 60_000;

needs('redis-server', redisProgram, HOW_REDIS);
needs('PostgreSQL', postgresPrograms, HOW_POSTGRES);

const SERVERS = [
  { name: 'Redis', there: redisProgram !== undefined, start: async () => {
    const server = await RedisServer.start();
    return { url: `${server.url}?prefix=${randomUUID()}:`, close: () => server.close() };
  } },
  { name: 'PostgreSQL', there: postgresPrograms !== undefined, start: async () => {
    const server = await PostgresServer.start();
    return { url: `${server.url()}?schema=across&maxConnections=2`, close: async () => {
      await server.close();
      removeTemplate();
    } };
  } },
] as const;

for (const { name, there, start } of SERVERS) {
  // A store that is late costs a second call, as promised, and a busy machine makes it late.
  describe.skipIf(!there)(`equal questions in four processes upon ${name}`, { retry: 2 }, () => {
    let provider: FakeProvider;
    let server: { url: string; close(): Promise<void> };
    let workers: Worker[] = [];

    async function kill(worker: Worker): Promise<void> {
      workers = workers.filter((one) => one !== worker);
      await worker.kill();
    }

    beforeAll(async () => {
      [provider, server] = await Promise.all([fakeProvider(), start()]);
      workers = await startWorkers(PROCESSES, server.url, provider.openaiUrl, LEASE_TIME);
    }, STARTING);
    afterEach(() => provider.reset());
    afterAll(async () => {
      await Promise.all(workers.map(kill));
      await provider?.close();
      await server?.close();
    }, STARTING);

    it('make one call: 100 of them at once', async () => {
      provider.hold();

      const asked = workers.map((worker) => worker.ask({ prompt: 'Capital of France?', count: 25 }).done);
      await provider.whenHeld();
      provider.release();
      const all = await Promise.all(asked);

      expect(provider.calls).toBe(1);
      expect(all.flatMap(({ errors }) => errors)).toEqual([]);
      expect(new Set(all.flatMap(({ bodies }) => bodies)).size).toBe(1);
      const kinds = all.flatMap((done) => done.kinds);
      expect(kinds).toHaveLength(100);
      expect(kinds.filter((kind) => kind === 'miss')).toHaveLength(1);
    });

    it('give the first bytes of a stream to all while it still runs', async () => {
      const events = gate();
      provider.reply({ text: 'Paris, of course.', gate: events });
      const [leader, ...followers] = workers as [Worker, ...Worker[]];

      const led = leader.ask({ prompt: 'Capital of Spain?', count: 1, stream: true });
      await provider.whenCalled(1);
      const followed = followers.map((follower) => follower.ask({ prompt: 'Capital of Spain?', count: 2, stream: true }));
      events.open(2);
      // None of them could end before the gate opens.
      await Promise.all([led.begun, ...followed.map(({ begun }) => begun)]);
      events.openAll();
      const [first, ...others] = await Promise.all([led.done, ...followed.map(({ done }) => done)]);

      expect(provider.calls).toBe(1);
      expect(first!.kinds).toEqual(['miss']);
      for (const other of others) expect(other).toMatchObject({ kinds: ['joined', 'joined'], bodies: first!.bodies, errors: [] });
    });

    it('are asked by another process within the lease time when the one that asks is killed', async () => {
      provider.hold();
      const [leader, ...followers] = workers as [Worker, ...Worker[]];
      void leader.ask({ prompt: 'Capital of Italy?', count: 2, stream: true, brief: true });
      await provider.whenHeld();
      const followed = followers.map((follower) => follower.ask({ prompt: 'Capital of Italy?', count: 2, stream: true, brief: true }).done);

      await kill(leader);
      const killed = performance.now();
      await provider.whenCalled(2);
      const waited = performance.now() - killed;
      provider.release();
      const all = await Promise.all(followed);

      // The lease is looked at every second besides, and the machine may be busy.
      expect(waited).toBeLessThan(LEASE_TIME * 2);
      expect(provider.calls).toBe(2);
      expect(all.flatMap(({ errors }) => errors)).toEqual([]);
      expect(new Set(all.flatMap(({ bodies }) => bodies)).size).toBe(1);
    });
  });
}
