import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functionEmbedder } from '../../../src/embedders/function.ts';
import { guardStore } from '../../../src/stores/guard.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import { faultyStore } from '../../../src/testing/faulty-store.ts';
import { vectorOf } from '../../flow/meaning-for-test.ts';
import { serviceForTest, wordsSemantic } from './service-for-test.ts';

const entries = '/v1/caches/docs/entries';
const good = { prompt: 'What is a cache?', response: 'A store of answers.' };

/** The service answers as ever. */
async function isWell({ call }: Awaited<ReturnType<typeof serviceForTest>>): Promise<void> {
  expect((await call('POST', entries, good)).status).toBe(201);
  expect((await call('POST', `${entries}/search`, { prompt: good.prompt })).json).toMatchObject({ data: [{ response: good.response }] });
}

describe('a request that cannot be right', () => {
  it.each([
    ['nothing', '', 'body'],
    ['no JSON', '{"prompt": "x"', 'body'],
    ['a list', '[]', 'body'],
    ['a text', '"x"', 'body'],
    ['null', 'null', 'body'],
    ['no prompt', '{"response":"x"}', 'prompt'],
    ['an empty prompt', '{"prompt":"","response":"x"}', 'prompt'],
    ['a prompt that is a number', '{"prompt":1,"response":"x"}', 'prompt'],
    ['a huge number', '{"prompt":"x","response":"x","ttlMillis":1e400}', 'ttlMillis'],
    ['a number with many digits', `{"prompt":"x","response":"x","ttlMillis":${'9'.repeat(10_000)}}`, 'ttlMillis'],
    ['half a millisecond', '{"prompt":"x","response":"x","ttlMillis":0.5}', 'ttlMillis'],
    ['six attributes', '{"prompt":"x","response":"x","attributes":{"a":"1","b":"1","c":"1","d":"1","e":"1","f":"1"}}', 'attributes'],
    ['an attribute with a comma', '{"prompt":"x","response":"x","attributes":{"a":"1,2"}}', 'attributes.a'],
    ['an attribute named as what objects have', '{"prompt":"x","response":"x","attributes":{"__proto__":"1"}}', 'attributes'],
    ['another one', '{"prompt":"x","response":"x","attributes":{"constructor":"1"}}', 'attributes'],
    ['attributes in a list', '{"prompt":"x","response":"x","attributes":["1"]}', 'attributes'],
    ['100,000 lists in each other', '['.repeat(100_000) + ']'.repeat(100_000), 'body'],
    ['100,000 objects in each other', `${'{"prompt":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'prompt'],
  ])('is a 400 that names the member: %s', async (_, body, field) => {
    const service = await serviceForTest();

    const { status, json } = await service.call('POST', entries, body, { 'content-type': 'application/json' });

    expect([status, (json as { fields: { field: string }[] }).fields.some((each) => each.field === field)]).toEqual([400, true]);
    await isWell(service);
  });

  it('that filters by a name which objects have is refused, and never searched for without the filter', async () => {
    const { call } = await serviceForTest();
    await call('POST', entries, good);

    const single = await call('POST', `${entries}/search`, `{"prompt":"${good.prompt}","attributes":{"constructor":"x"}}`);
    const bulk = await call('POST', `${entries}/search/bulk`, `{"searches":[{"prompt":"${good.prompt}","attributes":{"__proto__":"x"}}]}`);
    const deletion = await call('DELETE', entries, '{"attributes":{"__proto__":"x"}}');

    expect([single.status, bulk.status, deletion.status]).toEqual([400, 400, 400]);
    expect((await call('GET', '/v1/caches/docs/stats')).json).toMatchObject({ entries: 1 });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '', 'application/jsonx'])('is a 400 with the content type %s', async (type) => {
    const service = await serviceForTest();

    const { status, json } = await service.call('POST', entries, good, { 'content-type': type });

    expect([status, json]).toMatchObject([400, { fields: [{ field: 'content-type' }] }]);
  });

  it('is a 413 when it unpacks to more than is taken', async () => {
    const { url } = await serviceForTest({ maxBodyBytes: 100_000 });
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const post = async (body: Uint8Array<ArrayBuffer>) => (await fetch(url + entries, { method: 'POST', headers, body })).status;

    expect(await post(new Uint8Array(gzipSync('"x"'.repeat(1_000_000))))).toBe(413);
    expect(await post(new Uint8Array(gzipSync(JSON.stringify(good))))).toBe(201);
    expect(await post(Buffer.from('no gzip'))).toBe(400);
  });

  it('is a 4xx whatever its bytes, path and type, and leaves the service well', async () => {
    const service = await serviceForTest();
    const methods = fc.constantFrom('POST', 'PATCH', 'DELETE', 'PUT');
    const paths = fc.constantFrom(entries, `${entries}/search`, `${entries}/bulk`, `${entries}/search/bulk`, '/v1/caches/docs/conversations/search', '/admin/caches', '/v1/caches/%ff/entries', '/v1/caches//entries');
    const types = fc.constantFrom('application/json', 'application/json; charset=utf-16', 'text/plain');

    await fc.assert(
      fc.asyncProperty(methods, paths, types, fc.uint8Array({ minLength: 1, maxLength: 300 }), async (method, path, type, bytes) => {
        const response = await fetch(service.url + path, { method, headers: { 'content-type': type }, body: new Uint8Array(bytes) });
        await response.arrayBuffer();
        return response.status >= 400 && response.status < 500;
      }),
      { numRuns: 60 },
    );

    await isWell(service);
  });

  it('is a 400 when its body does not arrive in time', async () => {
    const service = await serviceForTest({ bodyTimeout: 50 });
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${entries} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"prompt":`);
    const [reply] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();

    expect(String(reply)).toMatch(/^HTTP\/1\.1 400 [\s\S]*did not arrive within 50 ms/);
    await isWell(service);
  });

  it('is a 400 when its body keeps coming, but too slowly', async () => {
    const service = await serviceForTest({ bodyTimeout: 100 });
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`POST ${entries} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`);
    const drip = setInterval(() => socket.write('1\r\n \r\n'), 5);
    const [reply] = (await once(socket, 'data')) as [Buffer];
    clearInterval(drip);
    socket.destroy();

    expect(String(reply)).toMatch(/^HTTP\/1\.1 400 [\s\S]*did not arrive within 100 ms/);
    await isWell(service);
  });

  it('is a 400 when what comes is no HTTP in the middle of its body', async () => {
    const service = await serviceForTest();
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`POST ${entries} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"pro\r\nno length\r\n`);
    const [reply] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();

    expect(String(reply)).toMatch(/^HTTP\/1\.1 400 /);
    await isWell(service);
  });

  it('leaves the service well when its caller goes in the middle of it', async () => {
    const service = await serviceForTest();
    const { hostname, port } = new URL(service.url);
    for (let at = 0; at < 5; at++) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(`POST ${entries} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"prompt":`);
      socket.destroy();
    }

    await isWell(service);
  });
});

describe('a store', () => {
  it('that is down is a 424 of the type that each generation of SDKs knows, and all is well when it is back', async () => {
    const store = faultyStore(memoryStore());
    const service = await serviceForTest({ store: guardStore(store) });
    await service.call('POST', entries, good);
    for (const operation of ['get', 'set', 'find', 'delete', 'records.get', 'records.put', 'records.list'] as const) store.fail(operation);

    const older = { 'user-agent': 'speakeasy-sdk/python 0.11.1 2.755.6 langcache' };
    const search = (headers = {}) => service.call('POST', `${entries}/search`, { prompt: good.prompt, searchStrategies: ['exact'] }, headers);
    expect((await search(older)).json).toMatchObject({ status: 424, type: '/errors/database/resource-database-unavailable' });
    expect((await search()).json).toMatchObject({ status: 424, type: '/errors/resource-unavailable' });
    expect((await service.call('POST', entries, good)).status).toBe(424);
    expect((await service.call('GET', '/admin/caches')).status).toBe(424);
    store.heal();

    await isWell(service);
  });

  it('that was down at the start is used as soon as it is there', async () => {
    const store = faultyStore(memoryStore(), { fail: ['open'] });
    const service = await serviceForTest({ store: guardStore(store) });
    expect((await service.call('POST', entries, good)).status).toBe(424);
    store.heal();

    await isWell(service);
  });

  it('that never answers is a 424 too', async () => {
    const store = faultyStore(memoryStore());
    const service = await serviceForTest({ store: guardStore(store), answerTimeout: 50 });
    store.hang('find');

    expect((await service.call('POST', `${entries}/search`, { prompt: 'x', searchStrategies: ['exact'] })).status).toBe(424);
    store.heal();
  });

  it('that is full is told apart', async () => {
    const store = faultyStore(memoryStore());
    const service = await serviceForTest({ store: guardStore(store) });
    store.fail('set', new Error('database or disk is full'));

    expect((await service.call('POST', entries, good)).json).toMatchObject({ status: 424, type: '/errors/database-out-of-memory' });
  });
});

describe('an embedder that is down', () => {
  it('is a 424 for what needs it, while exact search goes on', async () => {
    let isUp = true;
    const embedder = functionEmbedder({
      fingerprint: 'words-1',
      dimensions: 64,
      embed(texts) {
        if (!isUp) throw Object.assign(new Error('down'), { status: 400 });
        return texts.map(vectorOf);
      },
    });
    const { call } = await serviceForTest({ semantic: wordsSemantic({ embedder }) });
    await call('POST', entries, good);
    isUp = false;
    const search = (more: object) => call('POST', `${entries}/search`, { prompt: 'What is another thing?', ...more });

    expect((await search({})).json).toMatchObject({ status: 424, type: '/errors/resource-unavailable' });
    expect((await call('POST', entries, { prompt: 'New?', response: 'x' })).status).toBe(424);
    expect((await search({ prompt: good.prompt, searchStrategies: ['exact'] })).json).toMatchObject({ data: [{ response: good.response }] });
    expect((await search({ prompt: good.prompt, searchStrategies: ['exact', 'semantic'] })).json).toMatchObject({ data: [{ response: good.response }] });
    expect((await call('DELETE', entries, { attributes: {} })).json).toEqual({ deletedEntriesCount: 1 });
  });
});
