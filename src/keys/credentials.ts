import { createHmac, hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { splitUrl } from './url.ts';

/** The tenant of a call that carries no credential. */
export const ANONYMOUS = 'anonymous';

/** Headers that carry a credential although their name does not say so. */
const CREDENTIAL_HEADERS = new Set(['cookie', 'cf-access-client-id']);

/**
 * Names that say it: `authorization`, `x-api-key`, `api-key`, `x-goog-api-key`, `ocp-apim-subscription-key`, `x-amz-security-token`,
 * `helicone-auth`. Wide on purpose: a header taken for a credential by mistake costs hits, one missed shares answers with strangers.
 */
const CREDENTIAL_NAME = /(?:^|[-_])(?:api-?)?(?:authorization|auth|key|token|secret|password|credentials?)$/;

/** Names that fit the pattern and change from one request to the next without saying who asks. */
const NO_CREDENTIALS = new Set(['idempotency-key', 'x-idempotency-key', 'x-csrf-token', 'x-xsrf-token', 'cf-aig-cache-key', 'x-bf-cache-key']);

/** Cookies that a content network sets by itself (Cloudflare): they change within the hour and say nothing about who asks. */
const NETWORK_COOKIES = new Set(['__cf_bm', '_cfuvid', '__cflb', 'cf_clearance']);

/** Names that were looked at before. Bounded, since callers choose names. */
const seen = new Map<string, boolean>();

/** True for a header that says who asks. `name` is in lower case. */
export function isCredentialHeader(name: string): boolean {
  let is = seen.get(name);
  if (is === undefined) {
    is = (CREDENTIAL_HEADERS.has(name) || CREDENTIAL_NAME.test(name)) && !NO_CREDENTIALS.has(name);
    if (seen.size >= 1000) seen.clear();
    seen.set(name, is);
  }
  return is;
}

/** Tenants by secret, then by the digest of their credentials: an HMAC costs five times a digest. Holds no credential. */
const tenants = new WeakMap<Uint8Array, LRUCache<string, string>>();

/** The credentials that were asked for last: a program mostly has one, and holds it in memory anyway. */
let last: { readonly secret: Uint8Array; readonly text: string; readonly tenant: string } | undefined;

/**
 * The tenant of a call: HMAC-SHA256, in hex, over every credential among its headers (names in lower case) and in its URL, or
 * `anonymous`. Equal for equal credentials, whatever their order. The secret keeps a reader of the store from guessing keys.
 */
export function tenantOf(headers: Readonly<Record<string, string>>, url: string, secret: Uint8Array): string {
  const parts: string[] = [];
  for (const name in headers) {
    if (!isCredentialHeader(name)) continue;
    const value = name === 'cookie' ? ownCookies(headers[name]!) : headers[name]!.trim();
    if (value !== '') parts.push(part('header', name, value));
  }
  for (const [kind, name, value] of splitUrl(url).credentials) parts.push(part(kind, name, value));
  if (parts.length === 0) return ANONYMOUS;

  const text = `tenant:${parts.length === 1 ? parts[0]! : parts.sort().join('')}`;
  if (last?.text === text && last.secret === secret) return last.tenant;
  let known = tenants.get(secret);
  if (!known) tenants.set(secret, (known = new LRUCache({ max: 1000 })));
  const digest = hash('sha256', text, 'base64');
  let tenant = known.get(digest);
  if (tenant === undefined) known.set(digest, (tenant = createHmac('sha256', secret).update(text).digest('hex')));
  last = { secret, text, tenant };
  return tenant;
}

/** With lengths, so that no two lists of credentials look the same. */
const part = (kind: string, name: string, value: string): string => `${kind}:${name.length}:${name}${value.length}:${value}`;

function ownCookies(header: string): string {
  const cookies = header.split(';').map((cookie) => cookie.trim());
  return cookies.filter((cookie) => cookie !== '' && !NETWORK_COOKIES.has(cookie.split('=', 1)[0]!)).sort().join('; ');
}
