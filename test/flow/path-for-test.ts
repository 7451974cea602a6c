import { onTestFinished } from 'vitest';
import type { Outcome } from '../../src/model/outcome.ts';
import { stepText } from '../../src/model/steps.ts';
import type { CacheOptions } from '../../src/options.ts';
import { type Cache, createCache } from '../../src/integrations/library.ts';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { fakeClock, type FakeClock } from '../../src/testing/fake-clock.ts';
import { type FakeProvider, type FakeProviderOptions, fakeProvider } from '../../src/testing/fake-provider.ts';

/** A cache in memory, a clock that stands still, and a provider that can be told what to answer. */
export interface PathForTest {
  readonly cache: Cache;
  readonly clock: FakeClock;
  readonly provider: FakeProvider;
  /** Asks for a chat completion. */
  ask(prompt: string, how?: How): Promise<Response>;
  /** Asks, reads the answer and waits until it has been stored or not. */
  askAndSettle(prompt: string, how?: How): Promise<Outcome>;
}

export interface How {
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  cache?: Cache;
}

export async function pathForTest(options: CacheOptions = {}, providerOptions: FakeProviderOptions = {}): Promise<PathForTest> {
  const clock = fakeClock();
  const provider = await fakeProvider(providerOptions);
  const cache = createCache({ store: 'memory:', clock, ...options });
  onTestFinished(async () => {
    await cache.close();
    await provider.close();
  });
  const ask: PathForTest['ask'] = (prompt, { body = {}, headers = {}, signal, cache: other = cache } = {}) =>
    other.fetch(`${provider.openaiUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }], ...body }),
      ...(signal && { signal }),
    });
  return {
    cache,
    clock,
    provider,
    ask,
    async askAndSettle(prompt, how) {
      const response = await ask(prompt, how);
      await response.text();
      const outcome = outcomeOf(response)!;
      await outcome.settled;
      return outcome;
    },
  };
}

export const stepsOf = (outcome: Outcome): string[] => outcome.steps.map(stepText);

export const contentOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { choices: { message: { content: string } }[] }).choices[0]!.message.content;
