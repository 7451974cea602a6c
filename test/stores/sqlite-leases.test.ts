import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { sqliteStore } from '../../src/stores/sqlite.ts';
import type { Leases, StreamLogs } from '../../src/stores/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'reprise-leases-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true }));

const WAIT = { timeout: 10_000, interval: 5 };
const LONG = 60_000;

/** A file, stores upon it as several processes have them, and what is written in it. */
function sharedFile() {
  const path = join(folder, `${++files}.db`);
  let file: DatabaseSync | undefined;
  onTestFinished(() => file?.close());
  return {
    async open(): Promise<{ leases: Leases; logs: StreamLogs; close(): Promise<void> }> {
      const store = sqliteStore({ path });
      const { leases, logs } = await store.open();
      onTestFinished(() => store.close());
      return { leases: leases!, logs: logs!, close: () => store.close() };
    },
    count(table: string): number {
      file ??= new DatabaseSync(path, { readOnly: true });
      return Number(file.prepare(`SELECT count(*) AS count FROM ${table}`).get()!.count);
    },
  };
}

describe('leases in a SQLite file', () => {
  it('write nothing while one process has the file for itself', async () => {
    const { open, count } = sharedFile();
    const { leases, logs } = await open();

    const lease = await leases.acquire('call', LONG);
    await logs.append(lease!, 0, new Uint8Array([1]));
    expect(await leases.acquire('call', LONG)).toBeUndefined();

    expect([count('leases'), count('log_pieces')]).toEqual([0, 0]);
    await leases.release(lease!);
    expect(await leases.acquire('call', LONG)).toBeDefined();
  });

  it('that were taken before another process came are not given to it', async () => {
    const { open } = sharedFile();
    const first = await open();
    const lease = await first.leases.acquire('call', LONG);

    const second = await open();

    expect(await second.leases.acquire('call', LONG)).toBeUndefined();
    await first.leases.release(lease!);
    expect((await second.leases.acquire('call', LONG))!.fence).toBeGreaterThan(lease!.fence);
  });

  it('are in memory alone again once the other process has gone', async () => {
    const { open, count } = sharedFile();
    const [first, second] = [await open(), await open()];
    await second.leases.acquire('any', LONG);
    await first.leases.acquire('in company', LONG);
    const inCompany = count('leases');
    await second.close();

    let number = 0;
    await vi.waitUntil(async () => {
      const before = count('leases');
      await first.leases.acquire(`alone ${number++}`, LONG);
      return count('leases') === before;
    }, WAIT);

    expect(inCompany).toBe(2);
  });
});

describe('logs in a SQLite file', () => {
  it('that were begun before another process came are read by it from their begin', async () => {
    const { open } = sharedFile();
    const first = await open();
    const lease = (await first.leases.acquire('call', LONG))!;
    await first.logs.append(lease, 0, new Uint8Array([1]));
    const second = await open();
    await second.leases.acquire('call', LONG);

    const reader = second.logs.read('call', 0)[Symbol.asyncIterator]();

    expect([...(await reader.next()).value!]).toEqual([1]);
    await first.logs.append(lease, 1, new Uint8Array([2]));
    expect([...(await reader.next()).value!]).toEqual([2]);
    await first.leases.release(lease);
    expect((await reader.next()).done).toBe(true);
  });

  it('are written only where somebody reads them', async () => {
    const { open, count } = sharedFile();
    const [first, second] = [await open(), await open()];
    await second.leases.acquire('any', LONG);
    const [read, unread] = [(await first.leases.acquire('read', LONG))!, (await first.leases.acquire('unread', LONG))!];
    const reader = second.logs.read('read', 0)[Symbol.asyncIterator]();
    const begun = reader.next();

    for (const lease of [read, unread]) await first.logs.append(lease, 0, new Uint8Array([1]));
    await begun;
    for (const lease of [read, unread]) await first.leases.release(lease);

    expect((await reader.next()).done).toBe(true);
    expect(count('log_pieces')).toBe(1);
  });
});
