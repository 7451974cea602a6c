// A web application (plain node:http; Express, Fastify or Hono look the same inside their handlers): one cache for the process, one
// tenant for each user, closed when the server ends.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { createCache } from 'reprise';
import { cached, outcomeOf } from 'reprise/openai';
import { fakeProvider } from 'reprise/testing';

const provider = await fakeProvider();
const cache = createCache({ store: 'memory:' });

const app = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const user = request.headers['x-user']; // in a real application: whoever has signed in
  if (pathname !== '/ask' || typeof user !== 'string') return void response.writeHead(404).end();
  // All users share the application's API key, so that their names, not the key, keep their answers apart.
  const openai = cached(new OpenAI({ baseURL: provider.openaiUrl, apiKey: 'sk-any' }), cache.as(user));
  const answer = await openai.chat.completions.create({ model: 'gpt-5-mini', messages: [{ role: 'user', content: searchParams.get('q') ?? '' }] });
  response.writeHead(200, { 'content-type': 'text/plain' }).end(`${outcomeOf(answer)?.kind}: ${answer.choices[0]?.message.content}`);
});
await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
const { port } = app.address() as AddressInfo;

const ask = async (user: string) => (await fetch(`http://127.0.0.1:${port}/ask?q=What+is+Python?`, { headers: { 'x-user': user } })).text();
console.log('ann', await ask('ann'));
console.log('ann', await ask('ann'));
console.log('bob', await ask('bob'));

await new Promise((resolve) => app.close(resolve));
await cache.close();
await provider.close();
