// The official Anthropic client, whole and streamed.
import Anthropic from '@anthropic-ai/sdk';
import { createCache } from 'reprise';
import { cached, outcomeOf } from 'reprise/anthropic';
import { fakeProvider } from 'reprise/testing';

const provider = await fakeProvider();
const cache = createCache({ store: 'memory:' });
const anthropic = cached(new Anthropic({ baseURL: provider.anthropicUrl, apiKey: 'sk-any' }), cache);
const question = { model: 'claude-sonnet-5', max_tokens: 200, messages: [{ role: 'user' as const, content: 'What is Python?' }] };

for (let turn = 1; turn <= 2; turn++) {
  const message = await anthropic.messages.create(question);
  const [block] = message.content;
  console.log(outcomeOf(message)?.kind, '-', block?.type === 'text' ? block.text : '');
}

// Recorded whole, played as a stream: the events are the ones that Anthropic would have sent.
const stream = anthropic.messages.stream(question);
let events = 0;
for await (const _ of stream) events++;
console.log('streamed in', events, 'events:', await stream.finalText());
console.log('calls to the provider:', provider.calls);

await cache.close();
await provider.close();
