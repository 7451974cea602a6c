import { describe, expect, it } from 'vitest';
import type { Entry, Recorded } from '../../src/model/entry.ts';
import type { Match } from '../../src/model/outcome.ts';
import { unreadable } from '../../src/providers/format.ts';
import { feedbackBook } from '../../src/semantic/feedback.ts';
import { labelPair, MOST_PAIRS, MOST_TEXT, MOST_WAITING, noteShadow, reviewPairs, type Shadow, shadowTotals } from '../../src/semantic/review.ts';
import { memoryStore } from '../../src/stores/memory.ts';

const match = (more: Partial<Match> = {}): Match => ({ strategy: 'semantic', id: 'stored', matched: 'How do I open it?', asked: 'How is it opened?', scope: 's', similarity: 0.8, probability: 0.97, ...more });
const format: Shadow['format'] = { inspect: ({ body }: Recorded) => ({ ...unreadable, text: Buffer.from(body).toString() }) };
const shadow = (more: Partial<Shadow> = {}): Shadow => ({ match: match(), namespace: 'default', format, answer: 'Turn the key.', at: 1000, cost: 0.25, ...more });

function storeWith(answer: string) {
  const store = memoryStore();
  const entry: Entry = {
    v: 1, id: 'stored', kind: 'llm', format: 'openai-chat', namespace: 'default', tenant: 't', scope: 's', text: 'How do I open it?', lookups: [], attributes: {}, tags: [],
    origin: 'provider', fields: {}, whole: { status: 200, headers: {}, body: Buffer.from(answer) }, createdAt: 0, vectors: {},
  };
  void store.set(entry);
  return store;
}

describe('what is noted in the mode shadow', () => {
  it('is both questions with both answers', async () => {
    const store = storeWith('With the key.');

    await noteShadow(store, shadow());

    expect(await reviewPairs(store.records, 'default')).toEqual([{
      id: 1, namespace: 'default', asked: 'How is it opened?', matched: 'How do I open it?', scope: 's', strategy: 'semantic', similarity: 0.8, probability: 0.97,
      stored: 'With the key.', answer: 'Turn the key.', at: 1000,
    }]);
    expect(await reviewPairs(store.records, 'other')).toEqual([]);
  });

  it('is cut where answers are long, and lacks the answer of an entry that is gone', async () => {
    const store = storeWith('x'.repeat(MOST_TEXT + 100));

    await noteShadow(store, shadow());
    await noteShadow(store, shadow({ match: match({ id: 'gone' }), answer: 'y'.repeat(MOST_TEXT) }));

    const [second, first] = await reviewPairs(store.records, 'default');
    expect(first!.stored).toBe(`${'x'.repeat(MOST_TEXT)}...`);
    expect(second!.stored).toBeUndefined();
    expect(second!.answer).toHaveLength(MOST_TEXT);
  });

  it('is the newest thousand, while all are counted', async () => {
    const store = storeWith('With the key.');

    for (let at = 1; at <= MOST_PAIRS + 5; at++) await noteShadow(store, shadow({ at, cost: at % 2 === 0 ? 0.5 : undefined }));

    const kept = await reviewPairs(store.records, 'default');
    expect(kept).toHaveLength(MOST_PAIRS);
    expect([kept[0]!.id, kept.at(-1)!.id]).toEqual([MOST_PAIRS + 5, 6]);
    expect(await shadowTotals(store.records, 'default')).toEqual({ since: 1, hits: MOST_PAIRS + 5, saved: 0.5 * 502, unpriced: 503 });
  });

  it('loses none of many that come at once', async () => {
    const store = storeWith('With the key.');

    await Promise.all(Array.from({ length: 100 }, () => noteShadow(store, shadow())));

    expect(await shadowTotals(store.records, 'default')).toMatchObject({ hits: 100, saved: 25 });
    expect((await reviewPairs(store.records, 'default')).map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, at) => 100 - at));
  });

  it('is let go where a slow store has very many wait, and noted again when they are through', async () => {
    const store = storeWith('With the key.');
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    const slow = { get: store.get, records: { ...store.records, get: async (name: string) => (await opened, store.records.get(name)) } };

    const noted = Array.from({ length: MOST_WAITING + 20 }, () => noteShadow(slow, shadow()));
    open();
    await Promise.all(noted);
    const before = (await shadowTotals(store.records, 'default'))!.hits;
    await noteShadow(slow, shadow());

    expect([before, (await shadowTotals(store.records, 'default'))!.hits]).toEqual([MOST_WAITING, MOST_WAITING + 1]);
  });

  it('is kept apart by namespace, whatever namespaces are called', async () => {
    const store = storeWith('With the key.');

    await noteShadow(store, shadow({ namespace: 'a' }));
    await noteShadow(store, shadow({ namespace: 'a/b' }));

    expect((await reviewPairs(store.records, 'a')).map(({ namespace }) => namespace)).toEqual(['a']);
    expect((await reviewPairs(store.records, 'a/b')).map(({ namespace }) => namespace)).toEqual(['a/b']);
  });

  it('is left out where its record is damaged', async () => {
    const store = storeWith('With the key.');
    await noteShadow(store, shadow());
    const [record] = await store.records.list('semantic-review/');
    await store.records.put(record!.name, '{"id":1', record!.version);

    expect(await reviewPairs(store.records, 'default')).toEqual([]);
    await noteShadow(store, shadow());
    expect(await reviewPairs(store.records, 'default')).toHaveLength(1);
  });
});

describe('a label', () => {
  it('stays with the pair and goes to the feedback, once', async () => {
    const store = storeWith('With the key.');
    await noteShadow(store, shadow());

    await labelPair(store.records, 'default', 1, 'wrong');
    await labelPair(store.records, 'default', 1, 'wrong');

    const book = feedbackBook(store.records);
    expect((await reviewPairs(store.records, 'default'))[0]).toMatchObject({ id: 1, label: 'wrong' });
    expect(await book.vetoed({ scope: 's', asked: 'how do i open it', matched: 'How is it opened?' })).toBe(true);
    expect(await book.counts()).toEqual([{ scope: 's', right: 0, wrong: 1 }]);
  });

  it('is about the questions as they were asked, also where they were too long to be kept', async () => {
    const store = storeWith('With the key.');
    const [asked, matched] = [`${'very '.repeat(MOST_TEXT)} old?`, `${'very '.repeat(MOST_TEXT)} new?`];
    await noteShadow(store, shadow({ match: match({ asked, matched }) }));

    await labelPair(store.records, 'default', 1, 'wrong');

    const book = feedbackBook(store.records);
    expect((await reviewPairs(store.records, 'default'))[0]!.asked).toHaveLength(MOST_TEXT + 3);
    expect(await book.vetoed({ scope: 's', asked: matched, matched: asked })).toBe(true);
    expect(await book.vetoed({ scope: 's', asked: `${'very '.repeat(MOST_TEXT)} odd?`, matched })).toBe(false);
    await labelPair(store.records, 'default', 1, 'right');
    expect(await book.vetoed({ scope: 's', asked, matched })).toBe(false);
  });

  it('may be changed, which takes the veto back', async () => {
    const store = storeWith('With the key.');
    await noteShadow(store, shadow());

    await labelPair(store.records, 'default', 1, 'wrong');
    await labelPair(store.records, 'default', 1, 'right');

    expect(await feedbackBook(store.records).vetoed(match())).toBe(false);
  });

  it('is for a pair that is there', async () => {
    const store = storeWith('With the key.');
    await noteShadow(store, shadow());

    expect(await labelPair(store.records, 'default', 1 + MOST_PAIRS, 'wrong')).toBeUndefined();
    expect(await labelPair(store.records, 'other', 1, 'wrong')).toBeUndefined();
    expect(await feedbackBook(store.records).counts()).toEqual([]);
  });
});
