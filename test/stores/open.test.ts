import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { OptionError, StoreError, StoreUnknownError } from '../../src/base/errors.ts';
import { guardStore } from '../../src/stores/guard.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { openStore } from '../../src/stores/open.ts';
import { entryOf } from './entry.ts';

const folder = mkdtempSync(join(tmpdir(), 'reprise-open-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { now: Date.now, onDamage: () => {} };

describe('a store by its URL', () => {
  it.each([['memory:'], ['memory:?maxBytes=1MiB&maxEntries=10'], ['sqlite::memory:'], [`sqlite:${folder}/a/b/cache.db?maxBytes=8MiB`], [`sqlite://${folder}/c.db`], [`file:${folder}/files`], [`file://${folder}/files%20too`], [`json:${folder}/cache.json`]])(
    'keeps entries at %s',
    async (url) => {
      const store = openStore(url, context);
      await store.open();

      await store.set(entryOf('a'));

      expect((await store.get('a'))?.id).toBe('a');
      expect(store.name).toBe(url.split(':')[0]);
      await store.close();
    },
  );

  it('keeps nothing at none:', async () => {
    const store = openStore('none:', context);

    await store.set(entryOf('a'));

    expect(await store.get('a')).toBeUndefined();
  });

  it('is opened by its first use, and answers at once from then on', async () => {
    const path = join(folder, 'first-use.db');
    const store = openStore(`sqlite:${path}`, context);
    expect(existsSync(path)).toBe(false);

    await store.set(entryOf('a'));

    expect(store.get('a')).not.toBeInstanceOf(Promise);
    await store.close();
  });

  it('is the store itself where a store is given', () => {
    const store = memoryStore();

    expect(openStore(store, context)).toBe(store);
  });

  it.each(['mongodb://user:secret@host/db', 'cache.db', '', 'constructor:x'])('is an error for %j, which says what is known', (url) => {
    const attempt = () => openStore(url, context);

    expect(attempt).toThrow(StoreUnknownError);
    expect(attempt).toThrow('sqlite:PATH');
    expect(attempt).not.toThrow('secret');
  });

  it.each(['memory:?maxBytes=lots', 'memory:?maxSize=1', 'sqlite:x.db?maxBytes=1', 'sqlite:', 'none:?maxBytes=1', 'pg+redis:?pg=sqlite:x', 'pg+redis:?redis=postgres://h', 'pg+redis:?ttl=1', 'pg+redis:?redisTtl=soon', 'pg+redis://host', 'qdrant://h?prefix=x', 'qdrant+https:/a/b'])('refuses %s', async (url) => {
    await expect(openStore(url, context).open()).rejects.toThrow(OptionError);
  });

  it('keeps answers from other users of the machine, and .reprise out of git', async () => {
    const store = openStore(`sqlite:${folder}/.reprise/cache.db`, context);
    await store.set(entryOf('a'));

    expect(readFileSync(join(folder, '.reprise', '.gitignore'), 'utf8')).toBe('*\n');
    for (const name of ['cache.db', 'cache.db-wal']) expect(statSync(join(folder, '.reprise', name)).mode & 0o777, name).toBe(0o600);
    await store.close();

    const elsewhere = openStore(`sqlite:${folder}/own/cache.db`, context);
    await elsewhere.open();
    expect(existsSync(join(folder, 'own', '.gitignore'))).toBe(false);
    await elsewhere.close();
  });

  it('loads no driver that its URL does not name, and warns of nothing', () => {
    const script = `
      const { openStore } = await import('./src/stores/open.ts');
      const store = openStore('memory:', { now: Date.now, onDamage() {} });
      await store.open();
      const before = process.moduleLoadList.some((name) => name.endsWith(' sqlite'));
      await openStore('sqlite::memory:', { now: Date.now, onDamage() {} }).open();
      console.log(before, process.moduleLoadList.some((name) => name.endsWith(' sqlite')));`;

    const output = execFileSync(process.execPath, ['--input-type=module', '-e', `${script}; process.on('warning', (w) => console.log(String(w)))`], { encoding: 'utf8' });

    expect(output.trim()).toBe('false true');
  });
});

describe('a guarded store', () => {
  it('gives drivers errors with what was being done, and tells them', async () => {
    const onError = vi.fn();
    const broken = () => { throw new Error('disk on fire'); };
    const store = guardStore({ ...memoryStore(), get: broken, set: async () => broken(), find: broken, delete: async () => broken() }, { onError });

    expect(() => store.get('a')).toThrow(StoreError);
    await expect(store.set(entryOf('a'))).rejects.toMatchObject({ code: 'STORE_FAILED', store: 'memory', operation: 'write', cause: { message: 'disk on fire' } });
    await expect(store.delete({})).rejects.toMatchObject({ operation: 'delete' });
    await expect(store.find({})[Symbol.asyncIterator]().next()).rejects.toMatchObject({ operation: 'list' });
    expect(onError).toHaveBeenCalledTimes(4);
  });

  it('answers at once where the store does', () => {
    const store = guardStore(memoryStore());

    expect(store.set(entryOf('a'))).toBeUndefined();
    expect(store.get('a')).toEqual(entryOf('a'));
  });
});
