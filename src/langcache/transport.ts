import type { MaybePromise } from '../base/maybe.ts';

/** One call as it is sent. */
export interface TransportRequest {
  readonly method: string;
  /** Where to, with path and query. Without a server the host means nothing. */
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; `undefined` where there is none. */
  readonly body: string | undefined;
  /** Ends it: the time is up, the caller gave up, or the client was closed. */
  readonly signal: AbortSignal;
  /** More for `fetch`; means nothing without a server. */
  readonly fetchOptions?: FetchOptions;
}

/** The answer, read to its end. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** As the HTTP client gave it, where there was one. */
  readonly raw?: Response;
}

/** How requests reach a service: by HTTP, or one that runs in the process. */
export interface Transport {
  /** Fails with the signal's reason when that is aborted, and with the network's own error where no answer came, or not all of it. */
  send(request: TransportRequest): Promise<TransportResponse>;
  close?(): MaybePromise<void>;
}

/** What else `fetch` takes, such as `redirect` or the `dispatcher` of Node. */
export type FetchOptions = Omit<RequestInit, 'method' | 'body'>;

export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/** An HTTP client of another make; that of `@redis-ai/langcache` is one. */
export interface HttpClient {
  request(request: Request): Promise<Response>;
}
