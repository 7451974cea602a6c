import type * as Prometheus from 'prom-client';
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Bytes, Milliseconds } from '../base/units.ts';
import type { Settled } from '../model/outcome.ts';
import type { StoreState } from './health.ts';
import type { About } from './http.ts';

/** So many models are told apart; the others count as `other`. A caller can thus not fill the memory with invented names. */
const MAX_MODELS = 100;
const MAX_MODEL_LENGTH = 100;

/** From a tenth of a millisecond, as hits take, to ten minutes, as long answers may. */
const SECONDS = [0.0001, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** So many counts wait for the library to be loaded before it is loaded for their sake. */
const MAX_WAITING = 1_000;

/** Loading the library takes a good part of the time in which a server should be up, so it is loaded when somebody asks, or has time. */
export class LazyMetrics {
  readonly #load: () => Promise<Metrics>;
  #metrics: Metrics | undefined;
  #loading: Promise<Metrics> | undefined;
  #waiting: ((metrics: Metrics) => void)[] = [];

  constructor(store: () => Promise<StoreState>) {
    this.#load = async () => new Metrics(await import('prom-client'), store);
  }

  tell(count: (metrics: Metrics) => void): void {
    if (this.#metrics) return count(this.#metrics);
    this.#waiting.push(count);
    if (this.#waiting.length >= MAX_WAITING) void this.get();
  }

  get(): Promise<Metrics> {
    this.#loading ??= this.#load().then((metrics) => {
      for (const count of this.#waiting) count(metrics);
      this.#waiting = [];
      return (this.#metrics = metrics);
    });
    return this.#loading;
  }
}

/** Counts for `GET /metrics`, in the text format of Prometheus. */
export class Metrics {
  readonly #prometheus: typeof Prometheus;
  readonly #registry: Registry;
  readonly #collect: () => Promise<void>;
  readonly #models = new Set<string>();
  readonly #requests: Counter<'outcome' | 'model'>;
  readonly #tokens: Counter<'kind' | 'source' | 'model'>;
  readonly #cost: Counter<'model'>;
  readonly #saved: Counter<'model'>;
  readonly #errors: Counter<'code'>;
  readonly #sent: Counter<'outcome'>;
  readonly #received: Counter<never>;
  readonly #start: Histogram<'outcome'>;
  readonly #end: Histogram<'outcome'>;

  constructor(prometheus: typeof Prometheus, store: () => Promise<StoreState>) {
    this.#prometheus = prometheus;
    this.#registry = new prometheus.Registry();
    this.#requests = this.#counter('reprise_requests_total', 'Requests by what became of them.', ['outcome', 'model']);
    this.#tokens = this.#counter('reprise_tokens_total', 'Tokens as billed: bought from the provider, or served again by the cache.', ['kind', 'source', 'model']);
    this.#cost = this.#counter('reprise_cost_usd_total', 'US dollars spent on answers whose price is known.', ['model']);
    this.#saved = this.#counter('reprise_saved_usd_total', 'US dollars that stored answers saved.', ['model']);
    this.#errors = this.#counter('reprise_errors_total', 'Requests that the proxy itself refused or failed, by code.', ['code']);
    this.#sent = this.#counter('reprise_sent_bytes_total', 'Bytes of bodies sent to callers.', ['outcome']);
    this.#received = this.#counter('reprise_received_bytes_total', 'Bytes of bodies of requests that may be cached.', []);
    this.#start = this.#histogram('reprise_answer_start_seconds', 'Seconds until the head of the answer was ready.');
    this.#end = this.#histogram('reprise_answer_end_seconds', 'Seconds until the whole answer had been handed over.');
    const up = this.#gauge('reprise_store_up', '1 when the store answers, 0 when it does not.');
    const entries = this.#gauge('reprise_store_entries', 'Entries in the store.');
    const bytes = this.#gauge('reprise_store_bytes', 'Bytes in the store, roughly.');
    this.#collect = async () => {
      const state = await store();
      const label = { store: state.name };
      up.set(label, state.up ? 1 : 0);
      if (!state.size) return;
      entries.set(label, state.size.entries);
      bytes.set(label, state.size.bytes);
    };
  }

  /** The head of an answer is ready. */
  started({ kind: outcome, model, received }: About, ms: Milliseconds): void {
    this.#requests.inc({ outcome, model: this.#label(model) });
    if (received > 0) this.#received.inc(received);
    this.#start.observe({ outcome }, ms / 1000);
  }

  /** The reply was handed over, or its caller left. */
  ended({ kind: outcome }: About, sent: Bytes, ms: Milliseconds): void {
    if (sent > 0) this.#sent.inc({ outcome }, sent);
    this.#end.observe({ outcome }, ms / 1000);
  }

  /** Usage and price are known. */
  settled({ kind: outcome, model: named }: About, { usage, cost, saved }: Settled): void {
    const model = this.#label(named);
    if (usage) {
      const source = outcome === 'miss' || outcome === 'bypass' ? 'provider' : 'cache';
      this.#tokens.inc({ kind: 'input', source, model }, usage.input);
      this.#tokens.inc({ kind: 'output', source, model }, usage.output);
      if (usage.cacheRead > 0) this.#tokens.inc({ kind: 'cache_read', source, model }, usage.cacheRead);
      const written = usage.cacheWrite5m + usage.cacheWrite1h;
      if (written > 0) this.#tokens.inc({ kind: 'cache_write', source, model }, written);
    }
    if (cost !== undefined && cost > 0) this.#cost.inc({ model }, cost);
    if (saved !== undefined && saved > 0) this.#saved.inc({ model }, saved);
  }

  failed(code: string): void {
    this.#errors.inc({ code });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All counts as text. */
  async text(): Promise<string> {
    await this.#collect();
    return this.#registry.metrics();
  }

  #label(model: string | undefined): string {
    if (model === undefined) return 'none';
    if (this.#models.has(model)) return model;
    if (this.#models.size >= MAX_MODELS || model.length > MAX_MODEL_LENGTH) return 'other';
    this.#models.add(model);
    return model;
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new this.#prometheus.Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string): Gauge<'store'> {
    return new this.#prometheus.Gauge({ name, help, labelNames: ['store'], registers: [this.#registry] });
  }

  #histogram(name: string, help: string): Histogram<'outcome'> {
    return new this.#prometheus.Histogram({ name, help, labelNames: ['outcome'], buckets: SECONDS, registers: [this.#registry] });
  }
}
