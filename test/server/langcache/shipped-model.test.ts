import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LangCache } from '../../../src/langcache/langcache.ts';
import { guardStore } from '../../../src/stores/guard.ts';
import { openStore } from '../../../src/stores/open.ts';
import { serviceForTest } from './service-for-test.ts';

const PROMPTS = [
  'How do I reset my password?', 'How do I change my email address?', 'How can I cancel my subscription?', 'How do I delete my account?', 'Do you ship to Canada?',
];
/** The same question in other words. */
const SAME = [['How can I reset my password?', 0], ['How can I change my email address?', 1], ['How do I cancel my subscription?', 2], ['How can I delete my account?', 3]] as const;
/** Near to a stored one, and another question. */
const OTHER = ['How do I reset my router?', 'How do I create an account?', 'How do I change my shipping address?', 'Do you ship to Mexico?'];

/** The service with the model that the package ships, a SQLite file, and a client. The judge has time enough for a busy machine. */
async function filled(judge: 'on' | 'off'): Promise<LangCache> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = guardStore(openStore(`sqlite:${join(folder, 'cache.db')}`, { now: Date.now, onDamage: () => undefined }));
  const { url, call } = await serviceForTest({ store, semantic: { timeout: '19s' } });
  await call('POST', '/admin/caches', { id: 'docs', judge });
  const cache = new LangCache({ serverURL: url, cacheId: 'docs' });
  onTestFinished(() => cache.close());
  await cache.setMany(PROMPTS.map((prompt, at) => ({ prompt, response: `answer ${at}` })));
  return cache;
}

describe('the service with the shipped model', () => {
  it('goes by similarity alone without the judge: serves rewordings, and what is merely near', async () => {
    const cache = await filled('off');

    for (const [prompt, at] of SAME) {
      const { data } = await cache.search({ prompt });
      expect(data, prompt).toMatchObject([{ response: `answer ${at}`, searchStrategy: 'semantic' }]);
      expect(data[0]!.similarity).toBeGreaterThan(0.85);
    }
    const near = await Promise.all(OTHER.map((prompt) => cache.search({ prompt })));
    expect(near.filter(({ data }) => data.length > 0).length).toBeGreaterThan(0);
    expect((await cache.search({ prompt: 'What is the tallest mountain in Peru?' })).data).toEqual([]);
  });

  it('serves rewordings with the judge, says how sure it is, and serves none of what is merely near', { timeout: 60_000 }, async () => {
    const cache = await filled('on');

    for (const [prompt, at] of SAME) {
      const { data, explanation } = await cache.search({ prompt, explain: true });
      expect(data, prompt).toMatchObject([{ response: `answer ${at}` }]);
      expect(explanation!.candidates[0], prompt).toMatchObject({ served: true, vetoes: [], probability: expect.any(Number) });
    }
    for (const prompt of OTHER) {
      const { data, explanation } = await cache.search({ prompt, explain: true });
      expect(data, prompt).toEqual([]);
      expect(explanation!.candidates.length, prompt).toBeGreaterThan(0);
      for (const { served, why } of explanation!.candidates) expect([served, why]).toEqual([false, expect.stringMatching(/^(?:vetoed|the judge|enough candidates)/)]);
    }
    expect(await cache.stats()).toMatchObject({ searches: 8, semanticHits: 4, misses: 4, sets: 5 });
  });
});
