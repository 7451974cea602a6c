import type { Milliseconds } from '../../base/units.ts';
import type { Form } from '../../model/entry.ts';
import type { Found } from '../flight.ts';
import type { Parts } from '../parts.ts';
import { type Across, acquire } from './across.ts';

/** The pause between two looks. */
const PAUSE: Milliseconds = 100;

interface Begun {
  readonly name: string;
  readonly form: Form;
  /** The bytes that have been handed over. */
  readonly had: readonly Uint8Array[];
  readonly signal: AbortSignal;
  look(): Promise<Found | undefined>;
}

/**
 * The bytes that an answer lacks whose log broke off, from the store, where it is stored when it has ended. Waits while its lease is held;
 * `undefined` when the process that called is gone, or the store fails.
 */
export async function restOf({ name, form, had, signal, look }: Begun, across: Across, parts: Parts): Promise<Uint8Array | undefined> {
  const begin = Buffer.concat(had);
  for (let failures = 0; ; ) {
    signal.throwIfAborted();
    const lease = await acquire(name, across, parts);
    if (lease && lease !== 'failed') void across.leases.release(lease).catch(() => {});
    // After the lease, as what it was held for has been stored by then.
    const body = (await look())?.entry[form]?.body;
    if (body && body.byteLength >= begin.byteLength && begin.equals(body.subarray(0, begin.byteLength))) return body.subarray(begin.byteLength);
    if (lease === 'failed' ? ++failures >= 2 : lease !== undefined) return undefined;
    await parts.clock.sleep(PAUSE, signal);
  }
}
