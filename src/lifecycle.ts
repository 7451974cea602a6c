import { atMost } from './base/at-most.ts';
import { CacheError, ClosedError, StoreError } from './base/errors.ts';
import type { Milliseconds } from './base/units.ts';
import type { Across } from './flow/across/across.ts';
import { inTime } from './flow/in-time.ts';
import type { Parts } from './flow/parts.ts';
import type { Keys } from './keys/keys.ts';
import type { ResolvedOptions } from './options.ts';
import { persistStats } from './stats/stats.ts';
import { keepsStatistics } from './stores/committed.ts';
import { noStore } from './stores/none.ts';
import type { Abilities, Store } from './stores/store.ts';

/** What a request needs that is known only when the store is open. */
export interface Ready {
  readonly keys: Keys;
  readonly parts: Parts;
}

const FLUSH_EVERY: Milliseconds = 10_000;
const OPEN_AGAIN_AFTER: Milliseconds = 5_000;
/** Stores in this process. They cannot hang as a server may, and their first opening may take its time: for other writers, or to migrate. */
const IN_PROCESS: ReadonlySet<string> = new Set(['memory', 'json', 'none', 'sqlite', 'file']);
/** How long a request waits for such a store that is being opened before it goes on without it. For any other it waits for `storeTimeout`. */
const LONGEST_OPENING: Milliseconds = 5_000;
/** How long after a failure of the store its secret is looked at, and after each look that fails. */
const LOOK_AFTER: Milliseconds = 1_000;
/** How long each step of closing may take: an answer that nobody reads never ends. */
const LONGEST_CLOSING: Milliseconds = 5_000;

/** What makes keys is loaded with the store, so that an import of Reprise alone needs no cryptography. */
const loadKeys = () => Promise.all([import('./keys/keys.ts'), import('./keys/secret.ts'), import('node:crypto')]);

/** Closes the stores of caches that nobody holds any more. */
const forgotten = new FinalizationRegistry<{ store: Store; timer: NodeJS.Timeout }>(({ store, timer }) => {
  clearInterval(timer);
  void store.close().catch(() => {});
});

/** From the opening of a store to its closing: its secret, what stands in for it until it is open, and the statistics that are kept in it. */
export class Lifecycle {
  readonly #options: ResolvedOptions;
  readonly #parts: Parts;
  readonly #store: Store;
  /** Tells this process from others that share the store. */
  #id: string | undefined;
  #ready: Ready | undefined;
  #stopgap: Ready | undefined;
  #opening: Promise<void> | undefined;
  /** True once the store was asked to open, whatever came of it. */
  #touched = false;
  #failedAt = -Infinity;
  /** An opening is under way that took longer than a request waits. */
  #late = false;
  /** An opening failed, or was late. */
  #failed = false;
  /** Requests that wait for the store to open. */
  #waiting: Promise<void> | undefined;
  /** The secret in use, where a server keeps it, which may lose it. */
  #secret: Uint8Array | undefined;
  #doubted = false;
  #flushing: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  /** `parts`: those that are there before the store is open. */
  constructor(options: ResolvedOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    this.#store = parts.store;
  }

  /** What there is once the store is open; `undefined` before. */
  get ready(): Ready | undefined {
    return this.#ready;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** Opens the store once. Rejects with what the store rejects with, and with `ClosedError`. */
  async open(): Promise<void> {
    if (this.closed) throw new ClosedError();
    this.#opening ??= this.#open()
      .catch((error: unknown) => {
        this.#opening = undefined;
        this.#failed = true;
        this.#failedAt = this.#options.clock.elapsed();
        throw error;
      })
      .finally(() => (this.#late = false));
    return this.#opening;
  }

  async #open(): Promise<void> {
    this.#touched = true;
    const abilities = await this.#store.open();
    const [{ createKeys }, { openSecret }, { randomBytes }] = await loadKeys();
    const secret = await openSecret(this.#store.records, randomBytes);
    if (this.closed) {
      await this.#store.close();
      throw new ClosedError();
    }
    const across = acrossBy(abilities, this.#options.across);
    this.#ready = { keys: createKeys(this.#options.key, secret), parts: { ...this.#parts, ...(across && { across }) } };
    if (abilities.remote) this.#secret = secret;
    if (this.#options.semantic.mode !== 'off') this.#loadMeaning();
    const self = new WeakRef(this);
    this.#flushing = setInterval(() => {
      const lifecycle = self.deref();
      if (!lifecycle) return;
      void lifecycle.#flush();
      void lifecycle.#confirmSecret();
    }, FLUSH_EVERY);
    this.#flushing.unref();
    forgotten.register(this, { store: this.#store, timer: this.#flushing }, this);
  }

  /**
   * Opens the store for a request, which waits no longer than it may. Where the store cannot be opened in that time, the request goes on
   * without it, and so do all others at once, until it is open. Where it failed, one request in five seconds tries again.
   */
  async readyOrGoOn(): Promise<Ready> {
    if (this.closed) throw new ClosedError();
    if (this.#waiting) {
      if (!this.#failed) await this.#waiting;
    } else if (!this.#late && this.#options.clock.elapsed() - this.#failedAt >= OPEN_AGAIN_AFTER) {
      await (this.#waiting = this.#openInTime());
    }
    if (this.#ready) return this.#ready;
    // Without the store's secret, tenants are told apart by one of this process; what it makes is never stored.
    const [{ createKeys }] = await loadKeys();
    this.#stopgap ??= { keys: createKeys(this.#options.key), parts: { ...this.#parts, store: noStore() } };
    return this.#stopgap;
  }

  /** Opens the store for requests that wait for it; reports where that fails or takes too long. Never rejects. */
  async #openInTime(): Promise<void> {
    const { clock, flow } = this.#options;
    const limit = IN_PROCESS.has(this.#store.name) ? LONGEST_OPENING : flow.storeTimeout;
    const opening = this.open();
    const reported = opening.catch((error: unknown) => {
      if (!this.closed) this.#report('open', error);
    });
    try {
      const late = () => new StoreError(this.#store.name, 'open', new Error(`no answer within ${limit} ms; it is still tried`));
      await inTime(reported, limit, clock, late);
    } catch (error) {
      this.#failed = true;
      this.#late = this.#opening !== undefined;
      if (!this.closed) this.#report('open', error);
    } finally {
      this.#waiting = undefined;
    }
  }

  /** The store failed: it may be another server now, or have been emptied. */
  doubt(): void {
    if (this.#doubted || !this.#secret) return;
    this.#doubted = true;
    const self = new WeakRef(this);
    void this.#options.clock.sleep(LOOK_AFTER).then(() => {
      const lifecycle = self.deref();
      if (!lifecycle) return;
      lifecycle.#doubted = false;
      void lifecycle.#confirmSecret();
    });
  }

  /**
   * Looks whether the store still has the secret in use. One that was emptied gets it back, so that all processes stay with one. Where
   * somebody else has made another one since, that one is taken, and said so.
   */
  async #confirmSecret(): Promise<void> {
    const own = this.#secret;
    if (!own || !this.#ready || this.closed) return;
    try {
      const [{ createKeys }, { openSecret }] = await loadKeys();
      const secret = await openSecret(this.#store.records, () => own);
      if (this.#secret !== own || Buffer.compare(secret, own) === 0) return;
      this.#secret = secret;
      this.#ready = { ...this.#ready, keys: createKeys(this.#options.key, secret) };
      this.#report('read', new Error('it lost the secret of its tenants, and another process has made a new one, which is used from here on'));
    } catch {
      // Whoever asks next is told that the store fails.
      this.doubt();
    }
  }

  /** Waits for what is still being written, some seconds at most, and closes the store. May be called twice. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    forgotten.unregister(this);
    clearInterval(this.#flushing);
    await atMost(LONGEST_CLOSING, Promise.allSettled([this.#opening, ...[...this.#parts.flights.values()].map((flight) => flight.settled)]));
    const leases = this.#ready?.parts.across?.held.values() ?? [];
    await atMost(LONGEST_CLOSING, Promise.allSettled([...leases].map(({ released }) => released)));
    await atMost(LONGEST_CLOSING, this.#parts.meaning.close());
    if (!this.#touched) return;
    if (this.#ready) await atMost(LONGEST_CLOSING, this.#flush());
    await atMost(LONGEST_CLOSING, this.#store.close());
  }

  async #flush(): Promise<void> {
    if (!keepsStatistics(this.#store)) return;
    try {
      await persistStats(this.#parts.stats, this.#store.records, { namespace: this.#options.namespace, id: (this.#id ??= crypto.randomUUID()) });
    } catch (error) {
      this.#report('write', error);
    }
  }

  /** Begins to load what matches by meaning, so that the first questions need not wait for it. */
  #loadMeaning(): void {
    const { meaning } = this.#parts;
    // Where it fails, the first lookup says so.
    void (async () => meaning.open())().catch(() => {});
  }

  #report(operation: 'open' | 'read' | 'write', error: unknown): void {
    this.#parts.events.report(error instanceof CacheError ? error : new StoreError(this.#store.name, operation, error));
  }
}

/** What the flow needs to meet other processes, where the store lets them meet. */
function acrossBy({ leases, logs, changes }: Abilities, { on, leaseTime }: ResolvedOptions['across']): Across | undefined {
  return leases && on ? { leases, logs, changes, leaseTime, held: new Map() } : undefined;
}
