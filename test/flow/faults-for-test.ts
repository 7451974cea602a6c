import { onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import type { CacheError } from '../../src/base/errors.ts';
import { functionEmbedder } from '../../src/embedders/function.ts';
import { createCache } from '../../src/integrations/library.ts';
import type { CacheOptions } from '../../src/options.ts';
import { BUILT_IN } from '../../src/semantic/guards/guards.ts';
import { functionJudge } from '../../src/semantic/judges/function-judge.ts';
import type { SemanticOptions } from '../../src/semantic/semantic-options.ts';
import '../../src/semantic/assemble.ts';   // loaded by now, as time is measured here
import { vectorOf } from './meaning-for-test.ts';
import { type PathForTest, pathForTest } from './path-for-test.ts';

/** The longest that a lookup by meaning may take here. */
export const TIMEOUT = 300;
/** The longest that a request may take which has to wait for that, and once more for the vector of its answer, on a busy machine. */
export const BOUND = 3000;

export interface FaultsForTest extends PathForTest {
  /** What the cache has told its listeners. */
  readonly told: CacheError[];
  /** Asks in words that nobody has used before, of what all questions here are about. */
  anew(): Promise<string>;
  /** Fails unless exact hits go on and reworded questions are answered by the provider in time, `times` of each. */
  goesOnWithout(times?: number): Promise<void>;
}

export const words = () => functionEmbedder({ fingerprint: 'words-1', embed: (texts) => texts.map(vectorOf) });

/** Only guards off, so that the judge decides alone: here that both speak of dark mode. */
export const faultless: SemanticOptions = {
  minSimilarity: 0,
  timeout: TIMEOUT,
  perSecond: 1e6,
  guards: { off: BUILT_IN.map(({ name }) => name) },
  embedder: words(),
  judge: functionJudge((a, b) => [a, b].every((text) => text.includes('dark mode')), { fingerprint: 'dark-1', decides: true }),
};

/** A further cache that asks the same provider. */
function anotherCache(path: PathForTest, options: CacheOptions): PathForTest {
  const cache = createCache(options);
  onTestFinished(() => cache.close());
  return { ...path, cache, ask: (prompt, how) => path.ask(prompt, { cache, ...how }), askAndSettle: (prompt, how) => path.askAndSettle(prompt, { cache, ...how }) };
}

/** A cache that may be given a broken part. With `beside` it asks the provider of another, so that they may share a store. */
export async function faultsForTest(semantic: SemanticOptions = {}, options: CacheOptions = {}, beside?: PathForTest): Promise<FaultsForTest> {
  const all: CacheOptions = { clock: systemClock, semantic: { ...faultless, ...semantic }, ...options };
  const path = beside ? anotherCache(beside, all) : await pathForTest(all);
  const told: CacheError[] = [];
  path.cache.on('error', ({ error }) => void told.push(error));
  let asked = 0;
  const anew = async () => (await path.askAndSettle(`dark mode, number ${++asked}`)).kind;
  return {
    ...path,
    told,
    anew,
    async goesOnWithout(times = 4) {
      for (let time = 0; time < times; time++) {
        const began = Date.now();
        const [exact, other] = [(await path.askAndSettle('Explain dark mode')).kind, await anew()];
        const took = Date.now() - began;
        if (exact !== 'exact' || other !== 'miss' || took > BOUND) throw new Error(`The same question was ${exact}, another ${other}, within ${took} ms.`);
      }
    },
  };
}

const machine = performance.now.bind(performance);
let ahead = 0;

/** Lets all that is timed by the machine's own clock be this much later, until the test is over. */
export function later(milliseconds: number): void {
  ahead += milliseconds;
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => machine() + ahead);
  onTestFinished(() => {
    ahead = 0;
    spy.mockRestore();
  });
}

/** Longer than anything rests that has failed. */
export const RESTED = 31_000;
