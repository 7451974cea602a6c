import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildWasm, builtFile, wasmSources } from '../../../scripts/build-wasm.ts';

const root = new URL('../../../', import.meta.url);

it.each(wasmSources().filter((source) => source.startsWith('src/semantic/model/')))('%s is what was built and committed', async (source) => {
  expect(readFileSync(new URL(builtFile(source), root), 'utf8')).toBe(await buildWasm(source));
});
