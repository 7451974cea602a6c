/** How keys of this server's own APIs begin: see `langcache/keys.ts`. */
const OWN_KEY = /(?:^|\s)reprise_[0-9a-f]{12}_/;
/** Where clients of the providers put their keys. */
const PLACES = ['authorization', 'x-api-key', 'api-key'] as const;

/** True for a request that carries a key of this server's own, which is never passed on to a provider. */
export const carriesServiceKey = (headers: Readonly<Record<string, string>>): boolean =>
  PLACES.some((name) => headers[name] !== undefined && OWN_KEY.test(headers[name]));
