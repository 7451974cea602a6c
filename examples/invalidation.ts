// Deleting by name, tag, model, text pattern and age, each with a dry run that only says how many; and what a TTL does.
import { createCache } from 'reprise';
import { fakeClock, fakeProvider } from 'reprise/testing';

const provider = await fakeProvider();
const clock = fakeClock();
const cache = createCache({ store: 'memory:', ttl: '1h', clock });

const ask = async (content: string, { model = 'gpt-5-mini', tags = '' } = {}) => {
  const response = await cache.fetch(`${provider.openaiUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-reprise-tags': tags },
    body: JSON.stringify({ model, messages: [{ role: 'user', content }] }),
  });
  await response.text();
  return response.headers.get('cache-status');
};

await ask('What is Python?', { tags: 'docs,languages' });
await ask('What is Rust?', { tags: 'docs,languages' });
await ask('How do I boil an egg?', { model: 'gpt-5' });
await cache.set('greeting', 'Hello.');

console.log('by tag, dry run:', await cache.delete({ tag: 'docs' }, { dryRun: true }));
console.log('by text pattern:', await cache.delete({ text: '*Rust*' }));
console.log('by model:', await cache.delete({ model: 'gpt-5' }));
console.log('by name:', await cache.delete('greeting'));
console.log('still there:', await ask('What is Python?'));

await clock.advance(90 * 60_000);
console.log('after the TTL:', await ask('What is Python?'));
console.log('older than a day:', await cache.delete({ olderThan: '1d' }));
console.log('everything:', await cache.delete({ all: true }));

await cache.close();
await provider.close();
