import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, type JsonObject, toBytes } from '../../src/base/json.ts';
import { lossIn } from '../../src/keys/loss.ts';
import { idOf, identifierForTest, rewrite } from './help.ts';

describe('bodies of which JSON parsing loses something', () => {
  it.each([
    ['integers beyond 2^53', '9007199254740992', '9007199254740993'],
    ['integers beyond 2^53, at the end of many', '12345678901234567890', '12345678901234567891'],
    ['negative integers beyond 2^53', '-9007199254740993', '-9007199254740992'],
    ['fractions with more digits than a double holds', '0.1', '0.10000000000000000001'],
    ['numbers too great for a double', '1e400', '1e401'],
    ['numbers too great for a double, of either sign', '-1e400', 'null'],
    ['numbers too small for a double', '1e-400', '0'],
    ['negative zero', '-0', '0'],
    ['negative zero with a fraction', '-0.0', '0.0'],
    ['negative zero with an exponent', '-0e5', '0'],
    ['a member that stands twice', '{"a":1,"a":2}', '{"a":2}'],
    ['a member that stands twice with one value', '{"a":1,"a":1}', '{"a":1}'],
    ['a member that stands twice, one of them escaped', String.raw`{"a":1,"\u0061":2}`, '{"a":2}'],
    ['a member that stands twice, one of them deep inside', '[[{"b":{"c":1},"b":{"c":2}}]]', '[[{"b":{"c":2}}]]'],
    ['lone surrogates', String.raw`"\ud800"`, String.raw`"\udc00"`],
    ['lone surrogates and the replacement character', String.raw`"\ud800"`, '"\ufffd"'],
    ['lone surrogates as member names', String.raw`{"\ud800":1}`, String.raw`{"\ud801":1}`],
  ])('are never merged: %s', (_, one, other) => {
    const wrap = (value: string) => `{"model":"m","value":${value}}`;

    expect(idOf(wrap(one))).not.toBe(idOf(wrap(other)));
  });

  it('are never merged: members of the top that stand twice', () => {
    const ids = ['{"model":"a","model":"b"}', '{"model":"c","model":"b"}', '{"model":"b"}', '{"model":"b","model":"a"}'].map((raw) => idOf(raw));

    expect(new Set(ids).size).toBe(4);
  });

  it('are never merged: bytes that are no UTF-8', () => {
    const body = (...bytes: number[]) => Uint8Array.from([...toBytes('{"text":"'), ...bytes, ...toBytes('"}')]);

    const ids = [body(0xff), body(0xfe), body(0xed, 0xa0, 0x80), body(0xef, 0xbf, 0xbd)].map((raw) => idOf(raw));

    expect(new Set(ids).size).toBe(4);
  });

  it('are never merged: integers of any length', () => {
    const integers = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n });
    fc.assert(
      fc.property(integers, fc.bigInt({ min: -3n, max: 3n }), (integer, step) => {
        const other = integer + step;

        expect(idOf(`{"seed":${integer}}`) === idOf(`{"seed":${other}}`)).toBe(step === 0n);
      }),
      { numRuns: 500 },
    );
  });

  it('are never merged: fractions of any length', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(digits, digits, (one, other) => {
        const same = one.replace(/0+$/, '') === other.replace(/0+$/, '');
        const ids = [idOf(`{"n":0.${one}}`), idOf(`{"n":0.${other}}`)];

        if (!same) expect(ids[0]).not.toBe(ids[1]);
      }),
    );
  });

  it('are told by nothing but themselves: neither order nor white space is taken for the same', () => {
    const ids = ['{"a":1,"n":1e400}', '{"n":1e400,"a":1}', '{"a":1, "n":1e400}'].map((raw) => idOf(raw));

    expect(new Set(ids).size).toBe(3);
    expect(idOf('{"a":1,"n":1e400}')).toBe(ids[0]);
  });

  it('are never matched by meaning', () => {
    const identify = identifierForTest();
    const raw = (seed: string) => `{"model":"m","seed":${seed},"messages":[{"role":"user","content":"Why?"}]}`;

    const [one, other] = [identify(raw('9007199254740993')).key(), identify(raw('9007199254740992')).key()];

    expect([one!.text, one!.turns]).toEqual([undefined, undefined]);
    expect(one!.scope).not.toBe(other!.scope);
  });

  it('can be nested as deep as anybody likes', () => {
    const deep = (depth: number) => `{"value":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const identify = identifierForTest();

    const ids = [deep(20_000), deep(20_001)].map((raw) => identify(raw).key().id);

    expect(ids[0]).not.toBe(ids[1]);
  });
});

describe('the search for what is lost', () => {
  const bodies = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Json), { noNullPrototype: true });

  it('finds nothing in what JSON.stringify writes, nor in other spellings of it', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), (body, seed) => {
        const texts = [JSON.stringify(body), rewrite(body as JsonObject, seed)];

        expect(texts.map((text) => lossIn(text, JSON.parse(text) as Json))).toEqual([undefined, undefined]);
      }),
      { numRuns: 300 },
    );
  });

  it('is not misled by what stands in strings', () => {
    const body = { text: 'at 2026-01-05: -0, 1e400, 9007199254740993, "a":1,"a":2 \\', 'a":1,"a': '\\"', back: '\\\\' };
    const text = JSON.stringify(body);

    expect(lossIn(text, body)).toBeUndefined();
  });

  it('says what is lost', () => {
    const why = (text: string) => lossIn(text, JSON.parse(text) as Json);

    expect(why('{"n":1e400}')).toBe('a double cannot hold the number 1e400');
    expect(why('{"n":1,"n":1}')).toBe('a member stands twice in one object');
    expect(why('['.repeat(501) + ']'.repeat(501))).toBe('it is nested deeper than 500 levels');
  });
});
