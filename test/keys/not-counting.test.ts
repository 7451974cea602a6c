import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json.ts';
import { COUNTING_HEADERS, NOT_COUNTING } from '../../src/keys/not-counting.ts';
import { fakeFormat, idOf } from './help.ts';

const formats = { openai: fakeFormat('openai-chat', 'openai'), anthropic: fakeFormat('anthropic-messages', 'anthropic') };
type Provider = keyof typeof formats;
const rules = NOT_COUNTING.flatMap(({ path, providers }) => providers.map((provider) => ({ path, provider: provider as Provider })));

describe('what does not count', () => {
  it.each(rules)('is $path of $provider, whatever it holds', ({ path, provider }) => {
    const format = formats[provider];
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const without = idOf(bodyWith(path), { format });

        expect(idOf(bodyWith(path, value as Json), { format })).toBe(without);
      }),
      { numRuns: 20 },
    );
  });

  it.each(rules)('counts by option: $path of $provider', ({ path, provider }) => {
    const asked = { format: formats[provider] };
    const options = { count: [path.split('/').at(-1)!] };

    expect(idOf(bodyWith(path, 'x'), asked, options)).not.toBe(idOf(bodyWith(path), asked, options));
  });

  it('has a reason each, and stands once', () => {
    const places = rules.map(({ path, provider }) => `${provider} ${path}`);

    expect(new Set(places).size).toBe(places.length);
    expect(NOT_COUNTING.filter(({ why }) => why.length < 10)).toEqual([]);
  });

  it('is only what stands at that very place', () => {
    const schema = (properties: JsonObject) => ({ tools: [{ name: 't', input_schema: { properties } }] });
    const use = (input: JsonObject) => ({ messages: [{ role: 'assistant', content: [{ type: 'tool_use', input }] }] });
    const anthropic = { format: formats.anthropic };

    expect(idOf(schema({ cache_control: { type: 'string' } }), anthropic)).not.toBe(idOf(schema({}), anthropic));
    expect(idOf(use({ cache_control: 1, user: 'u' }), anthropic)).not.toBe(idOf(use({}), anthropic));
    expect(idOf({ metadata: { user: 'u' }, input: { user: 'u' } })).not.toBe(idOf({ input: {} }));
    expect(idOf({ messages: { 0: { content: { 0: { cache_control: 1 } } } } }, anthropic)).not.toBe(idOf({ messages: { 0: { content: { 0: {} } } } }, anthropic));
  });

  it('is nothing that belongs to another provider', () => {
    expect(idOf({ model: 'm', user: 'u' }, { format: formats.anthropic })).not.toBe(idOf({ model: 'm' }, { format: formats.anthropic }));
    expect(idOf({ model: 'm', cache_control: {} }, { format: formats.openai })).not.toBe(idOf({ model: 'm' }, { format: formats.openai }));
  });

  it('can be more by option, at the top alone', () => {
    const options = { ignore: ['trace', 'seed'] };

    expect(idOf({ model: 'm', trace: 'x', seed: 4 }, {}, options)).toBe(idOf({ model: 'm' }, {}, options));
    expect(idOf({ model: 'm', deep: { trace: 'x' } }, {}, options)).not.toBe(idOf({ model: 'm', deep: {} }, {}, options));
  });
});

describe('headers', () => {
  it.each(COUNTING_HEADERS)('count: %s', (name) => {
    const ids = [{}, { [name]: 'a' }, { [name]: 'b' }].map((headers) => idOf({ model: 'm' }, { headers }));

    expect(new Set(ids).size).toBe(3);
  });

  it('do not count unless they are named', () => {
    const headers = fc.dictionary(fc.stringMatching(/^x-[a-z-]{1,12}$/), fc.string(), { maxKeys: 5 });
    fc.assert(
      fc.property(headers, (given) => {
        const others = Object.fromEntries(Object.entries(given).filter(([name]) => !COUNTING_HEADERS.includes(name)));

        expect(idOf({ model: 'm' }, { headers: { ...others, 'user-agent': 'a', 'x-stainless-retry-count': '1' } })).toBe(idOf({ model: 'm' }));
      }),
    );
  });

  it('that are lists do not count by their white space, but by their order', () => {
    const beta = (value: string) => idOf({ model: 'm' }, { headers: { 'anthropic-beta': value } });

    expect(beta('a,b')).toBe(beta(' a , b,'));
    expect(beta('a,b')).not.toBe(beta('b,a'));
  });
});

/** A small body that has something at every level of `path`, with or without its last member. */
function bodyWith(path: string, value?: Json): JsonObject {
  const build = (steps: readonly string[]): Json => {
    const [step, ...rest] = steps;
    if (step === undefined) return value!;
    if (step === '*') return [{ kind: 'first' }, build(rest)];
    const here = rest.length === 0 && value === undefined ? {} : { [step]: build(rest) };
    return { kind: 'part', ...here };
  };
  return build(path.slice(1).split('/')) as JsonObject;
}
