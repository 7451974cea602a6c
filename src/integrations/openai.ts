import type { Cache } from './library.ts';
import { cachedClient, type SdkClient } from './sdk-client.ts';

export { outcomeOf } from './outcome-of.ts';

/**
 * A client of the `openai` package whose calls are answered from the cache, of the same type and with the same results. What became of
 * a call is told by `outcomeOf(result)`.
 *
 * @param cache the cache to use; without it, one of the process with the defaults
 */
export function cached<Client extends SdkClient>(client: Client, cache?: Cache): Client {
  return cachedClient(client, ['chat.completions.create', 'chat.completions.parse', 'responses.create', 'responses.parse', 'embeddings.create'], cache);
}
