import type { Format } from './format.ts';
import { assembleResponses } from './openai-responses/assemble.ts';
import { inspectResponses } from './openai-responses/inspect.ts';
import { playResponses } from './openai-responses/play.ts';
import { responsesConversation, responsesFacts } from './openai-responses/request.ts';
import { openAiError } from './openai-shared.ts';
import { splitSse } from './sse.ts';

/** What is nested deeper than the stack can be read as JSON but not written; it is taken for what cannot be derived. */
function unlessTooDeep<T>(derive: () => T): T | undefined {
  try {
    return derive();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The wire format of OpenAI's `POST /v1/responses`. */
export const openAiResponses: Format = {
  name: 'openai-responses',
  provider: 'openai',
  facts: responsesFacts,
  conversation: responsesConversation,
  // Usage is reported in the terminal event without being asked for.
  upstreamBody: (body) => body,
  inspect: inspectResponses,
  assemble: (stream) => unlessTooDeep(() => assembleResponses(stream)),
  play: (whole) => unlessTooDeep(() => playResponses(whole)),
  split: splitSse,
  filter: () => undefined,
  contentType: { stream: 'text/event-stream; charset=utf-8', whole: 'application/json' },
  errorBody: openAiError,
};
