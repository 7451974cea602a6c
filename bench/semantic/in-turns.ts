import { median } from '../rounds.ts';

/** One of those that are timed side by side. Called with 0, 1, 2, ... */
export interface Timed {
  readonly name: string;
  work(call: number): unknown;
}

/** What a call took, in milliseconds. */
export interface Took {
  readonly median: number;
  /** The fastest round. */
  readonly fastest: number;
}

/**
 * Times them in turn, round by round (A B C, B C A, ...), so that what else the machine does falls on all of them, and gives what a call took by
 * name. The first rounds warm up and are not counted: engines compile anew what is called often. No result is waited for unless it is a promise.
 */
export async function inTurns(all: readonly Timed[], { rounds, calls, warmUp = 1 }: { readonly rounds: number; readonly calls: number; readonly warmUp?: number }): Promise<Map<string, Took>> {
  const means = all.map((): number[] => []);
  const counts = all.map(() => 0);
  for (let round = -warmUp; round < rounds; round++) {
    for (let turn = 0; turn < all.length; turn++) {
      const at = (round + warmUp + turn) % all.length;
      const begun = performance.now();
      for (let call = 0; call < calls; call++) {
        const result = all[at]!.work(counts[at]!++);
        if (result instanceof Promise) await result;
      }
      if (round >= 0) means[at]!.push((performance.now() - begun) / calls);
    }
  }
  return new Map(all.map(({ name }, at) => [name, { median: median(means[at]!), fastest: Math.min(...means[at]!) }]));
}
