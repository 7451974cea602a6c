import { OnlyIfCachedError } from '../base/errors.ts';
import { isPromise } from '../base/maybe.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Ask } from './ask.ts';
import { lookUpExactly } from './exact.ts';
import { noteFeedback, refuseFeedback } from './feedback.ts';
import { joinOrLead, revalidate } from './join.ts';
import type { Parts } from './parts.ts';
import { policy } from './policy.ts';
import { bypass, serve, staleMayServe } from './serve.ts';
import { slotFor } from './slot.ts';
import { Trace } from './trace.ts';

/** Takes one request the whole way. The only file that knows the order of the steps. */
export async function run(ask: Ask, parts: Parts): Promise<Outcome> {
  const started = parts.clock.elapsed();
  const trace = new Trace();
  const may = policy(ask, parts, trace);
  if (may.bypass !== undefined && ask.directives.onlyIfCached) throw new OnlyIfCachedError();
  if (ask.directives.feedback !== undefined) {
    if (may.bypass === undefined) await noteFeedback(ask, ask.directives.feedback, parts, trace);
    else refuseFeedback(trace, 'the request passes the cache by');
  }
  if (may.bypass !== undefined) return bypass(ask, may.bypass, parts, trace, started);

  const id = slotFor(ask, parts);
  trace.add({ at: 'key', is: ask.identity.remembered ? 'remembered' : 'made', id });

  const looked = may.read ? lookUpExactly(id, ask, parts, trace) : undefined;
  const found = isPromise(looked) ? await looked : looked;
  const stored = found === 'failed' ? undefined : found;
  if (stored?.fresh) {
    const outcome = serve({ entry: stored.entry, kind: 'exact' }, ask, parts, trace, started);
    if (outcome) return outcome;
  }
  if (stored && !stored.fresh && staleMayServe('while revalidating', stored.entry, ask, parts)) {
    const outcome = serve({ entry: stored.entry, kind: 'stale' }, ask, parts, trace, started);
    if (outcome) {
      if (may.store && !ask.directives.onlyIfCached) void revalidate({ id, ask, may, parts, trace, started });
      return outcome;
    }
  }
  if (ask.directives.onlyIfCached) throw new OnlyIfCachedError();

  return joinOrLead({ id, ask, may, parts, trace, started, stored, lookedUp: found === 'failed' });
}
