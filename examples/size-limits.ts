// A bounded cache: when it is full, what was used longest ago goes first. Bounds are entries or bytes, in memory and on disk.
import { createCache } from 'reprise';

const cache = createCache({ store: 'memory:?maxEntries=2' }); // on disk: 'sqlite:cache.db?maxBytes=256MiB'
let runs = 0;

const ask = cache.wrap(
  async function ask(prompt: string) {
    runs++;
    return `an answer to ${prompt}`;
  },
  { ttl: '1h' },
);

await ask('a');
await ask('b');
await ask('a'); // used again, so that `b` is the one used longest ago
await ask('c'); // one too many: `b` goes
console.log('entries:', (await cache.stats()).entries, '| runs:', runs);
await ask('a');
console.log('a is still there, runs:', runs);
await ask('b');
console.log('b was asked anew, runs:', runs);

await cache.close();
