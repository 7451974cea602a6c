// What a user does with the package as it is published: every door once, against a provider in the process.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createCache, llmCache, memoryStore } from 'reprise';
import * as anthropic from 'reprise/anthropic';
import * as openai from 'reprise/openai';
import { createServer } from 'reprise/server';
import { fakeProvider } from 'reprise/testing';

assert.equal(typeof llmCache, 'function');
assert.equal(typeof memoryStore, 'function');
assert.equal(typeof openai.cached, 'function');
assert.equal(typeof anthropic.cached, 'function');

const provider = await fakeProvider();
const cache = createCache({ store: 'sqlite:cache.db' });
const ask = (url) =>
  cache.fetch(url, { method: 'POST', body: JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hello?' }] }) });

const first = await (await ask(`${provider.openaiUrl}/chat/completions`)).json();
const again = await ask(`${provider.openaiUrl}/chat/completions`);
assert.match(again.headers.get('cache-status'), /^Reprise; hit/);
assert.deepEqual(await again.json(), first);
assert.equal(provider.calls, 1);

const double = cache.wrap(async function double(x) {
  return { twice: 2n * x, at: new Date(0) };
});
assert.deepEqual(await double(21n), await double(21n));

const server = createServer({ cache: cache.core, upstreams: { openai: provider.url }, port: 0 });
const { url } = await server.listen();
const proxied = await fetch(`${url}/v1/chat/completions`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Through the proxy?' }] }),
});
assert.equal(proxied.status, 200);
await proxied.arrayBuffer();
await server.close();

await cache.close();
await provider.close();
const help = execFileSync(process.execPath, ['node_modules/reprise/dist/cli/main.js', 'list', '--store', 'sqlite:cache.db', '--json'], { encoding: 'utf8' });
assert.ok(help.includes('gpt-5-mini'));
console.log(`The package works under Node ${process.version}.`);
