import { createHmac } from 'node:crypto';
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
const known = new Map<string, boolean>();

/** True for a header that says who asks. `name` is in lower case. */
export function isCredentialHeader(name: string): boolean {
  let is = known.get(name);
  if (is === undefined) {
    is = (CREDENTIAL_HEADERS.has(name) || CREDENTIAL_NAME.test(name)) && !NO_CREDENTIALS.has(name);
    if (known.size >= 1000) known.clear();
    known.set(name, is);
  }
  return is;
}

/**
 * The tenant of a call: HMAC-SHA256, in hex, over every credential among its headers (names in lower case) and in its URL, or
 * `anonymous`. Equal for equal credentials, whatever their order. The secret keeps a reader of the store from guessing keys.
 */
export function tenantOf(headers: Readonly<Record<string, string>>, url: string, secret: Uint8Array): string {
  const found: string[][] = [];
  for (const name in headers) {
    if (!isCredentialHeader(name)) continue;
    const value = name === 'cookie' ? ownCookies(headers[name]!) : headers[name]!.trim();
    if (value !== '') found.push(['header', name, value]);
  }
  for (const credential of splitUrl(url).credentials) found.push(credential);
  if (found.length === 0) return ANONYMOUS;

  // JSON keeps the parts apart, so that no two lists of credentials look the same.
  const parts = found.map((credential) => JSON.stringify(credential)).sort();
  return createHmac('sha256', secret).update(`tenant[${parts.join()}]`).digest('hex');
}

function ownCookies(header: string): string {
  const cookies = header.split(';').map((cookie) => cookie.trim());
  return cookies.filter((cookie) => cookie !== '' && !NETWORK_COOKIES.has(cookie.split('=', 1)[0]!)).sort().join('; ');
}
