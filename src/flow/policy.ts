import type { Ask } from './ask.ts';
import type { Parts } from './parts.ts';
import type { Trace } from './trace.ts';

/** What may be done with a request. */
export interface May {
  /** Serve a stored answer. */
  readonly read: boolean;
  /** Store the new one. */
  readonly store: boolean;
  /** Leave it alone altogether, for this reason. */
  readonly bypass?: string;
}

/** Says what the request itself, its directives and the options allow. */
export function policy(ask: Ask, parts: Parts, trace: Trace): May {
  const { facts } = ask.identity;
  const why = facts.bypass ?? (ask.kind === 'llm' && facts.varies && parts.options.nondeterministic === 'bypass' ? 'answers may vary, and the option nondeterministic is bypass' : undefined);
  if (why !== undefined) {
    trace.add({ at: 'policy', is: 'bypass', why });
    return { read: false, store: false, bypass: why };
  }
  const { noCache = false, noStore = false } = ask.directives;
  if (noCache && noStore) trace.add({ at: 'policy', is: 'bypass', why: 'no-cache and no-store' });
  else if (noStore) trace.add(readOnly);
  else if (noCache) trace.add(writeOnly);
  else trace.add(cacheable);
  return noCache && noStore ? { read: false, store: false, bypass: 'no-cache and no-store' } : { read: !noCache, store: !noStore };
}

const cacheable = { at: 'policy', is: 'cacheable' } as const;
const readOnly = { at: 'policy', is: 'read-only', why: 'no-store' } as const;
const writeOnly = { at: 'policy', is: 'write-only', why: 'no-cache' } as const;
