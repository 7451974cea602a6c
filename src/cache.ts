import { randomBytes } from 'node:crypto';
import { BrokenAnswerError, CacheError, ClosedError, StoreError } from './base/errors.ts';
import type { Milliseconds } from './base/units.ts';
import { createAdmission } from './flow/admit.ts';
import type { Ask } from './flow/ask.ts';
import { runItems } from './flow/items.ts';
import { Events } from './flow/events.ts';
import { type Explanation, explainMiss } from './flow/explain.ts';
import type { LlmCall } from './flow/llm-call.ts';
import type { Parts } from './flow/parts.ts';
import { run } from './flow/run.ts';
import { type CacheStats, createStats, forgetStats, persistStats } from './flow/stats.ts';
import { createTimeBound } from './flow/time-bound.ts';
import { upstreamBody } from './flow/upstream-body.ts';
import { tenantOf } from './keys/credentials.ts';
import { createIdentifier, type Identify } from './keys/identify.ts';
import { identifyValue, type ValueCall } from './keys/identify-value.ts';
import { openSecret } from './keys/secret.ts';
import type { Identity } from './model/key.ts';
import type { Outcome } from './model/outcome.ts';
import type { ResolvedOptions } from './options.ts';
import { createPrices } from './pricing/price-of.ts';
import type { Format } from './providers/format.ts';
import { guardStore } from './stores/guard.ts';
import { noStore } from './stores/none.ts';
import { memoryTier } from './stores/memory-tier.ts';
import { openStore } from './stores/open.ts';
import type { Store } from './stores/store.ts';

/** A call whose wire format is known. */
export type KnownCall = LlmCall & { readonly format: Format };

/** What a request needs that is known only when the store is open. */
interface Ready {
  readonly secret: Uint8Array;
  readonly identify: Identify;
  readonly parts: Parts;
}

/** Statistics together with what the store holds. */
export interface FullStats extends CacheStats {
  readonly entries: number;
  readonly bytes: number;
}

/** Stores whose entries are in memory anyway. */
const IN_MEMORY = new Set(['memory', 'json', 'none']);
const FLUSH_EVERY: Milliseconds = 10_000;
const OPEN_AGAIN_AFTER: Milliseconds = 5_000;

/** Closes the stores of caches that nobody holds any more. */
const forgotten = new FinalizationRegistry<{ store: Store; timer: NodeJS.Timeout }>(({ store, timer }) => {
  clearInterval(timer);
  void store.close().catch(() => {});
});

/**
 * The waist: joins store, keys, prices and the path, and is all that the doors know. What `createCache` of the package gives is this
 * with the doors of the library on it.
 */
export class Core {
  readonly options: ResolvedOptions;
  readonly store: Store;
  readonly events = new Events();
  readonly #parts: Parts;
  readonly #id = randomBytes(8).toString('hex');
  #ready: Ready | undefined;
  #stopgap: Ready | undefined;
  #opening: Promise<void> | undefined;
  #failedAt = -Infinity;
  #flushing: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ResolvedOptions) {
    this.options = options;
    const { clock } = options;
    const { events } = this;
    const context = {
      now: () => clock.now(),
      onDamage: (id: string, why: string) => events.report(new BrokenAnswerError(`entry ${id} ${why}`)),
    };
    const store = guardStore(typeof options.store === 'string' ? openStore(options.store, context) : options.store);
    this.store = options.memory && !IN_MEMORY.has(store.name) ? memoryTier(store, options.memory) : store;
    const timeBound = createTimeBound(options.timeBound);
    const prices = createPrices(options.prices);
    this.#parts = {
      store: this.store,
      clock,
      prices,
      admission: createAdmission(options.admit),
      stats: createStats({ clock }),
      events: this.events,
      flights: new Map(),
      timeBound: (text) => timeBound(text) !== undefined,
      options: options.flow,
    };
  }

  /**
   * Opens the store: connects, makes or migrates what it needs. Happens by itself on first use; called by hand it throws where a
   * request would go on without the cache: `NotACacheError`, `PeerMissingError`, `StoreError`.
   */
  async open(): Promise<void> {
    if (this.#closed) throw new ClosedError();
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      this.#failedAt = this.options.clock.elapsed();
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<void> {
    await this.store.open();
    const secret = await openSecret(this.store.records, randomBytes);
    this.#ready = { secret, identify: createIdentifier({ secret, ...this.options.key }), parts: this.#parts };
    const self = new WeakRef(this);
    this.#flushing = setInterval(() => {
      const core = self.deref();
      if (core) void core.#flush();
    }, FLUSH_EVERY);
    this.#flushing.unref();
    forgotten.register(this, { store: this.store, timer: this.#flushing }, this);
  }

  /**
   * Takes one HTTP call the whole way. Rejects with what `send` rejects with, with `OnlyIfCachedError`, `ClosedError`, or a
   * `RequestError` when the body is no JSON object; never because of the cache itself.
   */
  async request(call: KnownCall): Promise<Outcome> {
    const { secret, identify, parts } = this.#ready ?? (await this.#readyOrGoOn());
    if (this.#closed) throw new ClosedError();
    const { format, request, namespace = this.options.namespace } = call;
    const credential = tenantOf(request.headers, request.url, secret);
    const bound = call.tenant ?? this.options.tenant;
    let tenant = bound ?? credential;
    let identity = identify({ format, request, tenant, namespace });
    // What the provider keeps under its id may be referred to later, and only by whoever made it.
    if (identity.facts.kept && bound !== undefined && identity.facts.bypass === undefined) {
      tenant = `${bound}+${credential}`;
      identity = identify({ format, request, tenant, namespace });
    }
    const untouched = identity.facts.bypass !== undefined;
    const ask: Ask = {
      kind: 'llm',
      format,
      tenant,
      namespace,
      credential,
      directives: call.directives ?? {},
      identity,
      call: (signal) => call.send(upstreamBody(request.body, format, untouched), signal),
      signal: call.signal,
    };
    return runItems(ask, call, identify, parts) ?? run(ask, parts);
  }

  /** Takes a question of any kind the whole way. */
  async run(ask: Ask): Promise<Outcome> {
    const { parts } = this.#ready ?? (await this.#readyOrGoOn());
    if (this.#closed) throw new ClosedError();
    return run(ask, parts);
  }

  /** The key of a request, without asking anybody. */
  async identify(call: Pick<KnownCall, 'format' | 'request' | 'tenant' | 'namespace'>): Promise<{ tenant: string; identity: Identity }> {
    await this.open();
    const { secret, identify } = this.#ready!;
    const { format, request, namespace = this.options.namespace } = call;
    const tenant = call.tenant ?? this.options.tenant ?? tenantOf(request.headers, request.url, secret);
    return { tenant, identity: identify({ format, request, tenant, namespace }) };
  }

  /** The identity of a call of a wrapped function, or of a value that was put in by hand. */
  async identifyValue(call: ValueCall): Promise<Identity> {
    const { secret } = this.#ready ?? (await this.#readyOrGoOn());
    return identifyValue({ ...call, secret });
  }

  /** Says whether a request would be a hit, and if not, in what it differs from the nearest stored request of its tenant. */
  async explain(call: Pick<KnownCall, 'format' | 'request' | 'tenant' | 'namespace'>): Promise<Explanation> {
    const { tenant, identity } = await this.identify(call);
    const { namespace = this.options.namespace } = call;
    return explainMiss({ identity, tenant, namespace, format: call.format }, this.#parts);
  }

  /** What was counted since the start or the last reset, of one tenant or of all, and what the store holds. */
  async stats(tenant?: string): Promise<FullStats> {
    await this.open();
    const size = tenant === undefined ? await this.store.size() : await sizeOfTenant(this.store, tenant);
    return { ...this.#parts.stats.snapshot(tenant), ...size };
  }

  /** Begins to count anew: all, with what was kept in the store, or what is shown of one tenant. */
  async resetStats(tenant?: string): Promise<void> {
    await this.open();
    this.#parts.stats.reset(tenant);
    if (tenant === undefined) await forgetStats(this.store.records, this.options.namespace);
  }

  /** Waits for what is still being written, and closes the store. May be called twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    forgotten.unregister(this);
    clearInterval(this.#flushing);
    await Promise.allSettled([...this.#parts.flights.values()].map((flight) => flight.settled));
    if (!this.#opening) return;
    await this.#flush();
    await this.store.close();
  }

  get closed(): boolean {
    return this.#closed;
  }

  async #flush(): Promise<void> {
    try {
      await persistStats(this.#parts.stats, this.store.records, { namespace: this.options.namespace, id: this.#id });
    } catch (error) {
      this.events.report(error instanceof CacheError ? error : new StoreError(this.store.name, 'write', error));
    }
  }

  /** Opens the store for a request. Where that fails, the request goes on without it, and it is tried again some seconds later. */
  async #readyOrGoOn(): Promise<Ready> {
    if (this.#closed) throw new ClosedError();
    try {
      if (this.options.clock.elapsed() - this.#failedAt >= OPEN_AGAIN_AFTER) await this.open();
    } catch (error) {
      this.events.report(asCacheError(error, this.store.name));
    }
    if (this.#ready) return this.#ready;
    // Without the store's secret, tenants are told apart by one of this process; what it makes is never stored.
    const secret = randomBytes(32);
    this.#stopgap ??= { secret, identify: createIdentifier({ secret, ...this.options.key }), parts: { ...this.#parts, store: noStore() } };
    return this.#stopgap;
  }
}

function asCacheError(error: unknown, store: string): CacheError {
  return error instanceof CacheError ? error : new StoreError(store, 'open', error);
}

async function sizeOfTenant(store: Store, tenant: string): Promise<{ entries: number; bytes: number }> {
  let entries = 0;
  let bytes = 0;
  for await (const head of store.find({ tenant })) {
    entries++;
    bytes += head.bytes;
  }
  return { entries, bytes };
}
