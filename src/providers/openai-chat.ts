import { parseObject, toBytes, toText } from '../base/json.ts';
import type { Format } from './format.ts';
import { unreadable } from './format.ts';
import { chatFilter } from './openai-chat/filter.ts';
import { inspectChat } from './openai-chat/inspect.ts';
import { mergeChat } from './openai-chat/merge.ts';
import { playChat } from './openai-chat/play.ts';
import { chatConversation, chatFacts, chatUpstreamBody } from './openai-chat/request.ts';
import { hasInexactInteger, openAiError } from './openai-shared.ts';
import { splitSse } from './sse.ts';

/**
 * OpenAI Chat Completions, and the many services that speak it.
 * Sources: https://platform.openai.com/docs/api-reference/chat and the types of the npm package `openai` 7.
 */
export const openAiChat: Format = {
  name: 'openai-chat',
  provider: 'openai',
  facts: chatFacts,
  conversation: chatConversation,
  upstreamBody: chatUpstreamBody,
  inspect: (recorded, form) => orElse(unreadable, () => inspectChat(recorded, form)),
  assemble(stream) {
    return orElse(undefined, () => {
      const { whole, faithful } = mergeChat(stream);
      return whole && faithful && !hasInexactInteger(toText(stream)) ? toBytes(JSON.stringify(whole)) : undefined;
    });
  },
  play(whole) {
    return orElse(undefined, () => {
      const text = toText(whole);
      const parsed = parseObject(text);
      return parsed && !hasInexactInteger(text) ? playChat(parsed) : undefined;
    });
  },
  split: splitSse,
  filter: chatFilter,
  contentType: { stream: 'text/event-stream; charset=utf-8', whole: 'application/json' },
  errorBody: openAiError,
};

/** JSON may nest so deep that walking it overflows the stack; such an answer is not read. */
function orElse<T>(fallback: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return fallback;
    throw error;
  }
}
