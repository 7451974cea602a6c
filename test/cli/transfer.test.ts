import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/model/entry.ts';
import { entry, folderWith, run, withStore, writeLines } from './support.ts';

const chunks = Array.from({ length: 400 }, (_, at) => `data: {"choices":[{"index":0,"delta":{"content":"word ${at} "}}]}\n\n`).join('');

/** Entries of every shape: text, JSON, bytes that are no text, long ones, streams with marks, vectors, strange names. */
const shapes = (): Entry[] => [
  entry({ tags: ['geo', 'ünï'], usage: { input: 3, cacheRead: 1, cacheWrite5m: 0, cacheWrite1h: 0, output: 5, reasoning: 0 } }),
  entry({ whole: { status: 200, headers: {}, body: Uint8Array.of(0, 255, 254, 10, 13) } }),
  entry({ whole: undefined as never, stream: { status: 200, headers: { 'content-type': 'text/event-stream' }, body: Buffer.from(chunks), marks: [0, 10, 12, 300] } }),
  entry({ id: 'née/../"quoted"', kind: 'value', format: 'value', namespace: 'n s', tenant: 'default', vectors: { 'm@1': Uint8Array.of(1, 2, 3) } }),
];

/** What is kept of an entry, with bytes as comparable values. */
async function contents(url: string): Promise<unknown[]> {
  return withStore(url, async (store) => {
    const all: unknown[] = [];
    for await (const { id } of store.find({})) {
      const { stream, whole, vectors, fields, ...rest } = (await store.get(id))!;
      const plain = (recorded: Entry['whole']) => recorded && { ...recorded, body: Buffer.from(recorded.body).toString('hex') };
      all.push({ ...rest, fields, stream: plain(stream), whole: plain(whole), vectors: Object.entries(vectors).map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')]) });
    }
    return all.toSorted((a, b) => (a as Entry).id.localeCompare((b as Entry).id));
  });
}

describe('reprise export and import', () => {
  it('carry every entry into another store as it was, marked as imported', async () => {
    const { cwd, store, url } = await folderWith(shapes());

    const exported = await run(['export', 'out.jsonl', '--store', store, '--json'], { cwd });
    const imported = await run(['import', 'out.jsonl', '--store', 'file:copies', '--json'], { cwd });

    expect(exported.json()).toEqual({ exported: 4, skipped: 0 });
    expect(imported.json()).toEqual({ imported: 4, kept: 0, outdated: 0, lines: 4, bad: [], dryRun: false });
    const before = await contents(url);
    expect(await contents(`file:${join(cwd, 'copies')}`)).toEqual(before.map((each) => ({ ...(each as Entry), origin: 'import' })));
  });

  it('go through a pipe, and nobody else may read a file', async () => {
    const { cwd, store } = await folderWith([entry(), entry({ model: 'other' })]);

    const piped = await run(['export', '--model', 'other', '--store', store], { cwd });
    const imported = await run(['import', '-', '--store', 'json:copy.json', '--json'], { cwd, input: piped.out });
    await run(['export', 'out.jsonl', '--store', store], { cwd });

    expect(piped.err).toContain('1 entry exported.');
    expect(imported.json()).toMatchObject({ imported: 1 });
    expect((await stat(join(cwd, 'out.jsonl'))).mode & 0o077).toBe(0);
  });

  it('write nothing where a line is bad, and say which lines are', async () => {
    const { cwd, store } = await folderWith([entry(), entry()]);
    await run(['export', 'out.jsonl', '--store', store], { cwd });
    const [one, two] = (await readFile(join(cwd, 'out.jsonl'), 'utf8')).trim().split('\n');
    const tampered = one!.replace('Paris', 'Parma');
    await writeLines(join(cwd, 'bad.jsonl'), [one!, '', '{ broken', tampered, { ...JSON.parse(two!), v: 2 }, { ...JSON.parse(two!), kind: 'tune' }, two!]);

    const refused = await run(['import', 'bad.jsonl', '--store', 'file:copies', '--json'], { cwd });
    const skipped = await run(['import', 'bad.jsonl', '--store', 'file:copies', '--skip-bad', '--json'], { cwd });

    expect(refused.code).toBe(1);
    expect(refused.json<{ imported: number; bad: { line: number }[] }>()).toMatchObject({ imported: 0, bad: [{ line: 3 }, { line: 4 }, { line: 5 }, { line: 6 }] });
    expect(refused.err).toContain('Line 4: its checksum does not fit');
    expect(skipped.json()).toMatchObject({ imported: 2 });
    expect(skipped.code).toBe(0);
  });

  it('keep what is there when asked, and leave out what may be forgotten', async () => {
    const one = entry({ text: 'Of the file' });
    const old = entry({ expiresAt: Date.now() - 2, dropAt: Date.now() - 1 });
    const { cwd, store } = await folderWith([one, old]);
    await run(['export', 'out.jsonl', '--store', store], { cwd });
    await withStore(`file:${join(cwd, 'copies')}`, async (copies) => copies.set({ ...one, text: 'Of the store' }));

    const ran = await run(['import', 'out.jsonl', '--store', 'file:copies', '--keep', '--json'], { cwd });

    expect(ran.json()).toMatchObject({ imported: 0, kept: 1, outdated: 1 });
    expect(await withStore(`file:${join(cwd, 'copies')}`, async (copies) => (await copies.get(one.id))?.text)).toBe('Of the store');
  });
});
