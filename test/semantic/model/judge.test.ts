import { execFileSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createJudge, type Judge, type JudgeOptions } from '../../../src/semantic/model/judge.ts';
import { tinyBytes, tinyFile, tinyJudgeFiles } from './tiny.ts';

const PAIR = ['how do i turn on dark mode?', 'please turn the dark mode on'] as const;
const open: Judge[] = [];

function judgeForTest(options: Partial<JudgeOptions> = {}): Judge {
  const judge = createJudge({ load: tinyJudgeFiles, timeLimit: 10_000, ...options });
  open.push(judge);
  return judge;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((judge) => judge.close()));
});

describe('the judge', () => {
  it('judges pairs in order, each by itself', async () => {
    const judge = judgeForTest();
    const other = ['what is open', 'close the files'] as const;

    const together = await judge.judge([PAIR, other, PAIR]);

    const [alone] = await judge.judge([other]);
    expect(together[1]).toEqual(alone);
    expect(together[2]).toEqual(together[0]);
    expect(together[0]).not.toEqual(together[1]);
    expect(together[0]).toMatchObject({ tokens: 17, whole: true });
    expect(together[0]!.probability).toBeCloseTo(1 / (1 + Math.exp(-together[0]!.logit)), 12);
  });

  it('says when texts did not fit its window', async () => {
    const long = 'dark '.repeat(200);

    const verdicts = await judgeForTest().judge([[long, 'light'], ['light', long], [long, long], ['x'.repeat(5000), 'y']]);

    expect(verdicts.map(({ whole }) => whole)).toEqual([false, false, false, false]);
    expect(verdicts.slice(0, 3).map(({ tokens }) => tokens)).toEqual([72, 72, 72]);
  });

  it('takes its files as bytes too', async () => {
    const judge = judgeForTest({ load: () => ({ weights: tinyBytes('judge.bin'), vocabulary: tinyBytes('vocabulary.txt') }) });

    expect(await judge.judge([PAIR])).toEqual(await judgeForTest().judge([PAIR]));
  });

  it('starts nothing before it is used', async () => {
    const load = vi.fn(tinyJudgeFiles);
    const judge = judgeForTest({ load });

    expect(await judge.judge([])).toEqual([]);
    expect(load).not.toHaveBeenCalled();
  });

  it('names its model', async () => {
    expect(await judgeForTest().ready()).toMatch(/^reprise-judge:[0-9a-f]{16}$/);
  });

  it('refuses more pairs than may wait, and serves those that wait', async () => {
    const judge = judgeForTest({ maxWaiting: 3 });

    const first = judge.judge([PAIR, PAIR]);
    const over = judge.judge([PAIR, PAIR]);

    await expect(over).rejects.toMatchObject({ code: 'JUDGE_FAILED', reason: 'busy' });
    expect(await first).toHaveLength(2);
    expect(await judge.judge([PAIR, PAIR, PAIR])).toHaveLength(3);
  });

  it('gives up on a request at its time limit, and serves the next', async () => {
    const judge = judgeForTest();

    await expect(judge.judge([PAIR], { timeLimit: 1 })).rejects.toMatchObject({ reason: 'late' });
    expect(await judge.judge([PAIR])).toHaveLength(1);
  });

  it('gives up on a request whose caller left', async () => {
    const judge = judgeForTest();
    const left = AbortSignal.abort(new Error('left'));
    const leaving = new AbortController();

    const request = judge.judge([PAIR], { signal: leaving.signal });
    leaving.abort(new Error('went'));

    await expect(judge.judge([PAIR], { signal: left })).rejects.toThrow('left');
    await expect(request).rejects.toThrow('went');
    expect(await judge.judge([PAIR])).toHaveLength(1);
  });

  it('starts anew after its thread was killed, and says so once', async () => {
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    const onTrouble = vi.fn();
    const judge = judgeForTest({ onTrouble });
    const before = await judge.judge([PAIR]);

    const asked = Promise.allSettled([judge.judge([PAIR]), judge.judge([PAIR, PAIR])]);
    await (post.mock.contexts.at(-1) as Worker).terminate();
    const results = await asked;
    post.mockRestore();

    expect(await judge.judge([PAIR])).toEqual(before);
    expect(onTrouble.mock.calls.length).toBe(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ reason: 'stopped' });
  });

  it('says once that a file is damaged, and does not read it again for each request', async () => {
    const damaged = tinyBytes('judge.bin');
    damaged[5000]! ^= 1;
    const load = vi.fn(() => ({ weights: damaged, vocabulary: tinyFile('vocabulary.txt') }));
    const onTrouble = vi.fn();
    const judge = judgeForTest({ load, onTrouble });

    for (let request = 0; request < 3; request++) {
      await expect(judge.judge([PAIR])).rejects.toMatchObject({ code: 'MODEL_UNUSABLE', message: expect.stringContaining('damaged') as string });
    }

    expect(load).toHaveBeenCalledTimes(1);
    expect(onTrouble).toHaveBeenCalledTimes(1);
  });

  it('tries again after a while', async () => {
    let weights = tinyFile('missing.bin');
    const judge = judgeForTest({ load: () => ({ ...tinyJudgeFiles(), weights }), retryAfter: 0 });
    await expect(judge.judge([PAIR])).rejects.toMatchObject({ code: 'MODEL_UNUSABLE', message: expect.stringContaining('missing.bin') as string });

    weights = tinyFile('judge.bin');

    expect(await judge.judge([PAIR])).toHaveLength(1);
  });

  it('refuses a vocabulary that its weights were not made for', async () => {
    const judge = judgeForTest({ load: () => ({ ...tinyJudgeFiles(), vocabulary: new TextEncoder().encode('[UNK]\n[CLS]\n[SEP]\n') }) });

    await expect(judge.judge([PAIR])).rejects.toThrow('is not the vocabulary');
  });

  it('ends when idle, and comes back', async () => {
    const load = vi.fn(tinyJudgeFiles);
    const judge = judgeForTest({ load, idleAfter: 0 });
    const before = await judge.judge([PAIR]);

    await vi.waitFor(async () => {
      expect(await judge.judge([PAIR])).toEqual(before);
      expect(load.mock.calls.length).toBeGreaterThan(1);
    }, { timeout: 5000, interval: 5 });
  });

  it('fails what is under way when it is closed, and what comes later', async () => {
    const judge = judgeForTest();
    const request = judge.judge([PAIR]);
    const closing = judge.close();

    await expect(request).rejects.toMatchObject({ reason: 'closed' });
    await closing;
    await expect(judge.judge([PAIR])).rejects.toMatchObject({ reason: 'closed' });
  });

  it('keeps the process alive for a request, and no longer', () => {
    const script = `
      import { createJudge } from ${JSON.stringify(new URL('../../../src/semantic/model/judge.ts', import.meta.url).href)};
      const [weights, vocabulary] = process.argv.slice(1).map((each) => new URL(each));
      const judge = createJudge({ load: () => ({ weights, vocabulary }), timeLimit: 15_000 });
      const [verdict] = await judge.judge([['dark', 'light']]);
      console.log(verdict.tokens);`;

    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script, tinyFile('judge.bin').href, tinyFile('vocabulary.txt').href],
      { encoding: 'utf8', timeout: 15_000, stdio: ['ignore', 'pipe', 'ignore'] });

    expect(printed.trim()).toBe('5');
  });
});
