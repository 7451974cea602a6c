import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json.ts';
import { RequestError } from '../../src/base/errors.ts';
import { fakeFormat, idOf, identifierForTest, rewrite } from './help.ts';

const question: JsonObject = {
  model: 'gpt-4o',
  temperature: 0.7,
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Capital of France?' },
  ],
};

/** Values that survive JSON, since only those can be sent. */
const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const bodies = fc.dictionary(fc.string({ unit: 'binary' }), json, { maxKeys: 6, noNullPrototype: true }).map((body) => body as JsonObject);

describe('the id of a request', () => {
  it('is the same however the body is written, and for the object itself', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), (body, seed) => {
        const written = rewrite(body, seed);

        expect(idOf(written)).toBe(idOf(body));
        expect(idOf(JSON.stringify(body))).toBe(idOf(body));
      }),
      { numRuns: 300 },
    );
  });

  it('differs for bodies that differ', () => {
    fc.assert(
      fc.property(bodies, bodies, (one, other) => {
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

        expect(idOf(one) === idOf(other)).toBe(same);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same for a body that was seen and one that was not', () => {
    const identify = identifierForTest();
    const slow = identifierForTest({ aliasEntries: 0 });
    fc.assert(
      fc.property(bodies, (body) => {
        const first = identify(body);
        const again = identify(body);

        expect(again.remembered).toBe(true);
        expect([first.id, again.id]).toEqual([slow(body).id, slow(body).id]);
        expect(again.facts).toEqual(first.facts);
        expect(again.key()).toEqual(first.key());
      }),
    );
  });

  it.each([
    ['1', '1.0'],
    ['1', '1e0'],
    ['1', '10e-1'],
    ['0', '0.0e5'],
    ['-1.50', '-15E-1'],
    ['1e22', '10000000000000000000000'],
    ['9007199254740992', '9007199254740992.0'],
    ['"é"', String.raw`"\u00e9"`],
    ['"/"', String.raw`"\/"`],
  ])('takes %s and %s for the same', (one, other) => {
    const ids = [idOf(`{"n":${one}}`), idOf(`{ "n" : ${other} }`)];

    expect(ids[0]).toBe(ids[1]);
  });

  it('differs when the order of an array differs', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2 }), (list) => {
        expect(idOf({ ...question, stop: list })).not.toBe(idOf({ ...question, stop: [...list].reverse() }));
      }),
    );
  });

  it('differs for any member more, at the top and below', () => {
    const names = fc.string().filter((name) => !['stream', 'stream_options', 'metadata', 'user', 'service_tier'].includes(name) && !(name in question));
    fc.assert(
      fc.property(names, json, (name, value) => {
        const plain = idOf(question);

        expect(idOf(own(question, name, value))).not.toBe(plain);
        expect(idOf({ ...question, messages: [own({}, name, value)] })).not.toBe(idOf({ ...question, messages: [{}] }));
        expect(idOf({ ...question, tools: [{ function: { parameters: own({}, name, value) } }] })).not.toBe(
          idOf({ ...question, tools: [{ function: { parameters: {} } }] }),
        );
      }),
    );
  });

  it('keeps a member named __proto__', () => {
    const ids = ['{"a":{}}', '{"a":{"__proto__":1}}', '{"a":{"__proto__":2}}', '{"a":{},"__proto__":{"b":1}}'].map((raw) => idOf(raw));

    expect(new Set(ids).size).toBe(4);
  });

  it('tells composed from decomposed letters, and a missing member from null', () => {
    expect(idOf({ text: 'é'.normalize('NFC') })).not.toBe(idOf({ text: 'é'.normalize('NFD') }));
    expect(idOf({ text: null })).not.toBe(idOf({}));
  });

  it('differs between tenants, namespaces, formats and addresses', () => {
    const ids = [
      idOf(question),
      idOf(question, { tenant: 'bob' }),
      idOf(question, { namespace: 'other' }),
      idOf(question, { format: fakeFormat('openai-responses') }),
      idOf(question, { url: 'https://api.openai.com/v1/responses' }),
      idOf(question, { url: 'https://example.org/v1/chat/completions' }),
      idOf(question, { url: 'https://api.openai.com/v1/chat/completions?api-version=2' }),
      idOf(question, { url: 'https://api.openai.com/v1/chat/completions?api-version=3' }),
      idOf(question, { tenant: 'annd', namespace: 'efault' }),
    ];

    expect(new Set(ids).size).toBe(ids.length);
  });

  it('never takes parts of one name for parts of its neighbour', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (tenant, namespace, otherTenant, otherNamespace) => {
        const identify = identifierForTest();
        const one = identify(question, { tenant, namespace });
        const other = identify(question, { tenant: otherTenant, namespace: otherNamespace });

        expect(one.id === other.id).toBe(tenant === otherTenant && namespace === otherNamespace);
      }),
    );
  });

  it('does not care for the order of query parameters, nor for the fragment', () => {
    const ids = ['?a=1&b=2', '?b=2&a=1', '?a=1&b=2#top', '?b=2&&a=1'].map((query) => idOf(question, { url: `https://example.org/v1${query}` }));

    expect(new Set(ids).size).toBe(1);
    expect(idOf(question, { url: 'https://example.org/v1?a=1&a=2' })).not.toBe(idOf(question, { url: 'https://example.org/v1?a=2&a=1' }));
  });

  it('drops from an object what JSON drops, and writes a date as JSON does', () => {
    const given = { model: 'm', seed: undefined, at: new Date(0) } as unknown as JsonObject;

    expect(idOf(given)).toBe(idOf('{"at":"1970-01-01T00:00:00.000Z","model":"m"}'));
  });

  it('stays what it is: entries of older versions are found under it', () => {
    const asked = { headers: { 'openai-beta': 'assistants=v2' }, url: 'https://api.openai.com/v1/chat/completions?b=2&a=1' };

    // Whoever must change this makes KEY_VERSION one more.
    expect(idOf({ ...question, stream: true }, asked)).toBe('b89e79e7f0110a5cd7657b91bdc8344c31d72f4643bf5c1993a13ba3ac3f44a5');
  });

  it('is that of the body when it was asked, whatever becomes of the object', () => {
    const identify = identifierForTest();
    const body = { model: 'm', messages: [{ role: 'user', content: 'One' }] };
    const expected = identifierForTest()(structuredClone(body)).key();

    const first = identify(body);
    body.messages[0]!.content = 'Two';

    expect(first.key()).toEqual(expected);
    expect(identify(body).id).not.toBe(first.id);
  });

  it.each([
    ['a bigint', { seed: 1n }],
    ['a cycle', (() => { const body: Record<string, unknown> = {}; body['self'] = body; return body; })()],
  ])('refuses an object with %s', (_, body) => {
    expect(() => idOf(body as unknown as JsonObject)).toThrow(RequestError);
    expect(() => idOf(body as unknown as JsonObject)).toThrow(/cannot be written as JSON: /);
  });

  it.each(['', 'no', '[1]', 'null', '"text"', '{"a":1'])('refuses the raw body %j', (raw) => {
    expect(() => idOf(raw)).toThrow(RequestError);
  });

  it('refuses a URL that is not complete, and does not repeat it', () => {
    expect(() => idOf(question, { url: '/v1/chat?key=sk-secret' })).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.not.stringContaining('sk-secret') as string }));
  });
});

describe('a body that was seen', () => {
  it.each([0, 100_000])('is not read again, as bytes or as an object (%i characters more)', (more) => {
    const identify = identifierForTest();
    const format = fakeFormat();
    const body = { ...question, padding: 'x'.repeat(more) };
    const raw = JSON.stringify(body);

    const seen = [identify(raw, { format }), identify(raw, { format }), identify(body, { format }), identify(body, { format })];

    expect(seen.map(({ remembered }) => remembered)).toEqual([false, true, false, true]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
    expect(format.reads).toEqual({ facts: 2, conversation: 0 });
  });

  it('is not taken for bytes that only look like its text', () => {
    const identify = identifierForTest();
    const asObject = identify({ model: 'é' });

    const asBytes = identify(Buffer.from('{"model":"é"}', 'latin1'));

    expect([asBytes.remembered, asBytes.id === asObject.id]).toEqual([false, false]);
  });

  it('is told apart for more tenants than are remembered with it', () => {
    const identify = identifierForTest();
    const tenants = Array.from({ length: 40 }, (_, i) => `tenant ${i}`);

    const ids = [...tenants, ...tenants].map((tenant) => identify(question, { tenant }).id);

    expect(new Set(ids).size).toBe(40);
    expect(ids.slice(40)).toEqual(ids.slice(0, 40));
  });

  it('is read again for another header, tenant, namespace, address or format', () => {
    const identify = identifierForTest();
    identify(question);

    const others = [
      identify(question, { headers: { 'openai-beta': 'x' } }),
      identify(question, { tenant: 'bob' }),
      identify(question, { namespace: 'other' }),
      identify(question, { url: 'https://example.org/' }),
      identify(question, { format: fakeFormat('other') }),
    ];

    expect(others.map(({ remembered }) => remembered)).toEqual([false, false, false, false, false]);
  });

  it('is forgotten when too many others came', () => {
    const identify = identifierForTest({ aliasEntries: 2 });
    for (const model of ['a', 'b', 'c']) identify({ model });

    expect(identify({ model: 'c' }).remembered).toBe(true);
    expect(identify({ model: 'a' }).remembered).toBe(false);
  });
});

describe('the whole key', () => {
  const ask = (content: string, more: JsonObject = {}) => identifierForTest()({ ...question, ...more, messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content }] }).key();

  it('has one scope for questions that differ in the last message alone', () => {
    const [one, other] = [ask('Capital of France?'), ask('Capital of Spain?')];

    expect([other!.scope, other!.turns]).toEqual([one!.scope, one!.turns]);
    expect([one!.text, other!.text]).toEqual(['Capital of France?', 'Capital of Spain?']);
    expect(one!.scope).not.toBe(one!.id);
  });

  it('has another scope for another parameter, tenant, namespace or address', () => {
    const identify = identifierForTest();
    const scopes = [
      identify(question),
      identify({ ...question, temperature: 0 }),
      identify(question, { tenant: 'bob' }),
      identify(question, { namespace: 'other' }),
      identify(question, { url: 'https://example.org/' }),
      identify(question, { headers: { 'openai-beta': 'x' } }),
    ].map((identity) => identity.key().scope);

    expect(new Set(scopes).size).toBe(scopes.length);
  });

  it('has the same scope for a stream and a whole answer, and for other labels', () => {
    expect(ask('Why?', { stream: true, user: 'u1', metadata: { a: 'b' } }).scope).toBe(ask('Why?').scope);
  });

  it('has no text and no turns for a request that passes through', () => {
    const format = fakeFormat();

    const key = identifierForTest()({ ...question, background: true }, { format }).key();

    expect([key.text, key.turns]).toEqual([undefined, undefined]);
    expect(format.reads.conversation).toBe(0);
  });

  it('has no text where a lone surrogate would be lost to whoever compares it', () => {
    expect(ask('half \ud83d').text).toBeUndefined();
    expect(ask('half \ud83d').scope).toBe(ask('whole').scope);
  });

  it('is made once', () => {
    const format = fakeFormat();
    const identity = identifierForTest()(question, { format });

    expect(identity.key()).toBe(identity.key());
    expect(format.reads.conversation).toBe(1);
  });
});

/** A copy with one own member more, whatever its name. */
function own(object: JsonObject, name: string, value: Json): JsonObject {
  return Object.defineProperty({ ...object }, name, { value, enumerable: true, configurable: true, writable: true });
}

/** For comparison, by another way than the one that is tested. */
function sorted(value: Json): unknown {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  if (typeof value !== 'object' || value === null) return value;
  return { members: Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item as Json)]) };
}
