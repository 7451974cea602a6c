/**
 * Opens a store, asks one question after the other until one is a hit of the kind that is waited for, and tells its parent how long that took from
 * `createCache` on. Arguments: store, model folder or nothing, kind; the questions
 * come from the parent.
 */
import { createCache } from '../../src/integrations/library.ts';
import { asking, shortAnswer, timed } from '../semantic/by-meaning.ts';
import { ours } from '../ours.ts';

/** In milliseconds. */
export interface FirstLookup {
  readonly took: number;
  /** Questions that were asked before one was a hit. */
  readonly asked: number;
}

const [store, model, kind] = process.argv.slice(2) as [string, string, string];
const questions = await new Promise<string[]>((resolve) => process.once('message', resolve));
// Loading the sources is no part of it.
await createCache({ store: 'memory:' }).close();
const begun = performance.now();
const cache = ours({ store, semantic: { timeBound: true, personal: true, perSecond: 1e6, timeout: '60s', ...(model !== '' && { model }) } }, 0, shortAnswer);
let asked = 0;
let hit = false;
for (const question of questions) {
  asked++;
  const { outcome } = await timed(cache, asking(question));
  hit = outcome.kind === kind;
  if (hit) break;
  await new Promise((resolve) => setTimeout(resolve, 2));
}
process.send!(hit ? ({ took: performance.now() - begun, asked } satisfies FirstLookup) : { error: `None of ${asked} questions was a ${kind} hit.` });
await cache.cache.close();
process.disconnect?.();
