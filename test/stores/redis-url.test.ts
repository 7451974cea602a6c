import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { OptionError } from '../../src/base/errors.ts';
import { redisStore, type RedisStoreOptions } from '../../src/stores/redis-later.ts';
import { readUrl } from '../../src/stores/redis/target.ts';

const folder = mkdtempSync(join(tmpdir(), 'reprise-redis-'));
const ca = join(folder, 'ca.pem');
writeFileSync(ca, 'a certificate');
afterAll(() => rmSync(folder, { recursive: true }));

const at = (host: string, port: number) => ({ host, port });

describe('the URL of a Redis', () => {
  it.each([
    ['redis://h', { kind: 'server', hosts: [at('h', 6379)], db: 0 }],
    ['redis:', { kind: 'server', hosts: [at('localhost', 6379)], db: 0 }],
    ['redis://h:7000/3', { kind: 'server', hosts: [at('h', 7000)], db: 3 }],
    ['redis://[::1]:7000', { kind: 'server', hosts: [at('::1', 7000)], db: 0 }],
    ['redis://user:p%40ss%2Fword@h', { kind: 'server', hosts: [at('h', 6379)], db: 0, username: 'user', password: 'p@ss/word' }],
    ['redis://:word@h/', { kind: 'server', hosts: [at('h', 6379)], db: 0, password: 'word' }],
    ['redis://user@h', { kind: 'server', hosts: [at('h', 6379)], db: 0, username: 'user' }],
    ['rediss://h', { kind: 'server', hosts: [at('h', 6379)], db: 0, tls: {} }],
    [`rediss://h?ca=${ca}`, { kind: 'server', hosts: [at('h', 6379)], db: 0, tls: { ca: Buffer.from('a certificate') } }],
    ['redis+sentinel://a,b:1/main', { kind: 'sentinel', hosts: [at('a', 26_379), at('b', 1)], service: 'main', db: 0 }],
    ['redis+sentinel://:word@a/main/2?sentinelPassword=other', { kind: 'sentinel', hosts: [at('a', 26_379)], service: 'main', db: 2, password: 'word', sentinelPassword: 'other' }],
    ['redis+cluster://a,b:1', { kind: 'cluster', hosts: [at('a', 6379), at('b', 1)], db: 0 }],
    ['rediss+cluster://u:p@a', { kind: 'cluster', hosts: [at('a', 6379)], db: 0, username: 'u', password: 'p', tls: {} }],
    ['unix:/run/redis.sock', { kind: 'server', hosts: [], socket: '/run/redis.sock', db: 0 }],
    ['unix:///run/redis.sock?db=4&password=word', { kind: 'server', hosts: [], socket: '/run/redis.sock', db: 4, password: 'word' }],
  ] as const)('is read: %s', (url, target) => {
    expect(readUrl(url).target).toEqual(target);
  });

  it.each(['http://h', 'redis://a,b', 'redis://h:99999', 'redis://h/x', 'redis://h/1/2', 'redis+sentinel://h', 'redis+cluster://h/1', 'redis+cluster://h?db=1', 'redis+cluster://a,', 'unix:x', 'h:6379/', `redis://h?ca=${ca}`])(
    'is refused: %s',
    (url) => {
      expect(() => redisStore({ url })).toThrow(OptionError);
    },
  );

  it('is refused without a word of the password', () => {
    for (const url of ['redis://user:secret%@h', 'redis+sentinel://:secret@h/100%', 'redis://user:secret@h/x', 'redis://user:secret@h:0', 'http://user:secret@h', 'redis+sentinel://:secret@h']) {
      expect(() => redisStore({ url })).toThrow(OptionError);
      expect(() => redisStore({ url })).not.toThrow('secret');
    }
  });
});

describe('options of the Redis store', () => {
  const refused: readonly (readonly [string, RedisStoreOptions])[] = [
    ['prefix', { prefix: '' }],
    ['prefix', { prefix: 'a{b}' }],
    ['prefix', { url: 'redis://h?prefix={}' }],
    ['timeout', { timeout: 0 }],
    ['timeout', { timeout: 'soon' }],
    ['timeout', { url: 'redis://h?timeout=never' }],
    ['index', { index: 'tree' as 'flat' }],
    ['driver', { url: 'redis://h?driver=other' }],
    ['redis:?size', { url: 'redis://h?size=1' }],
    ['client', { client: {} as NonNullable<RedisStoreOptions['client']> }],
    ['client', { client: { callBuffer() {}, duplicate() {}, options: { keyPrefix: 'a' } } as NonNullable<RedisStoreOptions['client']> }],
  ];

  it.each(refused)('refuse a %s that cannot be: %j', (option, options) => {
    expect(() => redisStore(options)).toThrow(expect.objectContaining({ option }));
  });

  it('take a URL with everything that may be said there', () => {
    expect(() => redisStore({ url: 'redis://h/1?prefix=mine:&timeout=500&index=flat&driver=redis' })).not.toThrow();
  });
});
