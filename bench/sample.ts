/** A request to the Chat Completions API. */
export interface ChatRequest {
  readonly model: string;
  readonly temperature: number;
  readonly max_tokens: number;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

const WORDS = (
  'the order was placed on a quiet Tuesday and left the warehouse two days later; please tell me how long a parcel usually takes, what it ' +
  'costs to send it back, and whether the guarantee covers a broken hinge. '
).split(' ');

/** Prose of exactly so many characters, different for different seeds. */
export function prose(length: number, seed: number): string {
  let text = '';
  for (let at = seed; text.length < length; at++) text += `${WORDS[(at * 7 + seed) % WORDS.length]!} `;
  return text.slice(0, length);
}

/** A request whose JSON has about `bytes` bytes: a system prompt and, above 4 KB, earlier turns of a conversation. */
export function requestOf(index: number, bytes: number): ChatRequest {
  const turns = bytes > 4096 ? Math.floor(bytes / 1024) - 2 : 0;
  const messages = [{ role: 'system', content: 'You answer customers of a furniture shop, briefly and kindly.' }];
  for (let turn = 0; turn < turns; turn++) messages.push({ role: turn % 2 === 0 ? 'user' : 'assistant', content: prose(980, turn) });
  const request = { model: 'gpt-4o-mini', temperature: 0.2, max_tokens: 512, messages };
  messages.push({ role: 'user', content: `Question ${index}: ` });
  messages.at(-1)!.content += prose(Math.max(0, bytes - JSON.stringify(request).length), index);
  return request;
}

/** The text of the answer to request `index`: about 2 KB with everything around it. */
export const answerText = (index: number): string => `Answer ${index}. ${prose(1650, index)}`;

/** The whole answer, as the provider's API gives it. */
export function answerOf(index: number): object {
  return {
    id: `chatcmpl-${String(index).padStart(20, '0')}`,
    object: 'chat.completion',
    created: 1_760_000_000,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, message: { role: 'assistant', content: answerText(index), refusal: null, annotations: [] }, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 210, completion_tokens: 400, total_tokens: 610, prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 } },
    service_tier: 'default',
    system_fingerprint: 'fp_0000000000',
  };
}

/** Which request a user message belongs to. */
export const indexOf = (content: string): number => Number(/^Question (\d+)/.exec(content)![1]);
