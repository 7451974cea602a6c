import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/base/errors.ts';
import type { Json } from '../../src/base/json.ts';
import { createAdmission, type AdmitFunction, type AdmitOptions, type AnswerToAdmit, type Candidate, type Verdict } from '../../src/flow/admit.ts';
import { unreadable, type Fault, type Finding } from '../../src/providers/format.ts';

const good: Finding = { complete: true, error: false, stops: ['stop'], faults: [], toolCalls: false, text: 'Paris.', model: 'gpt-4o' };

interface Given extends Partial<Finding> {
  status?: number;
  schema?: Json;
}

function candidate({ status = 200, schema, ...finding }: Given): Candidate {
  return { status, finding: { ...good, ...finding }, facts: schema === undefined ? {} : { schema }, body: new TextEncoder().encode('the body') };
}

const admit = async (given: Given, options?: AdmitOptions) => createAdmission(options).admit(candidate(given));

const person = { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' } }, required: ['name'], additionalProperties: false };

describe('an answer', () => {
  it.each([
    ['that is complete', {}],
    ['with status 201', { status: 201 }],
    ['that calls tools', { toolCalls: true, text: '', stops: ['tool_calls'] }],
    ['that follows its schema', { schema: person, text: '{"name":"Ada","age":36}' }],
    ['that calls a tool before it follows its schema', { schema: person, toolCalls: true, text: '' }],
    ['to a schema that allows anything', { schema: true, text: '[1]' }],
  ])('%s is stored', async (_, given) => {
    expect(await admit(given)).toEqual({ ok: true });
  });

  it.each([
    ['an error status', { status: 500 }, 'status 500', true],
    ['a refused credential', { status: 401 }, 'status 401', true],
    ['a redirect', { status: 302 }, 'status 302', true],
    ['a job that was only accepted', { status: 202 }, 'status 202', true],
    ['a part of a body', { status: 206 }, 'status 206', true],
    ['an error inside a 200', { error: true, complete: false }, 'an error inside the answer', true],
    ['a stream without its last event', { complete: false }, 'the answer has no end', undefined],
    ['a body that cannot be read', unreadable, 'the answer has no end', undefined],
    ['an answer cut at its length', { faults: ['truncated'] }, 'the answer was cut at its length limit', undefined],
    ['a filtered answer', { faults: ['filtered'] }, "the provider's filter stopped the answer", undefined],
    ['a paused turn', { faults: ['paused'] }, 'the turn was paused', undefined],
    ['an incomplete answer', { faults: ['incomplete'] }, 'the provider calls the answer incomplete', undefined],
    ['a refusal', { faults: ['refused'] }, 'the model refused to answer', undefined],
    ['an empty answer', { faults: ['empty'], text: '' }, 'the answer is empty', undefined],
    ['an answer of the wrong type', { schema: person, text: '{"name":7}' }, 'the answer breaks the JSON schema it was asked for', undefined],
    ['an answer that lacks a member', { schema: person, text: '{}' }, 'the answer breaks the JSON schema it was asked for', undefined],
    ['an answer with too many members', { schema: person, text: '{"name":"a","x":1}' }, 'the answer breaks the JSON schema it was asked for', undefined],
    ['words where JSON was asked for', { schema: person, text: 'Sure! {"name":"a"}' }, 'the answer breaks the JSON schema it was asked for', undefined],
  ] as [string, Given, string, true | undefined][])('is not stored when it is %s', async (_, given, why, failed) => {
    expect(await admit(given)).toEqual({ ok: false, why, ...(failed && { failed }) });
  });

  it.each(['truncated', 'filtered', 'paused', 'incomplete', 'refused', 'empty'] satisfies Fault[])('that is %s is stored when the option says so', async (fault) => {
    expect(await admit({ faults: [fault] }, { [fault]: true })).toEqual({ ok: true });
    expect(await admit({ faults: [fault] }, { [fault]: false })).toMatchObject({ ok: false });
  });

  it('with two faults needs both to be admitted', async () => {
    const given: Given = { faults: ['truncated', 'empty'] };

    expect(await admit(given, { truncated: true })).toMatchObject({ ok: false, why: 'the answer is empty' });
    expect(await admit(given, { truncated: true, empty: true })).toEqual({ ok: true });
  });

  it('that breaks its schema is stored when the option says so', async () => {
    expect(await admit({ schema: person, text: 'no' }, { brokenSchema: true })).toEqual({ ok: true });
  });

  it('admitted in spite of a fault need not follow the schema', async () => {
    expect(await admit({ schema: person, text: '{"name":"A', faults: ['truncated'] }, { truncated: true })).toEqual({ ok: true });
  });

  it('that is an error or has no end is never stored, whatever is admitted', async () => {
    const everything: AdmitOptions = { truncated: true, filtered: true, paused: true, incomplete: true, refused: true, empty: true, brokenSchema: true, decide: () => true };

    expect(await admit({ status: 429 }, everything)).toMatchObject({ ok: false });
    expect(await admit({ error: true }, everything)).toMatchObject({ ok: false });
    expect(await admit({ complete: false }, everything)).toMatchObject({ ok: false });
  });
});

describe('the schema', () => {
  it('is read by the draft it names', async () => {
    const tuple = { type: 'array', items: [{ type: 'string' }, { type: 'number' }], additionalItems: false };

    expect(await admit({ schema: { $schema: 'http://json-schema.org/draft-07/schema#', ...tuple }, text: '["a",1]' })).toEqual({ ok: true });
    expect(await admit({ schema: { $schema: 'http://json-schema.org/draft-07/schema#', ...tuple }, text: '["a",1,2]' })).toMatchObject({ ok: false });
    expect(await admit({ schema: { type: 'array', prefixItems: [{ type: 'string' }], items: false }, text: '["a",1]' })).toMatchObject({ ok: false });
  });

  it('may refer to its own definitions, recursively', async () => {
    const schema = { $ref: '#/$defs/node', $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' }, value: { type: 'number' } }, required: ['value'] } } };

    expect(await admit({ schema, text: '{"value":1,"next":{"value":2}}' })).toEqual({ ok: true });
    expect(await admit({ schema, text: '{"value":1,"next":{}}' })).toMatchObject({ ok: false });
  });

  it('is left as the caller wrote it', async () => {
    const schema = { $defs: { a: { type: 'string' } }, $ref: '#/$defs/a' };
    const before = JSON.stringify(schema);

    await admit({ schema, text: '"x"' });

    expect(Reflect.ownKeys(schema)).toEqual(['$defs', '$ref']);
    expect(JSON.stringify(schema)).toBe(before);
  });

  const doubling = Object.fromEntries(Array.from({ length: 40 }, (_, level) => [`d${level}`, { allOf: [{ $ref: `#/$defs/d${level + 1}` }, { $ref: `#/$defs/d${level + 1}` }] }]));

  it.each([
    ['a pattern that backtracks for ever', { type: 'string', pattern: '^(a+)+$' }, JSON.stringify(`${'a'.repeat(40)}!`)],
    ['references that double at every step', { $ref: '#/$defs/d0', $defs: { ...doubling, d40: { type: 'string' } } }, '"x"'],
    ['references in a circle', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }, '"x"'],
    ['a reference to nowhere', { $ref: 'https://example.com/other.json' }, '"x"'],
    ['a pattern that is none', { type: 'string', pattern: '(' }, '"x"'],
    ['a size beyond the limit', { enum: ['x'.repeat(300_000)] }, '"x"'],
    ['a name that is no type', { $ref: 7 }, '"x"'],
  ] as [string, Json, string][])('with %s costs little time, and the answer is not stored', async (_, schema, text) => {
    const started = performance.now();
    const verdict = await admit({ schema, text });

    expect(verdict).toEqual({ ok: false, why: 'the answer could not be checked against its JSON schema' });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('does not disturb the next check when one ran out of time', async () => {
    await admit({ schema: { type: 'string', pattern: '^(a+)+$' }, text: JSON.stringify(`${'a'.repeat(40)}!`) });

    expect(await admit({ schema: person, text: '{"name":"Ada"}' })).toEqual({ ok: true });
  });
});

describe('the function admit', () => {
  it('sees the answer, and what the rules say of it', async () => {
    const seen: AnswerToAdmit[] = [];

    await admit({}, (answer) => void seen.push(answer));
    await admit({ faults: ['truncated'], stops: ['length'] }, (answer) => void seen.push(answer));

    expect(seen[0]).toEqual({ status: 200, text: 'Paris.', stops: ['stop'], faults: [], toolCalls: false, model: 'gpt-4o', body: new TextEncoder().encode('the body') });
    expect(seen[1]).toMatchObject({ stops: ['length'], faults: ['truncated'], refused: 'the answer was cut at its length limit' });
  });

  it.each<[string, AdmitFunction, Verdict, Verdict]>([
    ['true', () => true, { ok: true }, { ok: true }],
    ['a promise of true', async () => true, { ok: true }, { ok: true }],
    ['false', () => false, { ok: false, why: 'the function admit said no' }, { ok: false, why: 'the answer is empty' }],
    ['a promise of false', async () => false, { ok: false, why: 'the function admit said no' }, { ok: false, why: 'the answer is empty' }],
    ['nothing', () => undefined, { ok: true }, { ok: false, why: 'the answer is empty' }],
  ])('decides last: %s', async (_, decide, forGood, forEmpty) => {
    expect(await admit({}, decide)).toEqual(forGood);
    expect(await admit({ faults: ['empty'] }, { decide })).toEqual(forEmpty);
  });

  it('that fails means not stored, and hurts nobody', async () => {
    const broken = () => {
      throw new Error('boom');
    };

    expect(await admit({}, broken)).toEqual({ ok: false, why: 'the function admit failed: boom' });
    expect(await admit({}, async () => broken())).toEqual({ ok: false, why: 'the function admit failed: boom' });
  });
});

it.each([
  [{ trunkated: true }, 'admit.trunkated'],
  [{ truncated: 'yes' }, 'admit.truncated'],
  [{ decide: true }, 'admit.decide'],
])('options that are none are refused: %j', (options, name) => {
  const make = () => createAdmission(options as AdmitOptions);

  expect(make).toThrow(OptionError);
  expect(make).toThrow(name);
});
