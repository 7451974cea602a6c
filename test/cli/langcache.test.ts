import { LangCache } from '@redis-ai/langcache';
import { describe, expect, it } from 'vitest';
import { run, start, temporaryFolder } from './support.ts';

const store = 'sqlite:cache.db';
const env = { REPRISE_STORE: store };

/** Starts the server on a free port and says where it listens. */
async function serve(cwd: string, ...flags: string[]) {
  const { child, ended, said } = start(['serve', '--port', '0', '--json', ...flags], { cwd, env });
  const [line] = await said(/^\{.*\}$/m);
  return { child, ended, ...(JSON.parse(line) as { url: string; langcache: { access: string } }) };
}

describe('reprise caches', () => {
  it('makes, lists, shows, changes and deletes caches', async () => {
    const cwd = await temporaryFolder();
    const caches = (...args: string[]) => run(['caches', ...args, '--json'], { cwd, env });

    const made = await caches('create', 'docs', '--name', 'Documents', '--attributes', 'language,topic', '--cache-ttl', '30d', '--threshold', '0.9', '--strategies', 'exact,semantic', '--max-entries', '1000', '--judge', 'off', '--max-prompt', '4000');
    const again = await caches('create', 'docs');
    const changed = await caches('update', 'docs', '--cache-ttl', 'forever', '--attributes', 'any', '--threshold', '0.8');
    const shown = await caches('show', 'docs');
    const unasked = await caches('delete', 'docs');
    const deleted = await caches('delete', 'docs', '--yes');

    expect(made.json()).toEqual({
      id: 'docs', name: 'Documents', attributes: ['language', 'topic'], ttlMillis: 2_592_000_000, similarityThreshold: 0.9, searchStrategies: ['exact', 'semantic'],
      maxEntries: 1000, judge: 'off', maxPromptLength: 4000, createdAt: expect.any(Number),
    });
    expect([again.code, JSON.parse(again.err)]).toMatchObject([1, { error: { code: 'EXISTS' } }]);
    expect(changed.json()).not.toHaveProperty('ttlMillis');
    expect(shown.json()).toMatchObject({ id: 'docs', similarityThreshold: 0.8, entries: 0 });
    expect([unasked.code, deleted.json()]).toEqual([2, { id: 'docs', entries: 0 }]);
    expect((await caches('list')).json()).toEqual([]);
    expect((await caches('show', 'docs')).code).toBe(1);
  });

  it('names the flag that cannot be used', async () => {
    const ran = await run(['caches', 'create', 'docs', '--threshold', '85'], { cwd: await temporaryFolder(), env });

    expect([ran.code, ran.err]).toEqual([2, 'reprise: Option `--threshold` must be a number from 0 to 1, but is 85 (number).\n']);
  });
});

describe('reprise keys', () => {
  it('shows a key once, and revokes it by its id while a server runs', async () => {
    const cwd = await temporaryFolder();
    const keys = (...args: string[]) => run(['keys', ...args, '--json'], { cwd, env });
    await run(['caches', 'create', 'docs', '--strategies', 'exact'], { cwd, env });
    const { id, key } = (await keys('create', 'docs', '--scope', 'write', '--expires', '90d')).json<{ id: string; key: string }>();
    const { url, langcache } = await serve(cwd);
    const sdk = new LangCache({ serverURL: url, cacheId: 'docs', apiKey: key });

    await sdk.set({ prompt: 'What is it?', response: 'This.' });
    const { data } = await sdk.search({ prompt: 'what is it?' });
    const listed = await keys('list');
    await keys('revoke', id);

    expect(langcache.access).toBe('keys');
    expect(data).toMatchObject([{ response: 'This.', searchStrategy: 'exact' }]);
    expect(listed.json()).toMatchObject([{ id, scope: 'write', cache: 'docs', state: 'good' }]);
    expect(listed.out).not.toContain(key);
    await expect.poll(() => sdk.search({ prompt: 'what is it?' }).then(() => 200, (error: { statusCode: number }) => error.statusCode)).toBe(401);
  });

  it('of a cache that is not there are not made', async () => {
    const cwd = await temporaryFolder();
    await run(['caches', 'create', 'docs'], { cwd, env });

    expect((await run(['keys', 'create', 'dogs', '--scope', 'read'], { cwd, env })).code).toBe(1);
    expect((await run(['keys', 'create', '--scope', 'read'], { cwd, env })).code).toBe(2);
    expect((await run(['keys', 'create', 'docs', '--scope', 'admin'], { cwd, env })).code).toBe(2);
  });
});

describe('reprise serve', () => {
  it('says that the LangCache routes are off where others can reach it and there are no keys', async () => {
    const cwd = await temporaryFolder();
    const { langcache, url } = await serve(cwd, '--host', '0.0.0.0');

    const refused = await fetch(`${url.replace('0.0.0.0', '127.0.0.1')}/v1/caches/docs/stats`);

    expect([langcache.access, refused.status]).toEqual(['off', 401]);
    expect(await refused.text()).toContain('reprise keys create');
  });

  it('lets this machine in as long as there are no keys, and keeps what it was given over a restart', async () => {
    const cwd = await temporaryFolder();
    await run(['caches', 'create', 'docs', '--strategies', 'exact'], { cwd, env });
    const first = await serve(cwd);
    await new LangCache({ serverURL: first.url, cacheId: 'docs', apiKey: 'any' }).set({ prompt: 'What is it?', response: 'This.' });
    first.child.kill('SIGKILL');
    await first.ended;

    const second = await serve(cwd);
    const { data } = await new LangCache({ serverURL: second.url, cacheId: 'docs', apiKey: 'any' }).search({ prompt: 'What is it?' });

    expect([second.langcache.access, data]).toMatchObject(['open', [{ response: 'This.' }]]);
  });
});
