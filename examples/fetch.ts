// Any SDK that takes a `fetch`, or none at all: `cache.fetch` answers calls to LLM APIs from storage and hands on everything else.
import OpenAI from 'openai';
import { createCache, outcomeOf } from 'reprise';
import { fakeProvider } from 'reprise/testing';

const provider = await fakeProvider(); // stands for https://api.openai.com
const cache = createCache({ store: 'memory:' });

const ask = () =>
  cache.fetch(`${provider.openaiUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-any' },
    body: JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'What is Python?' }] }),
  });

for (let turn = 1; turn <= 2; turn++) {
  const response = await ask();
  const answer = (await response.json()) as OpenAI.ChatCompletion;
  console.log(response.headers.get('cache-status'), '-', outcomeOf(response)?.kind, '-', answer.choices[0]?.message.content);
}

// The same through a client, here as a stream: it is played from the entry above, which was recorded whole.
const openai = new OpenAI({ baseURL: provider.openaiUrl, apiKey: 'sk-any', fetch: cache.fetch });
const stream = await openai.chat.completions.create({
  model: 'gpt-5-mini',
  messages: [{ role: 'user', content: 'What is Python?' }],
  stream: true,
});
let text = '';
for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
console.log('streamed:', text);
console.log('calls to the provider:', provider.calls);

await cache.close();
await provider.close();
