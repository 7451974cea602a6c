import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LangCache, type LangCacheOptions, type RetryConfig } from '../../src/langcache/index.ts';
import { backoffDelay } from '../../src/langcache/retry.ts';
import type { TransportResponse } from '../../src/langcache/transport.ts';
import { fakeClock } from '../../src/testing/index.ts';
import { halfABody, scriptedServer } from './support/scripted-server.ts';

const OK: TransportResponse = { status: 204, headers: new Headers(), body: '' };
const answer = (status: number, headers: Record<string, string> = {}): TransportResponse => ({ status, headers: new Headers(headers), body: '' });
const REFUSED = new TypeError('fetch failed', { cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }) });

/** Steady: no jitter, so that waits can be told to the millisecond. */
const BACKOFF = { initialInterval: 100, maxInterval: 1000, exponent: 2, maxElapsedTime: 10_000, jitterMs: 0 };
const RETRY: RetryConfig = { strategy: 'backoff', backoff: BACKOFF };

/** A client on a clock that is told to go on, whose service gives these answers, the last one for good; it notes when it was asked. */
function clientOn(script: readonly (TransportResponse | Error)[], options: LangCacheOptions = {}) {
  const clock = fakeClock(0);
  const askedAt: number[] = [];
  const transport = {
    async send() {
      const next = script[Math.min(askedAt.length, script.length - 1)]!;
      askedAt.push(clock.elapsed());
      if (next instanceof Error) throw next;
      return next;
    },
  };
  const client = new LangCache({ serverURL: 'http://service', cacheId: 'c', transport, clock, ...options });
  return { client, clock, askedAt };
}

/** Lets time go on until the call is settled; gives the name of its error. */
async function outcomeOf(call: Promise<unknown>, clock: ReturnType<typeof fakeClock>): Promise<string> {
  let settled = false;
  const outcome = call.then(() => 'done', (error: Error) => error.name).finally(() => (settled = true));
  while (!settled) {
    await new Promise(setImmediate);
    if (clock.sleepers > 0) await clock.advance(50);
  }
  return outcome;
}

it('does not try again unless that is configured', async () => {
  const { client, clock, askedAt } = clientOn([answer(503), OK]);

  expect(await outcomeOf(client.flush(), clock)).toBe('LangCacheDefaultError');
  expect(askedAt).toEqual([0]);
});

it.each([429, 500, 502, 503, 504])('tries again on %i, and gives what comes then', async (status) => {
  const { client, clock, askedAt } = clientOn([answer(status), OK], { retryConfig: RETRY });

  expect(await outcomeOf(client.flush(), clock)).toBe('done');
  expect(askedAt).toEqual([0, 100]);
});

it.each([400, 401, 403, 404, 413, 424, 501])('does not try again on %i', async (status) => {
  const { client, clock, askedAt } = clientOn([answer(status), OK], { retryConfig: RETRY });

  expect(await outcomeOf(client.flush(), clock)).toBe('LangCacheDefaultError');
  expect(askedAt).toEqual([0]);
});

it('waits longer each time, but never longer than the maximum, and gives up when no more time is left', async () => {
  const { client, clock, askedAt } = clientOn([answer(503)], { retryConfig: { strategy: 'backoff', backoff: { ...BACKOFF, maxElapsedTime: 4000 } } });

  expect(await outcomeOf(client.flush(), clock)).toBe('LangCacheDefaultError');
  expect(askedAt).toEqual([0, 100, 300, 700, 1500, 2500, 3500]);
});

it('takes what a call says in place of what the client says', async () => {
  const steady = clientOn([answer(503), OK], { retryConfig: RETRY });
  const keen = clientOn([answer(404), answer(599), OK]);

  expect(await outcomeOf(steady.client.flush({}, { retries: { strategy: 'none' } }), steady.clock)).toBe('LangCacheDefaultError');
  expect(await outcomeOf(keen.client.flush({}, { retries: RETRY, retryCodes: ['404', '5XX'] }), keen.clock)).toBe('done');
  expect([steady.askedAt, keen.askedAt]).toEqual([[0], [0, 100, 300]]);
});

describe('Retry-After', () => {
  it.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['an HTTP date', { 'retry-after': new Date(8000).toUTCString() }, 8000],
    ['milliseconds, where the service is so exact', { 'retry-after-ms': '1250', 'retry-after': '2' }, 1250],
    ['nothing to wait for', { 'retry-after': '0' }, 100],
    ['a date that is over', { 'retry-after': new Date(-5000).toUTCString() }, 100],
    ['something that cannot be read', { 'retry-after': 'soon' }, 100],
  ])('of %s is respected, beyond the maximum interval too', async (_, headers, wait) => {
    const { client, clock, askedAt } = clientOn([answer(429, headers as Record<string, string>), OK], { retryConfig: RETRY });

    expect(await outcomeOf(client.flush(), clock)).toBe('done');
    expect(askedAt).toEqual([0, wait]);
  });

  it('that is longer than the time that is left ends the call at once', async () => {
    const { client, clock, askedAt } = clientOn([answer(429, { 'retry-after': '3600' }), OK], { retryConfig: RETRY });

    await expect(client.flush()).rejects.toMatchObject({ statusCode: 429 });
    expect([askedAt, clock.elapsed()]).toEqual([[0], 0]);
  });
});

describe('errors of the connection', () => {
  it('are final as a rule', async () => {
    const { client, clock, askedAt } = clientOn([REFUSED, OK], { retryConfig: RETRY });

    expect(await outcomeOf(client.flush(), clock)).toBe('ConnectionError');
    expect(askedAt).toEqual([0]);
  });

  it('are tried again where that is asked for, until the time is over', async () => {
    const connection: RetryConfig = { strategy: 'backoff', backoff: { ...BACKOFF, maxElapsedTime: 350 }, retryConnectionErrors: true };
    const [lucky, unlucky] = [clientOn([REFUSED, OK], { retryConfig: connection }), clientOn([REFUSED], { retryConfig: connection })];

    expect(await outcomeOf(lucky.client.flush(), lucky.clock)).toBe('done');
    expect(await outcomeOf(unlucky.client.flush(), unlucky.clock)).toBe('ConnectionError');
    expect([lucky.askedAt, unlucky.askedAt]).toEqual([[0, 100], [0, 100, 300]]);
  });

  it('are those of half an answer too', async () => {
    const server = await scriptedServer(halfABody, { status: 200, body: { data: [] } });
    const retryConfig: RetryConfig = { strategy: 'backoff', backoff: { initialInterval: 1, jitterMs: 0 }, retryConnectionErrors: true };

    const found = await new LangCache({ serverURL: server.url, cacheId: 'c', retryConfig }).search({ prompt: 'Why?' });

    expect([found, server.asked.length]).toEqual([{ data: [] }, 2]);
  });

  it('are no errors of other kinds', async () => {
    const { client, clock, askedAt } = clientOn([new Error('a bug'), OK], { retryConfig: { ...RETRY, retryConnectionErrors: true } });

    expect(await outcomeOf(client.flush(), clock)).toBe('UnexpectedClientError');
    expect(askedAt).toEqual([0]);
  });
});

it('measures the time limit anew for every try', async () => {
  const clock = fakeClock(0);
  const askedAt: number[] = [];
  const transport = {
    send: ({ signal }: { signal: AbortSignal }) => {
      askedAt.push(clock.elapsed());
      if (askedAt.length === 3) return Promise.resolve(OK);
      return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    },
  };
  const retryConfig: RetryConfig = { ...RETRY, retryConnectionErrors: true };
  const client = new LangCache({ serverURL: 'http://service', cacheId: 'c', transport, clock, retryConfig, timeoutMs: 200 });

  expect(await outcomeOf(client.flush(), clock)).toBe('done');
  expect(askedAt).toEqual([0, 300, 700]);
  expect(clock.sleepers).toBe(0);
});

it('ends a wait when the caller gives up, and when the client is closed', async () => {
  const caller = new AbortController();
  const waiting = [clientOn([answer(503)], { retryConfig: RETRY }), clientOn([answer(503)], { retryConfig: RETRY })] as const;
  const calls = [waiting[0].client.flush({}, { signal: caller.signal }), waiting[1].client.flush()].map((call) => call.catch((error: unknown) => error));
  while (waiting.some(({ clock }) => clock.sleepers === 0)) await new Promise(setImmediate);

  caller.abort();
  await waiting[1].client.close();

  expect((await Promise.all(calls)).map((error) => (error as Error).name)).toEqual(['RequestAbortedError', 'RequestAbortedError']);
  expect(waiting.map(({ askedAt }) => askedAt)).toEqual([[0], [0]]);
});

it('waits between no bounds but those of its strategy', () => {
  const span = fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.constantFrom(0, 1, 2 ** 31, 1e300));
  const strategies = fc.record({
    initialInterval: span,
    maxInterval: span,
    exponent: fc.double({ min: 0, max: 10, noNaN: true }),
    maxElapsedTime: span,
    jitterMs: span,
  });
  fc.assert(
    fc.property(strategies, fc.nat(5000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (strategy, retry, random) => {
      const [least, delay, most] = [0, random, 1].map((chance) => backoffDelay(strategy, retry, () => chance)) as [number, number, number];

      expect(delay).toBeGreaterThanOrEqual(Math.min(least, strategy.maxInterval));
      expect(delay).toBeLessThanOrEqual(Math.min(most, strategy.maxInterval));
      expect(most - least).toBeLessThanOrEqual(strategy.jitterMs + 1e-9 * most);
      if (retry === 0) expect(least).toBe(Math.min(strategy.initialInterval, strategy.maxInterval));
      if (strategy.exponent >= 1) expect(backoffDelay(strategy, retry + 1, () => random)).toBeGreaterThanOrEqual(delay);
    }),
    { numRuns: 500 },
  );
});
