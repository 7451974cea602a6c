/**
 * Opens a store with the built package, asks one question after the other until one is a hit of the kind that is waited for, and tells its parent how
 * long that took from `createCache` on. Arguments: the built package, store, model folder, kind; the questions come from the parent.
 */
import { pathToFileURL } from 'node:url';
import { asking, shortAnswer } from '../semantic/by-meaning.ts';

/** In milliseconds. */
export interface FirstLookup {
  readonly took: number;
  /** Of that, the time this thread has had a core. */
  readonly worked: number;
  /** Questions that were asked before one was a hit. */
  readonly asked: number;
}

type Library = Pick<typeof import('../../src/index.ts'), 'createCache' | 'outcomeOf'>;

const [library, store, model, kind] = process.argv.slice(2) as [string, string, string, string];
const questions = await new Promise<string[]>((resolve) => process.once('message', resolve));
const { createCache, outcomeOf } = (await import(pathToFileURL(library).href)) as Library;

const working = (): number => {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
};
const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
  const { messages } = JSON.parse(Buffer.from(init!.body as Uint8Array).toString()) as ReturnType<typeof asking>;
  return new Response(JSON.stringify(shortAnswer(messages.at(-1)!.content)), { headers: { 'content-type': 'application/json' } });
};

const [begun, workedBefore] = [performance.now(), working()];
const cache = createCache({ store, semantic: { mode: 'on', perSecond: 1e6, timeout: '60s', model }, fetch: fetch as typeof globalThis.fetch });
let asked = 0;
let hit = false;
for (const question of questions) {
  asked++;
  const response = await cache.fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer sk-bench', 'content-type': 'application/json' },
    body: JSON.stringify(asking(question)),
  });
  await response.text();
  hit = outcomeOf(response)?.kind === kind;
  if (hit) break;
  await new Promise((resolve) => setTimeout(resolve, 5));
}
process.send!(hit ? ({ took: performance.now() - begun, worked: working() - workedBefore, asked } satisfies FirstLookup) : { error: `None of ${asked} questions was a ${kind} hit.` });
await cache.close();
process.disconnect?.();
