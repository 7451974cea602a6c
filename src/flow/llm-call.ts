import type { LlmRequest } from '../model/request.ts';
import type { Directives, SourceAnswer } from './ask.ts';

/** One HTTP call to a provider, as a door hands it over: `cache.request(call)`. */
export interface LlmCall {
  readonly request: LlmRequest;
  /** Who asks. When absent: derived from the credentials among headers and query. */
  readonly tenant?: string;
  readonly namespace?: string;
  readonly directives?: Directives;
  /** Ends this caller's interest. The call to the provider goes on while others wait for it. */
  readonly signal?: AbortSignal;
  /**
   * Asks the provider with this body: the caller's own, or the same with usage wanted. Resolves when status and headers are there.
   * Rejects with an `UpstreamError` when the provider cannot be reached. Called at most once.
   */
  send(body: Uint8Array, signal: AbortSignal): Promise<SourceAnswer>;
}
