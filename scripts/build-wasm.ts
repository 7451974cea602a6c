/**
 * Builds every WebAssembly text source (`*.wat`) under `src/`: `npm run build:wasm`. `scan.wat` becomes `scan-wasm.ts` beside it, which
 * holds the binary as base64 and its SHA-256, so that type stripping, bundlers and the published package need to load no file.
 * With `--check`, nothing is written: it fails when a file is not what its source gives.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The sources, relative to the root. */
export const wasmSources = (): string[] => globSync('src/**/*.wat', { cwd: ROOT }).sort();

/** The file that a source's binary stands in. */
export const builtFile = (source: string): string => source.replace(/\.wat$/, '-wasm.ts');

/** The text of the built file. */
export async function buildWasm(source: string): Promise<string> {
  const name = basename(source);
  const module = (await wabt()).parseWat(name, readFileSync(join(ROOT, source), 'utf8'), { simd: true, relaxed_simd: true });
  try {
    module.validate();
    const { buffer } = module.toBinary({ write_debug_names: false });
    const lines = Buffer.from(buffer).toString('base64').match(/.{1,120}/g) ?? [];
    return [
      `/** Built from \`${name}\` by \`npm run build:wasm\`: ${buffer.length} bytes. Not to be changed by hand. */`,
      `export const SHA256 = '${createHash('sha256').update(buffer).digest('hex')}';`,
      '',
      'export const BASE64 =',
      ...lines.map((line, at) => `  '${line}'${at === lines.length - 1 ? ';' : ' +'}`),
      '',
    ].join('\n');
  } finally {
    module.destroy();
  }
}

async function main(check: boolean): Promise<void> {
  for (const source of wasmSources()) {
    const file = builtFile(source);
    const text = await buildWasm(source);
    if (!check) writeFileSync(join(ROOT, file), text);
    else if (readFileSync(join(ROOT, file), 'utf8') !== text) throw new Error(`${file} is not what ${source} gives; run \`npm run build:wasm\`.`);
    process.stdout.write(`${file}: ${/[0-9a-f]{64}/.exec(text)![0]}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes('--check'));
