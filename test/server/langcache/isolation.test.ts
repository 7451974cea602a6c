import fc from 'fast-check';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { resolveSemantic } from '../../../src/semantic/semantic-options.ts';
import { plainRequest } from '../../../src/server/http.ts';
import { openCaches } from '../../../src/server/langcache/caches.ts';
import { makeService } from '../../../src/server/langcache/service.ts';
import { guardStore } from '../../../src/stores/guard.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import { sqliteStore } from '../../../src/stores/sqlite.ts';
import { wordsSemantic } from './service-for-test.ts';

const CACHES = ['one', 'two'] as const;
type Name = (typeof CACHES)[number];

/** Prompts that are equal, equal but for case, or near to each other: whatever a search could mix up. */
const PROMPTS = ['What is my balance?', 'what is MY balance?', 'Please, what is my balance?', 'What is the balance?'];
const ATTRIBUTES = [{}, { user: 'a' }];

interface Step {
  /** The cache in the path, and whose key is sent. */
  readonly at: Name;
  readonly key: Name;
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  /** Stands for an entry of either cache in the path. */
  readonly entry?: number;
}

const steps: fc.Arbitrary<Step> = (() => {
  const prompt = fc.constantFrom(...PROMPTS);
  const attributes = fc.constantFrom(...ATTRIBUTES);
  const strategies = fc.constantFrom(['exact'], ['semantic'], ['exact', 'semantic']);
  const search = fc.record({ prompt, attributes, searchStrategies: strategies, maxResults: fc.constantFrom(1, 100), similarityThreshold: fc.constantFrom(0, 0.85), explain: fc.boolean() });
  const entry = fc.nat(30);
  const what: fc.Arbitrary<Omit<Step, 'at' | 'key'>> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ prompt, attributes, tags: fc.constant(['t']) }).map((body) => ({ method: 'POST', path: 'entries', body })) },
    { weight: 4, arbitrary: search.map((body) => ({ method: 'POST', path: 'entries/search', body })) },
    search.map((body) => ({ method: 'POST', path: 'entries/search/bulk', body: { searches: [body, body] } })),
    search.map((body) => ({ method: 'POST', path: 'conversations/search', body: { ...body, context: ['Who am I?'] } })),
    fc.constant({ method: 'GET', path: 'entries' }),
    fc.constant({ method: 'GET', path: 'entries?tag=t&limit=1' }),
    fc.constant({ method: 'GET', path: 'stats' }),
    entry.map((at) => ({ method: 'GET', path: 'entries/{entry}', entry: at })),
    entry.map((at) => ({ method: 'PATCH', path: 'entries/{entry}', body: { tags: ['u'] }, entry: at })),
    entry.map((at) => ({ method: 'DELETE', path: 'entries/{entry}', entry: at })),
    fc.tuple(entry, prompt).map(([at, asked]) => ({ method: 'POST', path: 'entries/{entry}/feedback', body: { prompt: asked, verdict: 'wrong' }, entry: at })),
    attributes.map((body) => ({ method: 'DELETE', path: 'entries', body: { attributes: body } })),
    fc.constant({ method: 'DELETE', path: 'tags/t' }),
    fc.constant({ method: 'POST', path: 'flush' }),
  );
  const cache = fc.constantFrom(...CACHES);
  return fc.record({ at: cache, key: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: cache }), what }).map(({ at, key, what: step }) => ({ ...step, at, key: key ?? at }));
})();

it.each([
  ['in memory', 25, () => memoryStore()],
  ['in SQLite', 12, () => sqliteStore({ path: ':memory:' })],
])('two caches with equal prompts, and two keys, never see or change what is the other\'s: %s', async (_, numRuns, makeStore) => {
  await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 25 }), async (all) => {
    const store = guardStore(makeStore());
    await store.open();
    const service = makeService({ store, semantic: resolveSemantic({ ...wordsSemantic(), mode: 'on' }), door: 'keys', clock: systemClock, onTrouble: () => undefined });
    const keys = {} as Record<Name, string>;
    for (const id of CACHES) {
      await openCaches(store.records, systemClock).create({ id });
      keys[id] = (await service.keys.create({ scope: 'write', cache: id })).token;
    }
    const call = async (method: string, path: string, key: Name, body?: object) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${keys[key]}` };
      const reply = await service.handle(plainRequest(path, { method, headers, ...(body && { body: JSON.stringify(body) }) }));
      const text = Buffer.from(reply.body as Uint8Array).toString();
      return { status: reply.status, text };
    };
    const made: { readonly id: string; readonly of: Name }[] = [];
    const entriesOf = async (name: Name) => (await call('GET', `/v1/caches/${name}/entries?limit=1000`, name)).text;

    for (const { at, key, method, path, body, entry } of all) {
      const other = at === 'one' ? 'two' : 'one';
      const theirs = await entriesOf(other);
      const meant = entry === undefined ? undefined : made[entry % Math.max(1, made.length)];
      const isSet = method === 'POST' && path === 'entries';
      const { status, text } = await call(method, `/v1/caches/${at}/${path.replace('{entry}', meant?.id ?? 'f'.repeat(32))}`, key, isSet ? { ...body, response: `said in ${at}` } : body);

      if (key !== at) expect(status).toBe(403);
      else if (meant?.of === other) expect(status).toBe(404);
      else expect([200, 201, 204, 404]).toContain(status);
      expect(text).not.toContain(`said in ${other}`);
      for (const { id, of } of made) if (of === other) expect(text).not.toContain(id);
      expect(await entriesOf(other)).toBe(theirs);
      if (isSet && status === 201) made.push({ id: (JSON.parse(text) as { entryId: string }).entryId, of: at });
    }
    await service.close();
    await store.close();
  }), { numRuns, endOnFailure: true });
});
