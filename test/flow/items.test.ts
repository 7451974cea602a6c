import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { pathForTest } from './path-for-test.ts';

async function embedderForTest() {
  const store = memoryStore();
  const { cache, provider } = await pathForTest({ store });
  const embed = async (input: string | string[]) => {
    const body = JSON.stringify({ model: 'text-embedding-3-small', input });
    const response = await cache.fetch(`${provider.openaiUrl}/embeddings`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await response.text();
    const outcome = outcomeOf(response)!;
    await outcome.settled;
    return { outcome, entry: response.headers.get('x-reprise-entry') };
  };
  return { store, embed };
}

describe('a request for several texts', () => {
  it('says how many there were, and names no entry, as each has its own', async () => {
    const { store, embed } = await embedderForTest();

    const miss = await embed(['a', 'b', 'a']);
    const hit = await embed(['b', 'a']);

    expect([miss.outcome.kind, hit.outcome.kind]).toEqual(['miss', 'exact']);
    expect([miss.outcome.items, hit.outcome.items]).toEqual([3, 2]);
    expect([miss.entry, hit.entry]).toEqual([null, null]);
    expect(await store.get(hit.outcome.id)).toBeUndefined();
    expect((await store.size()).entries).toBe(2);
  });

  it.each([['a text', 'a'], ['a list of one', ['a']], ['one text twice', ['a', 'a']]] as const)('names its entry when it is about %s', async (_, input) => {
    const { store, embed } = await embedderForTest();

    const { outcome, entry } = await embed(input as string | string[]);

    expect(outcome.items).toBeUndefined();
    expect(entry).toBe(outcome.id);
    expect(await store.get(outcome.id)).toBeDefined();
  });
});
