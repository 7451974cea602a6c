import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCredentialHeader, tenantOf } from '../../src/keys/credentials.ts';
import { idOf } from './help.ts';

const url = 'https://api.openai.com/v1/chat/completions';
const secret = new Uint8Array(32).fill(1);
const tenant = (headers: Record<string, string>, at = url, by = secret) => tenantOf(headers, at, by);

describe('the tenant of a call', () => {
  it('is anonymous without a credential', () => {
    expect(tenant({ 'user-agent': 'x', 'content-type': 'application/json', 'openai-organization': 'org', 'x-stainless-lang': 'js' }, `${url}?api-version=2`)).toBe('anonymous');
    expect(tenant({ authorization: '' })).toBe('anonymous');
  });

  it('is an HMAC: 64 hex digits that no digest of the credential alone gives', () => {
    const made = tenant({ authorization: 'Bearer sk-1' });

    expect(made).toMatch(/^[0-9a-f]{64}$/);
    expect(made).not.toBe(tenant({ authorization: 'Bearer sk-1' }, url, new Uint8Array(32).fill(2)));
    expect(made).not.toBe(createHash('sha256').update('Bearer sk-1').digest('hex'));
  });

  it('differs when any credential does, and when there is one more', () => {
    const tenants = [
      tenant({}),
      tenant({ authorization: 'Bearer a' }),
      tenant({ authorization: 'Bearer b' }),
      tenant({ 'x-api-key': 'Bearer a' }),
      tenant({ 'api-key': 'Bearer a' }),
      tenant({ 'x-goog-api-key': 'Bearer a' }),
      tenant({ 'proxy-authorization': 'Bearer a' }),
      tenant({ cookie: 'session=a' }),
      tenant({ authorization: 'Bearer a', 'x-api-key': 'b' }),
      tenant({}, `${url}?key=a`),
      tenant({}, `${url}?api_key=a`),
      tenant({}, `${url}?key=a&key=b`),
      tenant({}, 'https://ann:a@example.org/'),
      tenant({}, 'https://ann:b@example.org/'),
      tenant({ authorization: 'Bearer a' }, `${url}?key=a`),
    ];

    expect(new Set(tenants).size).toBe(tenants.length);
  });

  it('is the same in whatever order credentials come, and whatever else comes with them', () => {
    const one = tenant({ authorization: 'a', 'x-api-key': 'b', 'user-agent': '1', 'idempotency-key': '1', 'x-stainless-retry-count': '0' }, `${url}?key=c&n=1`);
    const other = tenant({ 'idempotency-key': '2', 'x-api-key': 'b', authorization: 'a' }, `${url}?n=2&key=c`);

    expect(other).toBe(one);
  });

  it('does not change with the cookies of a content network', () => {
    expect(tenant({ cookie: '__cf_bm=abc; _cfuvid=def' })).toBe('anonymous');
    expect(tenant({ cookie: 'b=2; a=1; __cf_bm=abc' })).toBe(tenant({ cookie: 'a=1; b=2; __cf_bm=xyz' }));
  });

  it('never takes a part of one credential for a part of another', () => {
    const value = fc.string({ minLength: 1 }).map((text) => text.trim()).filter((text) => text !== '');
    fc.assert(
      fc.property(value, value, value, value, (a, b, c, d) => {
        const same = a === c && b === d;

        expect(tenant({ authorization: a, 'x-api-key': b }) === tenant({ authorization: c, 'x-api-key': d })).toBe(same);
      }),
    );
  });

  it.each(['authorization', 'x-api-key', 'api-key', 'apikey', 'x-goog-api-key', 'ocp-apim-subscription-key', 'x-amz-security-token', 'helicone-auth', 'x-company-token'])(
    'is told by the header %s',
    (name) => {
      expect(isCredentialHeader(name)).toBe(true);
    },
  );

  it.each(['content-type', 'idempotency-key', 'x-request-id', 'traceparent', 'x-stainless-os', 'anthropic-version', 'x-max-tokens', 'host', 'accept'])(
    'is not told by the header %s',
    (name) => {
      expect(isCredentialHeader(name)).toBe(false);
    },
  );
});

describe('credentials and keys', () => {
  it('meet nowhere: with one tenant given, the id does not change with the credential', () => {
    const ids = [
      idOf({ model: 'm' }, { url: 'https://example.org/v1?b=1' }),
      idOf({ model: 'm' }, { url: 'https://example.org/v1?key=sk-1&b=1' }),
      idOf({ model: 'm' }, { url: 'https://example.org/v1?b=1&API_KEY=sk-2' }),
      idOf({ model: 'm' }, { url: 'https://ann:sk-3@example.org/v1?b=1', headers: { authorization: 'Bearer sk-4', 'x-api-key': 'sk-5', cookie: 'sk-6' } }),
    ];

    expect(new Set(ids).size).toBe(1);
  });

  it('leave a query parameter counting that merely looks like one', () => {
    expect(idOf({}, { url: 'https://example.org/?page_token=1' })).not.toBe(idOf({}, { url: 'https://example.org/?page_token=2' }));
  });
});
