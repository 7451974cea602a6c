import type { Core } from '../cache.ts';
import { UnstorableError } from '../base/errors.ts';
import { type Duration, toMilliseconds } from '../base/units.ts';
import type { Entry } from '../model/entry.ts';
import { valueFormat } from '../providers/value.ts';

/** How a value that is put in by hand is kept. */
export interface SetOptions {
  /** How long it stays fresh. @default the cache's `ttl` */
  ttl?: Duration;
  tags?: string[];
}

/** Values put in and taken out by hand, by a name of the user's. */
export interface Values {
  get(name: string): Promise<unknown>;
  set(name: string, value: unknown, options?: SetOptions): Promise<void>;
  idOf(name: string): Promise<string>;
}

/** No function can have this name, so that values put in by hand and results of functions never meet. */
const BY_HAND = ' by hand';

export function valuesOf(core: Core, tenant: string, namespace: string): Values {
  const identityOf = (name: string) => core.identifyValue({ name: BY_HAND, args: [name], tenant, namespace, form: 'whole' });
  return {
    idOf: async (name) => (await identityOf(name)).id,
    async get(name) {
      await core.open();
      const entry = await core.store.get((await identityOf(name)).id);
      if (!entry?.whole || (entry.expiresAt !== undefined && core.options.clock.now() >= entry.expiresAt)) return undefined;
      const { decodeValue } = await import('../providers/value-codec.ts');
      return decodeValue(entry.whole.body);
    },
    async set(name, value, options = {}) {
      await core.open();
      const { encodeValue } = await import('../providers/value-codec.ts');
      let body: Uint8Array;
      try {
        body = encodeValue(value);
      } catch (error) {
        throw new UnstorableError(name, error);
      }
      const { ttl: usual, maxTtl, tags } = core.options.flow;
      const ttl = Math.min(options.ttl === undefined ? usual : toMilliseconds(options.ttl, 'ttl'), maxTtl);
      const key = (await identityOf(name)).key();
      const createdAt = core.options.clock.now();
      const entry: Entry = {
        v: 1,
        ...key,
        kind: 'value',
        format: valueFormat.name,
        namespace,
        tenant,
        lookups: [name],
        attributes: {},
        tags: [...new Set([...tags, ...(options.tags ?? [])])],
        origin: 'api',
        whole: { status: 200, headers: {}, body },
        createdAt,
        ...(ttl !== Infinity && { expiresAt: createdAt + ttl, dropAt: createdAt + ttl }),
        vectors: {},
      };
      await core.store.set(entry);
    },
  };
}
