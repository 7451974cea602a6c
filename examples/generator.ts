// A generator, async or sync, is recorded as it runs and replayed piece by piece.
import { createCache } from 'reprise';

const cache = createCache({ store: 'memory:' });
let runs = 0;

const story = cache.wrap(
  async function* story(topic: string) {
    runs++;
    yield `Once upon a time there was ${topic}. `;
    yield 'It was happy. ';
    yield 'The end.';
  },
  { ttl: '2h' },
);

for (let turn = 1; turn <= 2; turn++) {
  const pieces: string[] = [];
  for await (const piece of story('a cache')) pieces.push(piece);
  console.log(`${pieces.length} pieces, runs: ${runs}:`, pieces.join(''));
}

// Whoever stops early stores nothing, as half a story is none.
for await (const _ of story('a fox')) break;
for await (const _ of story('a fox'));
console.log('after a break it ran again, runs:', runs);

await cache.close();
