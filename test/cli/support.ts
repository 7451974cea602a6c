import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Entry } from '../../src/model/entry.ts';
import { openStore } from '../../src/stores/open.ts';
import type { Store } from '../../src/stores/store.ts';
import { type FakeProvider, fakeProvider } from '../../src/testing/fake-provider.ts';

const main = join(import.meta.dirname, '../../src/cli/main.ts');

/** The environment of this process without what would set the command line. */
function environment(more: Record<string, string>): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(([name]) => !/^(?:REPRISE_|LLM_CACHE_|OPENAI_|ANTHROPIC_|NODE_OPTIONS|NO_COLOR|FORCE_COLOR|VITEST)/.test(name));
  return { ...Object.fromEntries(clean), ...more };
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Record<string, string>;
  readonly input?: string;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON. */
  json<T>(): T;
}

/** Starts the real command line. Ends with the test, if not before. */
export function start(args: readonly string[], { cwd, env = {}, input }: RunOptions) {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: environment(env), stdio: 'pipe' });
  let out = '';
  let err = '';
  const waiting: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    for (const look of waiting) look();
  });
  child.stdin.end(input);
  const json = <T>() => {
    if (out === '') throw new Error(`Nothing was said, but: ${err}`);
    return JSON.parse(out) as T;
  };
  const ended = new Promise<Ran>((resolve) => child.on('close', (code) => resolve({ code, out, err, json })));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    ended,
    /** Resolves once something was said, on either stream; rejects when the process ends without it. */
    said: (what: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const look = () => {
          const found = what.exec(out) ?? what.exec(err);
          if (found) resolve(found);
        };
        waiting.push(look);
        look();
        void ended.then(({ code }) => reject(new Error(`It ended with ${code} and did not say ${what}: ${out}${err}`)));
      }),
  };
}

/** Runs the real command line to its end. */
export const run = (args: readonly string[], options: RunOptions): Promise<Ran> => start(args, options).ended;

/** An empty folder, gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function provider(): Promise<FakeProvider> {
  const made = await fakeProvider();
  onTestFinished(() => made.close());
  return made;
}

let made = 0;

/** An entry that somebody stored an hour ago. */
export function entry(more: Partial<Entry> = {}): Entry {
  const now = Date.now();
  const body = JSON.stringify({ id: 'chatcmpl-1', choices: [{ index: 0, message: { role: 'assistant', content: 'Paris.' }, finish_reason: 'stop' }] });
  return {
    v: 1,
    id: (++made).toString(16).padStart(4, '0').padEnd(64, 'a'),
    kind: 'llm',
    format: 'openai-chat',
    namespace: 'default',
    tenant: 'anonymous',
    scope: 's',
    text: 'Capital of France?',
    lookups: [],
    attributes: {},
    tags: [],
    model: 'gpt-5-mini',
    origin: 'provider',
    fields: { '/model': 'abc' },
    whole: { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) },
    createdAt: now - 3_600_000,
    expiresAt: now + 3_600_000,
    dropAt: now + 3_600_000,
    vectors: {},
    ...more,
  };
}

/** Opens a store in this process for as long as `work` takes. */
export async function withStore<T>(url: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = openStore(url, { now: Date.now, onDamage: () => {} });
  await store.open();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** A folder with a store `cache.db` in it that holds these. */
export async function folderWith(entries: readonly Entry[]): Promise<{ cwd: string; store: string; url: string }> {
  const cwd = await temporaryFolder();
  const url = `sqlite:${join(cwd, 'cache.db')}`;
  await withStore(url, async (store) => {
    for (const each of entries) await store.set(each);
  });
  return { cwd, store: 'sqlite:cache.db', url };
}

/** Writes lines of JSON, or of text as they are. */
export async function writeLines(path: string, lines: readonly (object | string)[]): Promise<void> {
  await writeFile(path, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
}
