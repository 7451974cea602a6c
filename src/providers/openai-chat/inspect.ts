import type { Json, JsonObject } from '../../base/json.ts';
import { isObject, parseObject } from '../../base/json.ts';
import type { Form, Recorded } from '../../model/entry.ts';
import type { Fault, Finding } from '../format.ts';
import { unreadable } from '../format.ts';
import { hasError, mergeChat } from './merge.ts';
import { openAiUsage } from '../openai-shared.ts';

/** Why a model stopped, and what that means. OpenAI's words first, then those of services that speak its format. */
const STOPS: Readonly<Record<string, Fault | 'well'>> = {
  stop: 'well',
  tool_calls: 'well',
  function_call: 'well',
  length: 'truncated',
  content_filter: 'filtered',
  eos: 'well', // Together
  end_turn: 'well',
  stop_sequence: 'well',
  max_tokens: 'truncated',
  model_length: 'truncated', // Mistral
  safety: 'filtered',
};

/** See `Format.inspect`. A reason to stop that is not known counts as incomplete; `error`, OpenRouter's, as an error. */
export function inspectChat(recorded: Recorded, form: Form): Finding {
  if (form === 'whole') {
    const whole = parseObject(recorded.body);
    return whole ? findingOf(whole, true, recorded.status >= 400 || hasError(whole)) : { ...unreadable, error: recorded.status >= 400 };
  }
  const { whole, done, error } = mergeChat(recorded.body);
  const failed = error || recorded.status >= 400;
  return whole ? findingOf(whole, done, failed) : { ...unreadable, error: failed };
}

function findingOf(whole: JsonObject, ended: boolean, failed: boolean): Finding {
  const { model, usage, x_groq: groq } = whole;
  const choices = Array.isArray(whole.choices) ? (whole.choices as readonly Json[]) : [];
  const messages = choices.flatMap((choice) => (isObject(choice) && isObject(choice.message) ? [choice.message] : []));
  const stops = choices.flatMap((choice) => (isObject(choice) && typeof choice.finish_reason === 'string' ? [choice.finish_reason] : []));
  const error = failed || stops.includes('error') || choices.some((choice) => isObject(choice) && isObject(choice.error));
  const complete = ended && !error && choices.length > 0 && messages.length === choices.length && stops.length === choices.length;
  const billed = openAiUsage(usage) ?? (isObject(groq) ? openAiUsage(groq.usage) : undefined);
  return {
    complete,
    error,
    stops: [...new Set(stops)],
    faults: faultsOf(messages, stops),
    toolCalls: messages.some(callsTools),
    text: messages[0] ? textOf(messages[0].content) : '',
    ...(typeof model === 'string' && model !== '' && { model }),
    ...(billed && { usage: billed }),
  };
}

function faultsOf(messages: readonly JsonObject[], stops: readonly string[]): Fault[] {
  const faults = new Set<Fault>();
  for (const stop of stops) {
    const meaning = Object.hasOwn(STOPS, stop.toLowerCase()) ? STOPS[stop.toLowerCase()]! : 'incomplete';
    if (meaning !== 'well') faults.add(meaning);
  }
  for (const message of messages) {
    const refused = typeof message.refusal === 'string' && message.refusal !== '';
    if (refused) faults.add('refused');
    else if (textOf(message.content).trim() === '' && !callsTools(message) && !isObject(message.audio) && !hasImages(message)) faults.add('empty');
  }
  return [...faults];
}

const callsTools = (message: JsonObject) =>
  (Array.isArray(message.tool_calls) && message.tool_calls.length > 0) || isObject(message.function_call);

/** OpenRouter gives generated images beside the content. */
const hasImages = (message: JsonObject) => Array.isArray(message.images) && message.images.length > 0;

/** The text of a message; some services answer in parts. */
function textOf(content: Json | undefined): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: Json) => (isObject(part) && typeof part.text === 'string' ? part.text : '')).join('');
}
