import type { Clock } from '../base/clock.ts';
import { EmbedderError, type EmbedderFailure } from '../base/errors.ts';
import type { Milliseconds } from '../base/units.ts';
import { aboutTexts } from './failure.ts';

/** Lets a service that fails again and again rest, so that not every lookup waits for it in vain. */
export interface Rest {
  /** Why the service is not asked now, if it is not. */
  refusal(): EmbedderError | undefined;
  worked(): void;
  failed(error: EmbedderError): void;
}

/** What speaks of the service as a whole. A text that it will not take is no reason to let the others wait. */
const OF_THE_SERVICE: readonly EmbedderFailure[] = ['unreachable', 'late', 'refused', 'changed', 'failed'];

/** The longest that a service's own wish to be left alone is heeded. */
const LONGEST_WISH: Milliseconds = 60_000;

export function createRest(name: string, clock: Clock, after: number, span: Milliseconds): Rest {
  let failures = 0;
  let until: Milliseconds = -Infinity;
  let last: EmbedderError | undefined;

  return {
    refusal() {
      if (clock.elapsed() >= until) return undefined;
      return new EmbedderError('resting', `The embedder ${name} is left to rest, as it failed: ${last?.message ?? 'for unknown reasons'}`, { cause: last });
    },
    worked() {
      failures = 0;
      until = -Infinity;
    },
    failed(error) {
      if (!OF_THE_SERVICE.includes(error.reason) || aboutTexts(error)) return;
      last = error;
      failures++;
      const wish = Math.min(error.retryAfter ?? 0, LONGEST_WISH);
      // Once it has rested, one more failure is enough for the next rest.
      const rest = Math.max(failures >= after ? span : 0, wish);
      if (rest > 0) until = Math.max(until, clock.elapsed() + rest);
    },
  };
}
