import { StoreUnknownError } from '../base/errors.ts';
import { type Address, parseAddress } from './address.ts';
import { lazyStore } from './lazy-store.ts';
import type { Store, StoreContext } from './store.ts';

/** Makes the store of an address. Its module, and with it the driver, is loaded only here. */
type Loader = (address: Address, context: StoreContext) => Promise<Store>;

const redis: Loader = async (address, context) => (await import('./redis.ts')).redisStoreAt(address, context);
const qdrant: Loader = async (address, context) => (await import('./qdrant.ts')).qdrantStoreAt(address, context);

const LOADERS: Readonly<Record<string, Loader>> = {
  memory: async (address) => (await import('./memory.ts')).memoryStoreAt(address),
  sqlite: async (address, context) => (await import('./sqlite.ts')).sqliteStoreAt(address, context),
  file: async (address, context) => (await import('./file.ts')).fileStoreAt(address, context),
  json: async (address, context) => (await import('./json.ts')).jsonStoreAt(address, context),
  postgres: async (address, context) => (await import('./postgres.ts')).postgresStoreAt(address, context),
  postgresql: async (address, context) => (await import('./postgres.ts')).postgresStoreAt(address, context),
  'pg+redis': async (address, context) => (await import('./tiered-at.ts')).tieredStoreAt(address, context, openStore),
  none: async (address) => (await import('./none.ts')).noStoreAt(address),
  redis,
  rediss: redis,
  'redis+sentinel': redis,
  'rediss+sentinel': redis,
  'redis+cluster': redis,
  'rediss+cluster': redis,
  unix: redis,
  qdrant,
  'qdrant+http': qdrant,
  'qdrant+https': qdrant,
};

/** How the URLs of all stores look, for messages and help. */
export const STORE_URLS = [
  'memory:', 'sqlite:PATH', 'sqlite::memory:', 'file:DIR', 'json:PATH', 'none:', 'postgres://HOST/DATABASE',
  'redis://HOST', 'redis+sentinel://HOST/NAME', 'redis+cluster://HOST',
  'pg+redis:?pg=URL&redis=URL', 'qdrant://HOST', 'qdrant+https://HOST',
] as const;

/**
 * The store of a URL, or the store that is given. Nothing is loaded or opened before its first use; an unknown scheme is a
 * `StoreUnknownError` at once. A read before `open` is a promise, later ones are as the store answers them.
 */
export function openStore(url: string | Store, context: StoreContext): Store {
  if (typeof url !== 'string') return url;
  const address = parseAddress(url);
  const load = address && Object.hasOwn(LOADERS, address.scheme) ? LOADERS[address.scheme] : undefined;
  if (!address || !load) throw new StoreUnknownError(withoutSecrets(url), STORE_URLS);
  return lazyStore(address.scheme, () => load(address, context));
}

/** A URL as it may be shown: without user, password and options. */
const withoutSecrets = (url: string): string => url.replace(/\/\/[^/@]*@/, '//').replace(/\?[\s\S]*$/, '');
