import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { functionEmbedder } from '../../src/embedders/function.ts';
import { createCache } from '../../src/integrations/library.ts';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { functionJudge } from '../../src/semantic/judges/function-judge.ts';
import { fakeProvider } from '../../src/testing/fake-provider.ts';
import { vectorOf } from '../flow/meaning-for-test.ts';
import { needsQdrant, newCollection, url } from './qdrant-for-test.ts';

needsQdrant();

describe.skipIf(url === '')('two processes upon one Qdrant', () => {
  it('share answers by the same words and by meaning, and what is deleted is gone from both', async () => {
    const provider = await fakeProvider();
    onTestFinished(() => provider.close());
    provider.reply({ text: 'In the settings.' }, { always: true });
    const store = `${url.replace(/^http/, 'qdrant+http')}?collection=${newCollection()}&timeout=10s`;
    const start = async () => {
      const cache = createCache({
        store,
        storeTimeout: '10s',
        tags: ['manual'],
        semantic: {
          mode: 'on',
          timeout: '30s',
          embedder: functionEmbedder({ fingerprint: 'words-1', embed: (texts) => texts.map(vectorOf) }),
          judge: functionJudge((asked, stored) => [asked, stored].every((text) => text.includes('dark mode')), { fingerprint: 'dark-1', decides: true }),
        },
      });
      onTestFinished(() => cache.close());
      await cache.open();
      const ask = async (content: string) => {
        const response = await cache.fetch(`${provider.openaiUrl}/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: 'Bearer one' },
          body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }),
        });
        expect(await response.text()).toContain('In the settings.');
        const { kind, settled } = outcomeOf(response)!;
        await settled;
        return kind;
      };
      return { cache, ask };
    };
    const here = await start();

    expect(await here.ask('How do I switch dark mode on, in the new app?')).toBe('miss');
    // One that was there before the first vector of a model hears of that model within a second.
    const there = await start();
    expect(await there.ask('How do I switch dark mode on, in the new app?')).toBe('exact');
    expect(await there.ask('Where do I switch on dark mode, in the new app?')).toBe('semantic');
    expect(provider.requests.length).toBe(1);

    expect(await here.cache.delete({ tag: 'manual' })).toBe(1);

    await vi.waitFor(async () => expect(await there.ask('How do I switch dark mode on, in the new app?')).toBe('miss'), { timeout: 10_000, interval: 50 });
  }, 60_000);
});
