import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { functionEmbedder } from '../../src/embedders/function.ts';
import { type Cache, createCache } from '../../src/integrations/library.ts';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import type { CacheOptions } from '../../src/options.ts';
import { BUILT_IN } from '../../src/semantic/guards/guards.ts';
import { functionJudge } from '../../src/semantic/judges/function-judge.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { type FakeProvider, fakeProvider } from '../../src/testing/fake-provider.ts';
import { vectorOf } from './meaning-for-test.ts';
import { callOf, lists, type Question, questions, scopeOf } from './meaning-questions.ts';
import { pathForTest } from './path-for-test.ts';

// Matching by meaning without any of its own caution: whatever is in the same scope is near enough, no guard looks and the judge says yes. What
// keeps answers apart then is the scope alone, and an answer from another one is seen at once.
const careless = (turns: 'equal' | 'judged'): CacheOptions['semantic'] => ({
  turns,
  minSimilarity: 0,
  personal: true,
  timeBound: true,
  perSecond: 1e6,
  maxJudged: 16,
  guards: { off: BUILT_IN.map(({ name }) => name) },
  embedder: functionEmbedder({ fingerprint: 'words-1', embed: (texts) => texts.map(vectorOf) }),
  judge: functionJudge(() => true, { fingerprint: 'yes-1', decides: true }),
});

interface Served {
  kind: string;
  /** Number of the scope, and of the question inside it, that the answer was made for. */
  scope: number;
  question: string;
}

/** Asks questions of several caches. The provider's answers name the scope and the question that they are for, told by a header that no key counts. */
function asker(provider: FakeProvider, turns: 'equal' | 'judged') {
  const scopes = new Map<string, number>();
  const known = new Map<string, number>();
  const numberOf = (map: Map<string, number>, name: string) => {
    if (!map.has(name)) map.set(name, map.size);
    return map.get(name)!;
  };
  const markOf = (question: Question) => ({
    scope: numberOf(scopes, scopeOf(question, turns)),
    question: String(numberOf(known, JSON.stringify([scopeOf(question, 'equal'), question.text]))),
  });
  provider.reply((request) => ({ text: String(request.headers['x-mark']) }), { times: Infinity });

  return {
    markOf,
    async ask(cache: Cache, question: Question, headers: Record<string, string> = {}): Promise<Served> {
      const { path, body } = callOf(question);
      const whose = question.tenant === undefined ? cache : cache.as(question.tenant);
      const { scope, question: number } = markOf(question);
      const credential: Record<string, string> = question.format === 'messages' ? { 'x-api-key': question.key, 'anthropic-version': '2023-06-01' } : { authorization: `Bearer ${question.key}` };
      const response = await whose.fetch(provider.url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-mark': `mark-${scope}-${number}`,
          ...credential,
          ...(question.mode !== undefined && { 'x-reprise-semantic': question.mode }),
          ...headers,
        },
        body: JSON.stringify(body),
      });
      const said = /mark-(\d+)-(\d+)/.exec(await response.text());
      const outcome = outcomeOf(response)!;
      await outcome.settled;
      return { kind: outcome.kind, scope: Number(said?.[1] ?? NaN), question: said?.[2] ?? 'none' };
    },
  };
}

/** Whether an answer is one that this question may get, and in a way that it may. */
function isRight(served: Served, mark: { scope: number; question: string }, mode: string): boolean {
  if (served.scope !== mark.scope) return false;
  const byMeaning = served.kind === 'semantic' || served.kind === 'normalised';
  return byMeaning ? mode === 'on' : served.question === mark.question;
}

describe.each(['equal', 'judged'] as const)('matched with turns %s, by a judge that always says yes and without guards', (turns) => {
  let provider: FakeProvider;
  let folder: string;
  beforeAll(async () => {
    provider = await fakeProvider({ record: false });
    folder = await mkdtemp(join(tmpdir(), 'reprise-meaning-'));
  });
  afterAll(async () => {
    await provider.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('a question gets what its own scope has, and never what another has, one request after the other', async () => {
    let byMeaning = 0;
    await fc.assert(
      fc.asyncProperty(lists, fc.constantFrom('on', 'on', 'on', 'shadow', 'off'), async (list, cacheMode) => {
        const { ask, markOf } = asker(provider, turns);
        const store = memoryStore();
        const caches = Object.fromEntries(['default', 'other'].map((namespace) =>
          [namespace, createCache({ store, namespace, memory: false, semantic: { ...(careless(turns) as object), mode: cacheMode } })]));
        const kept = new Map<string, Set<string>>();
        const exact = new Set<string>();
        const wrong: unknown[] = [];
        for (const question of list) {
          const mark = markOf(question);
          const mode = question.mode ?? cacheMode;
          // Only what was stored where matching is not off has a vector.
          const here = `${question.namespace} ${mark.scope}`;
          const exactly = exact.has(mark.question);
          const mustHit = !exactly && mode === 'on' && kept.has(here);

          const served = await ask(caches[question.namespace]!, question);

          const found = served.kind === 'semantic' || served.kind === 'normalised';
          if (found) byMeaning++;
          if (!isRight(served, mark, mode) || (exactly && served.kind !== 'exact') || (mustHit && !found)) wrong.push({ question, served, mark, mustHit });
          if (served.kind === 'miss') {
            exact.add(mark.question);
            if (mode !== 'off') kept.set(here, (kept.get(here) ?? new Set()).add(mark.question));
          }
        }

        expect(wrong).toEqual([]);
        await Promise.all(Object.values(caches).map((cache) => cache.close()));
      }),
      { numRuns: 15, endOnFailure: true },
    );

    expect(byMeaning).toBeGreaterThan(10);
  }, 30_000);

  it('whatever is asked at once, of two caches on one file', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(lists, fc.array(fc.boolean(), { minLength: 23, maxLength: 23 }), fc.integer({ min: 1, max: 6 }), async (list, first, atOnce) => {
        const { ask, markOf } = asker(provider, turns);
        const store = `sqlite:${join(folder, `${run++}.db`)}`;
        const caches = ['default', 'other', 'default', 'other'].map((namespace) => createCache({ store, namespace, semantic: careless(turns)! }));
        const cacheOf = (question: Question, at: number) => caches[(first[at] === true ? 0 : 2) + (question.namespace === 'default' ? 0 : 1)]!;
        const wrong: unknown[] = [];

        for (let at = 0; at < list.length; at += atOnce) {
          await Promise.all(list.slice(at, at + atOnce).map(async (question, place) => {
            const served = await ask(cacheOf(question, at + place), question);
            if (!isRight(served, markOf(question), question.mode ?? 'on')) wrong.push({ question, served, mark: markOf(question) });
          }));
        }

        expect(wrong).toEqual([]);
        await Promise.all(caches.map((cache) => cache.close()));
      }),
      { numRuns: 8, endOnFailure: true },
    );
  }, 30_000);
});

describe('two who ask the same question at once', () => {
  it.each([
    ['without matching by meaning', { 'x-reprise-semantic': 'off' }],
    ['with fewer false hits', { 'x-reprise-max-false-hits': '0.001' }],
  ])('each get an answer as they want it: one of them asks %s', async (_, headers) => {
    const table = { judge: 'function:even-1', guards: [], negatives: 1000, positives: 1000, rows: [{ falseHits: 0.01, threshold: 0.5, measured: 0, upTo: 0.01, hits: 1 }] };
    const { ask, askAndSettle, cache } = await pathForTest({
      clock: systemClock,
      semantic: { ...(careless('equal') as object), calibration: table, judge: functionJudge(() => 0.7, { fingerprint: 'even-1' }) },
    });
    await askAndSettle('How do I turn on dark mode?');

    const both = await Promise.all([ask('Where is dark mode?'), ask('Where is dark mode?', { headers })]);

    expect(both.map((response) => outcomeOf(response)!.kind)).toEqual(['semantic', 'miss']);
    await Promise.all(both.map((response) => response.text()));
    await cache.close();
  });
});

describe('two caches on one file', () => {
  it('find what the other has stored, as soon as they have heard of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reprise-meaning-'));
    const provider = await fakeProvider({ record: false });
    const { ask } = asker(provider, 'equal');
    const caches = [1, 2].map(() => createCache({ store: `sqlite:${join(folder, 'cache.db')}`, semantic: careless('equal')! }));
    const [question] = fc.sample(questions, { numRuns: 1, seed: 7 });
    await caches[1]!.open();

    const first = await ask(caches[0]!, { ...question!, mode: 'on', text: 'What is a cat?' });

    expect(first.kind).toBe('miss');
    const unstored = { 'cache-control': 'no-store' };
    await expect.poll(() => ask(caches[1]!, { ...question!, mode: 'on', text: 'What is a dog?' }, unstored), { timeout: 8000 }).toEqual({ ...first, kind: 'semantic' });
    await Promise.all(caches.map((cache) => cache.close()));
    await provider.close();
    await rm(folder, { recursive: true, force: true });
  });
});
