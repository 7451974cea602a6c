// The proxy inside a program of yours; `npx reprise serve` is the same on the command line.
import OpenAI from 'openai';
import { createCache } from 'reprise';
import { createServer } from 'reprise/server';
import { fakeProvider } from 'reprise/testing';

const provider = await fakeProvider();
const cache = createCache({ store: 'memory:' });
const server = createServer({
  cache: cache.core,
  port: 0,
  upstreams: { openai: provider.url, anthropic: provider.url },
  log: { write: (text) => process.stdout.write(text.replace(/^\S+ /, 'log: ')) },
});
const { url } = await server.listen();

// The client knows nothing of the cache but its address.
const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'sk-any' });
for (let turn = 1; turn <= 2; turn++) {
  const { data, response } = await openai.chat.completions
    .create({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'What is Python?' }] })
    .withResponse();
  console.log(response.headers.get('cache-status'), '-', data.choices[0]?.message.content);
}

// Everything that is not cached passes through as it is.
const models = await fetch(`${url}/v1/models`);
await models.arrayBuffer();
console.log(models.status, models.headers.get('cache-status'));

const metrics = await (await fetch(`${url}/metrics`)).text();
console.log(metrics.split('\n').filter((line) => line.startsWith('reprise_requests_total{')).join('\n'));

await server.close();
await cache.close();
await provider.close();
