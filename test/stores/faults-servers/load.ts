import { setTimeout as pause } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { CacheError } from '../../../src/base/errors.ts';
import type { Milliseconds } from '../../../src/base/units.ts';
import { type Cache, createCache } from '../../../src/integrations/library.ts';
import { outcomeOf } from '../../../src/integrations/outcome-of.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { CacheOptions } from '../../../src/options.ts';
import { type FakeProvider, fakeProvider } from '../../../src/testing/fake-provider.ts';
import { until } from './until.ts';

/** Questions that are asked again and again. */
const KNOWN = 6;
/** So many ask each cache at one time, with a pause after each answer. */
const ASKERS = 2;
const PAUSE: Milliseconds = 25;
const LONGEST_OPENING: Milliseconds = 15_000;

export type Phase = 'before' | 'during' | 'after';

/** One request that came to an end. */
interface Sample {
  readonly cache: string;
  readonly phase: Phase;
  readonly took: Milliseconds;
  readonly known: boolean;
  readonly kind: string | undefined;
}

/** What a phase was like. */
export interface PhaseFigures {
  readonly requests: number;
  /** Added to what the provider alone takes at the same time. */
  readonly median: Milliseconds;
  readonly longest: Milliseconds;
  /** By how much the machine was late by itself: the longest of the provider's answers, and of the event loop's turns. */
  readonly noise: Milliseconds;
}

/** A bounded stream of requests through some caches, with every answer looked at. */
export interface Load {
  readonly caches: Readonly<Record<string, Cache>>;
  readonly provider: FakeProvider;
  /** Requests that came to no answer, or to a wrong one. */
  readonly failures: readonly string[];
  readonly errors: readonly CacheError[];
  /** The phase that requests which begin now belong to. */
  phase: Phase;
  /** Resolves when each cache has answered so many requests more. */
  answered(count: number): Promise<void>;
  /** Asks a question of its own, and waits until its answer is stored or not. */
  ask(cache: string, prompt: string): Promise<Outcome>;
  /** What became of the questions that are asked again and again. */
  kindsOfKnown(phase: Phase, cache: string): readonly (string | undefined)[];
  figures(phase: Phase): PhaseFigures;
  close(): Promise<void>;
}

const answerTo = (prompt: string) => `The answer to: ${prompt}`;

export async function underLoad(options: Readonly<Record<string, CacheOptions>>): Promise<Load> {
  const provider = await fakeProvider({ record: false });
  provider.reply(({ json }) => ({ text: answerTo((json!.messages as { content: string }[]).at(-1)!.content) }), { always: true });
  const failures: string[] = [];
  const errors: CacheError[] = [];
  const samples: Sample[] = [];
  const alone: { phase: Phase; took: Milliseconds }[] = [];
  const turns = new Map<Phase, Milliseconds>();
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const caches = Object.fromEntries(Object.entries(options).map(([name, given]) => [name, createCache(given)]));
  const over = new AbortController();
  const counts: Record<string, number> = {};
  let waiting: (() => void)[] = [];
  let phase: Phase = 'before';

  const request = (fetch: typeof globalThis.fetch, prompt: string): Promise<Response> =>
    fetch(`${provider.openaiUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }] }),
    });
  /** Asks and looks whether the answer is that of the question. */
  const askFor = async (cache: string, prompt: string): Promise<Outcome> => {
    const response = await request(caches[cache]!.fetch, prompt);
    const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
    const content = choices[0]?.message.content;
    if (content !== answerTo(prompt)) failures.push(`${cache} gave ${JSON.stringify(content)} for ${JSON.stringify(prompt)}`);
    return outcomeOf(response)!;
  };

  const asker = async (cache: string, number: number) => {
    for (let at = number; !over.signal.aborted; at++) {
      const known = at % 2 === 0;
      // New questions are the same for all caches, so that those which share a store meet.
      const prompt = known ? `known ${at % KNOWN}` : `new ${number} ${at}`;
      const began = { phase, at: performance.now() };
      try {
        const { kind } = await askFor(cache, prompt);
        samples.push({ cache, known, kind, phase: began.phase, took: performance.now() - began.at });
      } catch (error) {
        failures.push(`${cache} failed ${JSON.stringify(prompt)}: ${String(error)}`);
      }
      counts[cache] = (counts[cache] ?? 0) + 1;
      for (const look of waiting) look();
      await pause(PAUSE);
    }
  };
  /** The provider without a cache, as a measure of the machine. */
  const control = async () => {
    while (!over.signal.aborted) {
      const began = { phase, at: performance.now() };
      await (await request(fetch, 'control')).text();
      alone.push({ phase: began.phase, took: performance.now() - began.at });
      turns.set(phase, Math.max(turns.get(phase) ?? 0, delays.max / 1e6));
      delays.reset();
      await pause(PAUSE);
    }
  };

  for (const cache of Object.values(caches)) {
    cache.on('error', ({ error }) => void errors.push(error));
    // On a machine that is busy the first connection may take longer than a read may.
    await until('the store opens', LONGEST_OPENING, async () => cache.open().then(() => true));
  }
  for (const cache of Object.keys(caches)) {
    for (let at = 0; at < KNOWN; at++) await (await askFor(cache, `known ${at}`)).settled;
  }
  const all = [control(), ...Object.keys(caches).flatMap((cache) => Array.from({ length: ASKERS }, (_, number) => asker(cache, number)))];

  return {
    caches,
    provider,
    failures,
    errors,
    get phase() {
      return phase;
    },
    set phase(next) {
      phase = next;
    },
    answered(count) {
      const goal = Object.fromEntries(Object.keys(caches).map((cache) => [cache, (counts[cache] ?? 0) + count]));
      return new Promise((resolve) => {
        const look = () => {
          if (!Object.entries(goal).every(([cache, least]) => (counts[cache] ?? 0) >= least)) return;
          waiting = waiting.filter((one) => one !== look);
          resolve();
        };
        waiting.push(look);
      });
    },
    async ask(cache, prompt) {
      const outcome = await askFor(cache, prompt);
      await outcome.settled;
      return outcome;
    },
    kindsOfKnown: (of, name) => samples.filter((sample) => sample.known && sample.phase === of && sample.cache === name).map(({ kind }) => kind),
    figures(of) {
      const base = sorted(alone.filter((one) => one.phase === of).map(({ took }) => took));
      const usual = base[base.length >> 1] ?? 0;
      const added = sorted(samples.filter((one) => one.phase === of).map(({ took }) => Math.max(0, took - usual)));
      return { requests: added.length, median: added[added.length >> 1] ?? 0, longest: added.at(-1) ?? 0, noise: Math.max(base.at(-1) ?? 0, turns.get(of) ?? 0) };
    },
    async close() {
      over.abort();
      await Promise.all(all);
      await Promise.all(Object.values(caches).map((cache) => cache.close()));
      delays.disable();
      await provider.close();
    },
  };
}

const sorted = (values: number[]): number[] => values.sort((a, b) => a - b);
