import { describe, expect, it } from 'vitest';
import { EmbedderError } from '../../src/base/errors.ts';
import type { EmbeddedText } from '../../src/embedders/many.ts';
import type { Entry } from '../../src/model/entry.ts';
import { reembed, type ReembedOptions } from '../../src/semantic/reembed.ts';
import { bytesOf, vectorIn } from '../../src/semantic/vector-bytes.ts';
import { memoryStore } from '../../src/stores/memory.ts';

const entry = (id: string, more: Partial<Entry> = {}): Entry => ({
  v: 1, id, kind: 'llm', format: 'openai-chat', namespace: 'n', tenant: 't', scope: 's', turns: 'x', text: `Question ${id}?`, lookups: ['l'], attributes: { a: 'b' }, tags: ['tag'],
  origin: 'provider', fields: { '/model': 'abc' }, whole: { status: 200, headers: {}, body: Buffer.from(id) }, createdAt: 5, expiresAt: 10, vectors: {}, ...more,
});

const vector = Float32Array.of(0.5, -0.25);

/** Gives every text the same vector, after `before` was told of it. */
const embedder = (before: (text: string) => void = () => {}) =>
  async function* (texts: AsyncIterable<string>): AsyncGenerator<EmbeddedText> {
    for await (const text of texts) {
      before(text);
      yield text.includes('refused') ? { text, error: new EmbedderError('text', 'Too long.') } : { text, vector };
    }
  };

const options = (more: Partial<ReembedOptions> = {}): ReembedOptions => ({ fingerprint: 'new', embed: embedder(), excluded: (text) => text.includes('today'), dropOld: false, ...more });

function storeOf(...entries: readonly Entry[]) {
  const store = memoryStore();
  for (const each of entries) void store.set(each);
  return store;
}

describe('reembed', () => {
  it('gives entries with a text a vector, and changes nothing else of them', async () => {
    const old = { old: bytesOf(Float32Array.of(1)) };
    const one = entry('one', { vectors: old });
    const untold = entry('untold');
    delete (untold as { text?: string }).text;
    const store = storeOf(one, entry('had', { vectors: { new: bytesOf(vector) } }), entry('now', { text: 'What is on today?' }), entry('bad', { text: 'refused' }), untold, entry('value', { kind: 'value' }));

    const done = await reembed(store, options());

    expect(done).toEqual({ embedded: 1, present: 1, excluded: 1, refused: 1, gone: 0, dropped: 0 });
    expect(await store.get('one')).toEqual({ ...one, vectors: { ...old, new: bytesOf(vector) } });
    expect(vectorIn((await store.get('one'))!.vectors.new!)).toEqual(vector);
    for (const id of ['now', 'bad', 'untold', 'value']) expect((await store.get(id))!.vectors).toEqual({});
  });

  it('sends the text as questions are compared, so that the vectors fit', async () => {
    const sent: string[] = [];

    await reembed(storeOf(entry('one', { text: 'Please, how do I open IT?' })), options({ embed: embedder((text) => sent.push(text)) }));

    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatch(/^how do i open it/i);
  });

  it('goes on where it was broken off', async () => {
    const store = storeOf(...['a', 'b', 'c', 'd'].map((id) => entry(id)));
    let left = 2;
    const failing = embedder(() => {
      if (left-- === 0) throw new EmbedderError('unreachable', 'Gone.');
    });
    await expect(reembed(store, options({ embed: failing }))).rejects.toThrow('Gone.');

    const done = await reembed(store, options());

    expect(done).toMatchObject({ embedded: 2, present: 2 });
  });

  it('brings nothing back that was deleted, and leaves alone what was replaced by another question', async () => {
    const store = storeOf(entry('deleted'), entry('replaced'), entry('extended'));
    const replaced = entry('replaced', { text: 'Another question?', createdAt: 6 });
    const meanwhile = embedder((text) => {
      if (text.includes('deleted')) void store.delete({ ids: ['deleted'] });
      if (text.includes('replaced')) void store.set(replaced);
      if (text.includes('extended')) void store.touch('extended', 99);
    });

    const done = await reembed(store, options({ embed: meanwhile }));

    expect(done).toMatchObject({ embedded: 1, gone: 2 });
    expect(await store.get('deleted')).toBeUndefined();
    expect(await store.get('replaced')).toEqual(replaced);
    expect((await store.get('extended'))!.expiresAt).toBe(99);
  });

  it('takes vectors of others away where asked to, also where none is added', async () => {
    const old = { old: bytesOf(vector) };
    const store = storeOf(entry('one', { vectors: old }), entry('had', { vectors: { ...old, new: bytesOf(vector) } }), entry('now', { text: 'today', vectors: old }));

    const done = await reembed(store, options({ dropOld: true }));

    expect(done).toMatchObject({ embedded: 1, present: 1, excluded: 1, dropped: 3 });
    expect(Object.keys((await store.get('one'))!.vectors)).toEqual(['new']);
    expect(Object.keys((await store.get('had'))!.vectors)).toEqual(['new']);
    expect((await store.get('now'))!.vectors).toEqual({});
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const store = storeOf(entry('a'), entry('b'));

    const broken = reembed(store, options({ signal: stop.signal, embed: embedder(() => stop.abort(new Error('Stopped.'))) }));

    await expect(broken).rejects.toThrow('Stopped.');
  });
});
