import type { Key, Keys } from './keys.ts';
import { Refusal } from './refusal.ts';

/** What a call does: looks, changes entries, or manages caches. */
export type Need = 'read' | 'write' | 'admin';

export interface AccessOptions {
  readonly keys: Keys;
  /**
   * `keys`: nobody comes in without one. `loopback`: as long as none was ever made, everybody on this machine does. `trusted`: the caller is this
   * very process.
   */
  readonly door: 'keys' | 'loopback' | 'trusted';
}

/** Who was let in. */
export interface Caller {
  /** Absent where none was needed. */
  readonly key?: Key;
}

const BEARER = { 'www-authenticate': 'Bearer' };
const NO_KEYS = 'This server has no keys yet, and others than this machine can reach it: make one with `reprise keys create`. Until then the LangCache and admin routes are off.';

/** Lets a call in, or refuses it. `cacheId`: the cache it is about. */
export type Access = (authorization: string | undefined, need: Need, cacheId?: string) => Promise<Caller>;

export function makeAccess({ keys, door }: AccessOptions): Access {
  return async (authorization, need, cacheId) => {
    if (door === 'trusted') return {};
    if (!(await keys.any())) {
      if (door === 'loopback') return {};
      throw new Refusal('authentication-failed', NO_KEYS, { headers: BEARER });
    }
    const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new Refusal('authentication-failed', 'A key is needed: Authorization: Bearer KEY.', { headers: BEARER });
    const key = await keys.check(token);
    if (!key) throw new Refusal('authentication-failed', 'The key is not known, has expired, or was revoked.', { headers: BEARER });
    const why = whyNot(key, need, cacheId);
    if (why !== undefined) throw new Refusal('insufficient-permissions', why);
    return { key };
  };
}

function whyNot(key: Key, need: Need, cacheId: string | undefined): string | undefined {
  if (need === 'admin') return key.scope === 'admin' ? undefined : 'The admin API needs a key of the scope admin.';
  if (key.scope === 'admin') return 'A key of the scope admin opens the admin API, and no entries.';
  if (key.cache !== cacheId) return 'The key opens another cache.';
  return need === 'write' && key.scope !== 'write' ? 'The key may only read.' : undefined;
}
