import { OptionError } from '../base/errors.ts';
import type { Address } from './address.ts';
import type { Store, StoreContext } from './store.ts';
import { tieredStore } from './tiered.ts';

/** The stores that a URL may name for each tier. */
const TIERS = { pg: /^postgres(ql)?:/i, redis: /^(rediss?(\+(sentinel|cluster))?|unix):/i } as const;

/**
 * Redis over PostgreSQL: `pg+redis:?pg=postgres://host/database&redis=redis://host&redisTtl=1h`. The URLs of the two are written with percent signs
 * where they have options or a plus sign of their own. Left out they are what `PG_DSN` and `LLM_CACHE_REDIS_URL` or `REDIS_URL` say.
 */
export async function tieredStoreAt({ scheme, path, options }: Address, context: StoreContext, open: (url: string, context: StoreContext) => Store): Promise<Store> {
  const { pg, redis, redisTtl, mirrorTimeout, ...others } = options;
  if (path !== '') throw new OptionError('store', `without a place of its own: ${scheme}:?pg=URL&redis=URL`, path);
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw new OptionError(`${scheme}:?${unknown}`, 'one of pg, redis, redisTtl, mirrorTimeout', others[unknown]);
  const tier = (name: keyof typeof TIERS, url: string): Store => {
    // A plus sign in a URL's options reads as a space, which no scheme has.
    const written = url.replace(/^(\w+) (?=\w+:)/, '$1+');
    if (!TIERS[name].test(written)) throw new OptionError(`${scheme}:?${name}`, `the URL of a ${name} store`, written.replace(/:[\s\S]*/, ':'));
    return open(written, context);
  };
  const durable = tier('pg', pg ?? 'postgres:');
  const mirror = redis === undefined ? (await import('./redis.ts')).redisStore(context) : tier('redis', redis);
  const span = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);
  const store = tieredStore([mirror, durable], {
    ...(redisTtl !== undefined && { redisTtl: span(redisTtl) }),
    ...(mirrorTimeout !== undefined && { mirrorTimeout: span(mirrorTimeout) }),
  });
  return {
    ...store,
    async open() {
      try {
        return await store.open();
      } catch (error) {
        // Whoever tries again makes another one, so that what this one opened would stay open.
        await store.close().catch(() => {});
        throw error;
      }
    },
  };
}
