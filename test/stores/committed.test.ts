import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCache } from '../../src/integrations/library.ts';
import { fileStore } from '../../src/stores/file.ts';
import { jsonStore } from '../../src/stores/json.ts';
import type { Store } from '../../src/stores/store.ts';
import { faultyStore } from '../../src/testing/faulty-store.ts';

/** Every file below a folder with its text. */
const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')]),
  );

const stores: readonly (readonly [name: string, make: (folder: string) => Store])[] = [
  ['one JSON file', (folder) => jsonStore({ path: join(folder, 'answers.json') })],
  ['a folder of files', (folder) => fileStore({ path: folder })],
];

describe.each(stores)('a cache in %s', (_, make) => {
  /** One run of a program that asks for some values and closes the cache. */
  async function runOnce(folder: string) {
    const store = faultyStore(make(folder));
    const cache = createCache({ store, tenant: 'tests', ttl: Infinity });
    let made = 0;
    const double = cache.wrap(async function double(x: number) { made++; return 2 * x; });
    const results = [await double(1), await double(2)];
    const { hits } = await cache.stats();
    await cache.close();
    return { results, made, hits, calls: store.calls };
  }

  it('stays byte for byte as it was when everything is a hit, so that it can be committed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reprise-committed-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const first = await runOnce(folder);
    const before = filesIn(folder);

    const second = await runOnce(folder);

    expect([first.made, second.made, second.hits, second.results]).toEqual([2, 0, 2, [2, 4]]);
    expect(filesIn(folder)).toEqual(before);
    expect(second.calls).toMatchObject({ set: 0, touch: 0, delete: 0, 'records.put': 0, 'records.delete': 0 });
    expect(Object.values(before).join()).not.toContain('stats/');
  });
});
