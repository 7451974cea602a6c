import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Entry } from '../../src/model/entry.ts';
import type { Finder } from '../../src/semantic/finder.ts';
import { createGuards } from '../../src/semantic/guards/guards.ts';
import { functionJudge } from '../../src/semantic/judges/function-judge.ts';
import { createMeaning, type MeaningParts } from '../../src/semantic/create-meaning.ts';
import type { Meaning } from '../../src/semantic/meaning.ts';
import { resolveSemantic, type SemanticOptions } from '../../src/semantic/semantic-options.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { Change, Store } from '../../src/stores/store.ts';
import { faultyStore } from '../../src/testing/faulty-store.ts';
import { vectorOf } from '../flow/meaning-for-test.ts';
import { entryOf } from '../stores/entry.ts';

const never = new AbortController().signal;

const cheap: Finder = {
  fingerprint: 'words-1', least: 0.2, leastAgain: 0.2, cheap: true, place: (text) => ({ vector: Float32Array.from(vectorOf(text)) }), takeCost: () => undefined, close: async () => {},
};

/** Bytes of a vector as entries keep them. */
const bytesOf = (numbers: readonly number[]) => new Uint8Array(Float32Array.from(numbers).buffer);

interface MeaningForTest {
  readonly meaning: Meaning;
  readonly store: Store;
  readonly troubles: unknown[];
  /** Says what another process did. */
  changed(change: Change): void;
  found(text: string, more?: { scope?: string; turns?: string; tenant?: string }): Promise<string | undefined>;
  why(text: string): Promise<string | undefined>;
}

function meaningOf(semantic: SemanticOptions = {}, given: Partial<MeaningParts> & { store?: Store } = {}): MeaningForTest {
  const { store = memoryStore() } = given;
  const troubles: unknown[] = [];
  const listeners = new Set<(change: Change) => void>();
  const meaning = createMeaning({
    options: resolveSemantic({ perSecond: 1e6, ...semantic }),
    abilities: { changes: { subscribe: (listener) => (listeners.add(listener), () => void listeners.delete(listener)) } },
    finder: cheap,
    judge: functionJudge((a, b) => [a, b].every((text) => text.includes('dark mode')), { fingerprint: 'dark-1', decides: true }),
    guards: createGuards(),
    thresholdFor: () => 0.5,
    timeBound: () => false,
    now: () => performance.now(),
    onTrouble: (error) => void troubles.push(error),
    ...given,
    store,
  });
  onTestFinished(() => meaning.close());
  const look = (text: string, more = {}) =>
    meaning.lookUp({ tenant: 'tenant', namespace: 'default', scope: 'scope', text, ...more }, { signal: never, serves: () => true });
  return {
    meaning,
    store,
    troubles,
    changed: (change) => listeners.forEach((listener) => listener(change)),
    found: async (text, more) => (await look(text, more)).found?.id,
    why: async (text) => (await look(text)).why,
  };
}

const question = (id: string, text: string, members: Partial<Entry> = {}): Entry => entryOf(id, { text, ...members });
const ONE = question('one', 'How do I turn on dark mode?');
const REWORDED = 'How can I turn on dark mode?';

describe('of many stored questions that are near', () => {
  const crowd = { size: 3, least: 0.9, apart: 0.3 };
  /** As near to the one that is asked as its name says. */
  const placed = (cosine: number) => Float32Array.from([cosine, Math.sqrt(1 - cosine * cosine)]);
  const finder: Finder = { ...cheap, crowd, place: (text) => ({ vector: placed(Number(/0\.\d+/.exec(text)?.[0] ?? 1)) }) };
  const judgedOf = async (...cosines: number[]) => {
    const store = memoryStore();
    for (const cosine of cosines) await store.set(question(`near ${cosine}`, `Anything that is as near as ${cosine} to it`));
    const judged: string[] = [];
    const { meaning, why } = meaningOf({}, {
      store, finder, judge: functionJudge((_, b) => (judged.push(b), false), { fingerprint: 'none-1', decides: true }),
    });
    await meaning.loaded;
    return { said: await why('Anything at all'), judged: judged.map((text) => Number(/0\.\d+/.exec(text)![0])) };
  };

  it('only what stands out is judged', async () => {
    expect(await judgedOf(0.55, 0.5, 0.45)).toEqual({ said: 'of many that are near none stands out', judged: [] });
    expect((await judgedOf(0.85, 0.5, 0.45)).judged).toEqual([0.85]);
    expect((await judgedOf(0.97, 0.93, 0.85)).judged).toEqual([0.97, 0.93]);
  });

  it('each is judged where they are few', async () => {
    expect((await judgedOf(0.55, 0.5)).judged).toEqual([0.55, 0.5]);
  });
});

describe('what a store holds when a process starts', () => {
  it('is found when it has been read, and not before', async () => {
    const store = memoryStore();
    await store.set(ONE);
    const { meaning, found, why } = meaningOf({}, { store });

    expect(await why(REWORDED)).toBe('the stored questions are still being read');
    await meaning.loaded;
    expect(await found(REWORDED)).toBe('one');
  });

  it('is read beside other work: 5,000 questions hold the event loop for a few milliseconds at most', async () => {
    const store = memoryStore();
    for (let at = 0; at < 5000; at++) await store.set(question(`q${at}`, `How do I turn on dark mode in app number ${at}, on a phone or a tablet?`));
    let turns = 0;
    let loaded = false;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();

    const { meaning } = meaningOf({}, { store });
    void meaning.loaded.then(() => (loaded = true));
    for (; !loaded; turns++) await new Promise((resolve) => setImmediate(resolve));
    delay.disable();

    expect(meaning.size).toBe(5000);
    expect(turns).toBeGreaterThan(20);
    // A millisecond a slice; what more there is here is the machine's other work.
    expect(delay.percentile(50) / 1e6).toBeLessThan(10);
  });

  it('has its vectors read with it where making them costs something', async () => {
    const store = memoryStore();
    await store.set({ ...ONE, vectors: { 'words-1': bytesOf(vectorOf(ONE.text!)) } });
    await store.set(question('other', 'What about dark mode at night?', { vectors: { 'words-0': bytesOf(vectorOf('x')) } }));
    await store.set(question('damaged', 'dark mode, where?', { vectors: { 'words-1': new Uint8Array(7) } }));
    await store.set(question('nan', 'dark mode, who?', { vectors: { 'words-1': bytesOf(vectorOf('x').with(0, NaN)) } }));
    let asked = 0;
    const finder: Finder = { ...cheap, cheap: false, place: (text) => (asked++, { vector: Float32Array.from(vectorOf(text)) }) };

    const { meaning, found, troubles } = meaningOf({}, { store, finder });
    await meaning.loaded;

    expect([meaning.size, asked, troubles]).toEqual([1, 0, []]);
    expect(await found(REWORDED)).toBe('one');
    expect(await found('What about dark mode at night')).toBe('other');   // by its form
  });

  it('is read again some seconds after that failed, with what was stored meanwhile', async () => {
    const inner = memoryStore();
    await inner.set(ONE);
    let now = 0;
    const store = faultyStore(inner, { fail: ['find'] });
    const { meaning, found, why, troubles } = meaningOf({}, { store, now: () => now });
    await meaning.loaded;
    const two = question('two', 'Are there offline maps?');
    await inner.set(two);
    meaning.remember(two);
    store.heal();

    const early = await why(REWORDED);
    now = 6000;
    await why(REWORDED);
    await meaning.loaded;

    expect(early).toBe('the stored questions could not be read');
    expect(troubles).toHaveLength(1);
    expect([await found(REWORDED), await found('are there offline maps')]).toEqual(['one', 'two']);
  });
});

describe('what other processes do', () => {
  const started = async () => {
    const made = meaningOf();
    await made.meaning.loaded;
    await made.store.set(ONE);
    return made;
  };

  it('is heard of: what they store is found', async () => {
    const { found, changed } = await started();
    expect(await found(REWORDED)).toBeUndefined();

    changed({ kind: 'set', ids: ['one', 'nowhere'] });

    await expect.poll(() => found(REWORDED)).toBe('one');
  });

  it('is heard of: what they delete, or clear, is not found', async () => {
    for (const change of [{ kind: 'delete', ids: ['one'] }, { kind: 'clear' }] as const) {
      const { meaning, store, found, changed } = await started();
      meaning.remember(ONE);
      expect(await found(REWORDED)).toBe('one');

      await store.delete({ ids: ['one'] });
      changed(change);

      expect(await found(REWORDED)).toBeUndefined();
      expect(meaning.size).toBe(0);
    }
  });

  it('may have been missed: then all is read anew', async () => {
    const { meaning, store, found, changed } = await started();
    meaning.remember(ONE);
    await store.delete({ ids: ['one'] });
    await store.set(question('two', 'Are there offline maps?'));

    changed({ kind: 'lost' });
    await meaning.loaded;

    expect([await found(REWORDED), await found('are there offline maps'), meaning.size]).toEqual([undefined, 'two', 1]);
  });

  it('counts more than a list that was begun before', async () => {
    const store = memoryStore();
    await store.set(ONE);
    const held = faultyStore(store);
    held.hang('find');
    const { meaning, found, changed } = meaningOf({}, { store: held });
    const two = question('two', 'Are there offline maps?');

    await store.set(two);
    changed({ kind: 'set', ids: ['two'] });
    await store.delete({ ids: ['one'] });
    changed({ kind: 'delete', ids: ['one'] });
    held.heal();
    await meaning.loaded;

    expect([await found(REWORDED), await found('are there offline maps')]).toEqual([undefined, 'two']);
  });

  it('is not heard of any more when it is closed', async () => {
    const { meaning, changed } = await started();
    await meaning.close();

    changed({ kind: 'set', ids: ['one'] });
    await new Promise((resolve) => setImmediate(resolve));

    expect(meaning.size).toBe(0);
  });
});

describe('a lookup', () => {
  it('serves nothing that is gone, of another tenant, scope or turns, whatever the pool says', async () => {
    const { meaning, store, found } = meaningOf();
    await meaning.loaded;
    meaning.remember(ONE);
    expect(await found(REWORDED)).toBeUndefined();   // never stored

    await store.set(ONE);
    meaning.remember(ONE);
    expect([
      await found(REWORDED), await found(REWORDED, { tenant: 'other' }), await found(REWORDED, { scope: 'other' }), await found(REWORDED, { turns: 'other' }),
    ]).toEqual(['one', undefined, undefined, undefined]);
  });

  it('has the judge read only so many of its candidates', async () => {
    let judged = 0;
    const judge = functionJudge(() => (judged++, false), { fingerprint: 'no-1', decides: true });
    const { meaning, store, found } = meaningOf({ maxJudged: 2, candidates: 8 }, { judge });
    await meaning.loaded;
    for (const [at, where] of ['maps', 'mail', 'notes', 'chat', 'music'].entries()) {
      const one = question(`q${at}`, `Is there dark mode for ${where}?`);
      await store.set(one);
      meaning.remember(one);
    }

    expect(await found('Is there dark mode for films?')).toBeUndefined();
    expect(judged).toBe(2);
  });

  it('finds what may be served behind many that may not', async () => {
    const { meaning, store } = meaningOf({ candidates: 1 });
    await meaning.loaded;
    for (const one of [...Array.from({ length: 20 }, (_, at) => question(`old${at}`, REWORDED)), question('good', 'How do I turn on dark mode please here?')]) {
      await store.set(one);
      meaning.remember(one);
    }

    const { found } = await meaning.lookUp({ tenant: 'tenant', namespace: 'default', scope: 'scope', text: 'How do I turn on dark mode here?' }, { signal: never, serves: ({ id }) => id === 'good' });

    expect(found?.id).toBe('good');
  });

  it('adds up what judges and embedder cost', async () => {
    const { fingerprint, ...judge } = functionJudge(() => false, { fingerprint: 'no-1', decides: true });
    const paid = { ...judge, fingerprint, judge: async (pairs: readonly unknown[]) => pairs.map(() => ({ probability: 0, same: false, whole: true, cost: 0.5 })) };
    let cost: number | undefined = 0.25;
    const { meaning, store } = meaningOf({ normalised: false }, { judge: paid, finder: { ...cheap, takeCost: () => { const said = cost; cost = undefined; return said; } } });
    await store.set(ONE);
    await meaning.loaded;
    meaning.remember(ONE);

    const looked = await meaning.lookUp({ tenant: 'tenant', namespace: 'default', scope: 'scope', text: REWORDED }, { signal: never, serves: () => true });

    expect(looked.cost).toBe(0.75);
  });

  it('looks up what was called wrong only for what guards let pass', async () => {
    const { meaning, store } = meaningOf();
    await meaning.loaded;
    for (const one of [ONE, question('off', 'How do I turn off dark mode?')]) {
      await store.set(one);
      meaning.remember(one);
    }
    const read = vi.spyOn(store.records, 'get');

    const { found } = await meaning.lookUp({ tenant: 'tenant', namespace: 'default', scope: 'scope', text: 'How can I turn off dark mode?' }, { signal: never, serves: ({ id }) => id === 'one' });

    expect([found, read.mock.calls.length]).toEqual([undefined, 0]);
  });

  it('of a conversation is none where text and story together are longer than may be', async () => {
    const { meaning } = meaningOf({ turns: 'judged', maxLength: 100 });
    await meaning.loaded;

    const { why } = await meaning.lookUp({ tenant: 'tenant', namespace: 'default', scope: 'scope', text: REWORDED, story: 'x'.repeat(90) }, { signal: never, serves: () => true });

    expect(why).toBe('with what was said before it is longer than 100 characters');
  });

  it('of a conversation is none where it was stored without what was said before', async () => {
    const store = memoryStore();
    await store.set(question('one', ONE.text!, { turns: 'after a story' }));
    const { meaning, found } = meaningOf({ turns: 'judged' }, { store });
    await meaning.loaded;

    expect(await found(ONE.text!, { turns: 'first' })).toBeUndefined();
    expect(await found(REWORDED, { turns: 'first' })).toBeUndefined();
    expect(await found(REWORDED, { turns: 'after a story' })).toBe('one');
  });

  it('of equal form needs no vector', async () => {
    const finder: Finder = { ...cheap, place: () => { throw new Error('nobody asks for one'); } };
    const { meaning, store, found } = meaningOf({}, { finder: { ...finder, cheap: false } });
    await store.set(ONE);
    await meaning.loaded;
    meaning.remember(ONE);

    expect(await found('how do i turn on dark mode')).toBe('one');
    await expect(found(REWORDED)).rejects.toThrow('nobody asks for one');
  });
});
