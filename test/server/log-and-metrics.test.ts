import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/model/outcome.ts';
import { noUsage } from '../../src/model/usage.ts';
import { plainRequest } from '../../src/server/http.ts';
import { Latencies } from '../../src/server/latencies.ts';
import { createServer, type ProxyCache } from '../../src/server/server.ts';
import { chatBody, emptyCache, postChat, proxyFor } from './support/proxy.ts';

const host = 'localhost';

/** A cache that answers every request with a stored answer of the model that the request names. */
const fullCache: ProxyCache = {
  ...emptyCache,
  async request(call): Promise<Outcome> {
    const { model } = JSON.parse(Buffer.from(call.request.body as Uint8Array).toString()) as { model: string };
    const settled = { stored: false, usage: { ...noUsage, input: 10, output: 5 }, cost: 0, saved: 0.25 };
    return {
      kind: 'exact',
      model,
      answer: { status: 200, headers: {}, form: 'whole', body: Buffer.from('{}') },
      id: 'abc',
      age: 0,
      steps: [],
      settled: Promise.resolve(settled),
    };
  },
};

async function metricsOf(server: { handle: ReturnType<typeof createServer>['handle'] }): Promise<string> {
  const reply = await server.handle(plainRequest('/metrics', { headers: { host } }));
  return Buffer.from(reply.body as Uint8Array).toString();
}

describe('the log', () => {
  it('has one line a request, without bodies, queries and credentials', async () => {
    const lines: string[] = [];
    const { url } = await proxyFor((_request, response) => response.end('{}'), { cache: fullCache, log: { write: (text) => lines.push(text) } });

    await (await postChat(url, { headers: { authorization: 'Bearer sk-secret' }, body: chatBody('a private question') })).text();
    await (await fetch(`${url}/v1/models?api_key=sk-secret`)).text();
    await (await postChat(url, { headers: { 'x-reprise-ttl': 'soon' } })).text();
    await new Promise(setImmediate);

    const [hit, passed, refused] = lines.join('').trim().split('\n');
    expect(hit).toMatch(/^\S+Z POST \/v1\/chat\/completions exact 200 \d+\.\dms gpt-5 abc$/);
    expect(passed).toMatch(/^\S+Z GET \/v1\/models bypass 200 \d+\.\dms$/);
    expect(refused).toMatch(/ POST \/v1\/chat\/completions - 400 .*x-reprise-ttl/);
    expect(lines.join('')).not.toMatch(/secret|private/);
  });

  it('is JSON on request', async () => {
    const lines: string[] = [];
    const { url } = await proxyFor((_request, response) => response.end('{}'), { cache: fullCache, log: { format: 'json', write: (text) => lines.push(text) } });

    await (await postChat(url)).text();
    await new Promise(setImmediate);

    expect(JSON.parse(lines[0]!)).toMatchObject({ method: 'POST', path: '/v1/chat/completions', outcome: 'exact', status: 200, model: 'gpt-5', entry: 'abc' });
  });

  it('tells a caller who left from a failure', async () => {
    const asked = Promise.withResolvers<void>();
    const line = Promise.withResolvers<string>();
    const { url } = await proxyFor(() => asked.resolve(), { log: { write: line.resolve } });
    const leaving = new AbortController();
    const reply = postChat(url, { signal: leaving.signal });
    await asked.promise;

    leaving.abort();

    await expect(reply).rejects.toThrow('abort');
    expect(await line.promise).toMatch(/ POST \/v1\/chat\/completions - 499 \S+ \(not complete\)\n$/);
  });

  it('does not let a caller write to the terminal', async () => {
    const lines: string[] = [];
    const { url } = await proxyFor((_request, response) => response.end('{}'), { cache: fullCache, log: { write: (text) => lines.push(text) } });

    await (await postChat(url, { body: JSON.stringify({ model: 'x\n2026 GET /forged\u001b[2J', messages: [] }) })).text();
    await new Promise(setImmediate);

    expect(lines.join('').match(/\n/g)).toHaveLength(1);
    expect(lines.join('')).not.toContain('\u001b');
  });
});

describe('/metrics', () => {
  it('counts requests, tokens, money, bytes and errors', async () => {
    const { url, server } = await proxyFor((_request, response) => response.end('{}'), { cache: fullCache });

    await (await postChat(url)).text();
    await (await postChat(url)).text();
    await (await fetch(`${url}/v1/models`)).text();
    await (await fetch(`${url}/v1/messages`)).text();
    const text = await metricsOf(server);

    expect(text).toContain('reprise_requests_total{outcome="exact",model="gpt-5"} 2');
    expect(text).toContain('reprise_requests_total{outcome="bypass",model="none"} 1');
    expect(text).toContain('reprise_tokens_total{kind="input",source="cache",model="gpt-5"} 20');
    expect(text).toContain('reprise_saved_usd_total{model="gpt-5"} 0.5');
    expect(text).toContain('reprise_sent_bytes_total{outcome="exact"} 4');
    expect(text).toContain('reprise_errors_total{code="METHOD_NOT_ALLOWED"} 1');
    expect(text).toContain('# TYPE reprise_head_seconds histogram');
    expect(text).toContain('reprise_head_seconds_bucket{outcome="exact",le="+Inf"} 2');
    expect(text).toContain('reprise_head_seconds_count{outcome="exact"} 2');
    expect(text).toMatch(/^reprise_stream_seconds_count\{outcome="bypass"\} 1$/m);
    expect(text).toContain('reprise_store_up{store="none"} 1');
  });

  it('tells at most 100 models apart, whatever callers invent', async () => {
    const server = createServer({ cache: fullCache });
    const ask = (model: string) => server.handle(plainRequest('/v1/chat/completions', { headers: { host }, body: JSON.stringify({ model }) }));

    for (let at = 0; at < 150; at++) await ask(`invented-${at}`);
    const text = await metricsOf(server);

    expect(text.match(/reprise_requests_total\{/g)).toHaveLength(101);
    expect(text).toContain('reprise_requests_total{outcome="exact",model="other"} 50');
  });
});

describe('latencies', () => {
  it('count in the bucket they end in and in all above it', () => {
    const latencies = new Latencies();
    for (const ms of [0.05, 0.1, 3, 700_000]) latencies.observe('miss', ms);

    const samples = [...latencies.samples('x')];
    const below = (le: string) => samples.find(({ labels }) => labels.le === le)!.value;

    expect([below('0.0001'), below('0.001'), below('0.005'), below('600'), below('+Inf')]).toEqual([2, 2, 3, 3, 4]);
    expect(samples.at(-2)).toEqual({ metricName: 'x_sum', labels: { outcome: 'miss' }, value: expect.closeTo(700.00315) });
    expect(samples.at(-1)).toEqual({ metricName: 'x_count', labels: { outcome: 'miss' }, value: 4 });
  });
});

describe('/healthz', () => {
  it('says how the store does, and stays up without it', async () => {
    const down = { ...emptyCache, store: { name: 'sqlite', size: () => Promise.reject(new Error('locked')) } };
    const hangs = { ...emptyCache, store: { name: 'redis', size: () => new Promise<never>(() => undefined) } };
    const ask = async (cache: ProxyCache) => {
      const reply = await createServer({ cache }).handle(plainRequest('/healthz', { headers: { host } }));
      return { status: reply.status, ...(JSON.parse(Buffer.from(reply.body as Uint8Array).toString()) as object) };
    };

    expect(await ask(emptyCache)).toEqual({ status: 'ok', store: { name: 'none', up: true, size: { entries: 0, bytes: 0 } } });
    expect(await ask(down)).toEqual({ status: 'degraded', store: { name: 'sqlite', up: false } });
    expect(await ask(hangs)).toEqual({ status: 'degraded', store: { name: 'redis', up: false } });
  });

  it('says 503 once the server is being closed, so that no more is sent to it', async () => {
    const server = createServer({ cache: emptyCache });

    await server.close();

    expect((await server.handle(plainRequest('/healthz', { headers: { host } }))).status).toBe(503);
  });
});
