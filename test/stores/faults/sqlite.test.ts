import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NotACacheError } from '../../../src/base/errors.ts';
import { memoryTier } from '../../../src/stores/memory-tier.ts';
import { sqliteStore } from '../../../src/stores/sqlite.ts';
import { entryOf } from '../entry.ts';
import { child } from './child.ts';

const folder = mkdtempSync(join(tmpdir(), 'reprise-faults-'));
let count = 0;
let path: string;
beforeEach(() => {
  path = join(folder, `${++count}.db`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A file with `entries` entries, closed. */
async function stocked(entries = 50, at = path) {
  const store = sqliteStore({ path: at });
  for (let number = 0; number < entries; number++) await store.set(entryOf(`id-${number}`, { text: 'x'.repeat(2000) }));
  await store.close();
}

const bodyOf = (size: number) => ({ status: 200, headers: {}, body: crypto.getRandomValues(new Uint8Array(Math.min(size, 65_536))) });

describe('a SQLite store whose process is killed', () => {
  it.each([1, 2, 3])('has every write that was acknowledged, and opens (%i)', async (round) => {
    const writer = child(`
      const store = sqliteStore({ path: ${JSON.stringify(path)} });
      for (let number = 0; ; number++) {
        await store.set(entryOf('id-' + number, { text: 'y'.repeat(number % 5000) }));
        say(String(number));
      }`);
    let acknowledged = -1;
    const stopAt = 100 * round + round;
    while (acknowledged < stopAt) acknowledged = Number(await writer.line());

    writer.process.kill('SIGKILL');
    for (const line of await writer.rest()) acknowledged = Number(line);

    const store = sqliteStore({ path });
    for (let number = 0; number <= acknowledged; number++) {
      expect((await store.get(`id-${number}`))?.text, `id-${number}`).toBe('y'.repeat(number % 5000));
    }
    const database = new DatabaseSync(path);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
    await store.close();
  });
});

describe('a SQLite file that is no cache', () => {
  it.each([
    ['a text', () => writeFileSync(path, 'Dear diary, '.repeat(100))],
    ['a short text', () => writeFileSync(path, 'Hello')],
    ['a database of something else', () => new DatabaseSync(path).exec('CREATE TABLE mine (x); INSERT INTO mine VALUES (1)')],
    ['a database with a name of its own', () => new DatabaseSync(path).exec('PRAGMA application_id = 77; CREATE TABLE mine (x)')],
    ['a database in WAL mode of something else', () => { const other = new DatabaseSync(path); other.exec('PRAGMA journal_mode = WAL; CREATE TABLE mine (x)'); other.close(); }],
  ])('is an error and stays as it is: %s', async (_, make) => {
    make();
    const before = readFileSync(path);

    await expect(sqliteStore({ path }).open()).rejects.toThrow(NotACacheError);

    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('is an error and stays as it is: a cache of a newer version', async () => {
    await stocked(1);
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 99; PRAGMA journal_mode = DELETE');
    newer.close();
    const before = readFileSync(path);

    await expect(sqliteStore({ path }).open()).rejects.toThrow(/newer version of Reprise \(schema 99/);

    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is filled when it is empty', async () => {
    writeFileSync(path, '');
    const store = sqliteStore({ path });

    await store.set(entryOf('a'));

    expect(await store.get('a')).toBeDefined();
    await store.close();
  });
});

describe('a SQLite file that is damaged', () => {
  it('gives what is whole, and never a wrong answer, wherever bytes were changed', async () => {
    await stocked(40);
    const size = statSync(path).size;
    for (let page = 4096; page < size; page += 4096 * 3) {
      const damaged = `${path}-at-${page}.db`;
      cpSync(path, damaged);
      const bytes = readFileSync(damaged);
      bytes.fill(0x5a, page + 100, page + 1000);
      writeFileSync(damaged, bytes);
      const store = sqliteStore({ path: damaged });

      for (let number = 0; number < 40; number++) {
        const id = `id-${number}`;
        let found;
        try {
          found = await store.get(id);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/ERR_SQLITE_ERROR|NOT_A_CACHE/) });
        }
        if (found) expect(found).toMatchObject({ id, text: 'x'.repeat(2000) });
      }
      await store.close().catch(() => {});
    }
  });

  it('is an error when it was cut off, and is not made anew', async () => {
    await stocked();
    truncateSync(path, 5000);
    const before = readFileSync(path);

    const attempt = (async () => {
      const store = sqliteStore({ path });
      await store.open();
      return store.get('id-1');
    })();

    await expect(attempt).rejects.toThrow();
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('misses and reports the entry whose bytes were changed, and serves the others', async () => {
    await stocked(2);
    const database = new DatabaseSync(path);
    database.exec("UPDATE entries SET body = zeroblob(length(body)) WHERE id = 'id-0'");
    database.close();
    const onDamage = vi.fn();
    const store = sqliteStore({ path, onDamage });

    expect(await store.get('id-0')).toBeUndefined();
    expect(onDamage).toHaveBeenCalledWith('id-0', 'the checksum of its body does not fit');
    expect(await store.get('id-1')).toBeDefined();
    await store.close();
  });
});

describe('a SQLite file that others use', () => {
  it('fails a read at once while another process holds the whole file, and opens when it is free', async () => {
    await stocked();
    const other = child(`
      const { DatabaseSync } = await import('node:sqlite');
      const database = new DatabaseSync(${JSON.stringify(path)});
      database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE counters SET value = value');
      say('locked');
      for await (const line of lines()) break;
      database.exec('COMMIT');
      database.close();`);
    await other.line();
    const store = sqliteStore({ path });
    const failed = [1, 2, 3].map(() => {
      const began = performance.now();
      expect(() => store.get('id-1')).toThrow('database is locked');
      return performance.now() - began;
    });

    const opened = store.open();
    other.tell('let go');
    await opened;

    expect(Math.min(...failed)).toBeLessThan(20);
    expect(await store.get('id-1')).toBeDefined();
    await other.rest();
    await store.close();
  });

  it('reads at once while another process is in the middle of an exclusive transaction', async () => {
    await stocked();
    const store = sqliteStore({ path });
    await store.open();
    const other = child(`
      const { DatabaseSync } = await import('node:sqlite');
      const database = new DatabaseSync(${JSON.stringify(path)});
      database.exec('BEGIN EXCLUSIVE; DELETE FROM entries');
      say('in the middle');
      for await (const line of lines()) break;`);
    await other.line();

    const began = performance.now();
    const found = await store.get('id-1');

    expect(performance.now() - began).toBeLessThan(20);
    expect(found).toBeDefined();
    await other.kill();
    await store.close();
  });

  it('waits to write while another process writes, without holding up reads, and loses nothing', async () => {
    await stocked();
    const store = sqliteStore({ path });
    await store.open();
    const other = child(`
      const { DatabaseSync } = await import('node:sqlite');
      const database = new DatabaseSync(${JSON.stringify(path)});
      database.exec('BEGIN IMMEDIATE');
      say('writing');
      for await (const line of lines()) break;
      database.exec('COMMIT');`);
    await other.line();

    const writes = Promise.all([store.set(entryOf('late')), store.set(entryOf('later')), store.touch('late', 7)]);
    const began = performance.now();
    const read = await store.get('id-1');
    expect(performance.now() - began).toBeLessThan(20);
    expect(read).toBeDefined();
    expect(await store.get('late'), 'what waits to be written is read all the same').toBeDefined();
    other.tell('go on');
    await writes;

    expect((await store.get('late'))?.expiresAt).toBe(7);
    expect(await store.get('later')).toBeDefined();
    await other.rest();
    await store.close();
  });

  // Real time between real processes: a machine that is busy elsewhere gets another try.
  it('shows what another process wrote and deleted within 100 ms, also behind a memory tier', { retry: 3 }, async () => {
    const store = memoryTier(sqliteStore({ path }));
    await store.open();
    await store.set(entryOf('mine', { text: 'before' }));
    await store.set(entryOf('kept'));
    const other = child(`
      const store = sqliteStore({ path: ${JSON.stringify(path)} });
      await store.open();
      say('open');
      for await (const line of lines()) {
        if (line === 'write') await store.set(entryOf('mine', { text: 'after' }));
        if (line === 'delete') await store.delete({ ids: ['mine'] });
        if (line === 'clear') await store.delete({});
        say(String(Date.now()));
      }`);
    await other.line();
    const seenAfter = async (command: string, seen: () => Promise<boolean>) => {
      other.tell(command);
      const at = Number(await other.line());
      while (!(await seen())) {
        if (Date.now() - at > 2000) throw new Error(`${command} was never seen`);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return Date.now() - at;
    };

    expect(await seenAfter('write', async () => (await store.get('mine'))?.text === 'after')).toBeLessThan(100);
    expect(await seenAfter('delete', async () => (await store.get('mine')) === undefined)).toBeLessThan(100);
    expect(await seenAfter('clear', async () => (await store.get('kept')) === undefined)).toBeLessThan(100);
    await other.kill();
    await store.close();
  });

  it('takes the writes of several processes that begin at once with no file', async () => {
    const writers = Array.from({ length: 3 }, (_, number) =>
      child(`
        const store = sqliteStore({ path: ${JSON.stringify(path)} });
        for (let at = 0; at < 50; at++) await store.set(entryOf('${number}-' + at));
        await store.close();
        say('done');`),
    );

    for (const one of writers) expect(await one.rest()).toEqual(['done']);

    const store = sqliteStore({ path });
    expect((await store.size()).entries).toBe(150);
    await store.close();
  });
});

describe('a SQLite store that cannot write', () => {
  it('fails writes on a full disk, and goes on reading', async () => {
    await stocked(5);
    // A limit on the size of files is the full disk that needs no mount: the write fails in the kernel, also for root.
    const limited = child(
      `
      const store = sqliteStore({ path: ${JSON.stringify(path)} });
      await store.open();
      let failure;
      for (let at = 0; at < 2000 && !failure; at++) {
        try { await store.set(entryOf('more-' + at, { text: 'z'.repeat(3000) })); } catch (error) { failure = error; }
      }
      say(failure?.code + ' ' + failure?.errstr);
      say(String((await store.get('id-1'))?.text?.length));
      say(String((await store.get('more-0'))?.text?.length));`,
      { ulimit: '-f 1000' },
    );

    expect(await limited.rest()).toEqual([expect.stringMatching(/^ERR_SQLITE_ERROR (disk I\/O error|database or disk is full)/), '2000', '3000']);

    const store = sqliteStore({ path });
    expect(await store.get('more-0')).toBeDefined();
    await store.set(entryOf('again'));
    await store.close();
  });

  it.skipIf(process.getuid?.() !== 0)('reads a file that it may not write, in a folder that it may not write', async () => {
    const closed = join(folder, `closed-${count}`);
    mkdirSync(closed);
    await stocked(5, join(closed, 'cache.db'));
    chmodSync(folder, 0o755);
    chmodSync(closed, 0o555);
    chmodSync(join(closed, 'cache.db'), 0o444);
    // Bits do not stop root, so that another user reads.
    const reader = child(
      `
      const store = sqliteStore({ path: ${JSON.stringify(join(closed, 'cache.db'))} });
      say(String((await store.get('id-1'))?.text?.length));
      try { await store.set(entryOf('x')); say('written'); } catch (error) { say(error.errstr); }
      say(String((await store.get('id-2'))?.text?.length));
      await store.close();`,
      { uid: 65_534 },
    );

    expect(await reader.rest()).toEqual(['2000', 'attempt to write a readonly database', '2000']);
    chownSync(closed, 0, 0);
    chmodSync(closed, 0o755);
  });
});

describe('a SQLite store at its limit', () => {
  it('lets go of what was used longest ago, and stays within its bound', async () => {
    let time = 1_000_000;
    const store = sqliteStore({ path, maxBytes: '1MiB', now: () => (time += 120_000) });
    for (let number = 0; number < 20; number++) await store.set(entryOf(`id-${number}`, { whole: bodyOf(20_000) }));

    for (let number = 20; number < 120; number++) {
      expect(await store.get('id-3')).toBeDefined();
      await store.set(entryOf(`id-${number}`, { whole: bodyOf(20_000) }));
    }

    expect((await store.size()).bytes).toBeLessThanOrEqual(2 ** 20);
    expect(await store.get('id-3')).toBeDefined();
    expect(await store.get('id-119')).toBeDefined();
    expect(await store.get('id-0')).toBeUndefined();
    await store.close();
  });

  it('gives the space of what was deleted back to the disk', async () => {
    const store = sqliteStore({ path });
    for (let number = 0; number < 100; number++) await store.set(entryOf(`id-${number}`, { whole: bodyOf(30_000) }));
    const { bytes } = await store.size();

    await store.delete({});
    await store.close();

    expect(statSync(path).size).toBeLessThan(bytes / 4);
  });
});
