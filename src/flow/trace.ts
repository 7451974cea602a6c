import type { Usd } from '../base/units.ts';
import type { Match } from '../model/outcome.ts';
import type { Step } from '../model/steps.ts';

/** The steps of one request, in the order they were taken. */
export class Trace {
  readonly steps: Step[] = [];
  /** What would have been served by meaning in the mode `shadow`. */
  shadow?: Match;
  /** What embedder and judges cost. */
  matchingCost?: Usd;

  /** Adds to it, where there is anything to add. */
  spentOnMatching(cost: Usd | undefined): void {
    if (cost !== undefined) this.matchingCost = (this.matchingCost ?? 0) + cost;
  }

  add(step: Step): void {
    this.steps.push(step);
  }

  /** Adds what was noted aside. */
  take({ steps, shadow, matchingCost }: Trace): void {
    this.steps.push(...steps);
    if (shadow) this.shadow = shadow;
    this.spentOnMatching(matchingCost);
  }
}
