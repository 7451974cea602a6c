import { type CacheOptions, type ResolvedOptions, resolveOptions } from '../options.ts';
import { durationIn, type Settings } from './settings.ts';

/** The options of a cache as the settings have them. */
export function cacheOptions(settings: Settings): CacheOptions {
  const { store, tenant, namespace } = settings;
  const options: CacheOptions = { ...(store !== undefined && { store }), ...(tenant !== undefined && { tenant }), ...(namespace !== undefined && { namespace }) };
  for (const name of ['ttl', 'maxTtl', 'timeBoundTtl', 'staleWhileRevalidate', 'staleIfError'] as const) {
    const span = durationIn(settings[name]);
    if (span !== undefined) options[name] = span;
  }
  return options;
}

export const coreOptions = (settings: Settings): ResolvedOptions => resolveOptions(cacheOptions(settings));
