import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { root } from './pages.ts';

const run = promisify(execFile);
const doors = pathToFileURL(join(import.meta.dirname, 'from-sources.ts')).href;

/** What one example has compiled of the sources the next one need not. */
const compiled = mkdtempSync(join(tmpdir(), 'reprise-examples-'));
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

/** What each example prints, among more. */
const PRINTED: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  'fetch.ts': ['Reprise; fwd=miss - miss', 'Reprise; hit; ttl=6047', ' - exact - Answer 1', 'streamed: Answer 1 to: What is Python?', 'calls to the provider: 1'],
  'openai-client.ts': ['chat: miss', 'chat: exact', 'responses: miss - Answer 2', 'responses: exact - Answer 2', "asked for [ 'blue' ]"],
  'anthropic-client.ts': ['miss - Answer 1', 'exact - Answer 1', 'streamed in 6 events: Answer 1', 'calls to the provider: 1'],
  'function.ts': ['"What is Python?" | runs: 1\ngpt-5-mini says: an answer to "What is Python?" | runs: 1', "'three' => 5n", 'with a signal | runs: 3', '42 Cache(memory'],
  'generator.ts': ['3 pieces, runs: 1: Once upon a time there was a cache. It was happy. The end.\n3 pieces, runs: 1', 'it ran again, runs: 3'],
  'persistence.ts': ['sqlite opened again, with 1 entries; runs: 1', 'file opened again, with 1 entries; runs: 1', 'json opened again, with 1 entries; runs: 1', 'are there: true'],
  'by-meaning.ts': ['miss       How do I turn on dark mode?', 'normalised Hi, how do I turn on dark mode please', 'semantic   how can I enable dark mode   <- How do I turn on dark mode?', 'miss       How do I turn off dark mode?'],
  'invalidation.ts': ['by tag, dry run: 2', 'by text pattern: 1', 'by model: 1', 'by name: 1', 'still there: Reprise; hit', 'after the TTL: Reprise; fwd=stale', 'older than a day: 0', 'everything: 1'],
  'size-limits.ts': ['entries: 2 | runs: 3', 'a is still there, runs: 3', 'b was asked anew, runs: 4'],
  'warming.ts': ['4 of 4', 'hits: 1, asked: 3, failed: 0', 'Reprise; hit', 'calls to the provider: 3'],
  'events-and-stats.ts': ['miss: policy: cacheable', 'stored, model house-model', 'hit: exact', 'bypass: a tool that the provider runs: web_search', 'hitRate: 0.5', 'saved $0.003', "field: '/temperature'"],
  'own-store.ts': [/the store keeps (\d\d+) of \1 cases/, '49 49', 'writes: 1'],
  'testing.test.ts': ['pass 3', 'fail 0'],
  'proxy.ts': ['log: POST /v1/chat/completions miss 200', 'Reprise; fwd=miss - Answer 1', 'Reprise; hit; ttl=6047', '200 Reprise; fwd=bypass', 'reprise_requests_total{outcome="exact",model="gpt-5-mini"} 1'],
  'web-app.ts': ['ann miss: Answer 1', 'ann exact: Answer 1', 'bob miss: Answer 2'],
};

function emptyFolder({ onTestFinished }: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-examples-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a script in an empty folder of its own, and gives what it printed. */
async function output(context: TestContext, script: string, ...flags: string[]): Promise<{ stdout: string; left: string[] }> {
  const cwd = emptyFolder(context);
  const env = { PATH: process.env.PATH, NO_COLOR: '1', NODE_COMPILE_CACHE: compiled };
  const { stdout } = await run(process.execPath, ['--import', doors, ...flags, script], { cwd, env, timeout: 50_000 });
  return { stdout, left: readdirSync(cwd) };
}

describe.concurrent('examples', { timeout: 60_000 }, () => {
  it('are all run here', () => {
    const files = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'));

    expect(files.toSorted()).toEqual(Object.keys(PRINTED).toSorted());
  });

  it.for(Object.entries(PRINTED))('%s prints what it is to show, and leaves nothing behind', async ([name, lines], context) => {
    const { expect: check } = context;

    const { stdout, left } = await output(context, join(root, 'examples', name), ...(name.endsWith('.test.ts') ? ['--test'] : []));

    for (const line of lines) check(stdout).toMatch(line);
    check(left).toEqual([]);
  });

  it('decorator/decorator.ts does when it is compiled', async (context) => {
    const { expect: check } = context;
    const out = emptyFolder(context);
    // Its types are held by `npm run typecheck`; the package itself need not be built here.
    await run(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'examples/decorator'), '--outDir', out, '--noCheck']);

    const { stdout } = await output(context, join(out, 'decorator.js'));

    check(stdout).toContain('in English | runs: 1\nA long text, in short, in English | runs: 1\nA long text, in short, in French | runs: 2');
    check(stdout).toContain('spelt: cache | runs: 3\nspelt: cache | runs: 3');
  });
});
