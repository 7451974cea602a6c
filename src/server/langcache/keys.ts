import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from '../../base/clock.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { Records } from '../../stores/store.ts';
import { BELIEVED, shelf } from './shelf.ts';

/** `read`: searches and looks. `write`: that, and changes entries. `admin`: the admin API, and no entries. */
export const KEY_SCOPES = ['read', 'write', 'admin'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** What is known of a key: not the key itself. */
export interface Key {
  /** Stands for the key in logs and lists. */
  readonly id: string;
  readonly scope: KeyScope;
  /** The one cache it opens; absent for the scope `admin`. */
  readonly cache?: string | undefined;
  readonly createdAt: Milliseconds;
  /** Good for ever when absent. */
  readonly expiresAt?: Milliseconds | undefined;
  readonly revokedAt?: Milliseconds | undefined;
}

interface KeptKey extends Key {
  /** SHA-256 of the whole key, in hex. Keys are random, so that nothing slower is needed. */
  readonly hash: string;
}

const keySchema = v.object({
  id: v.string(),
  scope: v.picklist(KEY_SCOPES),
  cache: v.optional(v.string()),
  createdAt: v.number(),
  expiresAt: v.optional(v.number()),
  revokedAt: v.optional(v.number()),
  hash: v.string(),
});

/** A key as it is sent: its id, and 256 random bits. */
const KEY = /^reprise_([0-9a-f]{12})_[\w-]{43}$/;

/** The keys of a store. They live among its records, and stay there when they are revoked, so that a store that had keys never opens by itself. */
export interface Keys {
  /** Makes a key. `token` is what its owner sends, and is shown here only. */
  create(given: { scope: KeyScope; cache?: string | undefined; expiresAt?: Milliseconds | undefined }): Promise<{ key: Key; token: string }>;
  /** What a caller sent, if it is a key that is good now. */
  check(token: string): Promise<Key | undefined>;
  /** Whether one was ever made. */
  any(): Promise<boolean>;
  list(): Promise<Key[]>;
  /** False where there is none of this id. */
  revoke(id: string): Promise<boolean>;
  /** Revokes all that open this cache. */
  revokeOf(cache: string): Promise<void>;
}

export function openKeys(records: Records, clock: Clock): Keys {
  const kept = shelf<KeptKey>(records, 'langcache/key/', keySchema, clock);
  /** Held against tokens that name no key, so that these take as long. */
  const nobody = randomBytes(32);
  let made = false;
  let lookedAt = -Infinity;

  async function revoke(id: string): Promise<boolean> {
    for (;;) {
      const found = await kept.read(id);
      if (!found) return false;
      if (found.value.revokedAt !== undefined || (await kept.put(id, { ...found.value, revokedAt: clock.now() }, found.version))) return true;
    }
  }

  return {
    async create({ scope, cache, expiresAt }) {
      const id = randomBytes(6).toString('hex');
      const token = `reprise_${id}_${randomBytes(32).toString('base64url')}`;
      const key: Key = { id, scope, ...(cache !== undefined && { cache }), createdAt: clock.now(), ...(expiresAt !== undefined && { expiresAt }) };
      if (!(await kept.put(id, { ...key, hash: hash('sha256', token) }, undefined))) throw new Error(`There is a key ${id} already.`);
      made = true;
      return { key, token };
    },
    async check(token) {
      const id = KEY.exec(token)?.[1];
      const found = id === undefined ? undefined : await kept.get(id);
      const isRight = timingSafeEqual(hash('sha256', token, 'buffer'), found ? Buffer.from(found.hash, 'hex') : nobody);
      if (!found || !isRight || found.revokedAt !== undefined) return undefined;
      return found.expiresAt !== undefined && clock.now() >= found.expiresAt ? undefined : withoutHash(found);
    },
    async any() {
      if (made || clock.elapsed() - lookedAt < BELIEVED) return made;
      made = (await records.list('langcache/key/')).length > 0;
      lookedAt = clock.elapsed();
      return made;
    },
    list: async () => (await kept.list()).map(withoutHash),
    revoke,
    async revokeOf(cache) {
      for (const { id, cache: opened } of await kept.list()) if (opened === cache) await revoke(id);
    },
  };
}

function withoutHash(kept: KeptKey): Key {
  const { hash: _, ...key } = kept;
  return key;
}
