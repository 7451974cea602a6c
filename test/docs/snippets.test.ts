import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { PAGES, root, snippetsOf } from './pages.ts';

/** What short snippets may take for granted. */
const AMBIENT = `
import type AnthropicClient from '@anthropic-ai/sdk';
import type OpenAIClient from 'openai';
declare global {
  const OpenAI: typeof OpenAIClient;
  const Anthropic: typeof AnthropicClient;
  const openai: OpenAIClient;
  function storyAbout(topic: string): AsyncIterable<string>;
}
`;

/** The doors of the package, as they are in the sources. */
const paths = Object.fromEntries(
  Object.entries(manifest.exports).flatMap(([door, target]) =>
    typeof target === 'string' ? [] : [[`reprise${door.slice(1)}`, [join(root, target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))]]],
  ),
);

const compilerOptions = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable', 'esnext.collection', 'esnext.decorators'],
  types: ['node'],
  module: 'nodenext',
  strict: true,
  noUncheckedIndexedAccess: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
  paths,
};

it('TypeScript in README and pages is what the types allow', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-snippets-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const snippets = PAGES.flatMap(snippetsOf).filter(({ language }) => language === 'ts');
  const fileOf = (page: string, line: number) => `${page.replaceAll('/', '-')}-line-${line}.ts`;
  for (const { page, line, code } of snippets) writeFileSync(join(folder, fileOf(page, line)), `${code}\nexport {};\n`);
  writeFileSync(join(folder, 'ambient.d.ts'), AMBIENT);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));

  const { stdout, error } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' });

  expect(error).toBeUndefined();
  expect(snippets.length).toBeGreaterThan(30);
  // Errors in the sources themselves are for the type check of the project to tell.
  expect(stdout.split('\n').filter((line) => /^(?:\S+-line-\d+\.ts|ambient|error)/.test(line))).toEqual([]);
});
