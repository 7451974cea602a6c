import * as v from 'valibot';
import { type CacheChanges, cacheChangesSchema, type Caches, cacheSchema, type NewCache, newCacheSchema } from './caches.ts';
import type { Engine } from './engine.ts';
import type { Keys } from './keys.ts';
import { invalid, Refusal } from './refusal.ts';

/** One call of the admin API. */
export interface AdminOperation {
  readonly name: string;
  readonly summary: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly status: 200 | 201 | 204;
  readonly request?: v.GenericSchema;
  readonly answer?: v.GenericSchema;
}

export const ADMIN_OPERATIONS = [
  { name: 'listCaches', summary: 'All caches', method: 'GET', path: '/admin/caches', status: 200, answer: v.object({ data: v.array(cacheSchema) }) },
  { name: 'createCache', summary: 'Makes a cache', method: 'POST', path: '/admin/caches', status: 201, request: newCacheSchema, answer: cacheSchema },
  { name: 'getCache', summary: 'One cache', method: 'GET', path: '/admin/caches/{cacheId}', status: 200, answer: cacheSchema },
  { name: 'updateCache', summary: 'Changes a cache', method: 'PATCH', path: '/admin/caches/{cacheId}', status: 200, request: cacheChangesSchema, answer: cacheSchema },
  { name: 'deleteCache', summary: 'Deletes a cache with all its entries, and revokes its keys', method: 'DELETE', path: '/admin/caches/{cacheId}', status: 204 },
] as const satisfies readonly AdminOperation[];

export type AdminName = (typeof ADMIN_OPERATIONS)[number]['name'];

export interface AdminCall {
  readonly cacheId: string;
  /** Checked by the operation's schema. */
  readonly body: unknown;
}

export type AdminOperations = Readonly<Record<AdminName, (call: AdminCall) => Promise<unknown>>>;

export interface AdminParts {
  readonly caches: Caches;
  readonly keys: Keys;
  readonly engine: Pick<Engine, 'deleteCache'>;
}

const unknown = () => new Refusal('cache-not-found', 'There is no cache with this id.');

export function adminOperations({ caches, keys, engine }: AdminParts): AdminOperations {
  return {
    listCaches: async () => ({ data: await caches.list() }),
    async createCache({ body }) {
      const cache = await caches.create(body as NewCache);
      if (!cache) throw invalid('id', 'unique', 'is the id of a cache that is there already');
      return cache;
    },
    async getCache({ cacheId }) {
      const cache = await caches.get(cacheId);
      if (!cache) throw unknown();
      return cache;
    },
    async updateCache({ cacheId, body }) {
      const cache = await caches.update(cacheId, body as CacheChanges);
      if (!cache) throw unknown();
      return cache;
    },
    async deleteCache({ cacheId }) {
      // Keys first: nobody may write while the entries go, nor come in when a cache of the same id is made later.
      await keys.revokeOf(cacheId);
      if (!(await engine.deleteCache(cacheId))) throw unknown();
    },
  };
}
