import type { CacheError } from '../base/errors.ts';
import { isPromise } from '../base/maybe.ts';
import type { Outcome } from '../model/outcome.ts';

/** What a cache tells its listeners. */
export interface CacheEvents {
  /** A stored answer was served, fresh or stale. */
  hit: { readonly outcome: Outcome; readonly tenant: string; readonly namespace: string };
  /** The source was asked, by this caller or by one it joined. */
  miss: { readonly outcome: Outcome; readonly tenant: string; readonly namespace: string };
  /** A request went to the source untouched. */
  bypass: { readonly outcome: Outcome; readonly tenant: string; readonly namespace: string };
  /** An answer was stored. */
  store: { readonly id: string; readonly tenant: string; readonly namespace: string; readonly model?: string };
  /** Something inside the cache failed. No request failed by it. */
  error: { readonly error: CacheError };
}

export type Listener<Name extends keyof CacheEvents> = (event: CacheEvents[Name]) => void;

/** Hands events to listeners. One that throws or rejects hurts nobody: the first time of each event it is a process warning. */
export class Events {
  readonly #listeners = new Map<keyof CacheEvents, Set<Listener<never>>>();
  readonly #warned = new Set<string>();

  /** Adds a listener; the function that comes back takes it away again. */
  on<Name extends keyof CacheEvents>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener as Listener<never>));
    return () => void listeners.delete(listener as Listener<never>);
  }

  /** True when somebody listens, so that nothing is made for nobody. */
  has(name: keyof CacheEvents): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  emit<Name extends keyof CacheEvents>(name: Name, event: CacheEvents[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        const ended: unknown = (listener as unknown as (told: CacheEvents[Name]) => unknown)(event);
        if (isPromise(ended)) ended.catch((error: unknown) => this.#listenerFailed(name, error));
      } catch (error) {
        this.#listenerFailed(name, error);
      }
    }
  }

  #listenerFailed(name: keyof CacheEvents, error: unknown): void {
    this.#warnOnce(`listener ${name}`, `A listener for "${name}" threw: ${String(error)}`);
  }

  /** Reports a failure inside the cache. Where nobody listens, the first of each code becomes a process warning. */
  report(error: CacheError): void {
    if (this.has('error')) return this.emit('error', { error });
    this.#warnOnce(error.code, error.message, error.code);
  }

  #warnOnce(what: string, message: string, code?: string): void {
    if (this.#warned.has(what)) return;
    this.#warned.add(what);
    process.emitWarning(message, { type: 'RepriseWarning', ...(code !== undefined && { code }) });
  }
}
