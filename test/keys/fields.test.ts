import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { type Asked, identifierForTest } from './help.ts';

const fieldsOf = (body: JsonObject | string, asked?: Asked, secret?: Uint8Array) => identifierForTest(secret ? { secret } : {})(body, asked).key().fields;

/** The pointers at which two requests differ. */
function difference(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((pointer) => one[pointer] !== other[pointer]).sort();
}

describe('the fields of a request', () => {
  const body = { model: 'm', temperature: 1, stop: [], messages: [{ role: 'user', content: 'My secret is 4711.' }], tools: [{ 'a/b~c': null }] };

  it('are the JSON pointers of all its parts, its address, and its counting headers', () => {
    const fields = fieldsOf(body, { headers: { 'openai-beta': 'x', authorization: 'Bearer sk-1' } });

    expect(Object.keys(fields).sort()).toEqual(
      ['/headers/openai-beta', '/messages/0/content', '/messages/0/role', '/model', '/stop', '/temperature', '/tools/0/a~1b~0c', '/url'].sort(),
    );
    expect(Object.values(fields).every((digest) => /^[0-9a-f]{12}$/.test(digest))).toBe(true);
  });

  it('show which parts of two requests differ', () => {
    const other = { ...body, temperature: 2, messages: [{ role: 'user', content: 'Other.' }], seed: 1 };

    expect(difference(fieldsOf(body), fieldsOf(other))).toEqual(['/messages/0/content', '/seed', '/temperature']);
    expect(difference(fieldsOf(body), fieldsOf(body, { url: 'https://example.org/' }))).toEqual(['/url']);
    expect(difference(fieldsOf(body), fieldsOf({ ...body, user: 'u', stream: true }))).toEqual([]);
  });

  it('are the same for equal requests, and not to be compared between tenants or stores', () => {
    expect(fieldsOf(JSON.stringify(body, null, 2))).toEqual(fieldsOf(body));
    expect(difference(fieldsOf(body), fieldsOf(body, { tenant: 'bob' }))).toEqual(Object.keys(fieldsOf(body)).sort());
    expect(difference(fieldsOf(body), fieldsOf(body, {}, new Uint8Array(32)))).toEqual(Object.keys(fieldsOf(body)).sort());
  });

  it('keep no value, no credential, and no long name', () => {
    const name = `${'x'.repeat(50)} my diary says`.repeat(2);
    const fields = fieldsOf(
      { model: 'm', messages: [{ role: 'user', content: 'My secret is 4711.' }], data: { [name]: 'My diary says 4712.' } },
      { url: 'https://ann:sk-0@example.org/v1?key=sk-1', headers: { authorization: 'Bearer sk-2', 'x-api-key': 'sk-3' } },
    );

    expect(JSON.stringify(fields)).not.toMatch(/secret|471|diary|sk-|Bearer/);
    expect(Object.keys(fields)).toContain('/data');
  });

  it('are at most 300 and a few, of which the rest of a long conversation is each message as one', () => {
    const messages = Array.from({ length: 200 }, (_, i) => ({ role: 'user', content: `Message ${i}` }));
    const changed = messages.with(199, { role: 'user', content: 'Changed' });

    const fields = fieldsOf({ model: 'm', messages });

    expect(Object.keys(fields).length).toBeLessThanOrEqual(301);
    expect(Object.keys(fields)).toContain('/messages/0/content');
    expect(difference(fields, fieldsOf({ model: 'm', messages: changed }))).toEqual(['/messages/199']);
  });

  it('never miss a difference', () => {
    const bodies = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.oneof(fc.array(fc.nat({ max: 3 }), { maxLength: 400 }), fc.jsonValue()), { maxKeys: 4, noNullPrototype: true });
    const identify = identifierForTest();
    fc.assert(
      fc.property(bodies, bodies, (one, other) => {
        const [a, b] = [identify(one as JsonObject), identify(other as JsonObject)];

        expect(difference(a.key().fields, b.key().fields).length === 0).toBe(a.id === b.id);
      }),
    );
  });

  it('are told apart from the address where a body has a member of that name', () => {
    expect(difference(fieldsOf({ url: 'a' }), fieldsOf({ url: 'b' }))).toEqual(['/url']);
    expect(difference(fieldsOf({ url: 'a' }), fieldsOf({ url: 'a' }, { url: 'https://example.org/' }))).toEqual(['/url']);
  });

  it('are one for a body that is known by its raw bytes', () => {
    expect(Object.keys(fieldsOf('{"model":"m","seed":9007199254740993}'))).toEqual(['', '/url']);
  });
});
