import type * as Prometheus from 'prom-client';
import type { Bytes, Milliseconds } from '../base/units.ts';
import type { Settled } from '../model/outcome.ts';
import type { StoreState } from './health.ts';
import type { About } from './http.ts';
import { Latencies } from './latencies.ts';
import { Tallies } from './tallies.ts';

/** What the proxy counts, for `GET /metrics`. Plain sums, which the library that writes them sees only when somebody asks. */
export class Metrics {
  readonly #store: () => Promise<StoreState>;
  readonly #tallies = new Tallies();
  readonly #errors = new Map<string, number>();
  readonly #heads = new Latencies();
  readonly #streams = new Latencies();

  constructor(store: () => Promise<StoreState>) {
    this.#store = store;
  }

  /** The head of an answer is ready. */
  started({ kind, model, received }: About, ms: Milliseconds): void {
    const tally = this.#tallies.of(kind, model);
    tally.requests++;
    tally.received += received;
    this.#heads.observe(kind, ms);
  }

  /** The reply was handed over, or its caller left. */
  ended({ kind, model }: About, sent: Bytes, streamed: boolean, ms: Milliseconds): void {
    this.#tallies.of(kind, model).sent += sent;
    if (streamed) this.#streams.observe(kind, ms);
  }

  /** Usage and price are known. */
  settled({ kind, model }: About, { usage, cost = 0, saved = 0 }: Settled): void {
    const tally = this.#tallies.of(kind, model);
    if (usage) {
      tally.input += usage.input;
      tally.output += usage.output;
      tally.cacheRead += usage.cacheRead;
      tally.cacheWrite += usage.cacheWrite5m + usage.cacheWrite1h;
    }
    tally.cost += cost;
    tally.saved += saved;
  }

  failed(code: string): void {
    this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
  }

  /** All of it in the text format of Prometheus. */
  async text(): Promise<{ readonly type: string; readonly text: string }> {
    // Loading the library takes a good part of the time in which a server should be up.
    const [prometheus, store] = await Promise.all([import('prom-client'), this.#store()]);
    const page = new Page(prometheus);
    this.#writeRequests(page);
    const errors = page.counter('reprise_errors_total', 'Requests that the proxy itself refused or failed, by code.', ['code']);
    for (const [code, count] of this.#errors) errors.inc({ code }, count);
    page.histogram('reprise_head_seconds', 'Seconds until the head of the answer was ready.', this.#heads);
    page.histogram('reprise_stream_seconds', 'Seconds until the whole of a streamed answer had been handed over.', this.#streams);
    const label = { store: store.name };
    page.gauge('reprise_store_up', '1 when the store answers, 0 when it does not.', ['store']).set(label, store.up ? 1 : 0);
    if (store.size) {
      page.gauge('reprise_store_entries', 'Entries in the store.', ['store']).set(label, store.size.entries);
      page.gauge('reprise_store_bytes', 'Bytes in the store, roughly.', ['store']).set(label, store.size.bytes);
    }
    return { type: page.registry.contentType, text: await page.registry.metrics() };
  }

  #writeRequests(page: Page): void {
    const requests = page.counter('reprise_requests_total', 'Requests by what became of them.', ['outcome', 'model']);
    const received = page.counter('reprise_received_bytes_total', 'Bytes of bodies of requests that may be cached.', ['outcome']);
    const sent = page.counter('reprise_sent_bytes_total', 'Bytes of bodies sent to callers.', ['outcome']);
    const cost = page.counter('reprise_cost_usd_total', 'US dollars spent on answers whose price is known.', ['model']);
    const saved = page.counter('reprise_saved_usd_total', 'US dollars that stored answers saved.', ['model']);
    const tokens = page.counter('reprise_tokens_total', 'Tokens as billed: bought from the provider, or served again by the cache.', ['kind', 'source', 'model']);
    for (const tally of this.#tallies) {
      const { outcome, model } = tally;
      const source = outcome === 'miss' || outcome === 'bypass' ? 'provider' : 'cache';
      requests.inc({ outcome, model }, tally.requests);
      received.inc({ outcome }, tally.received);
      sent.inc({ outcome }, tally.sent);
      cost.inc({ model }, tally.cost);
      saved.inc({ model }, tally.saved);
      tokens.inc({ kind: 'input', source, model }, tally.input);
      tokens.inc({ kind: 'output', source, model }, tally.output);
      tokens.inc({ kind: 'cache_read', source, model }, tally.cacheRead);
      tokens.inc({ kind: 'cache_write', source, model }, tally.cacheWrite);
    }
  }
}

/** One answer to `GET /metrics`. */
class Page {
  readonly registry: Prometheus.Registry;
  readonly #prometheus: typeof Prometheus;

  constructor(prometheus: typeof Prometheus) {
    this.#prometheus = prometheus;
    this.registry = new prometheus.Registry();
  }

  counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Prometheus.Counter<Label> {
    return new this.#prometheus.Counter({ name, help, labelNames, registers: [this.registry] });
  }

  gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Prometheus.Gauge<Label> {
    return new this.#prometheus.Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  /** The library has no way to take over counts, but writes whatever gives its values. */
  histogram(name: string, help: string, latencies: Latencies): void {
    const values = [...latencies.samples(name)];
    const metric = { name, help, type: 'histogram', aggregator: 'sum', get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values }) };
    this.registry.registerMetric(metric as unknown as Prometheus.Metric);
  }
}
