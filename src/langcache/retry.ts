import type { Clock } from '../base/clock.ts';
import { OptionError } from '../base/errors.ts';
import type { Milliseconds } from '../base/units.ts';
import { retryAfterOf } from '../embedders/failure.ts';
import { ConnectionError, RequestTimeoutError } from './errors.ts';
import type { TransportResponse } from './transport.ts';

/** How long to wait before the next try, and when to stop trying. Times are in milliseconds, 0 or more. */
export interface BackoffStrategy {
  /** Before the first retry. @default 500 */
  readonly initialInterval?: Milliseconds;
  /** The longest wait. A `Retry-After` of the service may be longer. @default 60000 */
  readonly maxInterval?: Milliseconds;
  /** The wait grows by this factor with every retry. @default 1.5 */
  readonly exponent?: number;
  /** No try starts later than this after the first one. @default 3600000 */
  readonly maxElapsedTime?: Milliseconds;
  /** Up to this much is added to every wait at random. @default 1000 */
  readonly jitterMs?: Milliseconds;
}

/** Whether failed calls are tried again, and how. */
export type RetryConfig =
  | { readonly strategy: 'none' }
  | {
      readonly strategy: 'backoff';
      readonly backoff?: BackoffStrategy;
      /** Also where the service could not be reached, or was late. @default false */
      readonly retryConnectionErrors?: boolean;
    };

/** Of the official SDKs, both generations: `defaultBackoff` in their `retries` modules. */
export const DEFAULT_BACKOFF: Required<BackoffStrategy> = { initialInterval: 500, maxInterval: 60_000, exponent: 1.5, maxElapsedTime: 3_600_000, jitterMs: 1000 };
/** Of the official SDKs: nothing is tried again unless that is configured. */
export const DEFAULT_RETRY: RetryConfig = { strategy: 'none' };
/** Of the official SDKs. A code like `5XX` means all that begin so. */
export const DEFAULT_RETRY_CODES: readonly string[] = ['429', '500', '502', '503', '504'];

/** Throws an `OptionError` where a value cannot be used. `option` is its name. */
export function checkRetry(config: RetryConfig | undefined, option: string): void {
  if (config === undefined || config.strategy === 'none') return;
  if (config.strategy !== 'backoff') throw new OptionError(`${option}.strategy`, "'none' or 'backoff'", (config as { strategy: unknown }).strategy);
  for (const [name, value] of Object.entries(config.backoff ?? {})) {
    if (value !== undefined && !(typeof value === 'number' && value >= 0)) throw new OptionError(`${option}.backoff.${name}`, 'a number, 0 or more', value);
  }
}

/** How long to wait before retry number `retry`, from 0. `random` gives 0 to 1. */
export function backoffDelay(strategy: Required<BackoffStrategy>, retry: number, random: () => number): Milliseconds {
  const { initialInterval, maxInterval, exponent, jitterMs } = strategy;
  // 0 times a factor that has grown beyond all bounds would be no number.
  const grown = initialInterval === 0 ? 0 : initialInterval * exponent ** retry;
  return Math.min(grown + random() * jitterMs, maxInterval);
}

export interface RetryPlan {
  readonly config: RetryConfig;
  readonly codes: readonly string[];
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends a wait with its reason. */
  readonly signal: AbortSignal;
}

/** Makes `attempt` until it does, or until the plan says that it is enough: then its last answer or error is the answer. */
export async function withRetries(attempt: () => Promise<TransportResponse>, plan: RetryPlan): Promise<TransportResponse> {
  const { config, codes, clock, random, signal } = plan;
  if (config.strategy === 'none') return attempt();
  const strategy = { ...DEFAULT_BACKOFF, ...config.backoff };
  const start = clock.elapsed();

  for (let retry = 0; ; retry++) {
    const last = await attempt().catch((error: unknown) => {
      if (!config.retryConnectionErrors || !(error instanceof ConnectionError || error instanceof RequestTimeoutError) || signal.aborted) throw error;
      return error;
    });
    const answered = !(last instanceof Error);
    if (answered && !isListed(last.status, codes)) return last;

    const asked = answered ? retryAfterOf((name) => last.headers.get(name) ?? undefined, clock.now()) : undefined;
    const delay = asked || backoffDelay(strategy, retry, random);
    if (clock.elapsed() - start + delay > strategy.maxElapsedTime) {
      if (answered) return last;
      throw last;
    }
    await sleepAwake(clock, delay, signal);
  }
}

const isListed = (status: number, codes: readonly string[]) =>
  codes.some((code) => (/^[0-9]xx$/i.test(code) ? String(status)[0] === code[0] : String(status) === code));

/** A clock's sleep lets the process end; a program that waits for an answer has to live until it is there. */
async function sleepAwake(clock: Clock, delay: Milliseconds, signal: AbortSignal): Promise<void> {
  const hold = setInterval(() => undefined, 2 ** 30);
  try {
    await clock.sleep(delay, signal);
  } finally {
    clearInterval(hold);
  }
}
