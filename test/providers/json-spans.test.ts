import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementSpans, memberSpans } from '../../src/providers/json-spans.ts';

const spaced = fc.tuple(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t')).map(([value, indent]) => JSON.stringify(value, null, indent));

describe('spans of JSON text', () => {
  it('are the members of an object, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), spaced)), fc.constantFrom('', ' ', '\n'), (members, space) => {
        const json = `{${space}${members.map(([name, value]) => `${JSON.stringify(name)}${space}:${space}${value}`).join(`${space},${space}`)}${space}}`;

        const spans = memberSpans(json, 0)!;

        expect(spans.map(({ name, value, end }) => [name, json.slice(value, end)])).toEqual(members);
      }),
    );
  });

  it('are the elements of a list, in order', () => {
    fc.assert(
      fc.property(fc.array(spaced), (elements) => {
        const json = `[${elements.join(' , ')}]`;

        expect(elementSpans(json, 0)!.map(({ start, end }) => json.slice(start, end))).toEqual(elements);
      }),
    );
  });

  it('come to an end for any text', () => {
    const unit = fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', ' ', 'a', '1');

    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        memberSpans(`{${text}`, 0);
        elementSpans(`[${text}`, 0);

        expect(memberSpans(text, text.length)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });
});
