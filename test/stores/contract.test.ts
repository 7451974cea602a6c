import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { fileStore } from '../../src/stores/file.ts';
import { guardStore } from '../../src/stores/guard.ts';
import { jsonStore } from '../../src/stores/json.ts';
import { memoryTier } from '../../src/stores/memory-tier.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { sqliteStore } from '../../src/stores/sqlite.ts';
import type { Store } from '../../src/stores/store.ts';
import { faultyStore } from '../../src/testing/faulty-store.ts';
import { storeContract } from '../../src/testing/store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'reprise-contract-'));
let count = 0;
afterAll(() => rmSync(folder, { recursive: true }), 60_000);

/** A store at a path of its own, and how to open it again. */
const lasting = (make: (path: string) => Store) => {
  let path = '';
  return storeContract(() => make((path = join(folder, `${++count}`))), { reopen: () => make(path) });
};

const stores = {
  'the memory store': storeContract(() => memoryStore()),
  'a store that could fail but does not': storeContract(() => faultyStore(memoryStore())),
  'the SQLite store in memory': storeContract(() => sqliteStore({ path: ':memory:' })),
  'the SQLite store': lasting((path) => sqliteStore({ path })),
  'the file store': lasting((path) => fileStore({ path })),
  'the JSON store': lasting((path) => jsonStore({ path })),
  'a memory tier before SQLite, guarded': lasting((path) => memoryTier(guardStore(sqliteStore({ path })))),
  'a memory tier before files': lasting((path) => memoryTier(fileStore({ path }))),
};

for (const [name, cases] of Object.entries(stores)) {
  describe(name, () => {
    for (const { name: sentence, run } of cases) it(sentence, run);
  });
}
