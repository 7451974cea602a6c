// Any function: `cache.wrap` keeps its name, its length and its types. Here it asks a model; it may as well compute something slow.
import { createCache } from 'reprise';

const cache = createCache({ store: 'memory:' });
let runs = 0;

const askModel = cache.wrap(
  async function askModel(prompt: string, model = 'gpt-5-mini') {
    runs++;
    return `${model} says: an answer to "${prompt}"`;
  },
  { ttl: '1h', tags: ['demo'] },
);

console.log(await askModel('What is Python?'), '| runs:', runs);
console.log(await askModel('What is Python?'), '| runs:', runs);
console.log(await askModel('What is Rust?'), '| runs:', runs);

// Arguments and values keep their kinds: Date, Map, Set, bigint, typed arrays.
const count = cache.wrap((words: Set<string>) => new Map([...words].map((word) => [word, BigInt(word.length)])), { name: 'count' });
await count(new Set(['one', 'three']));
console.log(await count(new Set(['one', 'three'])));

// What counts is what `key` gives back; the rest of the arguments does not.
const fetchPage = cache.wrap(
  async (url: string, options: { signal?: AbortSignal }) => {
    runs++;
    return options.signal ? `${url}, with a signal` : url;
  },
  { name: 'fetchPage', key: (url) => url },
);
await fetchPage('https://example.com/', { signal: AbortSignal.timeout(1000) });
console.log(await fetchPage('https://example.com/', {}), '| runs:', runs);

// The cache itself is callable: `cache(fn)` is `cache.wrap(fn)`. And it shows itself.
const double = cache(async function double(x: number) {
  return 2 * x;
});
console.log(await double(21), String(cache));

await cache.close();
