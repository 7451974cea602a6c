import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCache } from '../../src/integrations/library.ts';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { pathForTest } from './path-for-test.ts';

/** A provider that says who asked for what. */
const echoing = (asked: string[]) => async (_url: unknown, init?: RequestInit) => {
  const who = new Headers(init?.headers).get('authorization') ?? 'nobody';
  const { prompt } = JSON.parse(Buffer.from(init!.body as Uint8Array).toString()).metadata as { prompt: string };
  const content = `${prompt} for ${who}`;
  asked.push(content);
  return Response.json({
    id: 'x', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  });
};

const url = 'http://provider.test/v1/chat/completions';

describe('tenants', () => {
  it('never get each other’s answers, whatever they are called and whoever asks at once', async () => {
    const name = fc.constantFrom('a', 'b', 'a+b', 'a|b', '["a"', 'default', 'é', 'e\u0301', 'a\u0000b', 'x'.repeat(200));
    const request = fc.record({
      tenant: fc.option(name, { nil: undefined }),
      namespace: fc.constantFrom('default', 'a', 'b', 'a,b'),
      key: fc.option(fc.constantFrom('k1', 'k2', 'k1 '), { nil: undefined }),
      prompt: fc.constantFrom('p', 'q'),
    });

    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 25 }), fc.boolean(), async (requests, atOnce) => {
        const store = memoryStore();
        const asked: string[] = [];
        const caches = new Map<string, ReturnType<typeof createCache>>();
        const ask = async ({ tenant, namespace, key, prompt }: (typeof requests)[number]) => {
          const cache = caches.get(namespace) ?? createCache({ store, namespace, memory: false, fetch: echoing(asked) as typeof fetch });
          caches.set(namespace, cache);
          const whose = tenant === undefined ? cache : cache.as(tenant);
          // The true asker stands where it does not count in the key.
          const mark = `${prompt} ${JSON.stringify([tenant, namespace])}`;
          const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: prompt }], metadata: { prompt: mark } });
          const response = await whose.fetch(url, { method: 'POST', headers: key === undefined ? {} : { authorization: key }, body });
          const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
          if (!atOnce) await outcomeOf(response)!.settled;
          const mine = choices[0]!.message.content;
          // Within a named tenant credentials share; without one each has its own.
          const right = tenant === undefined ? mine === `${mark} for ${key?.trim() ?? 'nobody'}` : mine.startsWith(`${mark} for `);
          return right || mine;
        };

        const results = atOnce ? await Promise.all(requests.map(ask)) : [];
        if (!atOnce) for (const each of requests) results.push(await ask(each));

        expect(results).toEqual(requests.map(() => true));
        await Promise.all([...caches.values()].map((cache) => cache.close()));
      }),
      { numRuns: 60 },
    );
  });

  it('do not see each other in statistics, explanations, lists and deletions', async () => {
    const { cache, askAndSettle, provider } = await pathForTest();
    const [one, two] = [cache.as('one'), cache.as('two')];
    const outcome = await askAndSettle('Mine?', { cache: one });
    const question = { body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Yours?' }] } };

    const stats = await two.stats();
    const explained = await two.explain(`${provider.openaiUrl}/chat/completions`, question);

    expect(stats).toMatchObject({ requests: 0, misses: 0, entries: 0, bytes: 0, models: {} });
    expect(explained).toMatchObject({ hit: false, why: 'nothing of this kind is stored for this tenant' });
    expect(explained.nearest).toBeUndefined();
    expect([await two.delete({ id: outcome.id }), await two.delete({ all: true }), await two.delete({ model: 'gpt-4o-mini' })]).toEqual([0, 0, 0]);
    expect(await one.delete({ id: outcome.id }, { dryRun: true })).toBe(1);
    await two.resetStats();
    expect((await one.stats()).misses).toBe(1);
  });
});

describe('a response that the provider keeps', () => {
  it('belongs to its tenant: counted, explained and deleted with the rest, though reused within one credential only', async () => {
    const { cache, provider } = await pathForTest();
    const team = cache.as('team');
    const url = `${provider.openaiUrl}/responses`;
    const body = { model: 'gpt-5-mini', input: 'Hi' };
    const headers = { authorization: 'Bearer one' };
    const response = await team.fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    await response.text();
    await outcomeOf(response)!.settled;

    expect(await team.stats()).toMatchObject({ misses: 1, entries: 1 });
    expect((await team.explain(url, { headers, body })).hit).toBe(true);
    expect((await team.explain(url, { headers: { authorization: 'Bearer two' }, body })).hit).toBe(false);
    expect(await team.delete({ all: true })).toBe(1);
  });
});
