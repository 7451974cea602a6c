/**
 * Tokens as the provider billed them, in one shape for all providers. Sums are disjoint: `input` counts only what was neither read
 * from the provider's prompt cache nor written to it, so that every token has exactly one price.
 */
export interface Usage {
  /** Input tokens at the full price. */
  readonly input: number;
  /** Input tokens read from the provider's prompt cache. */
  readonly cacheRead: number;
  /** Input tokens written to it for five minutes (Anthropic), or for its only lifetime (OpenAI). */
  readonly cacheWrite5m: number;
  /** Input tokens written to it for an hour (Anthropic). */
  readonly cacheWrite1h: number;
  /** All output tokens, reasoning included. */
  readonly output: number;
  /** Those of `output` that were spent on reasoning, where the provider says so. */
  readonly reasoning: number;
}

/** No tokens at all. */
export const noUsage: Usage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 };

/** All tokens that went in, however they were priced. */
export const inputOf = (usage: Usage): number => usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;

/** The sum of two usages. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}
