import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import type { CacheOptions } from '../../src/options.ts';
import type { FakeReply } from '../../src/testing/fake-provider/script.ts';
import { pathForTest } from './path-for-test.ts';

/** How each wire format is asked, and where. */
const formats = {
  chat: { path: '/v1/chat/completions', body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] } },
  responses: { path: '/v1/responses', body: { model: 'gpt-5-mini', input: 'Hi', store: false } },
  anthropic: { path: '/v1/messages', body: { model: 'claude-sonnet-5', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] } },
} as const;
type Name = keyof typeof formats;

/** What is wrong with an answer, in which formats, and the option that admits it all the same. */
const faults: readonly [name: string, reply: FakeReply, admit: CacheOptions['admit'], of: readonly Name[]][] = [
  ['cut at its length', { stop: 'length' }, { truncated: true, incomplete: true }, ['chat', 'responses']],
  ['cut at its length', { stop: 'max_tokens' }, { truncated: true }, ['anthropic']],
  ['filtered', { stop: 'content_filter' }, { filtered: true, incomplete: true }, ['chat', 'responses']],
  ['refused', { refusal: 'I will not.' }, { refused: true }, ['chat', 'responses']],
  ['refused', { stop: 'refusal' }, { refused: true }, ['anthropic']],
  ['paused', { stop: 'pause_turn' }, { paused: true }, ['anthropic']],
  ['empty', { text: '' }, { empty: true }, ['chat', 'responses', 'anthropic']],
];

const never: readonly [name: string, reply: FakeReply, of: readonly Name[]][] = [
  ['an error', { status: 500 }, ['chat', 'responses', 'anthropic']],
  ['an error inside a 200', { streamError: { message: 'Overloaded.' } }, ['chat', 'responses', 'anthropic']],
  ['a failed response', { stop: 'failed' }, ['responses']],
  ['no JSON', { raw: { body: 'Welcome to the hotel network' } }, ['chat', 'responses', 'anthropic']],
];

async function twice(name: Name, reply: FakeReply, stream: boolean, options: CacheOptions = {}) {
  const { cache, provider } = await pathForTest(options);
  provider.reply(reply, { always: true });
  const { path, body } = formats[name];
  const kinds = [];
  for (let i = 0; i < 2; i++) {
    const response = await cache.fetch(provider.url + path, { method: 'POST', body: JSON.stringify({ ...body, ...(stream && { stream }) }) });
    await response.text().catch(() => '');
    const outcome = outcomeOf(response)!;
    await outcome.settled;
    kinds.push(outcome.kind);
  }
  return kinds;
}

describe.each([false, true])('an answer (streamed: %s)', (stream) => {
  const cases = faults.flatMap(([fault, reply, admit, of]) => of.map((name) => ({ fault, reply, admit, name })));

  it.each(cases)('of $name that is $fault is asked for again, unless admitted', async ({ name, reply, admit }) => {
    expect(await twice(name, reply, stream)).toEqual(['miss', 'miss']);
    expect(await twice(name, reply, stream, { admit: admit! })).toEqual(['miss', 'exact']);
  });

  it.each(never.flatMap(([what, reply, of]) => of.map((name) => ({ what, reply, name }))))('of $name that is $what is never kept', async ({ name, reply }) => {
    const all = { truncated: true, filtered: true, paused: true, incomplete: true, refused: true, empty: true, brokenSchema: true, decide: () => true };

    expect(await twice(name, reply, stream, { admit: all })).toEqual(['miss', 'miss']);
  });
});

describe('an answer that breaks the JSON schema it was asked for', () => {
  const schema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'], additionalProperties: false };
  const body = { response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema } } };

  it('is asked for again, unless admitted; one that follows it is kept', async () => {
    const kinds = async (text: string, options?: CacheOptions) => {
      const { askAndSettle, provider } = await pathForTest(options);
      provider.reply({ text }, { always: true });
      return [(await askAndSettle('n?', { body })).kind, (await askAndSettle('n?', { body })).kind];
    };

    expect(await kinds('{"n":"one"}')).toEqual(['miss', 'miss']);
    expect(await kinds('{"n":"one"}', { admit: { brokenSchema: true } })).toEqual(['miss', 'exact']);
    expect(await kinds('{"n":1}')).toEqual(['miss', 'exact']);
  });
});
