import { describe, expect, it } from 'vitest';
import { functionJudge } from '../../../src/semantic/judges/function-judge.ts';
import { patient } from './chat-service.ts';

describe('a function as judge', () => {
  it('decides by booleans and gives probabilities as numbers', async () => {
    const says = { yes: true, no: false, maybe: 0.25 } as const;
    const judge = functionJudge(async (asked) => says[asked as keyof typeof says], { fingerprint: 'v1' });

    expect(await judge.judge([['yes', 'x'], ['no', 'x'], ['maybe', 'x']], patient())).toEqual([
      { probability: 1, same: true, whole: true }, { probability: 0, same: false, whole: true }, { probability: 0.25, whole: true },
    ]);
  });

  it.each([[NaN], [1.5], [-0.1], ['yes'], [null], [undefined], [{ same: true }]])('fails where it gives %j', async (said) => {
    const judge = functionJudge(() => said as number, { name: 'mine', fingerprint: 'v1' });

    await expect(judge.judge([['a', 'b']], patient())).rejects.toMatchObject({
      code: 'JUDGE_FAILED', reason: 'unreadable', message: expect.stringContaining('mine') as string,
    });
  });

  it('fails where it gives a number though it was said to decide', async () => {
    const judge = functionJudge(() => 0.9, { fingerprint: 'v1', decides: true });

    expect(judge.decides).toBe(true);
    await expect(judge.judge([['a', 'b']], patient())).rejects.toMatchObject({ reason: 'unreadable' });
  });

  it.each([
    ['throws', () => { throw new Error('out of order'); }],
    ['rejects', () => Promise.reject(new Error('out of order'))],
  ])('fails where it %s, and keeps the cause', async (_, fn) => {
    const judge = functionJudge(fn, { fingerprint: 'v1' });

    await expect(judge.judge([['a', 'b']], patient())).rejects.toMatchObject({ reason: 'failed', cause: { message: 'out of order' } });
  });

  it('is left when time is up, and told so', async () => {
    const lookup = new AbortController();
    let told: AbortSignal | undefined;
    const judge = functionJudge((_, __, signal) => { told = signal; return new Promise(() => {}); }, { fingerprint: 'v1' });

    const judging = judge.judge([['a', 'b']], lookup.signal);
    lookup.abort(new Error('over'));

    await expect(judging).rejects.toThrow('over');
    expect(told?.aborted).toBe(true);
  });

  it('is called so many times at once', async () => {
    let running = 0;
    let most = 0;
    const judge = functionJudge(async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return true;
    }, { fingerprint: 'v1', maxConcurrent: 2 });

    expect(await judge.judge(Array.from({ length: 7 }, (_, at) => [`${at}`, 'x'] as const), patient())).toHaveLength(7);
    expect(most).toBe(2);
  });

  it('has a name and a fingerprint', async () => {
    const judge = functionJudge(() => true, { name: 'house rules', fingerprint: 'rules-3' });

    expect(judge.name).toBe('house rules');
    expect(await judge.fingerprint()).toBe('function:rules-3');
    expect(() => functionJudge(() => true, { fingerprint: '' })).toThrow('Option `fingerprint`');
  });
});
