import { existsSync } from 'node:fs';
import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import type { APIError } from 'openai';
import { describe, expect, it } from 'vitest';
import { functionEmbedder } from '../../src/embedders/function.ts';
import { functionJudge } from '../../src/semantic/judges/function-judge.ts';
import type { SemanticOptions } from '../../src/semantic/semantic-options.ts';
import { temporaryFolder, provider as fakeProvider, start } from '../cli/support.ts';
import { vectorOf } from '../flow/meaning-for-test.ts';
import { cachingProxy } from './support/engine.ts';

const ASKED = 'How do I turn on dark mode?';
const REWORDED = 'How can I enable dark mode?';

/** A judge that gives nine of ten to what speaks of dark mode, held against a table of its own. */
const semantic = (mode: SemanticOptions['mode']): SemanticOptions => ({
  mode: mode!,
  timeout: 10_000,
  minSimilarity: 0.2,
  embedder: functionEmbedder({ fingerprint: 'words-1', embed: (texts) => texts.map(vectorOf) }),
  judge: functionJudge((a, b) => ([a, b].every((text) => /dark mode/.test(text)) ? 0.9 : 0.1), { fingerprint: 'dark-1' }),
  calibration: {
    judge: 'function:dark-1', guards: [], negatives: 10_000, positives: 1000,
    rows: [{ falseHits: 0.01, threshold: 0.8, measured: 0.008, upTo: 0.01, hits: 0.6 }, { falseHits: 0.002, threshold: 0.95, measured: 0.001, upTo: 0.002, hits: 0.3 }],
  },
});

const proxyWith = (mode: SemanticOptions['mode']) => cachingProxy({ cache: { semantic: semantic(mode) } });

const chat = (text: string) => ({ model: 'gpt-5', messages: [{ role: 'user', content: text }] }) satisfies OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
const response = (text: string) => ({ model: 'gpt-5', input: text, store: false }) satisfies OpenAI.Responses.ResponseCreateParamsNonStreaming;
const message = (text: string) =>
  ({ model: 'claude-sonnet-5', max_tokens: 100, messages: [{ role: 'user', content: text }] }) satisfies Anthropic.MessageCreateParamsNonStreaming;

const matchOf = ({ headers }: Response) => headers.get('x-reprise-match');
const BY_MEANING = /^semantic; similarity=0\.\d{3}; probability=0\.900$/;

describe('the official OpenAI SDK, asking in other words', () => {
  it('gets the stored chat answer, whole and streamed, and is told how it was found', async () => {
    const { openai, provider } = await proxyWith('on');
    const client = openai();
    const first = await client.chat.completions.create(chat(ASKED));

    const whole = await client.chat.completions.create(chat(REWORDED)).withResponse();
    const streamed = await client.chat.completions.create({ ...chat('And how to enable dark mode?'), stream: true }).withResponse();
    let text = '';
    for await (const chunk of streamed.data) text += chunk.choices[0]?.delta.content ?? '';

    expect([whole.data.choices[0]!.message.content, text]).toEqual([first.choices[0]!.message.content, first.choices[0]!.message.content]);
    for (const reply of [whole.response, streamed.response]) {
      expect(matchOf(reply)).toMatch(BY_MEANING);
      expect(reply.headers.get('cache-status')).toMatch(/; hit; ttl=\d+; detail=semantic$/);
    }
    expect(provider.calls).toBe(1);
  });

  it('gets the stored stream of Responses, streamed and whole', async () => {
    const { openai, provider } = await proxyWith('on');
    const client = openai();
    const first = await client.responses.stream(response(ASKED)).finalResponse();

    const streamed = await client.responses.stream(response(REWORDED)).finalResponse();
    const whole = await client.responses.create(response('enable dark mode how?')).withResponse();

    expect([streamed.output_text, whole.data.output_text]).toEqual([first.output_text, first.output_text]);
    expect(matchOf(whole.response)).toMatch(BY_MEANING);
    expect(provider.calls).toBe(1);
  });

  it('never gets what was stored for another credential', async () => {
    const { openai, provider } = await proxyWith('on');
    await openai('sk-one').chat.completions.create(chat(ASKED));

    const other = await openai('sk-two').chat.completions.create(chat(REWORDED)).withResponse();

    expect(matchOf(other.response)).toBeNull();
    expect(provider.calls).toBe(2);
  });
});

describe('the official Anthropic SDK, asking in other words', () => {
  it('gets the stored answer, whole and streamed', async () => {
    const { anthropic, provider } = await proxyWith('on');
    const client = anthropic();
    const first = await client.messages.create(message(ASKED));

    const whole = await client.messages.create(message(REWORDED)).withResponse();
    const streamed = await client.messages.stream(message('enable dark mode how?')).finalMessage();

    expect([whole.data.content, streamed.content]).toMatchObject([first.content, first.content]);
    expect(matchOf(whole.response)).toMatch(BY_MEANING);
    expect(provider.calls).toBe(1);
  });
});

describe('a header', () => {
  it.each([
    ['on', 'off', null, 2],
    ['off', 'on', BY_MEANING, 1],
    ['on', 'shadow', /^semantic; .*; shadow$/, 2],
  ] as const)('changes the mode of a request: %s by itself, %s by x-reprise-semantic', async (mode, said, match, calls) => {
    const { openai, provider } = await proxyWith(mode);
    const headers = { 'x-reprise-semantic': said };
    await openai().chat.completions.create(chat(ASKED), { headers });

    const { response: reply } = await openai().chat.completions.create(chat(REWORDED), { headers }).withResponse();

    if (match === null) expect(matchOf(reply)).toBeNull();
    else expect(matchOf(reply)).toMatch(match);
    expect(provider.calls).toBe(calls);
  });

  it('asks for fewer false hits, by which less is found', async () => {
    const { openai } = await proxyWith('on');
    await openai().chat.completions.create(chat(ASKED));
    const ask = async (share: string, text: string) =>
      matchOf((await openai().chat.completions.create(chat(text), { headers: { 'x-reprise-max-false-hits': share, 'cache-control': 'no-store' } }).withResponse()).response);

    const found = [await ask('0.002', REWORDED), await ask('0.001', REWORDED), await ask('0.05', REWORDED)];

    expect(found).toEqual([null, null, expect.stringMatching(BY_MEANING)]);
  });

  it.each([
    ['x-reprise-semantic', 'maybe', 'must be one of off, shadow, on'],
    ['x-reprise-max-false-hits', '0', 'must be a number from 0.001 to 0.2'],
    ['x-reprise-max-false-hits', 'few', 'must be a number from 0.001 to 0.2'],
    ['x-reprise-feedback', 'so-so', 'must be one of wrong, right'],
  ])('%s: %s is refused in the provider\'s own error format', async (name, value, words) => {
    const { openai, anthropic, provider } = await proxyWith('on');
    const headers = { [name]: value };

    const ours = await openai().chat.completions.create(chat(ASKED), { headers }).catch((error: unknown) => error as APIError);
    const theirs = await anthropic().messages.create(message(ASKED), { headers }).catch((error: unknown) => error as APIError);

    expect(ours).toMatchObject({ status: 400, error: { code: 'INVALID_REQUEST', message: expect.stringContaining(`${name} ${words}`) as string } });
    expect(theirs).toMatchObject({ status: 400, error: { type: 'error', error: { type: 'invalid_request_error', message: expect.stringContaining(words) as string } } });
    expect(provider.calls).toBe(0);
  });

  it('calls a hit wrong: it is asked anew and never served so again, while a right one may be taken back', async () => {
    const { openai, provider } = await proxyWith('on');
    const client = openai();
    const ask = (text: string, said?: string) =>
      client.chat.completions.create(chat(text), { headers: { 'cache-control': 'no-store', ...(said !== undefined && { 'x-reprise-feedback': said }) } }).withResponse();
    await client.chat.completions.create(chat(ASKED));
    const hit = await ask(REWORDED);

    const anew = await ask(REWORDED, 'wrong');
    const later = await ask(`${REWORDED} Thanks!`);

    expect([hit, anew, later].map((each) => matchOf(each.response) === null)).toEqual([false, true, true]);
    expect(anew.data.choices[0]!.message.content).not.toBe(hit.data.choices[0]!.message.content);
    expect(provider.calls).toBe(3);
  });
});

describe('reprise serve', () => {
  const serve = async (args: readonly string[]) => {
    const upstream = await fakeProvider();
    const child = start(['serve', '--port', '0', '--json', ...args], { cwd: await temporaryFolder(), env: { REPRISE_OPENAI_URL: upstream.url, REPRISE_ANTHROPIC_URL: upstream.url } });
    const [line] = await child.said(/^\{.*\}$/m);
    const { url } = JSON.parse(line) as { url: string };
    const { default: Client } = await import('openai');
    return { upstream, openai: new Client({ baseURL: `${url}/v1`, apiKey: 'sk-one', maxRetries: 0 }), child };
  };

  it('--semantic off leaves everything to exact hits, and loads no model', async () => {
    const { openai, upstream } = await serve(['--semantic', 'off']);
    await openai.chat.completions.create(chat(ASKED));

    const { response: reply } = await openai.chat.completions.create(chat('how do i turn on dark mode')).withResponse();

    expect(matchOf(reply)).toBeNull();
    expect(upstream.calls).toBe(2);
  });

  it('refuses a mode and a rate that there are not', async () => {
    const cwd = await temporaryFolder();
    const ended = await Promise.all([['--semantic', 'perhaps'], ['--semantic', 'on', '--max-false-hits', '2']].map((args) => start(['serve', '--port', '0', ...args], { cwd }).ended));

    expect(ended.map(({ code }) => code)).toEqual([3, 3]);
    expect(ended.map(({ err }) => /Option `(semantic[.\w]*)`/.exec(err)?.[1])).toEqual(['semantic.mode', 'semantic.maxFalseHits']);
  });

  const missing = !existsSync(new URL('../../models/shipped/judge.bin', import.meta.url));
  if (missing) console.log('The bundled model is not there (models/shipped/judge.bin): it is not tried behind `reprise serve`.');

  it.skipIf(missing)('--semantic on answers a reworded question from its store, by the bundled model, and never its opposite', async () => {
    const { openai, upstream } = await serve(['--semantic', 'on']);
    const first = await openai.chat.completions.create(chat(ASKED));

    // The model is loaded in the background, and until then nothing is found.
    const unstored = { headers: { 'cache-control': 'no-store' } };
    const asked = async (text: string) => openai.chat.completions.create(chat(text), unstored).withResponse();
    await expect.poll(async () => matchOf((await asked('how do i turn on dark mode')).response), { timeout: 10_000 }).toMatch(/^normalised; /);
    const reworded = await asked('How can I turn on dark mode?');
    const opposite = await asked('How do I turn off dark mode?');

    expect(matchOf(reworded.response)).toMatch(/^semantic; similarity=\d\.\d{3}; probability=\d\.\d{3}$/);
    expect(reworded.data.choices[0]!.message.content).toBe(first.choices[0]!.message.content);
    expect(matchOf(opposite.response)).toBeNull();
    expect(opposite.data.choices[0]!.message.content).toContain('turn off');
    expect(upstream.calls).toBeGreaterThanOrEqual(2);
  });
});
