/**
 * Makes `dist/`, which is what the package publishes: `npm run build`. The compiler writes the declarations; a bundler joins the modules
 * of each door into few files, as an import of a hundred small ones takes several times as long. What is loaded on first use (stores,
 * commands, checks of answers) stays in files of its own under `dist/chunks/`. Nothing is minified: stack traces lead to code that can be
 * read. Packages of others stay packages of others, but for those in `BUNDLED`.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The doors of the package, as `exports` and `bin` of package.json name them. */
const DOORS = ['index', 'integrations/openai', 'integrations/anthropic', 'server/index', 'testing/index', 'cli/main'];

/** Builds into a folder, emptied before. Throws where the sources do not compile, or where an import leads nowhere. */
export async function build(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  declare(folder);

  const bundle = await rolldown({
    cwd: ROOT,
    platform: 'node',
    input: Object.fromEntries(DOORS.map((door) => [door, `src/${door}.ts`])),
    external: (name) => !/^(?:[./]|src\/)/.test(name),
    onLog(level, log, handle) {
      if (level === 'warn') throw new Error(log.message);
      handle(level, log);
    },
  });
  // One folder below `dist/`, as doors are two below the root: files beside the code are found from any of them by `../../`.
  await bundle.write({ dir: folder, entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' });
  await bundle.close();
}

/** Writes the declarations, one for each module. */
function declare(folder: string): void {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error('The declarations cannot be made, as the sources do not compile.');
}

if (import.meta.main) await build(join(ROOT, 'dist'));
