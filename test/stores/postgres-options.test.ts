import { afterEach, describe, expect, it, vi } from 'vitest';
import { OptionError } from '../../src/base/errors.ts';
import { optionsIn, settingsOf } from '../../src/stores/postgres/options.ts';
import { keyOf, nameOf } from '../../src/stores/postgres/text.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the URL of a PostgreSQL store', () => {
  it('leaves the options of the driver in the URL, and takes its own out', () => {
    const options = optionsIn('postgres://user:p%40ss@host:5433/db?sslmode=verify-full&schema=mine&maxConnections=3&readTimeout=1s&writeTimeout=700&vectors=off');

    expect(options).toEqual({ url: 'postgres://user:p%40ss@host:5433/db?sslmode=verify-full', schema: 'mine', maxConnections: 3, readTimeout: '1s', writeTimeout: 700, vectors: 'off' });
  });

  it('names where to listen, or that nobody should', () => {
    expect(optionsIn('postgres://pooler/db?listenUrl=postgres%3A%2F%2Fdirect%2Fdb%3Fsslmode%3Drequire')).toEqual({ url: 'postgres://pooler/db', listenUrl: 'postgres://direct/db?sslmode=require' });
    expect(optionsIn('postgres://pooler/db?listenUrl=false').listenUrl).toBe(false);
  });

  it('is PG_DSN where only the scheme is given', () => {
    vi.stubEnv('PG_DSN', 'postgres://from-env/db');

    expect(settingsOf(optionsIn('postgres://'))).toMatchObject({ url: 'postgres://from-env/db', listenUrl: 'postgres://from-env/db', schema: 'reprise' });
    expect(settingsOf(optionsIn('postgres://?schema=other'))).toMatchObject({ url: 'postgres://from-env/db', schema: 'other' });
    expect(settingsOf(optionsIn('postgres://given/db')).url).toBe('postgres://given/db');
  });

  it('does not make a pool listen to an address of its own', () => {
    vi.stubEnv('PG_DSN', 'postgres://from-env/db');

    expect(settingsOf({ pool: { connect: () => Promise.reject(new Error('unused')) } }).listenUrl).toBe(false);
  });

  it.each([
    { schema: '' }, { schema: 'a"b' }, { schema: 'x'.repeat(64) }, { maxConnections: 0 }, { maxConnections: Number.NaN }, { readTimeout: 0 }, { writeTimeout: 'soon' },
    { reapEvery: -1 }, { vectors: 'on' as 'auto' },
  ])('refuses %j', (options) => {
    expect(() => settingsOf(options)).toThrow(OptionError);
  });
});

describe('names in PostgreSQL', () => {
  it('are never taken for one another', () => {
    const keys = [keyOf('a'), keyOf('A'), keyOf(''), keyOf('\0'), keyOf('\uD800'), keyOf('\uFFFD'), keyOf('\uFFFE\\u0000'), nameOf.tag('a'), nameOf.lookup('a'), nameOf.attribute('a', 'bc'), nameOf.attribute('ab', 'c'), nameOf.attribute('1 a', 'b')];

    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  });
});
