import { OptionError } from '../base/errors.ts';

/** One request to be asked ahead. */
export interface WarmRequest {
  /** Where it goes, such as `https://api.openai.com/v1/chat/completions`. */
  url: string;
  headers?: Record<string, string>;
  /** The body, as text or as an object. */
  body: string | object;
}

export interface WarmOptions {
  /** How many are asked at once, 1 to 100. @default 4 */
  concurrency?: number;
  /** Told after each. */
  onProgress?: (report: WarmReport) => void;
  signal?: AbortSignal;
}

/** What became of the requests so far. */
export interface WarmReport {
  readonly done: number;
  /** Were stored already. */
  readonly hits: number;
  /** Were asked and answered. */
  readonly asked: number;
  /** Failed, with the first few reasons. */
  readonly failed: number;
  readonly reasons: readonly string[];
}

const REASONS_KEPT = 20;

/** Asks each request through a caching fetch, a few at a time. A failure is counted and stops nothing. Throws an `OptionError` for a `concurrency` that is none. */
export async function warm(
  fetch: typeof globalThis.fetch,
  requests: Iterable<WarmRequest> | AsyncIterable<WarmRequest>,
  { concurrency = 4, onProgress, signal }: WarmOptions = {},
): Promise<WarmReport> {
  if (!(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 100)) throw new OptionError('concurrency', 'a whole number from 1 to 100', concurrency);
  let hits = 0;
  let asked = 0;
  let failed = 0;
  const reasons: string[] = [];
  const report = (): WarmReport => ({ done: hits + asked + failed, hits, asked, failed, reasons: [...reasons] });
  const source = Symbol.asyncIterator in requests ? requests[Symbol.asyncIterator]() : requests[Symbol.iterator]();

  const ask = async ({ url, headers, body }: WarmRequest) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text, ...(signal && { signal }) });
    const answer = await response.text();
    if (!response.ok) throw new Error(`status ${response.status}: ${answer.slice(0, 200)}`);
    if (response.headers.get('cache-status')?.includes('; hit')) hits++;
    else asked++;
  };
  const worker = async () => {
    for (;;) {
      if (signal?.aborted) return;
      const { done, value } = await source.next();
      if (done) return;
      try {
        await ask(value);
      } catch (error) {
        failed++;
        if (reasons.length < REASONS_KEPT) reasons.push(error instanceof Error ? error.message : String(error));
      }
      onProgress?.(report());
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return report();
}
