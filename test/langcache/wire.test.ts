import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { HOSTED_LIMITS, NO_LIMITS, OPERATIONS, requestSchemas } from '../../src/langcache/wire.ts';
import { generationOf } from '../../src/langcache/wire-problems.ts';

const hosted = requestSchemas(HOSTED_LIMITS);
const set = (more: object) => v.safeParse(hosted.set, { prompt: 'Why?', response: 'Because.', ...more });
/** Names `a1`, `a2`, ... */
const attributes = (count: number, value = 'x') => Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, value]));

/** What is wrong, as the service would say it. */
const wrong = ({ issues = [] }: { issues?: readonly v.BaseIssue<unknown>[] }) => issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);

describe('the limits of the hosted service', () => {
  it.each([
    [{ prompt: 'x'.repeat(1024) }],
    [{ response: '' }],
    [{ ttlMillis: 1 }],
    [{ ttlMillis: 31_556_952_000 }],
    [{ attributes: attributes(5, 'x'.repeat(500)) }],
    [{ attributes: { ['a-Z_9'.padEnd(32, 'x')]: 'x' } }],
  ])('take %j', (more) => {
    expect(wrong(set(more))).toEqual([]);
  });

  it.each([
    [{ prompt: '' }, 'prompt: a string of 1 to 1,024 characters'],
    [{ prompt: 'x'.repeat(1025) }, 'prompt: a string of 1 to 1,024 characters'],
    [{ ttlMillis: 0 }, 'ttlMillis: a whole number from 1 to 31,556,952,000'],
    [{ ttlMillis: 31_556_952_001 }, 'ttlMillis: a whole number from 1 to 31,556,952,000'],
    [{ ttlMillis: 1.5 }, 'ttlMillis: a whole number from 1 to 31,556,952,000'],
    [{ attributes: attributes(6) }, 'attributes: at most 5 attributes'],
    [{ attributes: { lang: '' } }, 'attributes.lang: a string of 1 to 500 characters'],
    [{ attributes: { lang: 'x'.repeat(501) } }, 'attributes.lang: a string of 1 to 500 characters'],
    [{ attributes: { lang: 'en,de' } }, 'attributes.lang: a string without commas'],
    [{ attributes: { ['x'.repeat(33)]: 'x' } }, `attributes.${'x'.repeat(33)}: named with 1 to 32 letters, digits, _ and -`],
    [{ attributes: { constructor: 'x' } }, 'attributes: an object of strings, none named __proto__, constructor, prototype'],
    [{ tags: ['ok', ''] }, 'tags.1: a string of 1 to 100 characters'],
  ])('refuse %j, and name the member', (more, says) => {
    expect(wrong(set(more))).toEqual([says]);
  });

  it('hold for searches and for calls in bulk', () => {
    const [search, bulk] = [hosted.conversationalSearch, hosted.setMany];

    expect(wrong(v.safeParse(search, { prompt: 'Why?', similarityThreshold: 1.01 }))).toEqual(['similarityThreshold: a number from 0 to 1']);
    expect(wrong(v.safeParse(search, { prompt: 'Why?', maxResults: 0 }))).toEqual(['maxResults: a whole number from 1 to 100']);
    expect(wrong(v.safeParse(search, { prompt: 'Why?', context: Array.from({ length: 101 }, () => 'What?') }))).toEqual(['context: at most 100 questions']);
    expect(wrong(v.safeParse(bulk, { entries: [{ prompt: 'Why?', response: 'Because.' }, { prompt: '', response: 'x' }] }))).toEqual(['entries.1.prompt: a string of 1 to 1,024 characters']);
    expect(wrong(v.safeParse(bulk, { entries: [] }))).toEqual(['entries: a list of 1 to 100']);
  });
});

it('takes longer prompts where the limits say so', () => {
  const wide = requestSchemas({ ...HOSTED_LIMITS, promptLength: [1, 8000] });

  expect(wrong(v.safeParse(wide.set, { prompt: 'x'.repeat(8000), response: '' }))).toEqual([]);
});

it('a client lets through, unchanged, whatever a service takes', () => {
  const shapes = requestSchemas(NO_LIMITS);
  const text = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 20 });
  const map = fc.dictionary(fc.string({ unit: fc.constantFrom(...'azAZ09_-'), minLength: 1, maxLength: 8 }), text, { maxKeys: 5 });
  const members = { prompt: text, response: fc.string(), attributes: map, ttlMillis: fc.integer({ min: 1, max: 1e9 }), tags: fc.array(text, { maxLength: 3 }) };
  const requests = fc.record(members, { requiredKeys: ['prompt', 'response'] });
  fc.assert(
    fc.property(requests, (request) => {
      const sent = v.parse(shapes.set, request);

      expect(JSON.parse(JSON.stringify(sent))).toEqual(JSON.parse(JSON.stringify(request)));
    }),
  );
});

it('no value of any kind makes a check throw', () => {
  const checks = [...Object.values(requestSchemas(HOSTED_LIMITS)), ...Object.values(OPERATIONS).flatMap(({ answer }) => answer ?? [])] as v.GenericSchema[];
  const members = fc.constantFrom('prompt', 'response', 'attributes', 'data', 'context', 'entries', 'constructor', '__proto__', 'limit');

  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(members, fc.jsonValue())), (value) => {
      for (const check of checks) expect(typeof v.safeParse(check, value).success).toBe('boolean');
    }),
  );
});

it.each([
  ['speakeasy-sdk/typescript 0.11.1 2.760.2 @redis-ai/langcache', 'older'],
  ['speakeasy-sdk/python 0.11.1 2.755.6 langcache', 'older'],
  ['speakeasy-sdk/python 0.9.0 2.600.0 langcache', 'older'],
  ['speakeasy-sdk/python 0.12.0 2.800.0 langcache', 'newer'],
  ['speakeasy-sdk/python 0.14.0 2.932.9 langcache', 'newer'],
  ['speakeasy-sdk/typescript 1.2.0 3.0.0 @redis-ai/langcache', 'newer'],
  ['speakeasy-sdk/python 0.11.1 2.755.6 somethingelse', 'newer'],
  ['curl/8.5.0', 'newer'],
  [undefined, 'newer'],
] as const)('callers with the user agent %s know the %s error types', (userAgent, generation) => {
  expect(generationOf(userAgent)).toBe(generation);
});
