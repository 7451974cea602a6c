import { noteOutcome, outcomeOf } from './outcome-of.ts';
import type { Cache } from './library.ts';
import { defaultCache } from './default-cache.ts';

/** What the official SDK clients (`openai`, `@anthropic-ai/sdk`) have in common. */
export interface SdkClient {
  withOptions(options: { fetch: typeof globalThis.fetch }): unknown;
}

/** The promise of an official SDK: what it resolves to can be looked at together with the response it came from. */
interface SdkPromise {
  _thenUnwrap(transform: (data: unknown, props: { response: Response }) => unknown): unknown;
}

/** A path from the client to a method, such as `chat.completions.create`. */
export type MethodPath = string;

/**
 * A client of the same type whose calls are answered from the cache. `methods` give results of which `outcomeOf` knows what became of
 * them; the client's own object is left as it is.
 */
export function cachedClient<Client extends SdkClient>(client: Client, methods: readonly MethodPath[], cache: Cache = defaultCache()): Client {
  const copy = client.withOptions({ fetch: cache.fetch }) as Client;
  for (const path of methods) noteOutcomesOf(copy, path);
  return copy;
}

function noteOutcomesOf(client: object, path: MethodPath): void {
  const names = path.split('.');
  const method = names.pop()!;
  let resource: unknown = client;
  for (const name of names) resource = (resource as Record<string, unknown> | undefined)?.[name];
  const call = (resource as Record<string, unknown> | undefined)?.[method];
  if (typeof call !== 'function') return;
  (resource as Record<string, unknown>)[method] = function (this: unknown, ...args: unknown[]) {
    const promise = call.apply(this, args) as Partial<SdkPromise> | undefined;
    // A version of the SDK without it works all the same; only what became of a call is not known then.
    if (typeof promise?._thenUnwrap !== 'function') return promise;
    return promise._thenUnwrap((data, { response }) => {
      const outcome = outcomeOf(response);
      return outcome && typeof data === 'object' && data !== null ? noteOutcome(data, outcome) : data;
    });
  };
}
