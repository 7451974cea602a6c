import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import type { Entry } from '../../src/model/entry.ts';
import { isTimeBound } from '../../src/flow/time-bound/time-bound.ts';
import { exclusion } from '../../src/semantic/exclusion.ts';
import type { Finder } from '../../src/semantic/finder.ts';
import { createGuards } from '../../src/semantic/guards/guards.ts';
import type { PairJudge } from '../../src/semantic/judges/pair-judge.ts';
import { createMeaning } from '../../src/semantic/create-meaning.ts';
import { comparable, createScorer, type Scorer, scoreAll, VETO_FACTOR } from '../../src/semantic/score.ts';
import { resolveSemantic, type SemanticOptions } from '../../src/semantic/semantic-options.ts';
import { memoryStore } from '../../src/stores/memory.ts';

const THRESHOLD = 0.5;

/** Knows texts in Latin letters; texts are near by the letters that they share. */
const finder: Finder = {
  fingerprint: 'letters',
  least: 0.6,
  leastAgain: 0.6,
  cheap: true,
  place(text) {
    if (!/^[\x20-\x7e]*$/.test(text)) return { why: 'it is not known' };
    const vector = new Float32Array(32);
    for (const letter of text.toLowerCase()) vector[letter.charCodeAt(0) % 32]! += 1;
    return { vector };
  },
  close: async () => {},
};

/** Says what it is told, and notes what it was asked. */
function judgeOf(probability: (asked: string, stored: string) => number, whole = true) {
  const asked: (readonly [string, string])[] = [];
  const judge: PairJudge = {
    name: 'test',
    fingerprint: async () => 'test',
    async judge(pairs) {
      asked.push(...pairs);
      return pairs.map(([a, b]) => ({ probability: probability(a, b), whole }));
    },
  };
  return { judge, asked };
}

function scorerWith(judge: PairJudge, more: SemanticOptions = {}): Scorer {
  const options = resolveSemantic({ threshold: THRESHOLD, ...more });
  return createScorer({ options, finder, decider: { judge, judgeFor: () => judge, thresholdFor: () => THRESHOLD }, guards: createGuards(), excluded: exclusion(options, isTimeBound) });
}

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });
const system = (content: string) => ({ role: 'system', content });

describe('the score of a pair of texts', () => {
  const cases: readonly (readonly [what: string, stored: string, asked: string, hit: boolean])[] = [
    ['another wording', 'How do I enable dark mode?', 'how can i enable the dark mode', true],
    ['the same but for how it is written', 'How do I enable dark mode?', 'please, how do i enable dark mode', true],
    ['a veto', 'How do I turn on dark mode?', 'How do I turn off dark mode?', false],
    ['what the judge refuses', 'How do I enable dark mode?', 'How do I enable dark node refuse', false],
    ['nothing in common', 'How do I enable dark mode?', 'zzzz qqqq xxxx', false],
    ['a question about now', 'What is the weather in Rome today?', 'What is the weather in Rome right now today', false],
    ['a question about the one who asks', 'Where is my order?', 'where is my order now', false],
    ['a language that is not known', 'Wie schalte ich den Modus früher ein?', 'Wie schalte ich den Modus frueh ein?', false],
    ['the same words in a language that is not known', 'Wie schalte ich es für mich ein?', 'wie schalte ich es für mich  ein?', true],
    ['no text', 'How do I enable dark mode?', ' ', false],
  ];

  it.each(cases)('is what a cache does with %s', async (_what, stored, asked, hit) => {
    const { judge } = judgeOf((a) => (a.includes('refuse') ? 0.2 : 0.8));

    const score = await scorerWith(judge).score({ a: stored, b: asked });

    expect(score.hit).toBe(hit);
    expect(score.hit).toBe(await servedByCache(stored, asked, judge));
    expect(score.why === undefined).toBe(hit);
  });

  it('has a number for every pair, the judge being asked also where a guard or a rule decides', async () => {
    const { judge } = judgeOf(() => 0.8);
    const scorer = scorerWith(judge);
    const numberOf = async (a: string, b: string) => comparable((await scorer.score({ a, b })).decision);

    expect(await numberOf('How do I turn on dark mode?', 'How do I turn off dark mode?')).toBeCloseTo(0.8 * VETO_FACTOR);
    expect(await numberOf('Where is my order?', 'where has my order gone')).toBe(0.8);
    expect(await numberOf('How do I enable it?', 'how do i enable it')).toBe(1);
    expect(await numberOf('How do I enable it?', 'how is it enabled')).toBe(0.8);
  });

  it('is no hit where the judge could not read the whole of both', async () => {
    const { judge } = judgeOf(() => 0.9, false);

    const score = await scorerWith(judge).score({ a: 'How do I enable dark mode?', b: 'how can i enable the dark mode' });

    expect(score).toMatchObject({ hit: false, why: expect.stringContaining('whole') as string });
  });

  /** What a cache does that holds the one question and is asked the other. */
  async function servedByCache(stored: string, asked: string, judge: PairJudge): Promise<boolean> {
    const store = memoryStore();
    const entry: Entry = {
      v: 1, id: 'a', kind: 'llm', format: 'openai-chat', namespace: 'n', tenant: 't', scope: 's', turns: '', text: stored,
      lookups: [], attributes: {}, tags: [], origin: 'provider', fields: {}, createdAt: 0, vectors: {},
    };
    await store.set(entry);
    const meaning = createMeaning({
      options: resolveSemantic({ threshold: THRESHOLD }), store, abilities: {}, finder, judge, guards: createGuards(), thresholdFor: () => THRESHOLD,
      timeBound: isTimeBound, now: () => systemClock.elapsed(), onTrouble: (error) => { throw error; },
    });
    await meaning.loaded;
    const { found } = await meaning.lookUp({ tenant: 't', namespace: 'n', scope: 's', turns: '', text: asked }, { signal: new AbortController().signal, serves: () => true });
    await meaning.close();
    return found !== undefined;
  }
});

describe('the score of a pair of conversations', () => {
  const told = [user('I have a blue car.'), assistant('Nice.')];
  const otherwise = [user('I have a red car.'), assistant('Nice.')];
  const last = 'Which paint do I need for it?';
  const reworded = 'which paint do i need for that';

  it('is that of the last messages where all before is the same', async () => {
    const { judge, asked } = judgeOf(() => 0.8);

    const score = await scorerWith(judge).score({ a: [...told, user(last)], b: [...told, user(reworded)] });

    expect(score.hit).toBe(true);
    expect(asked).toEqual([[reworded, last]]);
  });

  it('is no hit after another story, though the number is about the whole', async () => {
    const { judge, asked } = judgeOf(() => 0.8);

    const score = await scorerWith(judge).score({ a: [...told, user(last)], b: [...otherwise, user(last)] });

    expect(score).toMatchObject({ hit: false, why: 'earlier turns differ', similarity: 1, decision: { probability: 0.8, strategy: 'semantic' } });
    expect(asked[0]![0]).toContain('red car');
    expect(asked[0]![1]).toContain('blue car');
  });

  it('may be a hit after a story in other words where turns are judged', async () => {
    const { judge } = judgeOf(() => 0.8);
    const b = [user('My car is blue.'), assistant('Nice.'), user(last)];

    const judged = await scorerWith(judge, { turns: 'judged' }).score({ a: [...told, user(last)], b });
    const equal = await scorerWith(judge, { turns: 'equal' }).score({ a: [...told, user(last)], b });

    expect([judged.hit, equal.hit]).toEqual([true, false]);
  });

  it('is never a hit under another system prompt, with another image, or where the last word is not the user\'s', async () => {
    const { judge } = judgeOf(() => 0.9);
    const scorer = scorerWith(judge, { turns: 'judged' });
    const image = (url: string) => ({ role: 'user', content: [{ type: 'text', text: last }, { type: 'image_url', image_url: { url } }] });
    const hit = async (a: readonly object[], b: readonly object[]) => (await scorer.score({ a: a as never, b: b as never })).hit;

    expect(await hit([system('Be brief.'), user(last)], [system('Be brief.'), user(last)])).toBe(true);
    expect(await hit([system('Be brief.'), user(last)], [system('Be long.'), user(last)])).toBe(false);
    expect(await hit([image('https://a.example/1.png')], [image('https://a.example/2.png')])).toBe(false);
    expect(await hit([...told], [...told])).toBe(false);
  });
});

it('scores many pairs in their order, a few at a time', async () => {
  let underWay = 0;
  let most = 0;
  const judge: PairJudge = {
    name: 'slow',
    fingerprint: async () => 'slow',
    async judge(pairs) {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return pairs.map(() => ({ probability: 0.8, whole: true }));
    },
  };
  const ids = Array.from({ length: 50 }, (_, at) => at);
  async function* pairs() {
    for (const id of ids) yield { id, a: `question number one about topic`, b: `a question about the topic ${'x'.repeat(id)}` };
  }

  const seen: unknown[] = [];
  for await (const { pair } of scoreAll(scorerWith(judge), pairs())) seen.push(pair.id);

  expect(seen).toEqual(ids);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(8);
});
