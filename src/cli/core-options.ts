import { OptionError } from '../base/errors.ts';
import { type CacheOptions, type ResolvedOptions, resolveOptions } from '../options.ts';
import type { SemanticMode } from '../semantic/rates.ts';
import type { SemanticOptions } from '../semantic/semantic-options.ts';
import { durationIn, type Settings } from './settings.ts';

/** The options of a cache as the settings have them. */
export function cacheOptions(settings: Settings): CacheOptions {
  const { store, tenant, namespace } = settings;
  const options: CacheOptions = { ...(store !== undefined && { store }), ...(tenant !== undefined && { tenant }), ...(namespace !== undefined && { namespace }) };
  for (const name of ['ttl', 'maxTtl', 'timeBoundTtl', 'staleWhileRevalidate', 'staleIfError', 'storeTimeout', 'leaseTime'] as const) {
    const span = durationIn(settings[name]);
    if (span !== undefined) options[name] = span;
  }
  const { acrossProcesses } = settings;
  if (acrossProcesses !== undefined) {
    if (acrossProcesses !== 'on' && acrossProcesses !== 'off') throw new OptionError('acrossProcesses', 'on or off', acrossProcesses);
    options.acrossProcesses = acrossProcesses === 'on';
  }
  const semantic = semanticOptions(settings);
  if (semantic) options.semantic = semantic;
  return options;
}

/** How questions are matched by meaning, as the settings have it; `undefined` where they say nothing of it. */
function semanticOptions({ semantic: mode, semanticFixed: fixed, maxFalseHits, turns, embedder, calibration }: Settings): SemanticOptions | undefined {
  if ([mode, fixed, maxFalseHits, turns, embedder, calibration].every((value) => value === undefined)) return undefined;
  if (fixed !== undefined && fixed !== 'yes' && fixed !== 'no') throw new OptionError('semanticFixed', 'yes or no', fixed);
  return {
    // Rates and rules alone switch nothing on: headers may do so for one request.
    mode: (mode ?? 'off') as SemanticMode,
    ...(fixed !== undefined && { fixed: fixed === 'yes' }),
    ...(maxFalseHits !== undefined && { maxFalseHits: Number(maxFalseHits) }),
    ...(turns !== undefined && { turns: turns as 'equal' | 'judged' }),
    ...(embedder !== undefined && { embedder }),
    ...(calibration !== undefined && { calibration }),
  };
}

export const coreOptions = (settings: Settings): ResolvedOptions => resolveOptions(cacheOptions(settings));
