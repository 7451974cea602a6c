import type { Clock } from '../base/clock.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Store } from '../stores/store.ts';
import type { Prices } from '../pricing/price-of.ts';
import type { Across } from './across/across.ts';
import type { Admission } from './admit.ts';
import type { Pacing } from './answer.ts';
import type { Events } from './events.ts';
import type { Flights } from './flight.ts';
import type { MeaningDoor } from '../semantic/door.ts';
import type { Stats } from '../stats/stats.ts';

/** What the path works with; `cache.ts` joins it. */
export interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly prices: Prices;
  readonly admission: Admission;
  readonly stats: Stats;
  readonly events: Events;
  readonly flights: Flights;
  readonly timeBound: (text: string) => boolean;
  readonly meaning: MeaningDoor;
  /** Absent where this process asks for itself: the store cannot bring processes together, or shall not. */
  readonly across?: Across;
  readonly options: FlowOptions;
}

/** The settings that the path itself looks at, checked and with defaults. See `CacheOptions` for what they mean. */
export interface FlowOptions {
  readonly ttl: Milliseconds;
  readonly maxTtl: Milliseconds;
  readonly timeBoundTtl: Milliseconds;
  readonly sliding: boolean;
  readonly staleWhileRevalidate: Milliseconds;
  readonly staleIfError: Milliseconds;
  readonly storeTimeout: Milliseconds;
  readonly maxRecordBytes: number;
  readonly maxLagBytes: number;
  readonly nondeterministic: 'cache' | 'bypass';
  readonly samples: number;
  readonly pacing: Pacing;
  readonly tags: readonly string[];
}
