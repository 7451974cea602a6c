import { isObject, parseObject, toText } from '../../base/json.ts';
import type { JsonObject } from '../../base/json.ts';
import { VERDICT_FORMAT } from './llm-judge-prompt.ts';
import type { ServiceAnswer } from './post-json.ts';

export interface ChatRequestOptions {
  model: string;
  maxTokens: number;
  /** Further members of the request; they win over ours. */
  parameters: JsonObject;
  /** The name of the limit that is tried first. */
  limit: 'max_tokens' | 'max_completion_tokens';
}

/** What may be refused and is not needed. */
const MEMBERS = ['response_format', 'temperature', 'max_completion_tokens', 'max_tokens'];

/** Requests to one model, as this service takes them. */
export interface ChatRequests {
  /** The request for these messages, as far as the service is known. */
  make(messages: readonly JsonObject[]): JsonObject;
  /** True when the refusal of a request named a member that can be left out or renamed: then the next request is another. */
  learn(answer: ServiceAnswer, refused: JsonObject): boolean;
}

/**
 * Not every service and model takes the temperature (models that reason do not), the schema of the reply, or the limit by the one name:
 * OpenAI's newer models take `max_completion_tokens` only, as the types of the npm package `openai` 7 say, and many other services
 * `max_tokens` only. What a refusal names is left out ever after, or goes by the other name. OpenAI refuses with status 400 and the
 * member as `error.param`; others name it somewhere in the answer.
 */
export function chatRequests({ model, maxTokens, parameters, limit }: ChatRequestOptions): ChatRequests {
  const limits = limit === 'max_tokens' ? ['max_tokens', 'max_completion_tokens'] : ['max_completion_tokens', 'max_tokens'];
  const optional = new Map<string, JsonObject>([
    ['temperature', { temperature: 0 }],
    ['response_format', { response_format: VERDICT_FORMAT }],
  ]);

  return {
    make(messages) {
      const [name] = limits;
      return Object.assign({ model }, ...optional.values(), name && { [name]: maxTokens }, parameters, { messages }) as JsonObject;
    },
    learn({ status, body }, refused) {
      if (status !== 400 && status !== 422) return false;
      const name = MEMBERS.find((each) => each in refused && !(each in parameters) && names(body, each));
      if (name === undefined) return false;
      // Where it is not there any more, another request was refused meanwhile.
      if (name === limits[0]) limits.shift();
      optional.delete(name);
      return true;
    },
  };
}

/** Whether a refusal is about this member. */
function names(body: Uint8Array, member: string): boolean {
  const error = parseObject(body)?.error;
  if (isObject(error) && typeof error.param === 'string') return error.param.split(/[.[]/)[0] === member;
  const text = toText(body);
  return text.includes(member) || (member === 'response_format' && text.includes('json_schema'));
}
