import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { built } from '../built.ts';
import { freePort, stop } from '../processes.ts';
import { median } from '../rounds.ts';
import type { SuiteContext } from '../suite.ts';
import { atMost, millis, type Table } from '../table.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What must not be loaded by an import, as it costs time and is not needed by everybody. */
const DRIVERS = ['node:sqlite', 'sqlite', 'prom-client', 'commander', 'openai', '@anthropic-ai/sdk', 'ioredis', 'redis'];

/** How soon `reprise serve` answers, and how long `import 'reprise'` takes. */
export async function run({ quick, note }: SuiteContext): Promise<readonly Table[]> {
  const times = quick ? 5 : 10;
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'));
  try {
    note('building for publishing');
    const dist = await built();
    note(`starting ${times} times each`);
    const kinds = [
      { name: 'built (dist/)', cli: join(dist, 'cli/main.js'), index: join(dist, 'index.js') },
      { name: 'sources (type stripping)', cli: join(root, 'src/cli/main.ts'), index: join(root, 'src/index.ts') },
    ] as const;
    const bare: number[] = [];
    const serves = new Map(kinds.map((kind) => [kind, [] as number[]]));
    const imports = new Map(kinds.map((kind) => [kind, [] as number[]]));
    for (let round = 0; round < times; round++) {
      bare.push(nodeAlone());
      for (const kind of kinds) {
        serves.get(kind)!.push(await untilHealthy(kind.cli, join(folder, `${round}-${kind.name.slice(0, 5)}.db`)));
        imports.get(kind)!.push(importing(kind.index).took);
      }
    }
    const { names } = importing(kinds[0].index, 'and list what it loads');
    const loaded = DRIVERS.filter((driver) => names.includes(driver));
    return [table(kinds, serves, imports, median(bare), loaded, times)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Times = ReadonlyMap<{ readonly name: string }, readonly number[]>;

function table(kinds: readonly { readonly name: string }[], serves: Times, imports: Times, bare: number, loaded: readonly string[], times: number): Table {
  const row = (what: string, all: readonly number[], includes: string) => [what, millis(median(all)), millis(Math.min(...all)), includes];
  const built = kinds[0]!;
  return {
    title: 'Start',
    columns: ['', 'median', 'fastest', 'what it includes'],
    rows: [
      ['node -e 0', millis(bare), '', 'Node itself, from spawn to exit'],
      ...kinds.map((kind) => row(`reprise serve, ${kind.name}`, serves.get(kind)!, 'from spawn to the answer of /healthz, with a new SQLite file made')),
      ...kinds.map((kind) => row(`import 'reprise', ${kind.name}`, imports.get(kind)!, 'the import alone, in a fresh process')),
    ],
    checks: [
      atMost('reprise serve answers', 300, median(serves.get(built)!), millis),
      atMost("import 'reprise'", 40, median(imports.get(built)!), millis),
      { what: 'drivers loaded by the import', target: 'none', found: loaded.length === 0 ? 'none' : loaded.join(', '), met: loaded.length === 0 },
    ],
    about: [`Median of ${times} starts each, in turn; the files are in the system's page cache. Checks are of what is published, the built package.`, `Looked for: ${DRIVERS.join(', ')}.`],
  };
}

function nodeAlone(): number {
  const begun = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - begun;
}

/** From spawn to the first good answer, in milliseconds. */
async function untilHealthy(cli: string, store: string): Promise<number> {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(process.execPath, [cli, 'serve', '--port', String(port), '--store', `sqlite:${store}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    while (performance.now() - begun < 10_000 && child.exitCode === null) {
      if (await healthy(port)) return performance.now() - begun;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    throw new Error('reprise serve did not answer.');
  } finally {
    await stop(child);
  }
}

function healthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode === 200));
    });
    call.on('error', () => resolve(false));
    call.end();
  });
}

/** How long the import takes in a fresh process, and, where asked for, the names of all it loaded. Listing them takes time of its own. */
function importing(index: string, list?: 'and list what it loads'): { took: number; names: readonly string[] } {
  const hook = "const { registerHooks } = await import('node:module'); registerHooks({ resolve(name, context, next) { names.push(name); return next(name, context); } });";
  const script = `
    const names = [];
    ${list ? hook : ''}
    const begun = performance.now();
    await import(${JSON.stringify(pathToFileURL(index).href)});
    const took = performance.now() - begun;
    const builtIn = process.moduleLoadList.filter((line) => line.startsWith('NativeModule ')).map((line) => line.slice(13));
    process.stdout.write(JSON.stringify({ took, names: [...names, ...builtIn] }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', cwd: root });
  if (stdout === '') throw new Error(`The import failed: ${stderr}`);
  return JSON.parse(stdout) as { took: number; names: string[] };
}
