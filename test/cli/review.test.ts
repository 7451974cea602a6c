import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openEmbedder } from '../../src/embedders/open.ts';
import { openAiChat } from '../../src/providers/openai-chat.ts';
import { feedbackBook } from '../../src/semantic/feedback.ts';
import { embedderFinder } from '../../src/semantic/finder.ts';
import { noteShadow } from '../../src/semantic/review.ts';
import { bytesOf } from '../../src/semantic/vector-bytes.ts';
import { reply, serve, vectorOf } from '../embedders/server.ts';
import { entry, folderWith, provider, run, withStore } from './support.ts';

interface Pair {
  id: number;
  asked: string;
  matched: string;
  stored: string | null;
  answer: string;
  label: string | null;
  at: string;
}

/** A store with an entry and two questions that would have been served it. */
async function folderInShadow() {
  const stored = entry({ scope: 'scope-1' });
  const made = await folderWith([stored]);
  await withStore(made.url, async (store) => {
    const note = (asked: string, probability: number, answer: string) =>
      noteShadow(store, {
        match: { strategy: 'semantic', id: stored.id, matched: stored.text!, asked, scope: 'scope-1', similarity: 0.9, probability },
        namespace: 'default', format: openAiChat, answer, at: Date.parse('2026-01-02T03:04:05Z'), cost: 0.5,
      });
    await note('What is the capital of France?', 0.99, 'It is Paris.');
    await note('Largest city of France?', 0.91, 'That is Paris, too.');
  });
  return made;
}

describe('reprise review', () => {
  it('lists what was noted, the newest first, with both answers', async () => {
    const { cwd, store } = await folderInShadow();

    const ran = await run(['review', '--store', store, '--json'], { cwd });

    const listed = ran.json<Pair[]>();
    expect(listed.map(({ id }) => id)).toEqual([2, 1]);
    expect(listed[1]).toEqual({
      id: 1, namespace: 'default', asked: 'What is the capital of France?', matched: 'Capital of France?', scope: 'scope-1', strategy: 'semantic', similarity: 0.9, probability: 0.99,
      stored: 'Paris.', answer: 'It is Paris.', at: '2026-01-02T03:04:05.000Z', label: null,
    });
  });

  it('takes a label without a terminal, and then shows the pair no more', async () => {
    const { cwd, store, url } = await folderInShadow();

    const labelled = await run(['review', '--store', store, '--label', '2', 'wrong', '--json'], { cwd });
    const left = await run(['review', '--store', store, '--json'], { cwd });
    const all = await run(['review', '--store', store, '--all', '--json'], { cwd });

    expect(labelled.json()).toMatchObject({ id: 2, label: 'wrong' });
    expect(left.json<Pair[]>().map(({ id }) => id)).toEqual([1]);
    expect(all.json<Pair[]>()).toHaveLength(2);
    const vetoed = await withStore(url, async ({ records }) => feedbackBook(records).vetoed({ scope: 'scope-1', asked: 'largest city of france?', matched: 'Capital of France?' }));
    expect(vetoed).toBe(true);
  });

  it('says how else where there is no terminal, and what is wrong with a label', async () => {
    const { cwd, store } = await folderInShadow();

    const [asked, unknown, slip] = await Promise.all([[], ['--label', '7', 'wrong'], ['--label', '1', 'bad']].map((flags) => run(['review', '--store', store, '--json', ...flags].filter((flag) => flags.length > 0 || flag !== '--json'), { cwd })));

    expect([asked!.code, unknown!.code, slip!.code]).toEqual([2, 1, 2]);
    expect(asked!.err).toContain('2 pairs to review');
    expect(JSON.parse(unknown!.err)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });
});

describe('reprise report', () => {
  it('says what would have been saved, and what is in doubt, the least sure first', async () => {
    const { cwd, store } = await folderInShadow();
    await run(['feedback', 'wrong', '--review', '2', '--store', store], { cwd });

    const [json, told] = await Promise.all([run(['report', '--store', store, '--json'], { cwd }), run(['report', '--store', store], { cwd })]);

    expect(json.json()).toEqual({
      store, namespace: 'default',
      shadow: { since: '2026-01-02T03:04:05.000Z', hits: 2, misses: null, share: null, saved: 1, unpriced: 0 },
      served: null,
      labels: { right: 0, wrong: 1, none: 1 },
      feedback: [{ scope: 'scope-1', right: 0, wrong: 1, namespace: 'default', model: 'gpt-5-mini' }],
      doubtful: [
        { id: 2, asked: 'Largest city of France?', matched: 'Capital of France?', similarity: 0.9, probability: 0.91, label: 'wrong' },
        { id: 1, asked: 'What is the capital of France?', matched: 'Capital of France?', similarity: 0.9, probability: 0.99, label: null },
      ],
    });
    expect(told.out).toMatch(/would have served +2 questions/);
    expect(told.out).toMatch(/would have saved +\$1\.00/);
  });

  it('shows the feedback of its namespace, also where entries are gone', async () => {
    const { cwd, store, url } = await folderInShadow();
    await withStore(url, async (opened) => {
      await opened.set(entry({ scope: 'scope-2', namespace: 'other', model: 'm' }));
      const book = feedbackBook(opened.records);
      for (const scope of ['scope-1', 'scope-2', 'scope-gone']) await book.add({ scope, asked: 'a', matched: 'b' }, 'wrong');
      await opened.delete({ namespace: 'default' });
    });
    const feedback = async (...flags: string[]) => (await run(['report', '--store', store, '--json', ...flags], { cwd })).json<{ feedback: unknown }>().feedback;

    expect(await Promise.all([feedback(), feedback('--namespace', 'other')])).toEqual([
      [{ scope: 'scope-1', right: 0, wrong: 1, namespace: 'default', model: null }],
      [{ scope: 'scope-2', right: 0, wrong: 1, namespace: 'other', model: 'm' }],
    ]);
  });

  it('says so where nothing was noted', async () => {
    const { cwd, store } = await folderWith([entry()]);

    const ran = await run(['report', '--store', store], { cwd });

    expect(ran.code).toBe(0);
    expect(ran.out).toContain('--semantic shadow');
  });
});

describe('reprise feedback', () => {
  it('keeps two questions apart from then on, until it is taken back', async () => {
    const { cwd, store, url } = await folderWith([entry()]);
    const pair = ['--asked', 'Largest city?', '--matched', 'Capital?', '--scope', 's', '--store', store];
    const vetoed = () => withStore(url, async ({ records }) => feedbackBook(records).vetoed({ scope: 's', asked: 'Capital?', matched: 'Largest city?' }));

    const wrong = await run(['feedback', 'wrong', ...pair, '--json'], { cwd });
    const after = await vetoed();
    await run(['feedback', 'right', ...pair], { cwd });

    expect(wrong.json()).toEqual({ asked: 'Largest city?', matched: 'Capital?', scope: 's', said: 'wrong' });
    expect([after, await vetoed()]).toEqual([true, false]);
  });

  it('needs two questions and their scope, or the id of a pair', async () => {
    const { cwd, store } = await folderWith([entry()]);
    const code = async (...args: string[]) => (await run(['feedback', ...args, '--store', store], { cwd })).code;

    expect(await Promise.all([code('maybe', '--review', '1'), code('wrong', '--asked', 'x'), code('wrong', '--review', '1', '--asked', 'x'), code('wrong', '--review', '1')])).toEqual([2, 2, 2, 1]);
  });
});

describe('reprise reembed', () => {
  it('gives entries vectors of an embedder, once', async () => {
    const { cwd, store, url } = await folderWith([entry({ text: 'How do I open it?' }), entry({ text: 'How do I close it?' }), entry({ text: 'What is the weather today?' })]);
    const upstream = await provider();
    const embedder = `openai+${upstream.url}/v1?model=text-embedding-3-small`;

    const first = await run(['reembed', '--embedder', embedder, '--store', store, '--json'], { cwd });
    const second = await run(['reembed', '--embedder', embedder, '--store', store, '--json'], { cwd });

    const { fingerprint } = first.json<{ fingerprint: string }>();
    expect(first.json()).toEqual({ fingerprint, embedded: 2, present: 0, excluded: 1, refused: 0, gone: 0, dropped: 0 });
    expect(second.json()).toEqual({ fingerprint, embedded: 0, present: 2, excluded: 1, refused: 0, gone: 0, dropped: 0 });
    await withStore(url, async (opened) => {
      for await (const { id, text } of opened.find({})) expect(Object.keys((await opened.get(id))!.vectors)).toEqual(text!.includes('today') ? [] : [fingerprint]);
    });
  });

  it('keeps vectors under the name that the cache reads them by, and leaves those that are there when it drops others', async () => {
    const server = await serve(({ path, body }, response) =>
      reply(response, path === '/api/tags' ? { models: [{ name: 'm:latest', digest: 'ab'.repeat(32) }] } : { embeddings: (body.input as string[]).map(vectorOf) }));
    const embedder = `ollama+${server.url}?model=m`;
    const finder = await embedderFinder(openEmbedder(embedder)!, {});
    onTestFinished(() => finder.close());
    const there = { [finder.fingerprint]: bytesOf(Float32Array.of(0.5, 0.5)) };
    const { cwd, store, url } = await folderWith([entry({ id: 'lacks', text: 'How do I open it?' }), entry({ id: 'has', text: 'How do I close it?', vectors: { ...there, old: new Uint8Array(8) } })]);

    const ran = await run(['reembed', '--embedder', embedder, '--drop-old', '--store', store, '--json'], { cwd });

    expect(ran.json()).toMatchObject({ fingerprint: finder.fingerprint, embedded: 1, present: 1, dropped: 1 });
    await withStore(url, async (opened) => {
      expect(Object.keys((await opened.get('lacks'))!.vectors)).toEqual([finder.fingerprint]);
      expect((await opened.get('has'))!.vectors).toEqual(there);
    });
  });

  it('drops old vectors where it is told to, and needs none of its own with the bundled embedder', async () => {
    const { cwd, store, url } = await folderWith([entry({ id: 'a', vectors: { old: new Uint8Array(8) } })]);
    const model = join(import.meta.dirname, '../semantic/model/tiny');

    const ran = await run(['reembed', '--drop-old', '--model', model, '--store', store, '--json'], { cwd });

    expect(ran.json()).toMatchObject({ embedded: 0, dropped: 1 });
    expect(await withStore(url, async (opened) => (await opened.get('a'))!.vectors)).toEqual({});
  });

  it('says what failed when the service does', async () => {
    const { cwd, store } = await folderWith([entry()]);
    const upstream = await provider();
    upstream.reply({ status: 401 }, { always: true });

    const ran = await run(['reembed', '--embedder', `openai+${upstream.url}/v1?model=m`, '--store', store, '--json'], { cwd });

    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.err)).toMatchObject({ error: { code: 'EMBEDDER_FAILED' } });
  });
});
