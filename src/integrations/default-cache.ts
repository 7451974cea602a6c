import { type Cache, createCache } from './library.ts';

let made: Cache | undefined;

/** The cache of the process, made with the defaults on first use, for everybody who names none. */
export function defaultCache(): Cache {
  if (!made || made.core.closed) made = createCache();
  return made;
}
