import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { isObject, type Json, type JsonObject } from '../../../src/base/json.ts';
import { serviceForTest } from './service-for-test.ts';

type Service = Awaited<ReturnType<typeof serviceForTest>>;

/** What the document says of one operation. */
interface Said {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content?: { readonly 'application/json': { readonly schema: JsonObject } }; readonly headers: JsonObject }>>;
}

async function documentOf({ call }: Service): Promise<{ document: JsonObject; saidOf: (method: string, template: string) => Said }> {
  const document = (await call('GET', '/openapi.json')).json as JsonObject & { readonly paths: Readonly<Record<string, Readonly<Record<string, Said>>>> };
  return { document, saidOf: (method, template) => document.paths[template]![method.toLowerCase()]! };
}

/** What is wrong with an answer by the document; nothing where it conforms. */
function wrongIn(document: JsonObject, said: Said, { status, json, headers }: Awaited<ReturnType<Service['call']>>): string[] {
  const response = said.responses[String(status)];
  if (!response) return [`${said.operationId} answers ${status}, of which the document says nothing`];
  if (!headers.get('x-request-id')) return ['it has no request id'];
  if (!response.content) return json === undefined ? [] : ['it has a body'];
  const schema = { ...response.content['application/json'].schema, components: document.components } as unknown as ConstructorParameters<typeof Validator>[0];
  return new Validator(schema, '2020-12', false).validate(json).errors.map(({ instanceLocation, error }) => `${said.operationId} ${status} ${instanceLocation}: ${error}`);
}

/** Every `$ref` in a document. */
function* refsIn(value: Json | undefined): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* refsIn(item as Json);
  else if (isObject(value)) for (const [name, inside] of Object.entries(value)) yield* name === '$ref' ? [inside as string] : refsIn(inside);
}

describe('/openapi.json', () => {
  it('is an OpenAPI 3.1 document of all routes, whose references lead somewhere', async () => {
    const { document } = await documentOf(await serviceForTest());

    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths as JsonObject)).toEqual(expect.arrayContaining(['/v1/caches/{cacheId}/entries/search', '/v1/caches/{cacheId}/conversations/search', '/admin/caches']));
    const at = (path: string) => path.slice(2).split('/').reduce<Json | undefined>((value, part) => (value as JsonObject)[part], document);
    expect([...refsIn(document)].filter((path) => at(path) === undefined)).toEqual([]);
  });

  it('says what the requests may be', async () => {
    const { saidOf } = await documentOf(await serviceForTest());
    const { requestBody } = saidOf('POST', '/v1/caches/{cacheId}/entries') as unknown as { requestBody: JsonObject };

    expect(requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { required: ['prompt', 'response'], properties: { prompt: { type: 'string', minLength: 1, maxLength: 1024 }, ttlMillis: { type: 'integer', maximum: 31_556_952_000 } } } } },
    });
  });

  it('describes every answer, whatever is asked', async () => {
    const service = await serviceForTest();
    const { document, saidOf } = await documentOf(service);
    const { json: first } = await service.call('POST', '/v1/caches/docs/entries', { prompt: 'a b', response: 'r', attributes: { lang: 'en' }, tags: ['t'] });
    const entryId = (first as { entryId: string }).entryId;

    const wild = fc.oneof(fc.constant(undefined), fc.string({ maxLength: 20 }), fc.double(), fc.boolean(), fc.constant(null), fc.array(fc.string(), { maxLength: 2 }));
    const mostly = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 6, arbitrary: value as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: wild });
    const prompt = mostly(fc.constantFrom('a b', 'A B', 'a b c', 'ü', '\u0000', 'x'.repeat(1025)));
    const attributes = mostly(fc.dictionary(fc.constantFrom('lang', 'topic', '__proto__', 'a b'), fc.constantFrom('en', 'de', 'a,b'), { maxKeys: 3 }));
    const search = fc.record({ prompt, attributes, maxResults: mostly(fc.integer({ min: 0, max: 101 })), explain: mostly(fc.boolean()), similarityThreshold: mostly(fc.double({ min: -0.1, max: 1.1 })),
      searchStrategies: mostly(fc.subarray(['exact', 'semantic', 'fuzzy'])) }, { requiredKeys: ['prompt'] });
    const set = fc.record({ prompt, response: mostly(fc.string()), attributes, ttlMillis: mostly(fc.integer({ min: 0, max: 1e6 })), tags: mostly(fc.array(fc.constantFrom('t', ''), { maxLength: 3 })) }, { requiredKeys: ['prompt', 'response'] });
    const of = (method: string, template: string, body: fc.Arbitrary<unknown>) => body.map((given) => ({ method, template, given }));
    const cache = '/v1/caches/{cacheId}';
    const calls = fc.oneof(
      of('POST', `${cache}/entries`, set),
      of('POST', `${cache}/entries/search`, search),
      of('POST', `${cache}/conversations/search`, fc.tuple(search, mostly(fc.array(fc.string(), { maxLength: 2 }))).map(([request, context]) => ({ ...request, context }))),
      of('POST', `${cache}/entries/bulk`, mostly(fc.array(set, { maxLength: 3 })).map((entries) => ({ entries }))),
      of('POST', `${cache}/entries/search/bulk`, mostly(fc.array(search, { maxLength: 3 })).map((searches) => ({ searches }))),
      of('DELETE', `${cache}/entries`, attributes.map((given) => ({ attributes: given }))),
      of('GET', `${cache}/entries`, fc.constant(undefined)),
      of('GET', `${cache}/stats`, fc.constant(undefined)),
      of('GET', `${cache}/entries/{entryId}`, fc.constant(undefined)),
      of('PATCH', `${cache}/entries/{entryId}`, fc.record({ response: mostly(fc.string()), ttlMillis: mostly(fc.constant(null)), attributes }, { requiredKeys: [] })),
      of('POST', `${cache}/entries/{entryId}/feedback`, fc.record({ prompt, verdict: mostly(fc.constantFrom('right', 'wrong')) })),
      of('DELETE', `${cache}/tags/{tag}`, fc.constant(undefined)),
      of('POST', '/admin/caches', fc.record({ id: mostly(fc.constantFrom('a', 'b', '..')), attributes: mostly(fc.array(fc.constantFrom('x', 'y z'))), similarityThreshold: mostly(fc.double()) }, { requiredKeys: ['id'] })),
      of('PATCH', '/admin/caches/{cacheId}', fc.record({ ttlMillis: mostly(fc.constantFrom(null, 5)), name: mostly(fc.string()) }, { requiredKeys: [] })),
      of('GET', '/admin/caches', fc.constant(undefined)),
      of('GET', '/admin/caches/{cacheId}', fc.constant(undefined)),
    );

    await fc.assert(
      fc.asyncProperty(calls, fc.constantFrom('docs', 'a', 'b', 'x y'), async ({ method, template, given }, cacheId) => {
        const path = template.replace('{cacheId}', encodeURIComponent(cacheId)).replace('{entryId}', entryId).replace('{tag}', 't');
        const answer = await service.call(method, path, given);
        expect(wrongIn(document, saidOf(method, template), answer), `${method} ${path} ${JSON.stringify(given)} gave ${answer.text}`).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });

  it('holds for refusals by key, host and limit, too', async () => {
    // A clock that stands still, as on a busy machine the limit would be past.
    const service = await serviceForTest({ perSecond: 2, maxBodyBytes: 10, clock: { ...systemClock, now: () => 1, elapsed: () => 1 } });
    const { document, saidOf } = await documentOf(service);
    const said = saidOf('POST', '/v1/caches/{cacheId}/entries');
    const post = (headers = {}) => service.call('POST', '/v1/caches/docs/entries', { prompt: 'What?', response: 'This.' }, headers);

    const answers = [await post({ origin: 'http://evil.example' }), await post(), await post(), await post()];
    await service.keyFor('docs', 'read');
    answers.push(await post());

    expect(answers.map(({ status }) => status)).toEqual([403, 413, 413, 429, 401]);
    expect(answers.flatMap((answer) => wrongIn(document, said, answer))).toEqual([]);
  });
});

describe('/docs', () => {
  it('shows every operation, and loads and runs nothing', async () => {
    const service = await serviceForTest();
    const response = await fetch(`${service.url}/docs`);
    const html = await response.text();

    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+';/);
    for (const id of ['set', 'search', 'conversationalSearch', 'createCache']) expect(html).toContain(`<details id="${id}">`);
    expect(html).not.toMatch(/<script|src=|url\(|@import|\son\w+=/);
  });
});
