import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NotACacheError } from '../../src/base/errors.ts';
import { jsonStore } from '../../src/stores/json.ts';
import { entryOf } from './entry.ts';

const folder = mkdtempSync(join(tmpdir(), 'reprise-json-'));
let count = 0;
let path: string;
beforeEach(() => {
  path = join(folder, `${++count}`, 'cache.json');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a store makes of these entries. */
async function saved(ids: readonly string[]): Promise<string> {
  const store = jsonStore({ path });
  for (const id of ids) await store.set(entryOf(id));
  await store.close();
  return readFileSync(path, 'utf8');
}

describe('the JSON store', () => {
  it('makes the same file of the same entries, in whatever order they came', async () => {
    const one = await saved(['b', 'a', '10', '9']);
    rmSync(path);
    const other = await saved(['9', 'a', '10', 'b']);

    expect(other).toBe(one);
    expect(one.endsWith('}\n')).toBe(true);
    expect(one.indexOf('"id": "a"')).toBeLessThan(one.indexOf('"id": "b"'));
  });

  it('changes only the lines of what changed', async () => {
    const before = (await saved(['a', 'c'])).split('\n');
    const after = (await saved(['b'])).split('\n');

    expect(before.filter((line) => !after.includes(line))).toEqual([]);
  });

  it('does not write a file when nothing was stored', async () => {
    const store = jsonStore({ path });
    await store.get('a');
    await store.close();

    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ['no JSON', '{"reprise": "cache", "version": 1, "entries": ['],
    ['a merge that was not finished', '<<<<<<< HEAD\n{}\n'],
    ['empty', ''],
    ['other JSON', '{"name": "my-package"}'],
    ['of a newer version', '{"reprise": "cache", "version": 2, "entries": [], "records": []}'],
    ['without entries', '{"reprise": "cache", "version": 1}'],
  ])('never overwrites a file that is %s', async (_, text) => {
    await saved(['a']);
    writeFileSync(path, text);
    const store = jsonStore({ path });

    await expect(store.open()).rejects.toThrow(NotACacheError);
    await store.close();

    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('misses and reports an entry that was changed by hand, and leaves it in the file', async () => {
    const text = (await saved(['a', 'b'])).replace('"answer of a"', '"my own answer"');
    writeFileSync(path, text);
    const onDamage = vi.fn();
    const store = jsonStore({ path, onDamage });

    expect(await store.get('a')).toBeUndefined();
    expect(await store.get('b')).toBeDefined();
    expect(onDamage).toHaveBeenCalledWith('a', 'its checksum does not fit');
    await store.set(entryOf('c'));
    await store.close();
    expect(readFileSync(path, 'utf8')).toContain('my own answer');
  });

  it('saves when the process ends without closing it', async () => {
    const script = `
      const { jsonStore } = await import('./src/stores/json.ts');
      const { entryOf } = await import('./test/stores/entry.ts');
      await jsonStore({ path: ${JSON.stringify(path)} }).set(entryOf('a'));
      process.exit(0);`;
    spawnSync(process.execPath, ['--input-type=module', '-e', script]);

    const store = jsonStore({ path });

    expect(await store.get('a')).toBeDefined();
    await store.close();
  });

  it('saves by itself a second after a change', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const store = jsonStore({ path });
    await store.set(entryOf('a'));

    vi.advanceTimersByTime(1000);
    vi.useRealTimers();

    await vi.waitFor(() => expect(existsSync(path)).toBe(true));
    await store.close();
  });

  it('says on close that it could not save', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const store = jsonStore({ path: join(folder, 'a-file', 'cache.json') });
    await store.set(entryOf('a'));

    await expect(store.close()).rejects.toThrow(/ENOTDIR|EEXIST/);
  });
});
