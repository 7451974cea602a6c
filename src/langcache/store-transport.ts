import { lazy } from '../base/lazy.ts';
import { openStore } from '../stores/open.ts';
import type { Transport } from './transport.ts';

/**
 * The service in this process, over the store of a URL. It is loaded with the first call, so that who speaks to a server needs none of it. Throws a
 * `StoreUnknownError` for a URL that names no store.
 */
export function storeTransport(url: string): Transport {
  // An entry that cannot be read is a miss.
  const store = openStore(url, { now: Date.now, onDamage: () => undefined });
  const service = lazy(async () => (await import('../server/langcache/in-process.ts')).inProcessTransport({ store }));
  return {
    send: async (request) => (await service()).send(request),
    async close() {
      if (service.started) await (await service()).close?.();
    },
  };
}
