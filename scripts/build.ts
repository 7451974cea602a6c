/**
 * Makes `dist/`, which is what the package publishes: `npm run build`. The compiler writes the declarations; a bundler joins all that an
 * import of `reprise` loads into one file, `dist/chunks/core.js`, as a hundred small ones take several times as long. What is loaded on
 * first use (stores, keys, commands, checks of answers) stays in files of its own beside it. Nothing is minified: stack traces lead to code
 * that can be read. Packages of others stay packages of others.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The doors of the package, as `exports` and `bin` of package.json name them. */
const DOORS = ['index', 'integrations/openai', 'integrations/anthropic', 'integrations/semantic', 'langcache/index', 'server/index', 'testing/index', 'cli/main'];
/** What runs in a thread of its own, and is therefore loaded by its file's name. */
const THREADS = ['semantic/model/judge-worker'];

/** Builds into a folder, emptied before. Throws where the sources do not compile, or where an import leads nowhere. */
export async function build(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  declare(folder);

  const core = new Set<string>();
  const bundle = await rolldown({
    cwd: ROOT,
    platform: 'node',
    input: Object.fromEntries([...DOORS, ...THREADS].map((door) => [door, `src/${door}.ts`])),
    external: (name) => !/^(?:[./]|src\/)/.test(name),
    plugins: [
      {
        name: 'note what an import of reprise loads',
        buildEnd() {
          const visit = (module: string) => {
            const about = this.getModuleInfo(module);
            if (core.has(module) || !about || about.code === null) return;
            core.add(module);
            about.importedIds.forEach(visit);
          };
          visit(join(ROOT, 'src/index.ts'));
        },
      },
    ],
    onLog(level, log, handle) {
      // The memory store is loaded by its URL and exported, too: one of the two has no effect, as is meant.
      if (log.code === 'INEFFECTIVE_DYNAMIC_IMPORT') return;
      if (level === 'warn') throw new Error(log.message);
      handle(level, log);
    },
  });
  const inCore = (module: string) => core.has(module) && module !== join(ROOT, 'src/index.ts');
  // One folder below `dist/`, as doors are two below the root: files beside the code are found from any of them by `../../`.
  await bundle.write({
    dir: folder,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    codeSplitting: { groups: [{ name: 'core', test: inCore }] },
  });
  await bundle.close();
  // npm makes it so when it installs; in a clone, `npx reprise` runs the file as it lies here.
  chmodSync(join(folder, 'cli/main.js'), 0o755);
}

/** Writes the declarations, one for each module. */
function declare(folder: string): void {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error('The declarations cannot be made, as the sources do not compile.');
}

if (import.meta.main) await build(join(ROOT, 'dist'));
