import type { Lease } from '../../stores/store.ts';
import { OVER } from '../../base/clock.ts';
import type { Parts } from '../parts.ts';
import { type Across, acquire, followersOf } from './across.ts';

/**
 * Says to the process that calls that its call is followed, so that it goes on when its own callers have left: one of the processes that follow
 * holds a lease of another name.
 */
export function watch(name: string, across: Across, parts: Parts): { close(): void } {
  const over = new AbortController();
  const { leases, leaseTime } = across;
  let lease: Lease | undefined;

  const hold = async () => {
    while (!over.signal.aborted) {
      if (lease) lease = (await leases.renew(lease, leaseTime).catch(() => false)) ? lease : undefined;
      if (!lease) {
        const got = await acquire(followersOf(name), across, parts);
        lease = got === 'failed' ? undefined : got;
      }
      await parts.clock.sleep(leaseTime / 3, over.signal).catch(() => {});
    }
    if (lease) await leases.release(lease);
  };
  void hold().catch(() => {});

  return { close: () => over.abort(OVER) };
}
