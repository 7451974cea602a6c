// Tests of a program that asks a model: a provider in the process, time that stands still, and answers that are recorded once.
// Run it with: npx node --test examples/testing.test.ts
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import OpenAI from 'openai';
import { createCache } from 'reprise';
import { fakeClock, fakeProvider } from 'reprise/testing';

const provider = await fakeProvider();
after(() => provider.close());
beforeEach(() => provider.reset());

/** The program under test. */
async function capitalOf(country: string, openai: OpenAI) {
  const answer = await openai.chat.completions.create({ model: 'gpt-5-mini', messages: [{ role: 'user', content: `Capital of ${country}?` }] });
  return answer.choices[0]?.message.content;
}

test('says what the model says', async () => {
  provider.reply({ text: 'Paris' });
  const openai = new OpenAI({ baseURL: provider.openaiUrl, apiKey: 'any' });

  const capital = await capitalOf('France', openai);

  assert.equal(capital, 'Paris');
  assert.deepEqual(provider.requests[0]?.json?.messages, [{ role: 'user', content: 'Capital of France?' }]);
});

test('asks again when the time is over', async () => {
  const clock = fakeClock();
  const cache = createCache({ store: 'memory:', ttl: '10m', clock });
  const openai = new OpenAI({ baseURL: provider.openaiUrl, apiKey: 'any', fetch: cache.fetch });

  await capitalOf('France', openai);
  await capitalOf('France', openai);
  await clock.advance(11 * 60_000);
  await capitalOf('France', openai);

  assert.equal(provider.calls, 2);
  await cache.close();
});

test('replays answers that were recorded once, and asks nobody', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'reprise-example-')), 'answers.json'); // in a project: test/answers.json, committed
  const recorded = { store: `json:${path}`, tenant: 'tests', ttl: Infinity, timeBound: { off: true } };
  const recording = createCache(recorded);
  await capitalOf('Spain', new OpenAI({ baseURL: provider.openaiUrl, apiKey: 'a-real-key', fetch: recording.fetch }));
  await recording.close();

  const replaying = createCache(recorded);
  const defaultHeaders = { 'cache-control': 'only-if-cached' };
  const openai = new OpenAI({ baseURL: provider.openaiUrl, apiKey: 'none', fetch: replaying.fetch, defaultHeaders });

  assert.equal(await capitalOf('Spain', openai), 'Answer 1 to: Capital of Spain?');
  await assert.rejects(capitalOf('Italy', openai), { status: 504 });
  assert.equal(provider.calls, 1);
  await replaying.close();
});
