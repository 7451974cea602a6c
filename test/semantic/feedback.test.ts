import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FeedbackBook, feedbackBook } from '../../src/semantic/feedback.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { openStore } from '../../src/stores/open.ts';

const PAIR = { scope: 's', asked: 'How can I enable dark mode?', matched: 'How do I turn on dark mode?' };

describe('a pair that was called wrong', () => {
  const called = async (): Promise<FeedbackBook> => {
    const book = feedbackBook(memoryStore().records);
    await book.add(PAIR, 'wrong');
    return book;
  };

  it.each([
    ['as it is', PAIR, true],
    ['the other way round', { ...PAIR, asked: PAIR.matched, matched: PAIR.asked }, true],
    ['written in other forms', { ...PAIR, asked: 'hi, how can I enable  dark mode, please?', matched: 'HOW DO I TURN ON DARK MODE' }, true],
    ['in another scope', { ...PAIR, scope: 't' }, false],
    ['with another question asked', { ...PAIR, asked: 'How can I enable light mode?' }, false],
    ['with another match', { ...PAIR, matched: 'How do I turn off dark mode?' }, false],
  ])('is vetoed or not: %s', async (_, pair, vetoed) => {
    expect(await (await called()).vetoed(pair)).toBe(vetoed);
  });

  it('is not any more when it is called right', async () => {
    const book = await called();
    await book.add(PAIR, 'right');

    expect(await book.vetoed(PAIR)).toBe(false);
    expect(await book.counts()).toEqual([{ scope: 's', right: 1, wrong: 1 }]);
  });

  it('may be called so twice', async () => {
    const book = await called();
    await book.add(PAIR, 'wrong');

    expect(await book.vetoed(PAIR)).toBe(true);
    expect(await book.counts()).toEqual([{ scope: 's', right: 0, wrong: 2 }]);
  });

  it('does not show its questions in what is kept', async () => {
    const { records } = memoryStore();
    await feedbackBook(records).add(PAIR, 'wrong');

    expect(JSON.stringify(await records.list(''))).not.toContain('dark');
  });
});

describe('two processes on one file', () => {
  it('hold the same vetoes at once, and count all that was said', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reprise-feedback-'));
    const stores = [1, 2].map(() => openStore(`sqlite:${join(folder, 'cache.db')}`, { now: Date.now, onDamage: () => {} }));
    onTestFinished(async () => {
      await Promise.all(stores.map((store) => store.close()));
      await rm(folder, { recursive: true, force: true });
    });
    for (const store of stores) await store.open();
    const [one, two] = stores.map((store) => feedbackBook(store.records));

    await Promise.all(Array.from({ length: 10 }, (_, at) => (at % 2 ? one! : two!).add({ ...PAIR, asked: `Question ${at}?` }, 'wrong')));
    await one!.add({ ...PAIR, asked: 'Question 3?' }, 'right');

    expect(await two!.vetoed({ ...PAIR, asked: 'Question 4?' })).toBe(true);
    expect(await two!.vetoed({ ...PAIR, asked: 'Question 3?' })).toBe(false);
    expect(await two!.counts()).toEqual([{ scope: 's', right: 1, wrong: 10 }]);
  });
});
