import { createServer, type Server as TcpServer } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { redisStore } from '../../src/stores/redis.ts';
import type { Change, Store } from '../../src/stores/store.ts';
import { entryOf } from './entry.ts';
import { child } from './faults/child.ts';
import { describeOn, DRIVERS, freshPrefix, listed, storesForTest } from './redis-servers.ts';

/** Waits until what another store writes is heard, and forgets what was heard so far. */
async function heardFrom(writer: Store, heard: Change[]): Promise<void> {
  let count = 0;
  const isHeard = async () => {
    const id = `probe-${++count}`;
    await writer.set(entryOf(id));
    return vi.waitUntil(() => heard.some((change) => change.kind === 'set' && change.ids.includes(id)), { timeout: 200, interval: 5 }).catch(() => false);
  };
  await vi.waitUntil(isHeard, { timeout: 15_000, interval: 1 });
  heard.length = 0;
}

for (const [server, driver] of [['a plain server', 'ioredis'], ['a primary that a sentinel names', 'redis'], ['a cluster', 'redis']] as const) {
  describeOn(server, `several processes with one Redis, by ${driver}`, (url) => {
    const stores = storesForTest(url, driver);
    afterEach(() => stores.close());

    /** A process of its own with a store of this prefix; `say` and `lines()` talk with it. */
    const processWith = (prefix: string, script: string) =>
      child(`
        const { redisStore } = await import('./src/stores/redis.ts');
        const store = redisStore({ url: ${JSON.stringify(url)}, driver: ${JSON.stringify(driver)}, prefix: ${JSON.stringify(prefix)}, now: () => 0 });
        const { leases, logs } = await store.open();
        ${script}`);

    it('hear of what the others write, touch and delete, and not of themselves', async () => {
      const prefix = freshPrefix();
      const store = stores.make({ prefix });
      const { changes } = await store.open();
      const heard: Change[] = [];
      changes!.subscribe((change) => heard.push(change));
      await heardFrom(stores.make({ prefix }), heard);
      const other = processWith(prefix, `
        await store.set(entryOf('\\uD800'));
        await store.touch('\\uD800', 5);
        await store.delete({ ids: ['\\uD800'] });
        await store.delete({});
        await store.close();`);

      await store.set(entryOf('mine'));
      await other.rest();
      await vi.waitUntil(() => heard.length >= 5);

      // On a cluster messages of several servers may pass each other; those of one entry do not.
      expect(heard.filter(({ kind }) => kind !== 'clear')).toEqual([{ kind: 'set', ids: ['\uD800'] }, { kind: 'set', ids: ['\uD800'] }, { kind: 'delete', ids: ['\uD800'] }]);
      expect(heard.filter(({ kind }) => kind === 'clear')).toHaveLength(2);
    });

    it('share a lease that is free again soon after its holder was killed, and never serve two holders', async () => {
      const prefix = freshPrefix();
      const { leases } = await stores.make({ prefix }).open();
      const other = processWith(prefix, `
        const lease = await leases.acquire('call', 400);
        say(String(lease.fence));
        for await (const _ of lines());`);
      const theirs = Number(await other.line());
      expect(await leases!.acquire('call', 1000)).toBeUndefined();

      await other.kill();
      const mine = await vi.waitUntil(() => leases!.acquire('call', 1000), { timeout: 5000, interval: 20 });

      expect(mine.fence).toBeGreaterThan(theirs);
      expect(await leases!.renew({ name: 'call', fence: theirs }, 1000)).toBe(false);
      await leases!.release({ name: 'call', fence: theirs });
      expect(await leases!.renew(mine, 1000)).toBe(true);
    });

    it('refuse what a late holder appends, and show nobody a mix of two holders', async () => {
      const { leases, logs } = await stores.make().open();
      const late = (await leases!.acquire('call', 1))!;
      const today = await vi.waitUntil(() => leases!.acquire('call', 60_000), { timeout: 5000, interval: 5 });

      await expect(logs!.append(late, 0, Buffer.from('late'))).rejects.toThrow('held no longer');
      await logs!.append(today, 0, Buffer.from('today'));
      await expect(logs!.append(late, 1, Buffer.from('late'))).rejects.toThrow('held no longer');
      await leases!.release(today);

      const read = (await listed(logs!.read('call', 0))).map((piece) => Buffer.from(piece).toString());
      expect(read).toEqual(['today']);
    });

    it('follow a stream while another process writes it', async () => {
      const prefix = freshPrefix();
      const { leases, logs } = await stores.make({ prefix }).open();
      const lease = (await leases!.acquire('call', 60_000))!;
      const other = processWith(prefix, `
        for await (const piece of logs.read('call', 0)) say(Buffer.from(piece).toString());
        say('end');
        await store.close();`);

      await logs!.append(lease, 0, Buffer.from('first'));
      expect(await other.line()).toBe('first');
      await logs!.append(lease, 1, Buffer.from('second'));
      expect(await other.line()).toBe('second');
      await leases!.release(lease);

      expect(await other.rest()).toEqual(['end']);
    });
  });
}

for (const driver of DRIVERS) {
  describeOn('a primary that a sentinel names', `a connection of ${driver} that hears changes`, (url) => {
    const stores = storesForTest(url, driver);
    afterEach(() => stores.close());

    it('tells when it was lost, and hears changes again afterwards', async () => {
      const prefix = freshPrefix();
      const store = stores.make({ prefix });
      const { changes } = await store.open();
      const heard: Change[] = [];
      changes!.subscribe((change) => heard.push(change));
      const writer = stores.make({ prefix });
      await heardFrom(writer, heard);
      const [host, port, service] = /\/\/(.*):(\d+)\/(.*)$/.exec(url)!.slice(1) as [string, string, string];
      const admin = new Redis({ sentinels: [{ host, port: Number(port) }], name: service });

      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await vi.waitUntil(() => heard.length > 0);
      const first = heard[0];
      await heardFrom(writer, heard);

      expect(first).toEqual({ kind: 'lost' });
      admin.disconnect();
    });
  });
}

describe('a Redis that does not answer', () => {
  let silent: TcpServer;
  let port: number;
  beforeAll(async () => {
    // Loading is not what is timed.
    await Promise.all([import('ioredis'), import('redis')]);
    silent = createServer((socket) => void socket.on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    port = (silent.address() as { port: number }).port;
  });
  afterAll(() => void silent.close());

  it.each(DRIVERS.flatMap((driver) => [[driver, 'redis://'], [driver, 'redis+cluster://']] as const))('is an error within the time limit, by %s with %s', async (driver, scheme) => {
    const store = redisStore({ url: `${scheme}127.0.0.1:${port}`, driver, timeout: 200 });
    const began = performance.now();

    await expect(store.get('a')).rejects.toThrow();

    expect(performance.now() - began).toBeLessThan(2000);
    await store.close();
  });

  it.each(DRIVERS)('is an error at once where nobody listens, by %s', async (driver) => {
    const store = redisStore({ url: 'redis://127.0.0.1:1', driver });

    await expect(store.open()).rejects.toThrow(/ECONNREFUSED/);

    await store.close();
    await expect(store.get('a')).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
