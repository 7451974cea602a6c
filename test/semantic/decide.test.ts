import { describe, expect, it } from 'vitest';
import { decide, type DeciderOptions } from '../../src/semantic/decide.ts';
import { createGuards } from '../../src/semantic/guards/guards.ts';
import type { Judgement, PairJudge } from '../../src/semantic/judges/pair-judge.ts';
import { readText } from '../../src/semantic/text/read-text.ts';

const never = new AbortController().signal;

function judgeOf(judgement: Judgement) {
  const asked: (readonly [string, string])[] = [];
  const judge: PairJudge = { name: 'mine', fingerprint: async () => 'mine', judge: async (pairs) => (asked.push(...pairs), [judgement]) };
  return { judge, asked };
}

async function decided(a: string, b: string, judgement: Judgement, options: Partial<DeciderOptions> = {}) {
  const { judge, asked } = judgeOf(judgement);
  const decision = await decide(readText(a), readText(b), { guards: createGuards(), judge, threshold: 0.8, normalised: true, ...options }, never);
  return { decision, asked };
}

const SURE: Judgement = { probability: 0.99, whole: true };

describe('a pair', () => {
  it.each<[string, string, string, Judgement, Partial<DeciderOptions>, object]>([
    ['of equal form is a hit, and nobody judges it', 'Explain CSS grid', 'explain css grid!', SURE, {}, { hit: true, strategy: 'normalised', asked: 0 }],
    ['of equal form is judged where forms do not count', 'Explain CSS grid', 'explain css grid!', SURE, { normalised: false }, { hit: true, strategy: 'semantic', asked: 1 }],
    ['that a guard vetoes is no hit, and nobody judges it', 'Convert 5 km', 'Convert 6 km', SURE, {}, { hit: false, strategy: 'semantic', asked: 0, why: /^vetoed: numbers/ }],
    ['of equal form that a guard vetoes is no hit', 'Explain CSS grid', 'explain css grid', SURE, { guards: () => [{ guard: 'mine', why: 'no' }] }, { hit: false, asked: 0, why: 'vetoed: mine (no)' }],
    ['at the threshold is a hit', 'How do I turn on dark mode?', 'How can I enable dark mode?', { probability: 0.8, whole: true }, {}, { hit: true, strategy: 'semantic', asked: 1 }],
    ['below it is none', 'How do I turn on dark mode?', 'How can I enable dark mode?', { probability: 0.7999, whole: true }, {}, { hit: false, why: 'the judge mine gives 0.800, and 0.800 is needed' }],
    ['without a threshold that would do is none', 'How do I turn on dark mode?', 'How can I enable dark mode?', SURE, { threshold: undefined }, { hit: false, why: /no threshold/ }],
    ['that the judge decides needs no threshold', 'How do I turn on dark mode?', 'How can I enable dark mode?', { probability: 0.1, same: true, whole: true }, { threshold: undefined }, { hit: true }],
    ['that the judge decides against is none, however probable', 'How do I turn on dark mode?', 'How can I enable dark mode?', { ...SURE, same: false }, {}, { hit: false, why: 'the judge mine says they differ' }],
    ['that was not read to its end is none', 'How do I turn on dark mode?', 'How can I enable dark mode?', { ...SURE, same: true, whole: false }, {}, { hit: false, why: /could not read the whole/ }],
    ['for which no judge is left is none', 'How do I turn on dark mode?', 'How can I enable dark mode?', SURE, { judge: undefined }, { hit: false, asked: 0, why: 'enough candidates have been judged' }],
  ])('%s', async (_, a, b, judgement, options, { why, asked: times, ...expected }: { why?: string | RegExp; asked?: number }) => {
    const { decision, asked } = await decided(a, b, judgement, options);

    expect(decision).toMatchObject(expected);
    if (times !== undefined) expect(asked).toHaveLength(times);
    if (why === undefined) expect(decision.why).toBeUndefined();
    else expect(decision.why).toMatch(why);
  });

  it('is given a probability in any case where that is asked for, and decided the same', async () => {
    const vetoed = await decided('Convert 5 km', 'Convert 6 km', SURE, { always: true });
    const equal = await decided('Explain CSS grid', 'explain css grid', { probability: 0.1, whole: true }, { always: true });

    expect(vetoed.decision).toMatchObject({ hit: false, probability: 0.99 });
    expect(equal.decision).toMatchObject({ hit: true, strategy: 'normalised', probability: 0.1 });
  });

  it('that one guard has vetoed asks no other, but where all that can be said is wanted', async () => {
    let asked = 0;
    const no = (name: string) => ({ name, veto: () => (asked++, 'no') });
    const guards = createGuards({ off: [], add: [no('one'), no('two')] });

    const first = await decided('a cat', 'the cat', SURE, { guards });
    const all = await decided('a cat', 'the cat', SURE, { guards, always: true });

    expect([first.decision.vetoes, all.decision.vetoes.length, asked]).toEqual([[{ guard: 'one', why: 'no' }], 2, 3]);
  });

  it('of very long texts is a hit only where they are equal but for form', async () => {
    const long = 'How do I turn on dark mode? '.repeat(200);

    const other = await decided(`${long}Thanks a lot for all.`, `${long}And so on.`, SURE);
    const same = await decided(`${long}And so on.`, `${long}and so on`, SURE);

    expect(other).toMatchObject({ asked: [], decision: { hit: false, why: 'it is longer than 4000 characters, and not equal but for form' } });
    expect(same.decision).toMatchObject({ hit: true, strategy: 'normalised' });
  });

  it('lets others run while guards look at it', async () => {
    const slow = (name: string) => ({ name, veto(): undefined { for (const end = performance.now() + 2; performance.now() < end;); } });
    let turns = 0;
    let over = false;
    const deciding = decided('a cat', 'the cat', SURE, { guards: createGuards({ add: ['one', 'two', 'three'].map(slow) }) }).then(() => (over = true));
    for (; !over && turns < 1000; turns++) await new Promise((resolve) => setImmediate(resolve));
    await deciding;

    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('carries what judging it cost', async () => {
    expect((await decided('How do I turn on dark mode?', 'How can I enable dark mode?', { ...SURE, cost: 0.0002 })).decision.cost).toBe(0.0002);
  });
});
