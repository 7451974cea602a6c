import type { Milliseconds } from '../base/units.ts';

/** How long reading and comparing texts goes on before others get their turn. */
const SLICE: Milliseconds = 1;

const waiting: (() => void)[] = [];
let began: Milliseconds = 0;

/**
 * Waits until the rest of the process has had its turn, where this turn has lasted long enough; `undefined` where it has not. One of those who wait goes on
 * in each turn of the event loop, so that a thousand lookups at once hold it no longer than one.
 */
export function turn(): Promise<void> | undefined {
  if (performance.now() - began < SLICE) return undefined;
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(next);
  });
}

function next(): void {
  began = performance.now();
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(next);
}

/** Work in pieces of well under a millisecond. */
export type Steps<T> = Generator<void, T, void>;

/** Does it in one go. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Lets others have their turn in between. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await turn();
  }
}
