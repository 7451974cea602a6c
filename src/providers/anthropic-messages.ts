import { assemble } from './anthropic-messages/assemble.ts';
import { inspect } from './anthropic-messages/inspect.ts';
import { play } from './anthropic-messages/play.ts';
import { conversation, facts } from './anthropic-messages/request.ts';
import type { Format } from './format.ts';
import { splitSse } from './sse.ts';

/** The wire format of `POST /v1/messages` of the Anthropic API, beta features included. */
export const anthropicMessages: Format = {
  name: 'anthropic-messages',
  provider: 'anthropic',
  facts,
  conversation,
  upstreamBody: (body) => body,
  inspect,
  assemble,
  play,
  split: splitSse,
  // Usage is part of every stream, so nothing is ever asked for on a caller's behalf.
  filter: () => undefined,
  contentType: { stream: 'text/event-stream; charset=utf-8', whole: 'application/json' },
  errorBody: (status, code, message) => ({ type: 'error', error: { type: errorType(status), message, details: { error_code: code } } }),
};

/** Source: `ErrorType` of `@anthropic-ai/sdk` 1.12; `request_too_large`: the error page of the API documentation. */
const ERROR_TYPES: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [409, 'conflict_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

const errorType = (status: number): string => ERROR_TYPES.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error');
