import type { Step } from '../model/steps.ts';

/** The steps of one request, in the order they were taken. */
export class Trace {
  readonly steps: Step[] = [];

  add(step: Step): void {
    this.steps.push(step);
  }
}
