import { describe, expect, it, vi } from 'vitest';
import type { Change, Store } from '../../src/stores/store.ts';
import { memoryTier } from '../../src/stores/memory-tier.ts';
import { entryOf } from './entry.ts';
import { child } from './faults/child.ts';
import { all, needsServer, newSchema, newStore, onServer, pooledUrl, url } from './postgres-for-test.ts';

needsServer('REPRISE_TEST_POSTGRES_URL', url);
needsServer('REPRISE_TEST_PGBOUNCER_URL', pooledUrl);

const WAIT = 10_000;

/** What a store is told, `lost` left out. */
async function toldTo(store: Store): Promise<Change[]> {
  const told: Change[] = [];
  (await store.open()).changes!.subscribe((change) => void (change.kind !== 'lost' && told.push(change)));
  return told;
}

/** A store in a process of its own, which does what it is told: `set ID`, `delete TAG`, `clear`, `lease NAME`, `append NUMBER TEXT`. */
const other = (schema: string) => child(`
  const { postgresStore } = await import('./src/stores/postgres.ts');
  const store = postgresStore({ url: ${JSON.stringify(url)}, schema: ${JSON.stringify(schema)}, readTimeout: '10s', writeTimeout: '10s' });
  const { leases, logs } = await store.open();
  let lease;
  say('ready');
  for await (const line of lines()) {
    const [verb, what, ...rest] = line.split(' ');
    if (verb === 'set') await store.set(entryOf(what, { tags: ['x'], text: rest[0] }));
    if (verb === 'delete') await store.delete({ tag: what });
    if (verb === 'clear') await store.delete({});
    if (verb === 'lease') lease = await leases.acquire(what, 60000);
    if (verb === 'append') await logs.append(lease, Number(what), new TextEncoder().encode(rest[0]));
    say('done');
  }
`);

describe.skipIf(url === '' || pooledUrl === '')('what another process does in PostgreSQL', () => {
  it.each([
    ['by notification', { url }],
    ['by looking, where nobody listens', { url, listenUrl: false as const }],
    ['by looking, where the URL leads to a pooler', { url: pooledUrl }],
    ['by notification from the server, beside a pooler', { url: pooledUrl, listenUrl: url }],
  ])('is told %s', async (_, options) => {
    const schema = newSchema();
    const store = newStore({ schema, ...options });
    const told = await toldTo(store);
    const process = other(schema);
    await process.line();
    const does = async (line: string) => {
      process.tell(line);
      await process.line();
    };

    await does('set a');
    await does('set b');
    await vi.waitFor(() => expect(told.flatMap((change) => (change.kind === 'set' ? change.ids : []))).toEqual(['a', 'b']), WAIT);
    await does('delete x');
    await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ kind: 'delete', ids: expect.arrayContaining(['a', 'b']) }), WAIT);
    await does('clear');
    await vi.waitFor(() => expect(told.at(-1)).toEqual({ kind: 'clear' }), WAIT);

    // What it does itself, it is not told.
    const before = told.length;
    await store.set(entryOf('own'));
    await does('set last');
    await vi.waitFor(() => expect(told.at(-1)).toEqual({ kind: 'set', ids: ['last'] }), WAIT);
    // Clearing is told when it begins and when it ends.
    expect(told.slice(before).filter(({ kind }) => kind !== 'clear')).toHaveLength(1);
    await process.kill();
    await store.close();
  });

  it('is gone from memory before the store', async () => {
    const schema = newSchema();
    const tier = memoryTier(newStore({ schema }));
    await tier.open();
    await tier.set(entryOf('a', { tags: ['x'] }));
    expect(tier.get('a')).not.toBeInstanceOf(Promise);
    const process = other(schema);
    await process.line();

    process.tell('delete x');
    await process.line();

    await vi.waitFor(async () => expect(await tier.get('a')).toBeUndefined(), WAIT);
    await process.kill();
    await tier.close();
  });

  it('is told though its transaction began before others that were told already', async () => {
    const schema = newSchema();
    const store = newStore({ schema });
    const told = await toldTo(store);
    const writer = newStore({ schema });
    await onServer(async (client) => {
      await client.query(`BEGIN; INSERT INTO ${schema}.changes (origin, kind, ids) VALUES (gen_random_uuid(), 'set', ARRAY['slow'])`);
      await writer.set(entryOf('quick'));
      await vi.waitFor(() => expect(told).toEqual([{ kind: 'set', ids: ['quick'] }]), WAIT);

      await client.query('COMMIT');
    });

    await vi.waitFor(() => expect(told.at(-1)).toEqual({ kind: 'set', ids: ['slow'] }), WAIT);
    expect(told.length).toBe(2);
    await Promise.all([store.close(), writer.close()]);
  });
});

describe.skipIf(url === '')('leases in PostgreSQL', () => {
  it('are given to one of many, and with a higher fence to each who comes later', async () => {
    const schema = newSchema();
    const stores = [newStore({ schema }), newStore({ schema })];
    const [one, two] = await Promise.all(stores.map(async (store) => (await store.open()).leases!));

    const given = await Promise.all([one!, two!, one!, two!, one!, two!].map((leases) => leases.acquire('call', 60_000)));
    const [first, ...rest] = given.filter((lease) => lease !== undefined);
    expect(rest).toEqual([]);
    await one!.release(first!);
    const second = await two!.acquire('call', 60_000);

    expect(second!.fence).toBeGreaterThan(first!.fence);
    expect(await one!.renew(first!, 60_000)).toBe(false);
    expect(await two!.renew(second!, 60_000)).toBe(true);
    await one!.release(first!);
    expect(await one!.acquire('call', 60_000)).toBeUndefined();
    expect(await one!.acquire('another call', 60_000)).toBeDefined();
    await Promise.all(stores.map((store) => store.close()));
  });

  it('run out by themselves, so that the call of a process that was killed is taken over', async () => {
    const schema = newSchema();
    const store = newStore({ schema });
    const { leases } = await store.open();
    const process = child(`
      const { postgresStore } = await import('./src/stores/postgres.ts');
      const { leases } = await postgresStore({ url: ${JSON.stringify(url)}, schema: ${JSON.stringify(schema)} }).open();
      say(String((await leases.acquire('call', 1500)).fence));
      setInterval(() => {}, 1000);
    `);
    const fence = Number(await process.line());
    await process.kill();

    const taken = await vi.waitFor(async () => {
      const lease = await leases!.acquire('call', 1000);
      expect(lease).toBeDefined();
      return lease!;
    }, WAIT);

    expect(taken.fence).toBeGreaterThan(fence);
    await store.close();
  });
});

describe.skipIf(url === '')('logs in PostgreSQL', () => {
  it.each([['woken', {}], ['looking', { listenUrl: false as const }]])('show a stream to other processes while it is written, %s', async (_, options) => {
    const schema = newSchema();
    const store = newStore({ schema, ...options });
    const { logs } = await store.open();
    const process = other(schema);
    await process.line();
    const does = async (line: string) => {
      process.tell(line);
      await process.line();
    };
    await does('lease call');
    const reader = logs!.read('call', 0)[Symbol.asyncIterator]();
    const next = async () => Buffer.from((await reader.next()).value as Uint8Array).toString();

    const first = next();
    await does('append 0 one');
    expect(await first).toBe('one');
    await does('append 2 three');
    const second = next();
    await does('append 1 two');

    expect(await second).toBe('two');
    expect(await next()).toBe('three');
    await process.kill();
    await store.close();
  });

  it('end when the lease is released, with all that was written, and at an empty piece', async () => {
    const store = newStore({ schema: newSchema() });
    const { leases, logs } = await store.open();
    const lease = await leases!.acquire('call', 60_000);
    for (let seq = 0; seq < 450; seq++) await logs!.append(lease!, seq, Buffer.from(`${seq}`));
    const reading = all(logs!.read('call', 3));

    await leases!.release(lease!);

    expect((await reading).map((bytes) => Buffer.from(bytes).toString())).toEqual(Array.from({ length: 447 }, (_, at) => `${at + 3}`));
    const ended = await leases!.acquire('ended', 60_000);
    await logs!.append(ended!, 0, Buffer.from('all'));
    await logs!.append(ended!, 1, new Uint8Array());
    expect((await all(logs!.read('ended', 0))).length).toBe(2);
    expect(await all(logs!.read('nobody wrote this', 0))).toEqual([]);
    await store.close();
  });

  it('take nothing of a holder who lost the lease, and never mix two holders', async () => {
    const store = newStore({ schema: newSchema() });
    const { leases, logs } = await store.open();
    const late = await leases!.acquire('call', 1);
    await logs!.append(late!, 0, Buffer.from('late'));
    const today = await vi.waitFor(async () => {
      const lease = await leases!.acquire('call', 60_000);
      expect(lease).toBeDefined();
      return lease!;
    }, WAIT);
    await logs!.append(today, 0, Buffer.from('today'));

    await expect(logs!.append(late!, 1, Buffer.from('too late'))).rejects.toThrow('lost');

    await leases!.release(today);
    expect((await all(logs!.read('call', 0))).map((bytes) => Buffer.from(bytes).toString())).toEqual(['today']);
    await store.close();
  });
});
