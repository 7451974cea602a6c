import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqliteStore } from '../../src/stores/sqlite.ts';
import { writer } from '../../src/stores/sqlite/writer.ts';
import { entryOf } from './entry.ts';

const nothing = () => {};

/** A writer, and what each of its transactions has done. What throws undoes all of its transaction. */
function recorded() {
  const transactions: string[][] = [];
  let doing: string[] = [];
  const write = writer((work) => {
    doing = [];
    const result = work();
    transactions.push(doing);
    return result;
  });
  const step = (name: string) => () => void doing.push(name);
  return { transactions, write, step };
}

/** A store of its own file, and another that stands for another process. */
async function twoStores() {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-writer-'));
  const [one, other] = [sqliteStore({ path: join(folder, 'a.db') }), sqliteStore({ path: join(folder, 'a.db') })];
  onTestFinished(async () => {
    await Promise.all([one.close(), other.close()]);
    rmSync(folder, { recursive: true });
  });
  await Promise.all([one.open(), other.open()]);
  return { one, other };
}

describe('writing to SQLite in groups', () => {
  it('commits what comes together in one transaction, in its order', async () => {
    const { transactions, write, step } = recorded();

    await Promise.all(['a', 'b', 'c'].map((name) => write.soon(step(name), nothing)));

    expect(transactions).toEqual([['a', 'b', 'c']]);
  });

  it('commits at once when 32 writes wait, and when somebody writes at once', () => {
    const { transactions, write, step } = recorded();

    for (let number = 0; number < 33; number++) void write.soon(step(`${number}`), nothing);
    const before = transactions.map(({ length }) => length);
    write.now(step('now'));

    expect(before).toEqual([32]);
    expect(transactions[1]).toEqual(['32', 'now']);
  });

  it('fails the write that fails, and no other', async () => {
    const { transactions, write, step } = recorded();
    const failing = () => {
      throw new Error('too big');
    };

    const ends = await Promise.allSettled([write.soon(step('a'), nothing), write.soon(failing, nothing), write.soon(step('b'), nothing)]);

    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(transactions).toEqual([['a'], ['b']]);
  });

  it('has done all that waited once it is flushed', async () => {
    const { transactions, write, step } = recorded();
    void write.soon(step('a'), nothing);

    await write.flush();

    expect(transactions).toEqual([['a']]);
  });
});

describe('a SQLite store that gathers writes', () => {
  it('reads, finds, counts, touches and deletes what is not committed yet', async () => {
    const { one } = await twoStores();
    const writes = ['a', 'b', 'c'].map((id) => one.set(entryOf(id)));

    expect(await one.get('a')).toEqual(entryOf('a'));
    await one.touch('a', 7);
    expect(await one.get('a')).toMatchObject({ expiresAt: 7 });
    expect(await one.delete({ ids: ['b'] })).toBe(1);
    expect((await one.size()).entries).toBe(2);

    await Promise.all(writes);
    expect(await one.get('b')).toBeUndefined();
  });

  it('has committed what it acknowledged, so that others read it', async () => {
    const { one, other } = await twoStores();

    await one.set(entryOf('a'));

    expect(await other.get('a')).toBeDefined();
  });

  it('sees what others wrote within 100 ms, although it reads without a pause', async () => {
    const { one, other } = await twoStores();
    expect(await one.get('a')).toBeUndefined();
    await other.set(entryOf('a'));

    const began = performance.now();
    while (!one.get('a')) if (performance.now() - began > 1000) break;

    expect(performance.now() - began).toBeLessThan(100);
  });

  it('sees its own writes at once, although it has just read', async () => {
    const { one } = await twoStores();
    await one.set(entryOf('a', { text: 'old' }));
    expect((await one.get('a'))?.text).toBe('old');

    await one.set(entryOf('a', { text: 'new' }));

    expect((await one.get('a'))?.text).toBe('new');
  });
});
