/**
 * The headers of an answer that are kept with it and replayed: what describes the answer itself. Never cookies, rate limits, what
 * belongs to one connection, or how one transfer was encoded. The content type is set by the form that is served.
 */
const REPLAYED = new Set([
  'content-language',
  'content-type',
  'openai-model',
  'openai-version',
  'anthropic-version',
  'x-request-id',
  'request-id',
]);

/** Those of the headers that may be replayed. Names are in lower case. */
export function replayable(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name in headers) if (REPLAYED.has(name)) kept[name] = headers[name]!;
  return kept;
}
