import type * as Prometheus from 'prom-client';
import type { Bytes, Milliseconds } from '../base/units.ts';
import type { OutcomeKind, Settled } from '../model/outcome.ts';
import type { StoreState } from './health.ts';
import type { About } from './http.ts';
import type { Tally } from './tallies.ts';
import { Tallies } from './tallies.ts';

/** From a tenth of a millisecond, as hits take, to ten minutes, as long answers may. */
const SECONDS = [0.0001, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** So many latencies wait for the library before it is loaded for their sake. */
const MAX_WAITING = 1_000;

/** What the proxy counts, for `GET /metrics` in the text format of Prometheus. */
export class Metrics {
  readonly #store: () => Promise<StoreState>;
  readonly #tallies = new Tallies();
  readonly #errors = new Map<string, number>();
  #page: Page | undefined;
  #loading: Promise<Page> | undefined;
  #waiting: { readonly which: Latency; readonly outcome: OutcomeKind; readonly ms: Milliseconds }[] = [];

  constructor(store: () => Promise<StoreState>) {
    this.#store = store;
  }

  /** The head of an answer is ready. */
  started({ kind, model, received }: About, ms: Milliseconds): void {
    const tally = this.#tallies.of(kind, model);
    tally.requests++;
    tally.received += received;
    this.#observe('head', kind, ms);
  }

  /** The reply was handed over, or its caller left. */
  ended({ kind, model }: About, sent: Bytes, streamed: boolean, ms: Milliseconds): void {
    this.#tallies.of(kind, model).sent += sent;
    if (streamed) this.#observe('stream', kind, ms);
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

  /** All of it as text. */
  async text(): Promise<{ readonly type: string; readonly text: string }> {
    const page = await this.load();
    return page.text(this.#tallies, this.#errors, await this.#store());
  }

  /** Loads the library, which takes a good part of the time in which a server should be up, and is therefore put off. */
  load(): Promise<Page> {
    this.#loading ??= import('prom-client').then((prometheus) => {
      const page = new Page(prometheus);
      for (const { which, outcome, ms } of this.#waiting) page.observe(which, outcome, ms);
      this.#waiting = [];
      return (this.#page = page);
    });
    return this.#loading;
  }

  #observe(which: Latency, outcome: OutcomeKind, ms: Milliseconds): void {
    if (this.#page) return this.#page.observe(which, outcome, ms);
    this.#waiting.push({ which, outcome, ms });
    if (this.#waiting.length >= MAX_WAITING) void this.load();
  }
}

/** Until the head of an answer was ready; until a streamed one had been handed over. */
type Latency = 'head' | 'stream';

/** The metrics as the library knows them. Counters are set from the sums whenever somebody asks. */
class Page {
  readonly #prometheus: typeof Prometheus;
  readonly #registry: Prometheus.Registry;
  readonly #latency: Readonly<Record<Latency, Prometheus.Histogram<'outcome'>>>;
  readonly #counters: readonly { readonly counter: Prometheus.Counter; set(counter: Prometheus.Counter, tally: Tally): void }[];
  readonly #errors: Prometheus.Counter<'code'>;
  readonly #up: Prometheus.Gauge<'store'>;
  readonly #entries: Prometheus.Gauge<'store'>;
  readonly #bytes: Prometheus.Gauge<'store'>;

  constructor(prometheus: typeof Prometheus) {
    this.#prometheus = prometheus;
    this.#registry = new prometheus.Registry();
    const by = (name: string, help: string, labels: (tally: Tally) => Record<string, string>, value: (tally: Tally) => number) => ({
      counter: this.#counter(name, help, Object.keys(labels({ outcome: 'miss', model: '' } as Tally))),
      set: (counter: Prometheus.Counter, tally: Tally) => counter.inc(labels(tally), value(tally)),
    });
    const both = ({ outcome, model }: Tally) => ({ outcome, model });
    const byModel = ({ model }: Tally) => ({ model });
    const tokens = this.#counter('reprise_tokens_total', 'Tokens as billed: bought from the provider, or served again by the cache.', ['kind', 'source', 'model']);
    const kinds = { input: 'input', output: 'output', cache_read: 'cacheRead', cache_write: 'cacheWrite' } as const;
    this.#counters = [
      by('reprise_requests_total', 'Requests by what became of them.', both, (tally) => tally.requests),
      by('reprise_cost_usd_total', 'US dollars spent on answers whose price is known.', byModel, (tally) => tally.cost),
      by('reprise_saved_usd_total', 'US dollars that stored answers saved.', byModel, (tally) => tally.saved),
      by('reprise_received_bytes_total', 'Bytes of bodies of requests that may be cached.', ({ outcome }) => ({ outcome }), (tally) => tally.received),
      by('reprise_sent_bytes_total', 'Bytes of bodies sent to callers.', ({ outcome }) => ({ outcome }), (tally) => tally.sent),
      {
        counter: tokens,
        set(counter, tally) {
          const source = tally.outcome === 'miss' || tally.outcome === 'bypass' ? 'provider' : 'cache';
          for (const [kind, name] of Object.entries(kinds)) counter.inc({ kind, source, model: tally.model }, tally[name]);
        },
      },
    ];
    this.#errors = this.#counter('reprise_errors_total', 'Requests that the proxy itself refused or failed, by code.', ['code']);
    this.#latency = {
      head: this.#histogram('reprise_head_seconds', 'Seconds until the head of the answer was ready.'),
      stream: this.#histogram('reprise_stream_seconds', 'Seconds until the whole of a streamed answer had been handed over.'),
    };
    this.#up = this.#gauge('reprise_store_up', '1 when the store answers, 0 when it does not.');
    this.#entries = this.#gauge('reprise_store_entries', 'Entries in the store.');
    this.#bytes = this.#gauge('reprise_store_bytes', 'Bytes in the store, roughly.');
  }

  observe(which: Latency, outcome: OutcomeKind, ms: Milliseconds): void {
    this.#latency[which].observe({ outcome }, ms / 1000);
  }

  async text(tallies: Tallies, errors: ReadonlyMap<string, number>, store: StoreState): Promise<{ type: string; text: string }> {
    for (const { counter, set } of this.#counters) {
      counter.reset();
      for (const tally of tallies) set(counter, tally);
    }
    this.#errors.reset();
    for (const [code, count] of errors) this.#errors.inc({ code }, count);
    const label = { store: store.name };
    this.#up.set(label, store.up ? 1 : 0);
    if (store.size) {
      this.#entries.set(label, store.size.entries);
      this.#bytes.set(label, store.size.bytes);
    }
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Prometheus.Counter<Label> {
    return new this.#prometheus.Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string): Prometheus.Gauge<'store'> {
    return new this.#prometheus.Gauge({ name, help, labelNames: ['store'], registers: [this.#registry] });
  }

  #histogram(name: string, help: string): Prometheus.Histogram<'outcome'> {
    return new this.#prometheus.Histogram({ name, help, labelNames: ['outcome'], buckets: SECONDS, registers: [this.#registry] });
  }
}
