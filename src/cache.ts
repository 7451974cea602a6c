import { BrokenAnswerError, CacheError, ClosedError, OptionError, StoreError } from './base/errors.ts';
import { createAdmission } from './flow/admit.ts';
import type { Ask } from './flow/ask.ts';
import { runItems } from './flow/items.ts';
import { Events } from './flow/events.ts';
import type { Explanation } from './flow/explain.ts';
import type { LlmCall } from './flow/llm-call.ts';
import type { Parts } from './flow/parts.ts';
import { run } from './flow/run.ts';
import { type CacheStats, createStats, forgetStats } from './stats/stats.ts';
import { createTimeBound } from './flow/time-bound/time-bound.ts';
import { upstreamBody } from './flow/upstream-body.ts';
import type { ValueCall } from './keys/identify-value.ts';
import type { Keys } from './keys/keys.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Identity } from './model/key.ts';
import type { Outcome } from './model/outcome.ts';
import type { ResolvedOptions } from './options.ts';
import { meaningDoor } from './semantic/door.ts';
import { FEEDBACK, type Feedback } from './semantic/rates.ts';
import { createPrices } from './pricing/price-of.ts';
import type { Format } from './providers/format.ts';
import { breakerBefore } from './stores/breaker.ts';
import { guardStore } from './stores/guard.ts';
import { memoryTier } from './stores/memory-tier.ts';
import { openStore } from './stores/open.ts';
import type { Store } from './stores/store.ts';

/** A call whose wire format is known. */
export type KnownCall = LlmCall & { readonly format: Format };

/** What a request is known by. */
type Question = Pick<KnownCall, 'format' | 'request' | 'tenant' | 'namespace'>;

/** Statistics together with what the store holds. */
export interface FullStats extends CacheStats {
  readonly entries: number;
  readonly bytes: number;
}

/** Stores whose entries are in memory anyway. */
const IN_MEMORY = new Set(['memory', 'json', 'none']);

/**
 * The waist: joins store, keys, prices and the path, and is all that the doors know. What `createCache` of the package gives is this
 * with the doors of the library on it.
 */
export class Core {
  readonly options: ResolvedOptions;
  readonly store: Store;
  readonly events = new Events();
  readonly #parts: Parts;
  readonly #life: Lifecycle;

  constructor(options: ResolvedOptions) {
    this.options = options;
    const { clock } = options;
    const { events } = this;
    const context = {
      now: () => clock.now(),
      onDamage: (id: string, why: string) => events.report(new BrokenAnswerError(`entry ${id} ${why}`)),
    };
    // Held weakly, as a cache that nobody holds any more is closed by its store.
    let life: WeakRef<Lifecycle> | undefined;
    const inner = typeof options.store === 'string' ? openStore(options.store, context) : options.store;
    const store = breakerBefore(guardStore(inner, { onError: () => life?.deref()?.doubt() }), {
      clock,
      readTimeout: options.flow.storeTimeout,
      onDropped: (error) => events.report(error),
    });
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
      meaning: meaningDoor({
        options: options.semantic,
        store: this.store,
        clock,
        timeBound: (text) => timeBound(text) !== undefined,
        onTrouble: (error) => events.report(error instanceof CacheError ? error : new StoreError(store.name, 'read', error)),
      }),
      options: options.flow,
    };
    this.#life = new Lifecycle(options, this.#parts);
    life = new WeakRef(this.#life);
  }

  /**
   * Opens the store: connects, makes or migrates what it needs. Happens by itself on first use; called by hand it throws where a
   * request would go on without the cache: `NotACacheError`, `PeerMissingError`, `StoreError`.
   */
  open(): Promise<void> {
    return this.#life.open();
  }

  /**
   * Takes one HTTP call the whole way. Rejects with what `send` rejects with, with `OnlyIfCachedError`, `ClosedError`, or a
   * `RequestError` when the body is no JSON object; never because of the cache itself.
   */
  async request(call: KnownCall): Promise<Outcome> {
    const { keys, parts } = this.#life.ready ?? (await this.#life.readyOrGoOn());
    if (this.closed) throw new ClosedError();
    const { format, request, namespace = this.options.namespace } = call;
    const { tenant, credential, identity } = this.#identityOf(call, keys);
    const ask: Ask = {
      kind: 'llm',
      format,
      tenant,
      namespace,
      credential,
      directives: call.directives ?? {},
      identity,
      call: (signal, untouched = false) => call.send(upstreamBody(request.body, format, untouched), signal),
      signal: call.signal,
    };
    return runItems(ask, call, keys.identify, parts) ?? run(ask, parts);
  }

  /** Takes a question of any kind the whole way. */
  async run(ask: Ask): Promise<Outcome> {
    const { parts } = this.#life.ready ?? (await this.#life.readyOrGoOn());
    if (this.closed) throw new ClosedError();
    return run(ask, parts);
  }

  /** The key of a request, without asking anybody. */
  async identify(call: Question): Promise<{ tenant: string; identity: Identity }> {
    await this.open();
    const { tenant, identity } = this.#identityOf(call, this.#life.ready!.keys);
    return { tenant, identity };
  }

  #identityOf({ format, request, tenant: named, namespace = this.options.namespace }: Question, { identify, tenantOf }: Keys) {
    const credential = tenantOf(request.headers, request.url);
    const bound = named ?? this.options.tenant;
    const tenant = bound ?? credential;
    let identity = identify({ format, request, tenant, namespace });
    // What the provider keeps under its id may be referred to later, and only by whoever made it. Its entry is the tenant's all the same.
    if (identity.facts.kept && bound !== undefined && identity.facts.bypass === undefined) {
      identity = identify({ format, request, tenant: `${bound}+${credential}`, namespace });
    }
    return { tenant, credential, identity };
  }

  /** The identity of a call of a wrapped function, or of a value that was put in by hand. */
  async identifyValue(call: ValueCall): Promise<Identity> {
    const { keys } = this.#life.ready ?? (await this.#life.readyOrGoOn());
    return keys.identifyValue(call);
  }

  /** Says whether a request would be a hit, and if not, in what it differs from the nearest stored request of its tenant. */
  async explain(call: Question): Promise<Explanation> {
    const { tenant, identity } = await this.identify(call);
    const { namespace = this.options.namespace } = call;
    const { explainMiss } = await import('./flow/explain.ts');
    return explainMiss({ identity, tenant, namespace, format: call.format }, this.#parts);
  }

  /**
   * Notes what somebody says of a hit by meaning. `wrong`: the pair of questions is never matched again, in any process that shares the store.
   * `right` takes that back. An outcome that is no hit by meaning is an `OptionError`.
   */
  async feedback({ match }: Pick<Outcome, 'match'>, said: Feedback): Promise<void> {
    if (!match) throw new OptionError('outcome', 'one that was found by meaning, with a `match`', match);
    if (!FEEDBACK.includes(said)) throw new OptionError('feedback', FEEDBACK.join(' or '), said);
    await this.open();
    const { feedbackBook } = await import('./semantic/feedback.ts');
    await feedbackBook(this.store.records).add(match, said);
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

  /** Waits for what is still being written, some seconds at most, and closes the store. May be called twice. */
  close(): Promise<void> {
    return this.#life.close();
  }

  get closed(): boolean {
    return this.#life.closed;
  }
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
