import { describe, expect, it } from 'vitest';
import type { Settled } from '../../src/model/outcome.ts';
import { noUsage } from '../../src/model/usage.ts';
import { createStats } from '../../src/stats/stats.ts';
import type { CountedRequest } from '../../src/stats/tally.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';

const usage = { ...noUsage, input: 100, output: 20 };
const paid: Settled = { stored: true, usage, cost: 0.25 };
const served: Settled = { stored: false, usage, cost: 0, saved: 0.25 };

const request = (parts: Partial<CountedRequest> = {}): CountedRequest => ({
  tenant: 'alice',
  model: 'gpt-4o',
  provider: 'openai',
  kind: 'miss',
  latencyMs: 800,
  settled: paid,
  ...parts,
});

function statsOf(...requests: Partial<CountedRequest>[]) {
  const stats = createStats({ clock: fakeClock(1000) });
  for (const parts of requests) stats.add(request(parts));
  return stats;
}

describe('statistics', () => {
  it('are zero before the first request', () => {
    expect(statsOf().snapshot()).toMatchObject({ since: 1000, requests: 0, hits: 0, hitRate: 0, models: {}, money: { spent: 0, saved: 0 } });
  });

  it('count every kind of outcome', () => {
    const stats = statsOf(
      {}, {}, {},
      { kind: 'exact', settled: served },
      { kind: 'exact', settled: served },
      { kind: 'normalised', settled: served },
      { kind: 'semantic', settled: served },
      { kind: 'stale', settled: served },
      { kind: 'joined', settled: { ...served, why: 'it joined another call' } },
      { kind: 'bypass', settled: { stored: false }, why: 'a tool that the provider runs: web_search' },
    );

    expect(stats.snapshot()).toMatchObject({
      requests: 10, hits: 4, exact: 2, normalised: 1, semantic: 1, stale: 1, joined: 1, misses: 3, bypassed: 1,
      hitRate: 6 / 9,
      stored: 3,
      errors: 0,
      bypassedBecause: { 'a tool that the provider runs: web_search': 1 },
      refusedBecause: {},
    });
  });

  it('say what was spent and what was saved, in tokens and in money', () => {
    const stats = statsOf({}, { kind: 'exact', settled: served }, { kind: 'joined', settled: served }, { kind: 'stale', settled: served });

    const { tokens, money } = stats.snapshot();

    expect(tokens).toEqual({ spent: usage, saved: { ...noUsage, input: 300, output: 60 } });
    expect(money).toEqual({ spent: 0.25, saved: 0.75 });
  });

  it('add up small sums of money without losing any', () => {
    const stats = statsOf(...Array.from({ length: 1000 }, () => ({ settled: { ...paid, cost: 0.1e-6 } })), { settled: { ...paid, cost: 1e5 } });

    expect(stats.snapshot().money.spent).toBe(100_000.0001);
  });

  it('count requests with an unknown price apart, never as free', () => {
    const stats = statsOf(
      { model: 'house-model', settled: { stored: true, usage } },
      { model: 'house-model', kind: 'exact', settled: { stored: false, cost: 0, usage } },
      {},
    );

    expect(stats.snapshot()).toMatchObject({ unpriced: 2, unmetered: 0, money: { spent: 0.25, saved: 0 } });
    expect(stats.snapshot().models['house-model']).toMatchObject({ unpriced: 2, money: { spent: 0, saved: 0 } });
  });

  it('count calls without known tokens apart, but not functions and failures', () => {
    const stats = statsOf(
      { settled: { stored: true } },
      { kind: 'bypass', settled: { stored: false } },
      { provider: 'value', model: undefined, settled: { stored: true } },
      { settled: { stored: false, failed: true, why: 'status 500' } },
    );

    expect(stats.snapshot().unmetered).toBe(2);
  });

  it('tell errors from answers that were not admitted, each with its reasons', () => {
    const stats = statsOf(
      { settled: { stored: false, failed: true }, why: 'status 500' },
      { settled: { stored: false, failed: true }, why: 'status 500' },
      { settled: { stored: false, usage, cost: 1 }, why: 'the answer is empty' },
    );

    expect(stats.snapshot()).toMatchObject({ errors: 2, misses: 3, stored: 0, errorsBecause: { 'status 500': 2 }, refusedBecause: { 'the answer is empty': 1 } });
  });

  it('keep latencies of hits and misses apart', () => {
    const { latency } = statsOf(
      ...[100, 200, 300, 400].map((latencyMs) => ({ latencyMs })),
      ...[0.01, 0.02].map((latencyMs) => ({ latencyMs, kind: 'exact' as const, settled: served })),
      { kind: 'joined', latencyMs: 5000, settled: served },
    ).snapshot();

    expect(latency.misses.count).toBe(4);
    expect(latency.misses.mean).toBe(250);
    expect(latency.misses.p50 / 200).toBeCloseTo(1, 1);
    expect(latency.misses.p99 / 400).toBeCloseTo(1, 1);
    expect(latency.hits.count).toBe(2);
    expect(latency.hits.p99 / 0.02).toBeCloseTo(1, 1);
  });

  it('are kept per model, those with most requests first', () => {
    const stats = statsOf({ model: 'rare' }, { model: 'common' }, { model: 'common' }, { model: undefined });

    expect(Object.keys(stats.snapshot().models)).toEqual(['common', 'rare']);
    expect(stats.snapshot().models.common).toMatchObject({ requests: 2, misses: 2 });
    expect(stats.snapshot().requests).toBe(4);
  });

  it('take any model name for a name', () => {
    const stats = statsOf({ model: '__proto__' }, { model: 'constructor' }, { model: 'x'.repeat(5000) }, { model: 'x'.repeat(5000) });

    const models = JSON.parse(JSON.stringify(stats.snapshot())).models as Record<string, { requests: number }>;
    expect(Object.entries(models).map(([name, { requests }]) => [name.length, requests])).toEqual([[200, 2], ['__proto__'.length, 1], ['constructor'.length, 1]]);
  });

  it('are plain data', () => {
    const snapshot = statsOf({}, { kind: 'exact', settled: served }).snapshot();

    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });
});

describe('statistics of a tenant', () => {
  it('show its own requests and nothing of others', () => {
    const stats = statsOf({ tenant: 'alice' }, { tenant: 'bob', model: 'secret-model', kind: 'bypass', settled: { stored: false }, why: 'bob did it' });

    expect(stats.snapshot('alice')).toMatchObject({ requests: 1, bypassedBecause: {} });
    expect(JSON.stringify(stats.snapshot('alice'))).not.toContain('secret-model');
    expect(stats.snapshot('nobody')).toMatchObject({ requests: 0, models: {} });
    expect(stats.snapshot()).toMatchObject({ requests: 2 });
  });

  it('begin anew by themselves', () => {
    const stats = statsOf({ tenant: 'alice' }, { tenant: 'bob' });

    stats.reset('alice');

    expect(stats.snapshot('alice').requests).toBe(0);
    expect(stats.snapshot('bob').requests).toBe(1);
    expect(stats.snapshot().requests).toBe(2);
  });

  it('begin anew with all others', () => {
    const clock = fakeClock(1000);
    const stats = createStats({ clock });
    stats.add(request());
    clock.advance(500);

    stats.reset();

    expect(stats.snapshot()).toMatchObject({ since: 1500, requests: 0 });
    expect(stats.snapshot('alice').requests).toBe(0);
  });
});

describe('whatever requests name', () => {
  it('at most a hundred models are told apart', () => {
    const stats = statsOf(...Array.from({ length: 500 }, (_, index) => ({ model: `model-${index}` })));

    const { models, requests } = stats.snapshot();

    expect(Object.keys(models)).toHaveLength(101);
    expect(models.other?.requests).toBe(400);
    expect(requests).toBe(500);
  });

  it('at most fifty reasons are told apart', () => {
    const stats = statsOf(...Array.from({ length: 200 }, (_, index) => ({ kind: 'bypass' as const, settled: { stored: false }, why: `reason ${index}` })));

    const { bypassedBecause } = stats.snapshot();

    expect(Object.keys(bypassedBecause)).toHaveLength(51);
    expect(bypassedBecause.other).toBe(150);
  });

  it('the tenants last seen are kept, and the rest stay counted in all', () => {
    const stats = statsOf({ tenant: 'first' });
    for (let index = 0; index < 12_000; index++) stats.add(request({ tenant: `tenant ${index}` }));

    expect(stats.snapshot('first').requests).toBe(0);
    expect(stats.snapshot('tenant 11999').requests).toBe(1);
    expect(stats.snapshot().requests).toBe(12_001);
  });

  it('many tenants with many models each are bounded together', () => {
    const stats = createStats({ clock: fakeClock() });
    for (let tenant = 0; tenant < 400; tenant++) for (let model = 0; model < 100; model++) stats.add(request({ tenant: `t${tenant}`, model: `m${model}` }));

    const kept = Array.from({ length: 400 }, (_, tenant) => Object.keys(stats.snapshot(`t${tenant}`).models).length).reduce((sum, each) => sum + each, 0);

    expect(kept).toBeLessThanOrEqual(20_000);
    expect(kept).toBeGreaterThan(19_000);
    expect(stats.snapshot().requests).toBe(40_000);
  });
});

it('adding a hit costs little', () => {
  const stats = createStats({ clock: fakeClock() });
  const hit = request({ kind: 'exact', latencyMs: 0.01, settled: served });
  for (let index = 0; index < 20_000; index++) stats.add(hit);

  const rounds = Array.from({ length: 10 }, () => {
    const started = performance.now();
    for (let index = 0; index < 10_000; index++) stats.add(hit);
    return (performance.now() - started) / 10_000;
  });

  expect(Math.min(...rounds)).toBeLessThan(0.005);
});
