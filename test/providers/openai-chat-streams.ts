import { streamOf } from './openai-chat-sdk.ts';

const base = { id: 'chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG', object: 'chat.completion.chunk', created: 1741570283, model: 'gpt-4o-2024-08-06', service_tier: 'default', system_fingerprint: 'fp_44added55e' };
const usage = {
  prompt_tokens: 1117,
  completion_tokens: 46,
  total_tokens: 1163,
  prompt_tokens_details: { cached_tokens: 1024, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 12, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
};
type Choice = { index?: number; delta?: object; finish?: string; logprobs?: object | null; rest?: object };

const chunk = (...choices: Choice[]) => ({
  ...base,
  choices: choices.map(({ index = 0, delta = {}, finish = null as string | null, logprobs = null, rest }) => ({ index, delta, logprobs, finish_reason: finish, ...rest })),
  usage: null,
  obfuscation: 'x7Fq',
});
const last = { ...base, choices: [], usage };
const call = (index: number, members: object) => ({ delta: { tool_calls: [{ index, ...members }] } });
const token = (text: string, bytes: readonly number[] = [...Buffer.from(text)]) => ({
  token: text,
  logprob: -0.0003116064239293337,
  bytes,
  top_logprobs: [{ token: text, logprob: -0.0003116064239293337, bytes }, { token: '~', logprob: -8.25, bytes: [126] }],
});

/** Streams as the API sends them, by what they show. Texts are made up; order and members are those of the API. */
export const streams: Readonly<Record<string, Uint8Array>> = {
  text: streamOf([
    chunk({ delta: { role: 'assistant', content: '', refusal: null } }),
    ...['Grüße', ' aus', ' 東京', ' 👩‍🚀', '!\n\n', '"quoted" \\ data: [DONE]'].map((content) => chunk({ delta: { content } })),
    chunk({ finish: 'stop' }),
    last,
  ]),
  'parallel tool calls': streamOf([
    chunk({ delta: { role: 'assistant', content: null } }),
    chunk(call(0, { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } })),
    chunk(call(0, { function: { arguments: '{"city":"Par' } })),
    chunk(call(1, { id: 'call_2', type: 'function', function: { name: 'time', arguments: '' } })),
    chunk(call(1, { function: { arguments: '{"zone":' } })),
    chunk(call(0, { function: { arguments: 'is"}' } })),
    chunk({ delta: { tool_calls: [{ index: 1, function: { arguments: '"CET"}' } }, { index: 2, id: 'call_3', type: 'function', function: { name: 'now', arguments: '{}' } }] } }),
    chunk({ finish: 'tool_calls' }),
    last,
  ]),
  'a custom tool': streamOf([
    chunk({ delta: { role: 'assistant', content: null, refusal: null } }),
    chunk(call(0, { id: 'call_9', type: 'custom', custom: { name: 'code_exec', input: '' } })),
    chunk(call(0, { custom: { input: 'print("hel' } })),
    chunk(call(0, { custom: { input: 'lo")' } })),
    chunk({ finish: 'tool_calls' }),
    last,
  ]),
  'a legacy function call': streamOf([
    chunk({ delta: { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '' } } }),
    chunk({ delta: { function_call: { arguments: '{"city"' } } }),
    chunk({ delta: { function_call: { arguments: ':"Paris"}' } } }),
    chunk({ finish: 'function_call' }),
    last,
  ]),
  'a refusal': streamOf([
    chunk({ delta: { role: 'assistant', refusal: '' } }),
    chunk({ delta: { refusal: "I'm sorry," } }),
    chunk({ delta: { refusal: " I can't help with that." } }),
    chunk({ finish: 'stop' }),
    last,
  ]),
  'two choices': streamOf([
    chunk({ index: 0, delta: { role: 'assistant', content: '', refusal: null } }),
    chunk({ index: 0, delta: { content: 'Heads' } }),
    chunk({ index: 1, delta: { role: 'assistant', content: '', refusal: null } }),
    chunk({ index: 1, delta: { content: 'Ta' } }),
    chunk({ index: 0, finish: 'stop' }),
    chunk({ index: 1, delta: { content: 'ils' } }),
    chunk({ index: 1, finish: 'length' }),
    last,
  ]),
  logprobs: streamOf([
    chunk({ delta: { role: 'assistant', content: '', refusal: null }, logprobs: { content: [], refusal: null } }),
    chunk({ delta: { content: 'Hi' }, logprobs: { content: [token('Hi')], refusal: null } }),
    chunk({ delta: { content: ' 👋' }, logprobs: { content: [token('\\xf0\\x9f', [32, 240, 159]), token('\\x91\\x8b', [145, 139])], refusal: null } }),
    ...['and so on, ', 'until it is longer ', 'than one piece'].map((content) => chunk({ delta: { content }, logprobs: { content: [token(content)], refusal: null } })),
    chunk({ finish: 'stop' }),
    last,
  ]),
  audio: streamOf([
    chunk({ delta: { role: 'assistant', content: null, refusal: null, audio: { id: 'audio_67c', transcript: '' } } }),
    chunk({ delta: { audio: { transcript: 'Hello' } } }),
    chunk({ delta: { audio: { data: 'AAABAAIA' } } }),
    chunk({ delta: { audio: { transcript: ' there' } } }),
    chunk({ delta: { audio: { data: 'AwAEAAUA' } } }),
    chunk({ delta: { audio: { expires_at: 1741573883 } } }),
    chunk({ finish: 'stop' }),
    last,
  ]),
  'audio without a finish reason': streamOf([
    chunk({ delta: { role: 'assistant', audio: { id: 'audio_67d', transcript: 'Yes', data: 'AAAA' } } }),
    { ...base, choices: [{ index: 0, delta: { audio: { expires_at: 1741573883 } } }] },
    last,
  ]),
  annotations: streamOf([
    chunk({ delta: { role: 'assistant', content: '', refusal: null } }),
    chunk({ delta: { content: 'See example.org.' } }),
    chunk({ delta: { annotations: [{ type: 'url_citation', url_citation: { start_index: 4, end_index: 15, title: 'Example', url: 'https://example.org/' } }] } }),
    chunk({ finish: 'stop' }),
    last,
  ]),
  // Azure: a first chunk without an answer in it, and what its filters say about every choice.
  'content filters': streamOf([
    { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: { hate: { filtered: false, severity: 'safe' } } }] },
    chunk({ delta: { role: 'assistant', content: '', refusal: null }, rest: { content_filter_results: {} } }),
    chunk({ delta: { content: 'Fine' }, rest: { content_filter_results: { hate: { filtered: false, severity: 'safe' } } } }),
    chunk({ delta: { content: '.' }, rest: { content_filter_results: { hate: { filtered: false, severity: 'safe' } } } }),
    chunk({ finish: 'stop' }),
    last,
  ]),
  // Groq puts its own id and usage beside the choices; keep-alive comments come from OpenRouter.
  'members of other services': Buffer.concat([
    Buffer.from(': OPENROUTER PROCESSING\n\n'),
    streamOf([
      { ...chunk({ delta: { role: 'assistant', content: '' } }), x_groq: { id: 'req_01' }, provider: 'Groq' },
      { ...chunk({ delta: { content: 'Hey' } }), provider: 'Groq' },
      { ...chunk({ finish: 'stop', rest: { native_finish_reason: 'stop' } }), x_groq: { id: 'req_01', usage: { queue_time: 0.02, prompt_tokens: 5 } }, provider: 'Groq' },
      last,
    ]),
  ]),
};

/** Streams with reasoning, which the SDK's accumulator does not join: DeepSeek's and OpenRouter's. */
export const reasoningStreams: Readonly<Record<string, Uint8Array>> = {
  reasoning_content: streamOf([
    chunk({ delta: { role: 'assistant', content: null, reasoning_content: '' } }),
    chunk({ delta: { content: null, reasoning_content: 'First, ' } }),
    chunk({ delta: { content: null, reasoning_content: 'think.' } }),
    chunk({ delta: { content: 'Then ', reasoning_content: null } }),
    chunk({ delta: { content: 'speak.', reasoning_content: null } }),
    { ...chunk({ finish: 'stop', delta: { content: '', reasoning_content: null } }), usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30, prompt_cache_hit_tokens: 16, prompt_cache_miss_tokens: 4 } },
  ]),
  reasoning: streamOf([
    chunk({ delta: { role: 'assistant', content: '', reasoning: 'Hmm', reasoning_details: [{ type: 'reasoning.text', text: 'Hmm', format: 'anthropic-claude-v1', index: 0 }] } }),
    chunk({ delta: { role: 'assistant', content: '', reasoning: ', yes', reasoning_details: [{ type: 'reasoning.text', text: ', yes', format: 'anthropic-claude-v1', index: 0 }] } }),
    chunk({ delta: { role: 'assistant', content: '', reasoning: null, reasoning_details: [{ type: 'reasoning.text', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 }] } }),
    chunk({ delta: { role: 'assistant', content: 'Yes.' } }),
    chunk({ finish: 'stop' }),
    last,
  ]),
};
