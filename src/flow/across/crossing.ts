import type { Settled } from '../../model/outcome.ts';
import type { Step } from '../../model/steps.ts';
import type { Lease } from '../../stores/store.ts';
import type { SourceAnswer } from '../ask.ts';
import type { Found } from '../flight.ts';
import { inTime } from '../in-time.ts';
import type { Parts } from '../parts.ts';
import { type Across, acquire, type Called } from './across.ts';
import { follow } from './follow.ts';
import { Lead } from './lead.ts';
import { waitForEntry } from './wait-for-entry.ts';

/** How often a call that another process let go of is waited for again, before this process asks for itself. */
const ROUNDS = 5;

/** A flight that may meet the same flight of another process. */
export interface CrossingPlan {
  /** Names the flight in all processes. */
  readonly name: string;
  /** Under which its answer is stored. */
  readonly id: string;
  readonly credential: string | undefined;
  /** True where a stored answer serves. */
  readonly reads: boolean;
  /** Looks for a stored answer once more, now that no other process looks for the same. */
  look(): Promise<Found | undefined>;
  call(signal: AbortSignal): Promise<SourceAnswer>;
  note(step: Step): void;
}

/** One flight's dealings with other processes: makes the call for all of them, or follows the one that does. */
export class Crossing {
  readonly #plan: CrossingPlan;
  readonly #across: Across;
  readonly #parts: Parts;
  #lead: Lead | undefined;

  constructor(plan: CrossingPlan, across: Across, parts: Parts) {
    this.#plan = plan;
    this.#across = across;
    this.#parts = parts;
  }

  /** The answer, from wherever it is had: at worst from a call of this process's own. */
  async call(signal: AbortSignal): Promise<Called | { readonly found: Found }> {
    const { name, reads, note } = this.#plan;
    const { held } = this.#across;
    const mine = held.get(name);
    if (mine?.released) await inTime(mine.released, this.#parts.options.storeTimeout, this.#parts.clock, () => new Error('it takes too long')).catch(() => {});
    // This process makes that call already, and its answer is for nobody who comes now; or the store does not take the lease back.
    if ((mine && held.get(name) === mine) || (!this.#across.logs && !reads)) return this.#plan.call(signal);

    // Holds the process while it waits for another one.
    const holding = setInterval(() => {}, 2 ** 30);
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const lease = await acquire(name, this.#across, this.#parts);
        if (lease === 'failed') break;
        if (lease) return await this.#leadWith(lease, signal);
        if (round === 0) note({ at: 'flight', is: 'followed' });
        const came = await this.#follow(signal);
        if (came === 'alone') break;
        if (came === 'again') continue;
        return 'lease' in came ? await this.#leadWith(came.lease, signal) : came;
      }
    } finally {
      clearInterval(holding);
    }
    signal.throwIfAborted();
    note({ at: 'flight', is: 'led', why: 'the call of another process could not be followed' });
    return this.#plan.call(signal);
  }

  /** Resolves when no other process follows this flight; `undefined` where none can. */
  followed(): Promise<void> | undefined {
    return this.#lead?.followed();
  }

  /** The answer has been stored or not. */
  settled(settled: Settled): void {
    this.#lead?.settled(settled);
  }

  async #follow(signal: AbortSignal): Promise<Called | { found: Found } | { lease: Lease } | 'again' | 'alone'> {
    const { name, id, credential, look } = this.#plan;
    if (!this.#across.logs) return waitForEntry({ name, id, signal, look }, this.#across, this.#parts);
    const followed = await follow({ name, credential, signal, look }, this.#across, this.#parts);
    return typeof followed === 'object' && 'answer' in followed ? followed.answer : followed;
  }

  async #leadWith(lease: Lease, signal: AbortSignal): Promise<Called | { found: Found }> {
    const lead = new Lead(lease, this.#across, this.#parts);
    try {
      // Where nobody else asks, nothing has been stored since the look before.
      const found = lease.alone ? undefined : await this.#plan.look();
      if (found) {
        lead.leave();
        return { found };
      }
      signal.throwIfAborted();
      this.#lead = lead;
      return lead.tap(await this.#plan.call(signal), this.#plan.credential);
    } catch (error) {
      lead.failed(signal.aborted);
      throw error;
    }
  }
}
