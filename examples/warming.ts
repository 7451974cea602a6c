// Asking ahead: what is not stored yet is asked, a few requests at a time, so that the first user hits.
import { createCache } from 'reprise';
import { fakeProvider } from 'reprise/testing';

const provider = await fakeProvider();
const cache = createCache({ store: 'memory:' });
const url = `${provider.openaiUrl}/chat/completions`;
const questions = ['What is Python?', 'What is Rust?', 'What is Go?', 'What is Python?'];

const requests = questions.map((content) => ({
  url,
  headers: { authorization: 'Bearer sk-any' },
  body: { model: 'gpt-5-mini', messages: [{ role: 'user', content }] },
}));

console.log(await cache.warm(requests, { concurrency: 1, onProgress: ({ done }) => console.log(`${done} of ${requests.length}`) }));

const response = await cache.fetch(url, { method: 'POST', headers: { authorization: 'Bearer sk-any' }, body: JSON.stringify(requests[1]!.body) });
console.log(response.headers.get('cache-status'));
console.log('calls to the provider:', provider.calls);

await cache.close();
await provider.close();
