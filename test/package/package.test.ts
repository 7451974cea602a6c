import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../scripts/build.ts';

const root = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
/** What a user imports: `reprise`, `reprise/openai`, ... */
const doors = Object.keys(manifest.exports).filter((path) => path !== './package.json').map((path) => path.replace('.', 'reprise'));

interface Manifest {
  version: string;
  exports: Record<string, string | { types: string; default: string }>;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
}

/** A user's project with the package in it as it is published, and with nothing else but what the package depends on. */
const user = mkdtempSync(join(tmpdir(), 'reprise-package-'));
const installed = join(user, 'node_modules/reprise');
let files: readonly string[];

beforeAll(async () => {
  const made = join(user, 'made');
  await build(join(made, 'dist'));
  for (const file of ['package.json', 'LICENSE', 'README.md', 'CHANGELOG.md', 'NOTICE']) copyFileSync(join(root, file), join(made, file));
  cpSync(join(root, 'models/shipped'), join(made, 'models/shipped'), { recursive: true });
  for (const file of ['src/index.ts', 'test/a.test.ts', 'dashboard/main.ts']) {
    mkdirSync(join(made, dirname(file)), { recursive: true });
    writeFileSync(join(made, file), '');
  }
  const report = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', user], { cwd: made, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const packed = JSON.parse(report) as Packed[] | Record<string, Packed>;
  const [{ filename, files: listed }] = Object.values(packed) as [Packed];
  files = listed.map(({ path }) => path);

  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(user, filename), '-C', installed, '--strip-components=1']);
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(dirname(join(user, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(user, 'node_modules', name));
  }
  writeFileSync(join(user, 'package.json'), '{ "type": "module" }');
}, 60_000);

afterAll(() => rmSync(user, { recursive: true, force: true }));

interface Packed {
  filename: string;
  files: { path: string }[];
}

/** Runs a script as a module of the user's, and gives what it says as JSON. */
function run<T>(script: string): T {
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: user, encoding: 'utf8' })) as T;
}

describe('the published package', () => {
  it('holds what is run and its declarations, what is read, and nothing else', () => {
    const others = files.filter((file) => !/^dist\/.*(?:\.js|\.d\.ts)$/.test(file));

    const model = ['MODEL_CARD.md', 'calibration.json', 'judge.bin', 'static.bin', 'vocabulary.txt'].map((name) => `models/shipped/${name}`);
    expect(others.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'NOTICE', 'README.md', ...model, 'package.json']);
  });

  it('holds every file that its manifest names', () => {
    const named = [...Object.values(manifest.exports).flatMap((target) => (typeof target === 'string' ? target : Object.values(target))), ...Object.values(manifest.bin)];

    expect(named.filter((file) => !existsSync(join(installed, file)))).toEqual([]);
  });

  it('opens every door', () => {
    const names = run<Record<string, string[]>>(`
      const names = {};
      for (const door of ${JSON.stringify(doors)}) names[door] = Object.keys(await import(door));
      process.stdout.write(JSON.stringify(names));`);

    expect(names.reprise).toContain('createCache');
    expect(names['reprise/openai']).toContain('cached');
    expect(names['reprise/anthropic']).toContain('cached');
    expect(names['reprise/server']).toEqual(expect.arrayContaining(['createServer', 'langCacheService']));
    expect(names['reprise/testing']).toContain('fakeProvider');
  });

  it('has the errors under the names they are exported by', () => {
    const names = run<[string, string][]>(`
      const errors = Object.entries(await import('reprise')).filter(([name]) => /Error$/.test(name));
      process.stdout.write(JSON.stringify(errors.map(([name, { name: own }]) => [name, own])));`);

    expect(names.length).toBeGreaterThan(5);
    expect(names.filter(([name, own]) => name !== own)).toEqual([]);
  });

  it('has a command line that knows its version', () => {
    const version = execFileSync(process.execPath, [join(installed, manifest.bin.reprise!), '--version'], { encoding: 'utf8' });

    expect(version.trim()).toBe(manifest.version);
  });

  it.each([
    { module: 'nodenext', moduleResolution: 'nodenext' },
    { module: 'esnext', moduleResolution: 'bundler' },
  ])('gives types to a project that resolves as $moduleResolution', ({ module, moduleResolution }) => {
    const folder = join(user, moduleResolution);
    const lib = ['es2024', 'esnext.disposable', 'esnext.collection', 'dom'];
    const compilerOptions = { module, moduleResolution, target: 'es2024', lib, strict: true, noEmit: true, typeRoots: [join(root, 'node_modules/@types')], types: ['node'], skipLibCheck: moduleResolution === 'bundler' };
    mkdirSync(folder);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
    writeFileSync(join(folder, 'use.ts'), USE);

    const said = compile(folder);

    expect(said).toBe('');
  });
});

/** What the compiler says of a project. */
function compile(folder: string): string {
  try {
    return execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

// A type that is not found would be `any`, and the wrong uses here no errors.
const USE = `
import { type Cache, type CacheOptions, createCache, type Entry, type Store } from 'reprise';
import { cached } from 'reprise/openai';
import { cached as cachedToo, outcomeOf } from 'reprise/anthropic';
import { createServer, langCacheService, type ServerOptions } from 'reprise/server';
import { fakeProvider, storeContract } from 'reprise/testing';

const options: CacheOptions = { store: 'memory:', ttl: '15m' };
const cache: Cache = createCache(options);
const length: (text: string) => Promise<number> = cache.wrap(async (text: string) => text.length, { name: 'length' });
type Client = Parameters<typeof cached>[0] & { readonly name: string };
export const names = (client: Client): readonly string[] => [cached(client, cache).name, cachedToo(client).name];
export const id = (result: object): string | undefined => outcomeOf(result)?.id;
export const server = (more: ServerOptions): Promise<{ readonly url: string }> => createServer(more).listen();
export const revoked = (id: string): Promise<boolean> => langCacheService({ store: 'memory:', access: 'loopback' }).keys.revoke(id);
export const url = async (): Promise<string> => (await fakeProvider()).openaiUrl;
export const get = (store: Store): Entry | undefined | PromiseLike<Entry | undefined> => store.get('id');
export const cases: readonly object[] = storeContract(() => cache.store);
export { length };

// @ts-expect-error
createCache({ store: 1 });
// @ts-expect-error
cache.stats(1, 2);
// @ts-expect-error
fakeProvider(1);
// @ts-expect-error
createServer({});
// @ts-expect-error
cached(1);
// @ts-expect-error
cachedToo(1);
`;

describe('an import of the package', () => {
  const LISTING = `
    import { registerHooks } from 'node:module';
    const urls = [];
    registerHooks({ resolve(name, context, next) { const found = next(name, context); urls.push(found.url); return found; } });
    await import('reprise');
    const builtIn = process.moduleLoadList.filter((line) => line.startsWith('NativeModule ')).map((line) => 'node:' + line.slice(13));
    process.stdout.write(JSON.stringify([...urls, ...builtIn]));`;

  it('loads no driver of a store, no server, no metrics, no cryptography and no values', () => {
    const loaded = run<string[]>(LISTING);

    const unwanted = /^node:(?:sqlite|http|https|crypto|zlib|vm)$|\/(?:prom-client|commander|dotenv|devalue|@cfworker|@qdrant|redis|ioredis|pg|openai|@anthropic-ai)\//;
    expect(loaded.length).toBeGreaterThan(20);
    expect(loaded.filter((name) => unwanted.test(name))).toEqual([]);
  });

  it('loads few files, as each takes its time', () => {
    const loaded = new Set(run<string[]>(LISTING).filter((name) => name.includes('/reprise/dist/')));

    expect(loaded.size).toBeGreaterThan(0);
    expect(loaded.size).toBeLessThanOrEqual(4);
  });
});
