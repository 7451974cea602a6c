import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnkeyableError } from '../../src/base/errors.ts';
import { type ValueCall, identifyValue } from '../../src/keys/identify-value.ts';

const identify = (args: readonly unknown[], more: Partial<ValueCall> = {}) =>
  identifyValue({ name: 'translate', args, tenant: 'ann', namespace: 'default', form: 'whole', ...more });
const idOf = (...args: unknown[]) => identify(args).id;

describe('the id of a call', () => {
  it('tells apart all that a function can tell apart', () => {
    const values: unknown[] = [
      undefined, null, true, false, 0, -0, 1, NaN, Infinity, -Infinity, 1n, 2n, '', '1', 'é'.normalize('NFC'), 'é'.normalize('NFD'), '\ud800', '\ud801', '\ufffd',
      [], [undefined], [null], Array(1), [1, undefined], {}, { a: undefined }, { a: null }, { a: 1 },
      new Date(0), new Date(1), new Date(NaN), '1970-01-01T00:00:00.000Z', /a/, /a/g, new URL('https://a.org'), 'https://a.org/',
      new Map(), new Map([[1, 2]]), new Map([['1', 2]]), new Map([[1, 2], [3, 4]]), new Map([[3, 4], [1, 2]]), new Set(), new Set([1, 2]), new Set([2, 1]), [1, 2],
      new Uint8Array([1, 2]), new Uint8Array([1, 3]), new Int8Array([1, 2]), new Float64Array([1, 2]), new Uint8Array([1, 2]).buffer,
      new BigInt64Array([1n]), Object(1), Object('1'),
    ];

    const ids = values.map((value) => idOf(value));

    expect(new Set(ids).size).toBe(values.length);
  });

  it('is the same for equal arguments that are others', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withSparseArray: true, maxDepth: 3 }), (value) => {
        fc.pre(isKeyable(value));

        expect(idOf(structuredClone(value))).toBe(idOf(value));
      }),
    );
  });

  it('does not care for the order of members, at any depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('"__proto__"'));

        expect(idOf(backwards(value))).toBe(idOf(value));
      }),
    );
    expect(idOf(new Map([['k', { a: 1, b: 2 }]]), new Set([{ c: 1, d: 2 }]))).toBe(idOf(new Map([['k', { b: 2, a: 1 }]]), new Set([{ d: 2, c: 1 }])));
  });

  it('differs with number and order of arguments, name, tenant and namespace', () => {
    const ids = [
      idOf(),
      idOf(1),
      idOf(1, 2),
      idOf(2, 1),
      idOf([1, 2]),
      idOf(1, 2, undefined),
      identify([1], { name: 'other' }).id,
      identify([1], { tenant: 'bob' }).id,
      identify([1], { namespace: 'other' }).id,
    ];

    expect(new Set(ids).size).toBe(ids.length);
  });

  it('follows cycles, and takes one value at two places for two equal ones', () => {
    const ring = (name: string) => {
      const one: Record<string, unknown> = { name };
      one['others'] = [{ back: one }, new Map([['me', one]]), new Set([one])];
      return one;
    };
    const shared = { role: 'user' };

    expect(idOf(ring('a'))).toBe(idOf(ring('a')));
    expect(idOf(ring('a'))).not.toBe(idOf(ring('b')));
    expect(idOf([shared, shared])).toBe(idOf([{ role: 'user' }, { role: 'user' }]));
  });

  it('is made in time where one value stands at a million places', () => {
    let value: unknown = { leaf: 1 };
    for (let i = 0; i < 40; i++) value = [value, value];

    expect(idOf(value)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes an object without a prototype for a plain one', () => {
    expect(idOf(Object.assign(Object.create(null), { a: 1 }))).toBe(idOf({ a: 1 }));
  });

  it.each([
    ['a function', 'argument 2 is a function', ['x', () => 1]],
    ['a symbol', 'argument 1 is a symbol', [Symbol('s')]],
    ['a promise', 'argument 1 is a promise', [Promise.resolve()]],
    ['an instance of a class', 'argument 1 is an instance of Client.', [new (class Client { key = 1; })()]],
    ['a signal among options', 'signal of argument 2 is an AbortSignal', ['x', { signal: new AbortController().signal }]],
    ['a method deep inside', 'tools.0.run of argument 1 is a function', [{ tools: [{ run() {} }] }]],
    ['a symbol for a member', 'argument 1 is an object with symbols for members', [{ [Symbol('s')]: 1 }]],
    ['a map of functions', 'f of argument 1 is a function', [new Map([['f', () => 1]])]],
    ['a map that is more than a map', 'argument 1 is an object (Map) in a state that would be lost', [Object.assign(new Map(), { extra: 1 })]],
    ['an array that is more than an array', 'argument 1 is an object (Array) in a state that would be lost', [Object.assign([1], { extra: 1 })]],
    ['a kind of date of its own', 'argument 1 is an instance of Day', [new (class Day extends Date {})()]],
    ['an expression in the middle of its matches', 'argument 1 is an object (RegExp) in a state that would be lost', [Object.assign(/a/g, { lastIndex: 1 })]],
    ['a weak map', 'argument 1 is an instance of WeakMap', [new WeakMap()]],
    ['an error', 'argument 1 is an instance of Error', [new Error('e')]],
    ['a member named __proto__', 'argument 1 has a member named __proto__', [JSON.parse('{"__proto__":1}')]],
  ])('is refused for %s', (_, why, args) => {
    const attempt = () => identify(args);

    expect(attempt).toThrow(UnkeyableError);
    expect(attempt).toThrow(why);
    expect(attempt).toThrow('`translate`');
  });
});

describe('the key of a call', () => {
  it('has one scope for a function, no text, and the caller form', () => {
    const [one, other] = [identify(['a'], { form: 'stream' }), identify(['b'])];

    expect(one!.key().scope).toBe(other!.key().scope);
    expect(one!.key().text).toBeUndefined();
    expect([one!.facts.form, one!.facts.matchable, other!.facts.form]).toEqual(['stream', false, 'whole']);
    expect(identify(['a'], { name: 'other' }).key().scope).not.toBe(one!.key().scope);
  });

  it('shows which arguments differ, when it has the secret of the store', () => {
    const fieldsOf = (...args: unknown[]) => identify(args, { secret: new Uint8Array(32) }).key().fields;

    const [one, other] = [fieldsOf('a', { b: 1n, c: new Map([[1, 2]]) }), fieldsOf('a', { b: 2n, c: new Map([[1, 2]]) })];

    expect(Object.keys(one!)).toEqual(['/0', '/1/b', '/1/c']);
    expect(Object.keys(one!).filter((pointer) => one![pointer] !== other![pointer])).toEqual(['/1/b']);
    expect(identify(['a']).key().fields).toEqual({});
  });
});

/** The same value with the members of all objects in the opposite order. */
function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([name, item]) => [name, backwards(item)]));
}

function isKeyable(value: unknown): boolean {
  try {
    idOf(value);
    return true;
  } catch {
    return false;
  }
}
