import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Step } from '../../src/model/steps.ts';
import { cacheStatus, entryOf, storedHeaders } from '../../src/http/reply-headers.ts';

function outcome(kind: Outcome['kind'], more: Partial<Outcome> = {}): Outcome {
  const answer = { status: 200, headers: { 'content-type': 'application/json' }, form: 'whole' as const, body: Buffer.from('{}') };
  return { kind, answer, id: 'abc', age: 0, steps: [], settled: Promise.resolve({ stored: false }), ...more };
}
const steps = (...some: Step[]) => ({ steps: some });

describe('Cache-Status', () => {
  it('tells a hit with the time it stays fresh', () => {
    expect(cacheStatus(outcome('exact', { freshFor: 90_500 }))).toBe('Reprise; hit; ttl=90');
    expect(cacheStatus(outcome('exact'))).toBe('Reprise; hit');
    expect(cacheStatus(outcome('semantic', { freshFor: 1000 }))).toBe('Reprise; hit; ttl=1; detail=semantic');
  });

  it('tells why a request went to the provider', () => {
    expect(cacheStatus(outcome('miss'))).toBe('Reprise; fwd=miss');
    expect(cacheStatus(outcome('joined'))).toBe('Reprise; fwd=miss; collapsed');
    expect(cacheStatus(outcome('miss', steps({ at: 'exact', is: 'stale' })))).toBe('Reprise; fwd=stale');
    expect(cacheStatus(outcome('miss', steps({ at: 'policy', is: 'write-only', why: 'no-cache' })))).toBe('Reprise; fwd=request');
    expect(cacheStatus(outcome('miss', steps({ at: 'exact', is: 'too old' })))).toBe('Reprise; fwd=request');
  });

  it('tells a stale answer that is being renewed from one in place of an error', () => {
    expect(cacheStatus(outcome('stale', { freshFor: -1500 }))).toBe('Reprise; hit; ttl=-2; detail=stale-while-revalidate');
    const failed = { ...steps({ at: 'call', is: 'answered', status: 503 }), freshFor: -1500 };
    expect(cacheStatus(outcome('stale', failed))).toBe('Reprise; fwd=stale; fwd-status=503; ttl=-2; detail=stale-if-error');
  });

  it('writes the reason of a bypass as a string that cannot break out', () => {
    const why = 'a tool "x\\y" of\nthe provider: é';

    expect(cacheStatus(outcome('bypass', steps({ at: 'policy', is: 'bypass', why })))).toBe('Reprise; fwd=bypass; detail="a tool \\"x\\\\y\\" of?the provider: ?"');
    expect(cacheStatus(outcome('bypass'))).toBe('Reprise; fwd=bypass');
  });
});

describe('the entry of an answer', () => {
  it('is named where one holds the answer, or will if it is admitted', () => {
    expect(entryOf(outcome('exact'))).toBe('abc');
    expect(entryOf(outcome('miss'))).toBe('abc');
  });

  it('is not named where there is none: a bypass, an error, several things that are stored one by one', () => {
    const failed = { status: 500, headers: {}, form: 'whole' as const, body: Buffer.from('{}') };

    expect(entryOf(outcome('bypass'))).toBeUndefined();
    expect(entryOf(outcome('miss', { answer: failed }))).toBeUndefined();
    expect(entryOf(outcome('exact', { items: 2 }))).toBeUndefined();
    expect(storedHeaders(outcome('exact', { items: 2 }))).not.toHaveProperty('x-reprise-entry');
  });
});

describe('headers of a stored answer', () => {
  it('give its age in whole seconds, its entry and its length', () => {
    expect(storedHeaders(outcome('exact', { age: 61_900, freshFor: 1000 }))).toEqual({
      'content-type': 'application/json',
      'content-length': '2',
      'cache-status': 'Reprise; hit; ttl=1',
      age: '61',
      'x-reprise-entry': 'abc',
    });
  });
});
