import type { Fetch, HttpClient, Transport } from './transport.ts';

/** Sends requests by `httpClient`, else by `fetch`, else by the one of the runtime. Owns no connections: those are the runtime's. */
export function httpTransport({ fetch, httpClient }: { fetch?: Fetch | undefined; httpClient?: HttpClient | undefined }): Transport {
  return {
    async send({ method, url, headers, body, signal, fetchOptions }) {
      const init: RequestInit = { ...fetchOptions, method, headers: { ...headers }, signal, ...(body !== undefined && { body }) };
      const raw = httpClient ? await httpClient.request(new Request(url, init)) : await (fetch ?? globalThis.fetch)(url, init);
      return { status: raw.status, headers: raw.headers, body: await raw.text(), raw };
    },
  };
}
