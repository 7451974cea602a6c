// What the cache did: as it happens, counted, in tokens and money; and why a call would miss.
import { createCache, stepText } from 'reprise';
import { fakeProvider } from 'reprise/testing';

const provider = await fakeProvider();
const cache = createCache({ store: 'memory:', prices: { 'house-model': { input: 1, output: 4 } } });

cache.on('hit', ({ outcome }) => console.log('hit:', outcome.kind, outcome.steps.map(stepText).join(', ')));
cache.on('miss', ({ outcome }) => console.log('miss:', outcome.steps.map(stepText).join(', ')));
cache.on('bypass', ({ outcome }) => console.log('bypass:', outcome.steps.find((step) => step.at === 'policy')?.why));
cache.on('store', ({ model }) => console.log('stored, model', model));
cache.on('error', ({ error }) => console.log('error:', error.code)); // no request fails by it

const url = `${provider.openaiUrl}/chat/completions`;
const question = { model: 'house-model', messages: [{ role: 'user', content: 'What is Python?' }] };
const ask = async (body: object) => (await cache.fetch(url, { method: 'POST', body: JSON.stringify(body) })).text();

provider.reply({ text: 'A language.', usage: { input: 1000, output: 500 } });
await ask(question);
await ask(question);
await ask({ ...question, tools: [{ type: 'web_search' }] });

const { requests, hits, misses, bypassed, hitRate, entries, money, tokens, latency } = await cache.stats();
console.log({ requests, hits, misses, bypassed, hitRate, entries });
console.log(`spent $${money.spent}, saved $${money.saved}; tokens saved: ${tokens.saved.input} in, ${tokens.saved.output} out`);
console.log('a hit takes less than a miss:', latency.hits.p50 < latency.misses.p50);

const explanation = await cache.explain(url, { body: { ...question, temperature: 0 } });
console.log('hit:', explanation.hit, '- differs in:', explanation.nearest?.differs);

await cache.close();
await provider.close();
