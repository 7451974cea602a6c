import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { entry, folderWith, run, temporaryFolder, withStore } from './support.ts';

interface Shown {
  id: string;
  model: string | null;
  text: string | null;
  tags: string[];
  state: string;
  tenant: string;
  expiresAt: string | null;
}

describe('reprise list', () => {
  it('shows the newest first, and as JSON all that is documented', async () => {
    const now = Date.now();
    const older = entry({ createdAt: now - 5000, text: 'First?', tags: ['geo'] });
    const newer = entry({ createdAt: now - 1000, text: 'Second?', expiresAt: now - 10 });
    const { cwd, store } = await folderWith([older, newer]);

    const ran = await run(['list', '--store', store, '--json'], { cwd });

    const [first, second] = ran.json<Shown[]>();
    expect(ran.code).toBe(0);
    expect(first).toMatchObject({ id: newer.id, text: 'Second?', state: 'expired' });
    expect(second).toMatchObject({ id: older.id, state: 'fresh', tags: ['geo'], tenant: 'anonymous', model: 'gpt-5-mini' });
    const members = ['id', 'kind', 'format', 'namespace', 'tenant', 'model', 'text', 'tags', 'attributes', 'origin', 'createdAt', 'expiresAt', 'state', 'bytes', 'forms', 'usage'];
    expect(Object.keys(first!)).toEqual(members);
  });

  it('shows as many as the limit allows, from whichever end is asked for', async () => {
    const now = Date.now();
    const entries = [4, 3, 2, 1].map((minutes) => entry({ createdAt: now - minutes * 60_000 }));
    const { cwd, store } = await folderWith(entries);
    const shown = async (...flags: string[]) => (await run(['list', '--store', store, '--limit', '2', '--json', ...flags], { cwd })).json<Shown[]>().map(({ id }) => id);

    expect(await shown()).toEqual([entries[3]!.id, entries[2]!.id]);
    expect(await shown('--oldest')).toEqual([entries[0]!.id, entries[1]!.id]);
  });

  it('shows only what fits all filters', async () => {
    const hour = 3_600_000;
    const wanted = entry({ tags: ['geo'], text: 'The weather in Rome', createdAt: Date.now() - 3 * hour });
    const { cwd, store } = await folderWith([wanted, entry({ tags: ['geo'] }), entry({ text: 'The weather in Oslo' }), entry({ tags: ['geo'], text: 'weather', model: 'other' })]);

    const ran = await run(['list', '--store', store, '--tag', 'geo', '--text', '*weather*', '--model', 'gpt-5-mini', '--older-than', '2h', '--tenant', 'anonymous', '--json'], { cwd });

    expect(ran.json<Shown[]>().map(({ id }) => id)).toEqual([wanted.id]);
  });

  it('says in the table when there is more, and never prints what a terminal would obey', async () => {
    const { cwd, store } = await folderWith([entry(), entry({ text: 'Evil \u001b[2J\u001b]0;title\u0007\nsecond line' })]);

    const ran = await run(['list', '--store', store, '--limit', '1'], { cwd });

    expect(ran.out).toMatch(/^ID +AGE +EXPIRES +SIZE +FORMAT +MODEL +TEXT\n/);
    expect(ran.out).toContain('There are more');
    expect(ran.out).not.toContain('\u001b');
  });

  it('does not make a store where there is none', async () => {
    const cwd = await temporaryFolder();

    const ran = await run(['list'], { cwd });

    expect(ran.code).toBe(3);
    expect(ran.err).toContain('There is no store at .reprise/cache.db');
  });
});

describe('reprise show', () => {
  it('finds an entry by the beginning of its id, with its answer as it came', async () => {
    const one = entry();
    const { cwd, store } = await folderWith([one, entry()]);

    const ran = await run(['show', one.id.slice(0, 6), '--store', store, '--body', '--json'], { cwd });

    const shown = ran.json<Shown & { fields: string[]; answers: { form: string; status: number; text: string }[] }>();
    expect(shown).toMatchObject({ id: one.id, fields: ['/model'] });
    expect(shown.answers).toMatchObject([{ form: 'whole', status: 200, text: Buffer.from(one.whole!.body).toString() }]);
  });

  it('fails for an id that nobody has, and says so to machines', async () => {
    const { cwd, store } = await folderWith([entry()]);

    const ran = await run(['show', 'ffffff', '--store', store, '--json'], { cwd });

    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.err)).toEqual({ error: { code: 'NOT_FOUND', message: 'There is no entry ffffff.' } });
  });
});

describe('reprise delete, clear and prune', () => {
  it('says how many would go, and deletes nothing, in a dry run', async () => {
    const { cwd, store, url } = await folderWith([entry({ tags: ['a'] }), entry({ tags: ['a'] }), entry()]);

    const ran = await run(['delete', '--tag', 'a', '--dry-run', '--json', '--store', store], { cwd });

    expect(ran.json()).toEqual({ deleted: 0, wouldDelete: 2, dryRun: true });
    expect(await withStore(url, (opened) => opened.size())).toMatchObject({ entries: 3 });
  });

  it('needs --yes where nobody can be asked', async () => {
    const { cwd, store, url } = await folderWith([entry()]);

    const ran = await run(['clear', '--store', store], { cwd });

    expect(ran.code).toBe(2);
    expect(ran.err).toContain('Delete 1 entry from sqlite:cache.db? Say --yes');
    expect(await withStore(url, (opened) => opened.size())).toMatchObject({ entries: 1 });
  });

  it('deletes by id, and all that is left when told to clear', async () => {
    const one = entry();
    const { cwd, store, url } = await folderWith([one, entry(), entry({ namespace: 'other' })]);

    const deleted = await run(['delete', one.id.slice(0, 4), '--yes', '--json', '--store', store], { cwd });
    const cleared = await run(['clear', '--namespace', 'default', '--yes', '--json', '--store', store], { cwd });

    expect(deleted.json()).toEqual({ deleted: 1, dryRun: false });
    expect(cleared.json()).toEqual({ deleted: 1, dryRun: false });
    expect(await withStore(url, (opened) => opened.size())).toMatchObject({ entries: 1 });
  });

  it('does not take a delete without a word for everything', async () => {
    const { cwd, store } = await folderWith([entry()]);

    const ran = await run(['delete', '--yes', '--store', store], { cwd });

    expect(ran.code).toBe(2);
  });

  it('prunes what may be forgotten, and what has expired when asked', async () => {
    const now = Date.now();
    const { cwd, store } = await folderWith([entry({ expiresAt: now - 2000, dropAt: now - 1000 }), entry({ expiresAt: now - 2000, dropAt: now + 60_000 }), entry()]);

    const pruned = await run(['prune', '--json', '--store', store], { cwd });
    const expired = await run(['prune', '--expired', '--json', '--store', store], { cwd });

    expect(pruned.json()).toEqual({ deleted: 1, dryRun: false });
    expect(expired.json()).toEqual({ deleted: 1, dryRun: false });
  });
});

describe('reprise stats', () => {
  it('says of a store that can be committed that it keeps no statistics', async () => {
    const cwd = await temporaryFolder();
    await withStore(`json:${join(cwd, 'answers.json')}`, async (store) => store.set(entry()));

    const ran = await run(['stats', '--store', 'json:answers.json'], { cwd });

    expect(ran.code).toBe(0);
    expect(ran.out).toContain('keeps no statistics');
  });
});

describe('the command line', () => {
  it('ends with 2 for what it does not understand, and with 3 for a store it does not know', async () => {
    const cwd = await temporaryFolder();
    const codes = await Promise.all([['nonsense'], ['show'], ['list', '--nonsense'], ['list', '--limit', 'x'], ['list', '--store', 'x:y']].map((args) => run(args, { cwd })));

    expect(codes.map(({ code }) => code)).toEqual([2, 2, 2, 2, 3]);
    expect(codes[0]!.err).toContain("unknown command 'nonsense'");
    expect(codes[4]!.err).toContain('known are');
  });

  it('says with --json as one line of JSON, too, what it does not understand', async () => {
    const ran = await run(['list', '--limt', '3', '--json'], { cwd: await temporaryFolder() });

    expect(ran.code).toBe(2);
    expect(JSON.parse(ran.err)).toEqual({ error: { code: 'USAGE', message: "unknown option '--limt'\n(Did you mean --limit?)" } });
  });

  it('shows its help for -h, also that of a command', async () => {
    const cwd = await temporaryFolder();
    const [all, one] = await Promise.all([run(['-h'], { cwd }), run(['keys', 'revoke', '-h'], { cwd })]);

    expect([all.code, one.code]).toEqual([0, 0]);
    expect(all.out).toContain('Commands:');
    expect(one.out).toContain('Usage: reprise keys revoke');
  });

  it('says which Node it needs to one that is older than the package allows', async () => {
    const oldest = manifest.engines.node.replace('>=', '');
    const [major, minor] = oldest.split('.').map(Number);
    const under = (version: string) => `--import=data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;
    const cwd = await temporaryFolder();

    const [older, just] = await Promise.all([`${major}.${minor! - 1}.9`, `${oldest}.0`].map((version) => run(['--version'], { cwd, env: { NODE_OPTIONS: under(version) } })));

    expect([older!.code, older!.err]).toEqual([1, `reprise: Node ${oldest} or later is needed, but this is ${major}.${minor! - 1}.9.\n`]);
    expect([just!.code, just!.err]).toEqual([0, '']);
  });
});
