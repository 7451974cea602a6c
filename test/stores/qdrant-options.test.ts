import { afterEach, describe, expect, it, vi } from 'vitest';
import { NotACacheError, OptionError } from '../../src/base/errors.ts';
import { openStore } from '../../src/stores/open.ts';
import { digestOf, nameOf, pointOf, vectorOf } from '../../src/stores/qdrant/keys.ts';
import { readUrl, resolveQdrant } from '../../src/stores/qdrant/options.ts';
import { qdrantStore, type QdrantStoreOptions } from '../../src/stores/qdrant-later.ts';
import { answering } from './qdrant-fake.ts';

afterEach(() => vi.unstubAllEnvs());

const at = (host: string, members: object = {}) => ({ host, port: 6333, https: false, prefix: '', apiKey: undefined, ...members });

describe('the URL of a Qdrant', () => {
  it.each([
    ['qdrant://h', at('h')],
    ['qdrant://h:7000', at('h', { port: 7000 })],
    ['qdrant+http://h', at('h')],
    ['http://h', at('h')],
    ['https://h', at('h', { https: true })],
    ['https://h:443/', at('h', { https: true, port: 443 })],
    ['qdrant+https://h:443/behind/a/proxy/', at('h', { https: true, port: 443, prefix: '/behind/a/proxy' })],
    ['qdrant+https://:k%40y@h', at('h', { https: true, apiKey: 'k@y' })],
    ['qdrant://key@h', at('h', { apiKey: 'key' })],
    ['http://[::1]:6334', at('[::1]', { port: 6334 })],
  ])('is read: %s', (url, target) => {
    expect(readUrl(url).target).toEqual(target);
  });

  it('holds options of the store', () => {
    expect(resolveQdrant({ url: 'qdrant://h?collection=mine&timeout=1s&reapEvery=0&pollEvery=50' })).toMatchObject({ collection: 'mine', reapEvery: 0, pollEvery: 50 });
    expect(resolveQdrant({ url: 'qdrant://h?collection=mine', collection: 'given' })).toMatchObject({ collection: 'given', reapEvery: 30_000, pollEvery: 100 });
  });

  it.each(['redis://h', 'h:6333', 'qdrant:', 'http://', 'qdrant://h:99999', 'qdrant://h#x', 'qdrant://:%@h', 'qdrant://h?prefix=x'])('is refused: %s', (url) => {
    expect(() => qdrantStore({ url })).toThrow(OptionError);
  });

  it('is refused without a word of the key', () => {
    for (const url of ['qdrant://:secret@h:99999', 'ftp://:secret@h', 'qdrant:user:secret@h:x', 'qdrant://:se/secret@h:x?a=secret']) {
      expect(() => qdrantStore({ url })).toThrow(OptionError);
      expect(() => qdrantStore({ url })).not.toThrow('secret');
    }
  });

  const refused: readonly (readonly [string, QdrantStoreOptions])[] = [
    ['collection', { collection: '' }],
    ['collection', { collection: 'a/b' }],
    ['collection', { collection: '..' }],
    ['collection', { collection: 'x'.repeat(256) }],
    ['timeout', { timeout: 0 }],
    ['timeout', { url: 'qdrant://h?timeout=never' }],
    ['reapEvery', { reapEvery: -1 }],
    ['pollEvery', { pollEvery: 2 ** 31 }],
    ['client', { client: {} as never }],
  ];
  it.each(refused)('refuses a wrong %s: %j', (option, options) => {
    expect(() => qdrantStore(options)).toThrow(expect.objectContaining({ option }));
  });
});

describe('the Qdrant that is asked', () => {
  const context = { now: Date.now, onDamage: () => {} };

  it('is that of QDRANT_URL, with QDRANT_API_KEY, where the URL names none', async () => {
    const server = await answering({ version: '1.12.4' });
    vi.stubEnv('QDRANT_URL', server.url);
    vi.stubEnv('QDRANT_API_KEY', 'from the environment');

    await expect(openStore('qdrant:', context).open()).rejects.toThrow(NotACacheError);
    await expect(openStore('qdrant:?collection=other', context).open()).rejects.toThrow('other');
    await expect(qdrantStore({ apiKey: 'given' }).open()).rejects.toThrow(NotACacheError);
    await expect(openStore(server.url.replace('http://', 'qdrant://:in%20the%20url@'), context).open()).rejects.toThrow(NotACacheError);

    expect(server.keys).toEqual(['from the environment', 'from the environment', 'given', 'in the url']);
  });

  it('has to be 1.18 or newer, and is left alone otherwise', async () => {
    const old = await answering({ version: '1.17.9' });

    await expect(qdrantStore({ url: old.url }).open()).rejects.toThrow(/is in Qdrant 1\.17\.9, and 1\.18 is the oldest/);

    expect(old.requests).toEqual(['GET /']);
  });

  it('is asked under the path that the URL has', async () => {
    const server = await answering({ version: '1.12.4' });

    await expect(qdrantStore({ url: `${server.url}/behind/a/proxy/` }).open()).rejects.toThrow(NotACacheError);

    expect(server.requests).toEqual(['GET /behind/a/proxy/']);
  });
});

describe('names in Qdrant', () => {
  it('are UUIDs that stay the same, and are never taken for one another', () => {
    const names = [
      pointOf.entry('a'), pointOf.entry('A'), pointOf.entry(''), pointOf.entry('\0'), pointOf.entry('\uD800'), pointOf.entry('\uFFFD'), pointOf.record('a'), pointOf.changes('a'), digestOf('a'),
      nameOf.tag('a'), nameOf.lookup('a'), nameOf.attribute('a', 'bc'), nameOf.attribute('ab', 'c'), nameOf.attribute('a","b', 'c'), nameOf.attribute('a', 'b","c'),
    ];

    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(pointOf.entry('a')).toBe('d9d18c6a-b198-8cc1-8373-e737a5aae29e');
  });

  it('give each model, and each number of its dimensions, a vector of its own', () => {
    expect(new Set([vectorOf('m@1', 3), vectorOf('m@2', 3), vectorOf('m@1', 33), vectorOf('m@13', 3)]).size).toBe(4);
  });
});
