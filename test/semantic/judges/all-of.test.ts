import { describe, expect, it } from 'vitest';
import { allOf } from '../../../src/semantic/judges/all-of.ts';
import type { Judgement, PairJudge } from '../../../src/semantic/judges/pair-judge.ts';
import { patient } from './chat-service.ts';

/** A judge that gives each asked text its judgement, and keeps what it was asked. */
function fake(name: string, says: Record<string, Partial<Judgement>>): PairJudge & { asked: string[][]; closed: boolean } {
  const judge = {
    name, asked: [] as string[][], closed: false,
    fingerprint: async () => `${name}-1`,
    async judge(pairs: readonly (readonly [string, string])[]) {
      judge.asked.push(pairs.map(([asked]) => asked));
      return pairs.map(([asked]): Judgement => ({ probability: 0, whole: true, ...says[asked] }));
    },
    async close() { judge.closed = true; },
  };
  return judge;
}

const byProbability = (_: PairJudge, { probability, same }: Judgement): boolean => same ?? probability >= 0.5;
const pairs = ['a', 'b', 'c'].map((asked) => [asked, 'stored'] as const);

describe('several judges', () => {
  it('take a pair for the same only if all do, and ask the next only about what is left', async () => {
    const first = fake('bundled', { a: { probability: 0.9 }, b: { probability: 0.6 }, c: { probability: 0.1 } });
    const second = fake('llm', { a: { probability: 1, same: true, cost: 0.5 }, b: { probability: 0.5, same: false, cost: 0.25 } });

    const judged = await allOf([first, second], byProbability).judge(pairs, patient());

    expect(judged).toEqual([
      { probability: 0.9, same: true, whole: true, cost: 0.5 },
      { probability: 0.5, same: false, whole: true, cost: 0.25 },
      { probability: 0.1, same: false, whole: true },
    ]);
    expect([first.asked, second.asked]).toEqual([[['a', 'b', 'c']], [['a', 'b']]]);
  });

  it('are asked from the cheapest on, in whichever order they are given', async () => {
    const [llm, reranker, bundled] = ['llm', 'reranker', 'bundled'].map((name) => fake(name, { a: { probability: name === 'bundled' ? 0 : 1 } }));

    const judge = allOf([llm!, reranker!, bundled!], byProbability);
    await judge.judge(pairs, patient());

    expect(judge.name).toBe('bundled+reranker+llm');
    expect(await judge.fingerprint()).toBe('all:bundled-1+reranker-1+llm-1');
    expect([llm!.asked, reranker!.asked]).toEqual([[], []]);
  });

  it('do not take for the same what one of them did not read as a whole', async () => {
    const judge = allOf([fake('bundled', { a: { probability: 1, whole: false } }), fake('llm', { a: { probability: 1, same: true } })], byProbability);

    expect(await judge.judge([['a', 'stored']], patient())).toEqual([{ probability: 1, same: false, whole: false }]);
  });

  it('fail when one fails, or does not judge every pair', async () => {
    const failing: PairJudge = { ...fake('llm', {}), judge: () => Promise.reject(new Error('out of order')) };
    const silent: PairJudge = { ...fake('llm', {}), judge: async () => [] };
    const sure = fake('bundled', { a: { probability: 1 } });

    await expect(allOf([sure, failing], byProbability).judge([['a', 'x']], patient())).rejects.toThrow('out of order');
    await expect(allOf([sure, silent], byProbability).judge([['a', 'x']], patient())).rejects.toMatchObject({ reason: 'unreadable' });
  });

  it('are closed together, and are at least one', async () => {
    const judges = [fake('bundled', {}), fake('llm', {})];

    await allOf(judges, byProbability).close?.();

    expect(judges.map(({ closed }) => closed)).toEqual([true, true]);
    expect(() => allOf([], byProbability)).toThrow('at least one judge');
  });
});
