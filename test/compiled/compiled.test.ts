import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');

it('decorators stack and a cache is disposed of, from compiled output', { timeout: 60_000 }, () => {
  const out = mkdtempSync(join(tmpdir(), 'reprise-compiled-'));
  onTestFinished(() => rmSync(out, { recursive: true, force: true }));
  writeFileSync(join(out, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'node_modules'), join(out, 'node_modules'));

  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(import.meta.dirname, 'tsconfig.json'), '--outDir', out], { stdio: 'inherit' });
  const printed = execFileSync(process.execPath, [join(out, 'test/compiled/decorators-and-disposal.js')], { cwd: out, encoding: 'utf8' });

  expect(printed).toBe('all held\n');
});
