import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NotACacheError } from '../../src/base/errors.ts';
import { fileName } from '../../src/stores/file/names.ts';
import { fileStore } from '../../src/stores/file.ts';
import { memoryTier } from '../../src/stores/memory-tier.ts';
import { entryOf } from './entry.ts';
import { child } from './faults/child.ts';

const folder = mkdtempSync(join(tmpdir(), 'reprise-file-'));
let count = 0;
let path: string;
beforeEach(() => {
  path = join(folder, `${++count}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the name of a file', () => {
  it.each(['a', '0', 'sha256-abc', 'a.b_c', 'x'.repeat(100), 'common', 'com', 'console.log'])('is the text itself where that is safe: %s', (text) => {
    expect(fileName(text)).toBe(text);
  });

  it.each(['', '.', '..', 'a/b', 'A', 'é', 'con', 'nul.txt', 'com1', 'lpt9.json', 'a.', '-a', '~a', ' a', 'a:b', 'x'.repeat(101), '\0'])('is a hash where it is not: %j', (text) => {
    expect(fileName(text)).toMatch(/^~[0-9a-f]{64}$/);
  });

  it('is never that of another text on a file system that does not know letter case', () => {
    const texts = ['a', 'A', 'con', 'CON', '\uD800', '\uDFFF', '\uFFFD', '~', fileName('A')];

    expect(new Set(texts.map((text) => fileName(text).toLowerCase())).size).toBe(texts.length);
  });
});

describe('the file store', () => {
  it('keeps an entry in a file of its name that a person can read', async () => {
    const store = fileStore({ path });
    await store.set(entryOf('abc', { tenant: 'anonymous', namespace: 'docs', whole: { status: 200, headers: {}, body: Buffer.from('{"answer":"Paris"}') } }));

    const file = join(path, 'anonymous', 'docs', 'abc.json');

    expect(readFileSync(file, 'utf8')).toContain('"answer": "Paris"');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, 'anonymous', 'docs'))).toEqual(['abc.json']);
    await store.close();
  });

  it('misses and reports a file that was cut off or changed by hand', async () => {
    const onDamage = vi.fn();
    const store = fileStore({ path, onDamage });
    for (const id of ['cut', 'changed', 'whole']) await store.set(entryOf(id));
    const at = (id: string) => join(path, 'tenant', 'default', `${id}.json`);
    writeFileSync(at('cut'), readFileSync(at('cut'), 'utf8').slice(0, 100));
    writeFileSync(at('changed'), readFileSync(at('changed'), 'utf8').replace('"openai-chat"', '"openai-char"'));

    expect(await store.get('cut')).toBeUndefined();
    expect(await store.get('changed')).toBeUndefined();
    expect(await store.get('whole')).toBeDefined();
    expect(onDamage.mock.calls).toEqual([
      ['cut', 'it is no JSON object'],
      ['changed', 'its checksum does not fit'],
    ]);
    await store.close();
  });

  it('is not made where a file is', async () => {
    writeFileSync(path, 'mine');

    await expect(fileStore({ path }).open()).rejects.toThrow(NotACacheError);

    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('leaves the file that was there when a write does not come to its end', async () => {
    const store = fileStore({ path });
    await store.set(entryOf('a'));
    await store.close();
    const limited = child(
      `
      const store = fileStore({ path: ${JSON.stringify(path)} });
      const body = crypto.getRandomValues(new Uint8Array(60_000));
      try { await store.set(entryOf('a', { whole: { status: 200, headers: {}, body } })); } catch (error) { say(error.code); }`,
      { ulimit: '-f 8' },
    );

    expect(await limited.rest()).toEqual(['EFBIG']);

    const again = fileStore({ path });
    expect(await again.get('a')).toMatchObject({ id: 'a' });
    expect(readdirSync(join(path, 'tenant', 'default'))).toEqual(['a.json']);
    await again.close();
  });

  // Real time between real processes: a machine that is busy elsewhere gets another try.
  it('shows what another process wrote and deleted within 100 ms, also behind a memory tier', { retry: 3 }, async () => {
    const store = memoryTier(fileStore({ path }));
    await store.open();
    await store.set(entryOf('Mine', { text: 'before' }));
    const other = child(`
      const store = fileStore({ path: ${JSON.stringify(path)} });
      await store.open();
      say('open');
      for await (const line of lines()) {
        if (line === 'replace') await store.set(entryOf('Mine', { text: 'after' }));
        if (line === 'write') await store.set(entryOf('theirs', { tenant: 'other' }));
        if (line === 'delete') await store.delete({ ids: ['Mine'] });
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

    expect(await seenAfter('write', async () => (await store.get('theirs')) !== undefined)).toBeLessThan(100);
    expect(await seenAfter('replace', async () => (await store.get('Mine'))?.text === 'after')).toBeLessThan(100);
    expect(await seenAfter('delete', async () => (await store.get('Mine')) === undefined)).toBeLessThan(100);
    await other.kill();
    await store.close();
  });

  it('lets one of several processes win when they write one record', async () => {
    const writers = Array.from({ length: 3 }, () =>
      child(`
        const { records } = fileStore({ path: ${JSON.stringify(path)} });
        for (let done = 0; done < 20; ) {
          const now = await records.get('count');
          if (await records.put('count', String(Number(now?.value ?? 0) + 1), now?.version)) done++;
        }`),
    );
    for (const writer of writers) await writer.rest();

    expect((await fileStore({ path }).records.get('count'))?.value).toBe('60');
  });

  it('keeps .reprise out of git', async () => {
    const store = fileStore({ path: join(path, '.reprise', 'files') });
    await store.open();

    expect(existsSync(join(path, '.reprise', '.gitignore'))).toBe(true);
    await store.close();
  });
});
