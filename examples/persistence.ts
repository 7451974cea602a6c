// What is stored outlives the process: the second cache opens the file that the first one closed.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCache } from 'reprise';

const folder = mkdtempSync(join(tmpdir(), 'reprise-example-'));
let runs = 0;

async function askModel(prompt: string) {
  runs++;
  return `an answer to "${prompt}"`;
}

// One SQLite file; one JSON file per entry; one JSON file in all.
for (const store of [`sqlite:${join(folder, 'cache.db')}`, `file:${join(folder, 'entries')}`, `json:${join(folder, 'cache.json')}`]) {
  runs = 0;
  for (const turn of ['made', 'opened again']) {
    const cache = createCache({ store });
    const { entries } = await cache.stats();
    await cache.wrap(askModel, { ttl: '1h' })('What is Python?');
    console.log(`${store.split(':')[0]} ${turn}, with ${entries} entries; runs: ${runs}`);
    await cache.close(); // waits for what is still being written
  }
}
console.log('files are there:', ['cache.db', 'entries', 'cache.json'].every((name) => existsSync(join(folder, name))));

rmSync(folder, { recursive: true });
