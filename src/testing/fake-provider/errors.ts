import type { JsonObject } from '../../base/json.ts';
import type { FakeError, FakeFormat } from './script.ts';

/** Type and code of OpenAI's errors by status. Source: https://platform.openai.com/docs/guides/error-codes */
const OPENAI: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  401: ['invalid_request_error', 'invalid_api_key'],
  403: ['invalid_request_error', 'unsupported_country_region_territory'],
  404: ['invalid_request_error', 'model_not_found'],
  429: ['requests', 'rate_limit_exceeded'],
};

/** Types of Anthropic's errors by status. Source: https://docs.anthropic.com/en/api/errors */
const ANTHROPIC: Readonly<Record<number, string>> = {
  401: 'authentication_error', 402: 'billing_error', 403: 'permission_error', 404: 'not_found_error', 413: 'request_too_large',
  429: 'rate_limit_error', 500: 'api_error', 504: 'timeout_error', 529: 'overloaded_error',
};

/** An error in the format of the provider that is spoken. */
export function writeError(format: FakeFormat | undefined, status: number, error: FakeError, requestId: string): JsonObject {
  const message = error.message ?? `The fake provider was told to answer ${status}.`;
  if (format === 'anthropic-messages') {
    const type = error.type ?? ANTHROPIC[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
    return { type: 'error', error: { type, message }, request_id: requestId };
  }
  const [type, code] = OPENAI[status] ?? [status < 500 ? 'invalid_request_error' : 'server_error', null];
  return { error: { message, type: error.type ?? type, param: null, code: error.code === undefined ? code : error.code } };
}

/** Headers that come with an error of that status. */
export function errorHeaders(format: FakeFormat | undefined, status: number): Readonly<Record<string, string>> {
  const shouldRetry = { 'x-should-retry': status === 429 || status >= 500 ? 'true' : 'false' };
  if (status === 429) return { 'retry-after': '1', ...(format === 'anthropic-messages' ? shouldRetry : { 'retry-after-ms': '1000' }) };
  return format === 'anthropic-messages' ? shouldRetry : {};
}

/** The block by which an error ends a stream that began well. `sequence` is the number of events before it. */
export function writeStreamError(format: FakeFormat, error: FakeError, sequence: number, requestId: string): string {
  const status = format === 'anthropic-messages' ? 529 : 500;
  if (format === 'openai-responses') {
    const data = { type: 'error', sequence_number: sequence, code: error.code ?? 'server_error', message: error.message ?? 'The fake provider was told to break off.', param: null };
    return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
  }
  const body = writeError(format, status, { message: 'The fake provider was told to break off.', ...error }, requestId);
  return `${format === 'anthropic-messages' ? 'event: error\n' : ''}data: ${JSON.stringify(body)}\n\n`;
}

/** Why the provider would refuse this body, or `undefined`. */
export function refuse(format: FakeFormat, body: JsonObject | undefined): string | undefined {
  if (body === undefined) return 'We could not parse the JSON body of your request.';
  if (typeof body.model !== 'string' || body.model === '') return format === 'anthropic-messages' ? 'model: Field required' : 'you must provide a model parameter';
  if (format === 'openai-chat' || format === 'anthropic-messages') {
    if (!Array.isArray(body.messages)) return format === 'openai-chat' ? "Missing required parameter: 'messages'." : 'messages: Field required';
    return undefined;
  }
  return format === 'openai-embeddings' && body.input === undefined ? "Missing required parameter: 'input'." : undefined;
}
