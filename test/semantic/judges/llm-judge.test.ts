import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, describe, it, onTestFinished, vi } from 'vitest';
import { llmJudge } from '../../../src/semantic/judges/llm-judge.ts';
import { always, bodies, completion, judgeAt, localService, patient, reply } from './chat-service.ts';

const PAIR = ['how do I turn on dark mode?', 'enable the dark theme'] as const;
// 400 tokens in at $0.15, 10 out at $0.60 a million.
const COST = 0.000066;

describe('the LLM judge', () => {
  it.each([
    ['same', { probability: 1, same: true }],
    ['different', { probability: 0, same: false }],
    ['unsure', { probability: 0.5, same: false }],
  ])('takes "%s" for what it says', async (verdict, expected) => {
    const service = await localService(always(verdict));

    expect(await judgeAt(service).judge([PAIR], patient())).toEqual([{ ...expected, whole: true, cost: COST }]);
  });

  it('asks for one of three words at temperature 0, with the key, in the format of OpenAI', async () => {
    const service = await localService(always('same'));

    await judgeAt(service, { headers: { 'x-team': 'search' } }).judge([PAIR], patient());

    const [asked] = service.asked;
    const [body] = bodies(service);
    expect(asked).toMatchObject({ method: 'POST', url: '/v1/chat/completions' });
    expect(asked!.headers).toMatchObject({ authorization: 'Bearer key-of-the-test', 'content-type': 'application/json', 'x-team': 'search' });
    expect(body).toMatchObject({ model: 'gpt-4o-mini', temperature: 0, max_tokens: 500, response_format: { type: 'json_schema', json_schema: { strict: true } } });
    expect(body!.response_format!.json_schema.schema.properties.verdict.enum).toEqual(['same', 'different', 'unsure']);
    expect(body!.messages.map(({ role }) => role)).toEqual(['system', 'user']);
  });

  it('asks once about a pair and remembers the verdict, which then costs nothing', async () => {
    const service = await localService(always('same'));
    const judge = judgeAt(service);

    const [first] = await judge.judge([PAIR], patient());
    const [second] = await judge.judge([PAIR], patient());

    expect([first!.cost, second!.cost]).toEqual([COST, 0]);
    expect(second!.same).toBe(true);
    expect(service.asked).toHaveLength(1);
  });

  it('asks again with the texts the other way round, and when it shall remember nothing', async () => {
    const service = await localService(always('same'));
    const judge = judgeAt(service);
    const forgetful = judgeAt(service, { cache: false });

    await judge.judge([PAIR, [PAIR[1], PAIR[0]]], patient());
    expect(service.asked).toHaveLength(2);

    await forgetful.judge([PAIR], patient());
    await forgetful.judge([PAIR], patient());
    expect(service.asked).toHaveLength(4);
  });

  it('asks once about equal pairs under way, and books the cost once', async () => {
    const service = await localService(always('same'));
    const judge = judgeAt(service);

    const judged = await Promise.all([judge.judge([PAIR, PAIR], patient()), judge.judge([PAIR], patient())]);

    expect(service.asked).toHaveLength(1);
    expect(judged.flat().map(({ cost }) => cost).toSorted()).toEqual([0, 0, COST]);
    expect(judged.flat().every(({ same }) => same)).toBe(true);
  });

  it('goes on for the others when one of those who wait for a pair leaves', async () => {
    const held: (() => void)[] = [];
    const service = await localService((_, response) => held.push(() => reply(response, completion('{"verdict":"same"}'))));
    const judge = judgeAt(service);
    const leaving = new AbortController();

    const left = judge.judge([PAIR], leaving.signal);
    const stayed = judge.judge([PAIR], patient());
    await vi.waitFor(() => expect(held).toHaveLength(1));
    leaving.abort(new Error('left'));

    await expect(left).rejects.toThrow('left');
    held[0]!();
    expect(await stayed).toMatchObject([{ same: true, cost: COST }]);
  });

  it('asks about several pairs at a time, and about no more than it may', async () => {
    const held: (() => void)[] = [];
    const service = await localService((_, response) => held.push(() => reply(response, completion('{"verdict":"same"}'))));
    const judge = judgeAt(service, { maxConcurrent: 3 });

    const judging = judge.judge(['a', 'b', 'c', 'd', 'e'].map((word) => [word, 'x'] as const), patient());
    await vi.waitFor(() => expect(held).toHaveLength(3));
    held[0]!();
    await vi.waitFor(() => expect(held).toHaveLength(4));
    expect(service.asked).toHaveLength(4);

    for (const answer of held.slice(1)) answer();
    await vi.waitFor(() => expect(held).toHaveLength(5));
    held[4]!();
    expect(await judging).toHaveLength(5);
  });

  it('gives the judgements in the order of the pairs', async () => {
    const service = await localService((_, response, body) => reply(response, completion(body.includes('dark mode') ? 'same' : 'different')));

    const judged = await judgeAt(service).judge([['a', 'b'], PAIR, ['c', 'd']], patient());

    expect(judged.map(({ same }) => same)).toEqual([false, true, false]);
  });

  it('does not send what is too long, and does not say that it read it', async () => {
    const service = await localService(always('same'));

    const judged = await judgeAt(service, { maxBytes: 100 }).judge([['ä'.repeat(60), 'b'], PAIR], patient());

    expect(judged).toMatchObject([{ whole: false, same: false, cost: 0 }, { whole: true, same: true }]);
    expect(service.asked).toHaveLength(1);
  });

  it('reports no cost where the price or the usage is not known, and the price that it is told', async () => {
    const service = await localService((_, response, body) =>
      reply(response, completion('same', body.includes('no usage') ? { usage: null } : {})));

    const [silent] = await judgeAt(service).judge([['no usage', 'b']], patient());
    const [told] = await judgeAt(service, { prices: { 'gpt-4o-mini-2024-07-18': { input: 1000, output: 0 } } }).judge([PAIR], patient());

    expect(silent).not.toHaveProperty('cost');
    expect(told!.cost).toBe(0.4);
  });

  it('takes a prompt from a file, and says after it how the texts are quoted all the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'judge-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'prompt.txt'), 'Two tickets are the same if one fix closes both.\n');
    const service = await localService(always('same'));

    await judgeAt(service, { prompt: { file: join(folder, 'prompt.txt') } }).judge([PAIR], patient());

    const system = bodies(service)[0]!.messages[0]!.content;
    expect(system).toMatch(/^Two tickets are the same if one fix closes both\.\n\n/);
    expect(system).toContain('data to compare');
    expect(system).not.toContain('cache of answers');
  });

  it('says which option is wrong', async () => {
    const options = { model: 'm', baseURL: 'http://127.0.0.1:9' };

    expect(() => llmJudge({ ...options, baseURL: 'ftp://x' })).toThrow('Option `baseURL`');
    expect(() => llmJudge({ ...options, baseURL: 'http://user:secret@x' })).toThrow(/^Option `baseURL` (?!.*secret)/);
    expect(() => llmJudge({ ...options, model: '' })).toThrow('Option `model`');
    expect(() => llmJudge({ ...options, maxTokens: 0 })).toThrow('Option `maxTokens`');
    expect(() => llmJudge({ ...options, timeout: 'soon' })).toThrow('Option `timeout`');
    expect(() => llmJudge({ ...options, cache: { maxEntries: 0 } })).toThrow('Option `cache.maxEntries`');
    expect(() => llmJudge({ ...options, apiKey: 'secret\nkey' })).toThrow(/^Option `apiKey` (?!.*secret)/);
    await expect(llmJudge({ ...options, prompt: { file: '/not/there' } }).judge([PAIR], patient())).rejects.toMatchObject({ option: 'prompt.file' });
    await expect(llmJudge({ ...options, prompt: '  ' }).judge([PAIR], patient())).rejects.toMatchObject({ option: 'prompt' });
  });

  it('sends the key of the environment to OpenAI only', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'key-of-the-environment');
    onTestFinished(() => void vi.unstubAllEnvs());
    const sent: { url: string; authorization: string | null }[] = [];
    const fetch = (async (url: URL, init: RequestInit) => {
      sent.push({ url: url.href, authorization: new Headers(init.headers).get('authorization') });
      return Response.json(completion('same'));
    }) as typeof globalThis.fetch;

    await llmJudge({ model: 'm', fetch }).judge([PAIR], patient());
    await llmJudge({ model: 'm', fetch, baseURL: 'http://127.0.0.1:9/v1/' }).judge([PAIR], patient());

    expect(sent).toEqual([
      { url: 'https://api.openai.com/v1/chat/completions', authorization: 'Bearer key-of-the-environment' },
      { url: 'http://127.0.0.1:9/v1/chat/completions', authorization: null },
    ]);
    vi.stubEnv('OPENAI_API_KEY', '');
    expect(() => llmJudge({ model: 'm' })).toThrow('OPENAI_API_KEY');
  });

  it('has another fingerprint for another model, place, prompt or parameter, and not for another key', async () => {
    const options = { model: 'm', baseURL: 'http://127.0.0.1:9/v1', apiKey: 'k' };
    const print = (more: object = {}) => llmJudge({ ...options, ...more }).fingerprint();

    const prints = await Promise.all([
      print(), print({ model: 'n' }), print({ baseURL: 'http://127.0.0.1:8/v1' }), print({ prompt: 'Other.' }), print({ parameters: { seed: 1 } }),
    ]);

    expect(new Set(prints).size).toBe(5);
    expect(prints[0]).toMatch(/^llm:m:[0-9a-f]{16}$/);
    expect(await print({ apiKey: 'l', headers: { 'x-team': 'a' }, timeout: '1s' })).toBe(prints[0]);
  });
});
