import type { Bytes, Usd } from '../base/units.ts';
import type { OutcomeKind } from '../model/outcome.ts';

/** What was counted of one kind of outcome with one model. */
export interface Tally {
  readonly outcome: OutcomeKind;
  readonly model: string;
  requests: number;
  received: Bytes;
  sent: Bytes;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  cost: Usd;
  saved: Usd;
}

/** So many models are told apart; the others count as `other`. A caller can thus not fill the memory with invented names. */
const MAX_MODELS = 100;
const MAX_MODEL_LENGTH = 100;

/** Plain sums, since a hit takes no longer than a few counters of a metrics library would. */
export class Tallies {
  readonly #models = new Set<string>();
  readonly #byOutcome = new Map<OutcomeKind, Map<string, Tally>>();

  of(outcome: OutcomeKind, named: string | undefined): Tally {
    let byModel = this.#byOutcome.get(outcome);
    if (!byModel) this.#byOutcome.set(outcome, (byModel = new Map()));
    const model = this.#label(named);
    let tally = byModel.get(model);
    if (!tally) {
      tally = { outcome, model, requests: 0, received: 0, sent: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cost: 0, saved: 0 };
      byModel.set(model, tally);
    }
    return tally;
  }

  *[Symbol.iterator](): Generator<Tally> {
    for (const byModel of this.#byOutcome.values()) yield* byModel.values();
  }

  #label(model: string | undefined): string {
    if (model === undefined) return 'none';
    if (this.#models.has(model)) return model;
    if (this.#models.size >= MAX_MODELS || model.length > MAX_MODEL_LENGTH) return 'other';
    this.#models.add(model);
    return model;
  }
}
