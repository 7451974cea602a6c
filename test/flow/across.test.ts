import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Cache, createCache } from '../../src/integrations/library.ts';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import type { CacheOptions } from '../../src/options.ts';
import { sqliteStore } from '../../src/stores/sqlite.ts';
import type { Abilities, Store } from '../../src/stores/store.ts';
import { fakeProvider } from '../../src/testing/fake-provider.ts';
import { gate } from '../../src/testing/fake-provider/gate.ts';
import { stepsOf } from './path-for-test.ts';

const folder = mkdtempSync(join(tmpdir(), 'reprise-across-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true }));

/** What a test changes in what a store can do. */
type Change = (abilities: Abilities) => Abilities;

/** Two caches as two processes have them: each with a connection of its own to one file. */
async function twoCaches({ options = {}, change = (same) => same }: { options?: CacheOptions; change?: Change } = {}) {
  const provider = await fakeProvider();
  const path = join(folder, `${++files}.db`);
  let asked = 0;
  const counted: Change = ({ leases, ...abilities }) => ({
    ...abilities,
    leases: { ...leases!, acquire: (name, duration) => (asked += Number(!name.endsWith(' followed')), leases!.acquire(name, duration)) },
  });
  const make = () => {
    const store = sqliteStore({ path });
    const changed: Store = { ...store, open: async () => counted(change(await store.open())) };
    const cache = createCache({ store: changed, ...options });
    cache.on('error', () => {});
    return cache;
  };
  const [one, other] = [make(), make()];
  await Promise.all([one.open(), other.open()]);
  const file = new DatabaseSync(path, { readOnly: true });
  onTestFinished(async () => {
    file.close();
    provider.release();
    await Promise.all([one.close(), other.close()]);
    await provider.close();
  });

  const ask = async (cache: Cache, { body = {}, headers = {}, signal }: { body?: object; headers?: Record<string, string>; signal?: AbortSignal } = {}) => {
    const response = await cache.fetch(`${provider.openaiUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Capital of France?' }], ...body }),
      ...(signal && { signal }),
    });
    return { status: response.status, text: response.text(), outcome: outcomeOf(response)! };
  };
  /** Asks by one cache, waits until the provider has the call, and asks by the other. */
  const askBoth = async (first: Parameters<typeof ask>[1] = {}, second: Parameters<typeof ask>[1] = first) => {
    const led = ask(one, first);
    await provider.whenCalled(1);
    return { led, joined: ask(other, second) };
  };
  /** Resolves when the call of one process is followed by the other. */
  const followed = () => vi.waitUntil(() => file.prepare("SELECT 1 FROM leases WHERE name LIKE '% followed' AND until > ?").get(Date.now()) !== undefined, WAIT);
  /** Resolves when both have asked for the lease. */
  const bothHaveAsked = () => vi.waitUntil(() => asked >= 2, WAIT);
  return { provider, one, other, ask, askBoth, followed, bothHaveAsked };
}

const WAIT = { timeout: 10_000, interval: 5 };

describe('a question that another process asks already', () => {
  it('is answered by that call, and counted as one that joined', async () => {
    const { provider, other, askBoth, followed } = await twoCaches();
    provider.hold();

    const { led, joined } = await askBoth();
    await followed();
    provider.release();
    const [first, second] = await Promise.all([led, joined]);

    expect(await second.text).toBe(await first.text);
    expect(stepsOf(second.outcome)).toEqual(['policy: cacheable', 'key: made', 'exact: none', 'flight: led', 'flight: followed']);
    expect(second.outcome.kind).toBe('joined');
    const [paid, saved] = [await first.outcome.settled, await second.outcome.settled];
    expect(saved).toMatchObject({ stored: false, cost: 0, saved: paid.cost, usage: paid.usage });
    expect((await other.stats()).joined).toBe(1);
    expect(provider.calls).toBe(1);
  });

  it('is found in the store afterwards, by both', async () => {
    const { provider, one, other, ask, askBoth } = await twoCaches();

    const { led, joined } = await askBoth();
    await Promise.all([(await led).outcome.settled, (await joined).outcome.settled]);

    expect((await ask(one)).outcome.kind).toBe('exact');
    expect((await ask(other)).outcome.kind).toBe('exact');
    expect(provider.calls).toBe(1);
  });

  it.each([
    ['whole from a stream', { stream: true }, {}],
    ['streamed from a whole answer', {}, { stream: true }],
  ])('is answered in the form it was asked in: %s', async (_, first, second) => {
    const { provider, askBoth, followed } = await twoCaches();
    provider.hold();

    const { led, joined } = await askBoth({ body: first }, { body: second });
    await followed();
    provider.release();
    await (await led).text;
    const text = await (await joined).text;

    expect(text.startsWith('data: ')).toBe('stream' in second);
    expect(text).toContain('Answer');
    expect(provider.calls).toBe(1);
  });

  it('is asked apart where nothing may be stored, or processes shall not meet', async () => {
    for (const [options, headers] of [[{}, { 'cache-control': 'no-store' }], [{ acrossProcesses: false }, {}]] as const) {
      const { provider, askBoth } = await twoCaches({ options });
      provider.hold();

      const { led, joined } = await askBoth({ headers });
      await provider.whenCalled(2);
      provider.release();
      await Promise.all([led, joined]);

      expect(provider.calls).toBe(2);
    }
  });

  it('is asked with its own credential where the answer is about another', async () => {
    const { provider, askBoth, followed } = await twoCaches({ options: { tenant: 'all' } });
    provider.reply({ status: 429 });
    provider.hold();

    const { led, joined } = await askBoth({ headers: { authorization: 'Bearer one' } }, { headers: { authorization: 'Bearer other' } });
    await followed();
    provider.release();

    expect((await led).status).toBe(429);
    expect((await joined).status).toBe(200);
    expect(provider.calls).toBe(2);
  });

  it('is told of a failure of the provider, which a new question tries again', async () => {
    const { provider, one, ask, askBoth, followed } = await twoCaches();
    provider.reply({ status: 503 });
    provider.hold();

    const { led, joined } = await askBoth();
    await followed();
    provider.release();
    const [first, second] = await Promise.all([led, joined]);
    const again = await ask(one);

    expect([first.status, second.status, again.status]).toEqual([503, 503, 200]);
    expect(provider.calls).toBe(2);
  });

  it('is asked by itself where the other call comes to no answer', async () => {
    const { provider, askBoth, followed } = await twoCaches();
    provider.reply({ cutAfterChunks: 0 });
    provider.hold();

    const { led, joined } = await askBoth();
    const first = expect(led).rejects.toThrow();
    await followed();
    provider.release();

    await first;
    expect((await joined).status).toBe(200);
    expect(provider.calls).toBe(2);
  });
});

describe('callers who hang up', () => {
  it('leave the call to those who follow it in another process', async () => {
    const { provider, askBoth, followed } = await twoCaches();
    const events = gate();
    provider.reply({ text: 'Paris, of course.', gate: events });
    const leaving = new AbortController();

    const { led, joined } = await askBoth({ body: { stream: true }, signal: leaving.signal }, { body: { stream: true } });
    await followed();
    events.open(2);
    const [first, second] = [await led, await joined];
    const cut = expect(first.text).rejects.toThrow();
    leaving.abort();
    await cut;
    events.openAll();

    expect(await second.text).toContain('[DONE]');
    expect(provider.aborted).toBe(0);
    expect(provider.calls).toBe(1);
  });

  it('end the call where nobody follows it', async () => {
    const { provider, one, ask } = await twoCaches();
    provider.hold();
    const leaving = new AbortController();

    const asked = expect(ask(one, { signal: leaving.signal })).rejects.toThrow();
    await provider.whenHeld();
    leaving.abort();

    await asked;
    await provider.nextAbort();
  });

  it('leave it to them before its first bytes too', async () => {
    const { provider, askBoth, followed } = await twoCaches();
    provider.hold();
    const leaving = new AbortController();

    const { led, joined } = await askBoth({ signal: leaving.signal }, {});
    const left = expect(led).rejects.toThrow();
    await followed();
    leaving.abort();
    await left;
    provider.release();

    expect((await joined).outcome.kind).toBe('joined');
    expect(provider.calls).toBe(1);
  });
});

/** Never comes to an end. */
const never = () => new Promise<never>(() => {});
const broken = async () => {
  throw new Error('the store is gone');
};

/** Leases, but no streams that could be followed. */
const withoutLogs: Change = ({ leases, changes }) => ({ leases: leases!, changes: changes! });

describe('a store that fails while processes meet', () => {
  const faults: readonly (readonly [what: string, Change])[] = [
    ['no lease can be had', (abilities) => ({ ...abilities, leases: { ...abilities.leases!, acquire: broken } })],
    ['no lease comes in time', (abilities) => ({ ...abilities, leases: { ...abilities.leases!, acquire: never } })],
    ['leases are not renewed', (abilities) => ({ ...abilities, leases: { ...abilities.leases!, renew: broken } })],
    ['leases are not released', (abilities) => ({ ...abilities, leases: { ...abilities.leases!, release: broken } })],
    ['nothing can be logged', (abilities) => ({ ...abilities, logs: { ...abilities.logs!, append: broken } })],
    ['logging takes for ever', (abilities) => ({ ...abilities, logs: { ...abilities.logs!, append: never } })],
    ['no log can be read', (abilities) => ({ ...abilities, logs: { ...abilities.logs!, async *read() { yield await broken(); } } })],
    ['reading a log takes for ever', (abilities) => ({ ...abilities, logs: { ...abilities.logs!, async *read() { yield await never(); } } })],
    ['logs are garbage', (abilities) => ({ ...abilities, logs: { ...abilities.logs!, async *read() { yield new Uint8Array(20).fill(255); } } })],
    ['there are no logs', withoutLogs],
    ['there are neither logs nor changes', ({ leases }) => ({ leases: leases! })],
  ];

  it.each(faults)('costs a second call at worst, and no error: %s', async (_, change) => {
    const { provider, askBoth, bothHaveAsked } = await twoCaches({ change, options: { leaseTime: 600 } });
    provider.hold();

    const { led, joined } = await askBoth();
    await bothHaveAsked();
    provider.release();
    const [first, second] = await Promise.all([led, joined]);

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await second.text).toContain('Answer');
    expect(provider.calls).toBeLessThanOrEqual(2);
  });

  it.each(['the store fails', 'the store hangs'])('gives a stream on from the stored answer when its log breaks off: %s', async (how) => {
    const change: Change = (abilities) => ({
      ...abilities,
      logs: { ...abilities.logs!, append: async (lease, seq, bytes) => (seq < 2 ? abilities.logs!.append(lease, seq, bytes) : how === 'the store fails' ? broken() : never()) },
    });
    const { provider, askBoth, followed } = await twoCaches({ change, options: { leaseTime: 3000 } });
    const events = gate();
    provider.reply({ text: 'Paris, of course.', gate: events });

    const { led, joined } = await askBoth({ body: { stream: true } });
    await followed();
    events.open(2);
    const second = await joined;
    events.openAll();

    expect(await second.text).toBe(await (await led).text);
    expect(provider.calls).toBe(1);
  });

  it('makes one call where streams cannot be followed, and gives the stored answer to the others', async () => {
    const { provider, askBoth, bothHaveAsked } = await twoCaches({ change: withoutLogs });
    provider.hold();

    const { led, joined } = await askBoth();
    await bothHaveAsked();
    provider.release();
    const [first, second] = await Promise.all([led, joined]);

    expect(await second.text).toBe(await first.text);
    expect(second.outcome.kind).toBe('exact');
    expect(provider.calls).toBe(1);
  });
});
