// The official OpenAI client: `cached(client)` gives one of the same type whose results say what became of them.
import OpenAI from 'openai';
import { createCache } from 'reprise';
import { cached, outcomeOf } from 'reprise/openai';
import { fakeProvider } from 'reprise/testing';

const provider = await fakeProvider();
const cache = createCache({ store: 'memory:' }); // left out: the cache of the process, in .reprise/cache.db
const openai = cached(new OpenAI({ baseURL: provider.openaiUrl, apiKey: 'sk-any' }), cache);

for (let turn = 1; turn <= 2; turn++) {
  const answer = await openai.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content: 'What is Python?' }],
  });
  console.log('chat:', outcomeOf(answer)?.kind, '-', answer.choices[0]?.message.content);
}

for (let turn = 1; turn <= 2; turn++) {
  const stream = await openai.responses.create({ model: 'gpt-5-mini', input: 'Tell me more.', stream: true });
  let text = '';
  for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta;
  console.log('responses:', outcomeOf(stream)?.kind, '-', text);
}

// A batch of texts asks only for those that are missing.
await openai.embeddings.create({ model: 'text-embedding-3-small', input: ['red', 'green'] });
const vectors = await openai.embeddings.create({ model: 'text-embedding-3-small', input: ['green', 'blue'] });
console.log('embeddings:', outcomeOf(vectors)?.kind, '- asked for', provider.requests.at(-1)?.json?.input);

await cache.close();
await provider.close();
