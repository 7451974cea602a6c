import { CacheError, StoreError } from '../../base/errors.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { Settled } from '../../model/outcome.ts';
import type { Changes, Lease, Leases, StreamLogs } from '../../stores/store.ts';
import type { SourceAnswer } from '../ask.ts';
import { inTime } from '../in-time.ts';
import type { Parts } from '../parts.ts';

/** What processes that share a store agree by, so that equal questions are asked once among all of them. */
export interface Across {
  readonly leases: Leases;
  /** Without them, whoever waits gets the stored answer when it has ended. */
  readonly logs: StreamLogs | undefined;
  readonly changes: Changes | undefined;
  readonly leaseTime: Milliseconds;
  /** The leases that this process holds, and what is left to do of those that it is giving up. */
  readonly held: Map<string, { released?: Promise<void> }>;
}

/** An answer, and where it comes from if another process asked for it. */
export interface Called extends SourceAnswer {
  readonly elsewhere?: {
    /** Stands for the credential of that call. */
    readonly credential?: string;
    /** What became of the answer there. */
    readonly settled: Promise<Settled>;
  };
}

/** Statuses that say something of the credential or its quota, not of the question. */
export const ABOUT_THE_CREDENTIAL: ReadonlySet<number> = new Set([401, 403, 429]);

/** A lease; `undefined` while somebody holds it; `failed` when the store does not say in time. What comes late is given back. Never rejects. */
export async function acquire(name: string, { leases, leaseTime }: Across, parts: Parts): Promise<Lease | 'failed' | undefined> {
  const { storeTimeout } = parts.options;
  const asked = (async () => leases.acquire(name, leaseTime))();
  // Where this process was too busy to look, what has come meanwhile is looked at before the time is called up.
  const heard = asked.then((lease) => ({ lease }));
  const late = () => new Error(`no lease within ${storeTimeout} ms`);
  try {
    const first = await inTime(heard, storeTimeout, parts.clock, late).catch(async (error: unknown) => {
      await nextTurn();
      return Promise.race([heard, nextTurn().then(() => Promise.reject(error))]);
    });
    return first.lease;
  } catch (error) {
    asked.then((late) => late && leases.release(late)).catch(() => {});
    report(error, parts);
    return 'failed';
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Tells of a failure of the store that costs a second call at worst. */
export function report(error: unknown, { events, store }: Parts): void {
  events.report(error instanceof CacheError ? error : new StoreError(store.name, 'write', error));
}

/** The name under which one of those who follow a call says that somebody does. */
export const followersOf = (name: string): string => `${name} followed`;
