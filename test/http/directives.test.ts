import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestError } from '../../src/base/errors.ts';
import { directivesOf } from '../../src/http/directives.ts';

const control = (header: string) => directivesOf({ 'cache-control': header });

describe('request directives', () => {
  it('are none when nothing is said', () => {
    expect(directivesOf({ 'content-type': 'application/json' })).toEqual({});
  });

  it('are read from Cache-Control, whatever their letter case and spacing', () => {
    expect(control('No-Cache ,no-store,  ONLY-IF-CACHED')).toEqual({ noCache: true, noStore: true, onlyIfCached: true });
    expect(control('max-age=60, stale-if-error="3600"')).toEqual({ maxAge: 60_000, staleIfError: 3_600_000 });
    expect(control('max-age=0')).toEqual({ maxAge: 0 });
  });

  it('pass over what they do not know, even when it quotes a directive that they do', () => {
    expect(control('max-stale, min-fresh=5, community="a, no-store", no-transform')).toEqual({});
    expect(control(',, ,no-cache,')).toEqual({ noCache: true });
    expect(control('a b c, no-store')).toEqual({ noStore: true });
  });

  it('take a time to live and tags from headers of their own', () => {
    expect(directivesOf({ 'x-reprise-ttl': '15m' })).toEqual({ ttl: 900_000 });
    expect(directivesOf({ 'x-reprise-ttl': '2500' })).toEqual({ ttl: 2500 });
    expect(directivesOf({ 'x-reprise-tags': ' team-a, nightly ,,team-a' })).toEqual({ tags: ['team-a', 'nightly'] });
  });

  it.each(['max-age', 'max-age=', 'max-age=-1', 'max-age=1.5', 'max-age=1h', 'stale-if-error=soon', 'max-age=60;x'])('refuse %s', (header) => {
    expect(() => control(header)).toThrow(RequestError);
    expect(() => control(header)).toThrow('whole number of seconds');
  });

  it('refuse a time to live that cannot be read, and tags without end', () => {
    expect(() => directivesOf({ 'x-reprise-ttl': 'soon' })).toThrow('15m');
    expect(() => directivesOf({ 'x-reprise-ttl': '-1' })).toThrow(RequestError);
    expect(() => directivesOf({ 'x-reprise-tags': Array.from({ length: 33 }, (_, at) => `t${at}`).join(',') })).toThrow('at most 32');
    expect(() => directivesOf({ 'x-reprise-tags': 'x'.repeat(257) })).toThrow('256');
  });

  it('never fail in another way, and never take long, whatever the header says', () => {
    const pieces = fc.array(fc.constantFrom('max-age', 'no-cache', '=', '"', '\\', ',', ' ', '1', 'x', ';'), { maxLength: 200 });

    fc.assert(
      fc.property(pieces, (some) => {
        try {
          control(some.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(RequestError);
        }
      }),
    );
    const started = performance.now();
    control(`${'a="'.repeat(20_000)}`);
    control(`${' '.repeat(60_000)}x`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
