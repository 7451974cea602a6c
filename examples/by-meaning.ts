// A question in other words is answered from storage, and one that only looks alike is not.
import { createCache, outcomeOf } from 'reprise';
import { fakeProvider } from 'reprise/testing';

const provider = await fakeProvider();
const cache = createCache({ store: 'memory:', semantic: 'on' });

async function ask(question: string): Promise<void> {
  const response = await cache.fetch(`${provider.openaiUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer any' },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }] }),
  });
  await response.text();
  const outcome = outcomeOf(response)!;
  const step = outcome.steps.find(({ at }) => at === 'semantic');
  console.log(`${outcome.kind.padEnd(10)} ${question}${outcome.match ? `   <- ${outcome.match.matched}` : ''}${step?.at === 'semantic' && step.why ? `   (${step.why})` : ''}`);
  await outcome.settled;
}

await ask('How do I turn on dark mode?');
await ask('Hi, how do I turn on dark mode please');
await ask('how can I enable dark mode');
await ask('How do I turn off dark mode?');

await cache.close();
await provider.close();
