/** One of those that are measured side by side. `ask` is called with numbers from 0 up to the number of different requests. */
export interface Contestant {
  readonly name: string;
  /** What a call includes; the last column of the table. */
  readonly includes: string;
  ask(index: number): Promise<unknown>;
  /** Text in the answer of `ask`, by which it is checked. */
  textOf(answer: unknown): string | Promise<string>;
}

export interface Rounds {
  readonly rounds: number;
  /** Calls of one contestant in one round. */
  readonly calls: number;
  /** Different requests, asked in turn. */
  readonly requests: number;
  /** Calls before anything is measured. */
  readonly warmUp: number;
}

/** Nanoseconds a call, of one contestant. */
export interface Timing {
  readonly name: string;
  readonly includes: string;
  /** The median of the rounds' means. */
  readonly median: number;
  /** The fastest and the slowest round. */
  readonly spread: readonly [number, number];
}

/**
 * Times contestants in turn, round by round (A B C, B C A, ...), so that what else the machine does falls on all of them. Every contestant
 * is checked on every request before and after. Throws when one gives a wrong answer.
 */
export async function inRounds(contestants: readonly Contestant[], plan: Rounds, expected: (index: number) => string): Promise<Timing[]> {
  for (const contestant of contestants) {
    await check(contestant, plan, expected);
    await timed(contestant, plan.warmUp, plan.requests);
  }
  const times = contestants.map((): number[] => []);
  for (let round = 0; round < plan.rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const at = (round + turn) % contestants.length;
      times[at]!.push(await timed(contestants[at]!, plan.calls, plan.requests));
    }
  }
  for (const contestant of contestants) await check(contestant, plan, expected);
  return contestants.map(({ name, includes }, at) => {
    const all = times[at]!;
    return { name, includes, median: median(all), spread: [Math.min(...all), Math.max(...all)] };
  });
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The number that a share of them do not exceed; `share` from 0 to 1. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

async function timed(contestant: Contestant, calls: number, requests: number): Promise<number> {
  const begun = process.hrtime.bigint();
  for (let call = 0; call < calls; call++) await contestant.ask(call % requests);
  return Number(process.hrtime.bigint() - begun) / calls;
}

async function check(contestant: Contestant, { requests }: Rounds, expected: (index: number) => string): Promise<void> {
  for (let index = 0; index < requests; index++) {
    const text = await contestant.textOf(await contestant.ask(index));
    if (text !== expected(index)) throw new Error(`${contestant.name} gave a wrong answer to request ${index}: ${text.slice(0, 80)}`);
  }
}
